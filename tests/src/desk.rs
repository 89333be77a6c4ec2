//! The desks around a host: a department with its key, a reviewer, an operator and a portal, over HTTP as they would be.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use motcua_model::Date;
use motcua_model::statement::{FORM, Statement};
use motcua_registry::PrivateKey;
use motcua_registry::compiler::compile;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::engine::digest;
use serde_json::{Value, json};

use crate::binary;
use crate::http::{Connection, Response, request_with};

/// The department of all campaigns.
pub const DEPARTMENT: &str = "so-thu";
/// The procedure that is published over and over.
pub const CODE: &str = "9.000001";
/// Its name in addresses.
pub const SLUG: &str = "campaign";

/// Whoever acts, by their tokens.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Operator's token.
    pub operator: String,
    /// Author's token.
    pub author: String,
    /// Reviewer's token.
    pub reviewer: String,
    /// Portal's token.
    pub portal: String,
    /// Auditor's token.
    pub auditor: String,
}

/// The private key of the department; the same in every campaign, and worth nothing.
pub fn key() -> PrivateKey {
    PrivateKey::new([7; 32])
}

/// A component of [`CODE`] that lets through what has at most so many pages.
pub fn component(most: u32) -> Vec<u8> {
    let package = format!(
        r#"motcua: 1
code: "{CODE}"
code_confirmed: false
slug: {SLUG}
valid_from: 2026-01-01
name: {{vi: Thử, en: Trial}}
field: publishing
department: {{vi: Sở Thử, en: Department of Trials}}
authority: {{vi: UBND cấp tỉnh, en: Provincial People's Committee}}
applicants: {{vi: Tổ chức, en: Organisations}}
result: {{vi: Giấy phép, en: Licence}}
legal_basis: [Điều 1]
confidence: low
sources: [thử]
channels: [{{channel: online}}]
facts:
  - {{id: pages, type: integer, min: 1, max: 1000000, question: {{vi: Bao nhiêu trang?, en: How many pages?}}}}
conditions:
  - {{id: not-too-long, text: {{vi: Ngắn, en: Short}}, basis: Điều 2, rule: pages <= {most}}}
documents:
  - {{id: application, name: {{vi: Đơn, en: Application}}, originals: 1, basis: Điều 3}}
time_limit:
  starts: {{vi: từ ngày nhận đủ hồ sơ, en: from receipt}}
  rows:
    - id: standard
      statutory: {{amount: 10, unit: working-day, basis: Điều 4}}
      committed: {{amount: 6, unit: working-day, source: demonstration, basis: Minh họa}}
fees_status: none
"#
    );
    let cases = r#"motcua-cases: 1
cases:
  - id: short
    text: {vi: Ngắn, en: Short}
    question: {received_at: 2026-03-02T09:00, facts: {pages: 1}}
    expect: {verdict: eligible}
  - id: long
    text: {vi: Dài, en: Long}
    question: {received_at: 2026-03-02T09:00, facts: {pages: 1000000}}
    expect: {verdict: ineligible}
"#;
    let file = |text: String| SourceFile {
        path: "campaign".to_owned(),
        text,
    };
    let done = compile(&file(package), Some(&file(cases.to_owned())));
    match done.compiled {
        Some(compiled) => compiled.component,
        None => panic!(
            "the campaign's package has mistakes: {:?}",
            done.diagnostics
        ),
    }
}

/// A whole request with a token.
pub fn with_token(method: &str, path: &str, token: &str, body: Option<&Value>) -> Vec<u8> {
    let body = body.map(|body| body.to_string().into_bytes());
    let authorization = format!("Bearer {token}");
    request_with(
        method,
        &format!("/api/v1{path}"),
        &[("authorization", &authorization)],
        body.as_deref(),
    )
}

/// Sends a request and expects success.
pub async fn must(
    connection: &mut Connection,
    method: &str,
    path: &str,
    token: &str,
    body: Option<&Value>,
) -> io::Result<Value> {
    let response = connection
        .send(&with_token(method, path, token, body))
        .await?;
    expect(path, &response)
}

fn expect(path: &str, response: &Response) -> io::Result<Value> {
    if (200..300).contains(&response.status) {
        Ok(response.json())
    } else {
        Err(io::Error::other(format!(
            "{path}: {} {}",
            response.status,
            response.text()
        )))
    }
}

impl Desk {
    /// Issues the first token into the database, and enters department, key and people at a running host.
    pub async fn open(database: &[&std::ffi::OsStr], address: SocketAddr) -> io::Result<Self> {
        let mut arguments: Vec<&std::ffi::OsStr> = ["token", "first", "--person", "van-hanh"]
            .map(std::ffi::OsStr::new)
            .to_vec();
        arguments.extend_from_slice(database);
        let output = binary::command(arguments).output()?;
        if !output.status.success() {
            return Err(io::Error::other(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ));
        }
        let operator = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let mut connection = Connection::open(address).await?;
        // The host hears of the token within a second, unless the machine is busy.
        for attempt in 0..2_000 {
            let request = with_token("GET", "/departments", &operator, None);
            if connection.send(&request).await?.status == 200 {
                break;
            }
            if attempt == 1_999 {
                return Err(io::Error::other("the first token is not known to the host"));
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let department = json!({"id": DEPARTMENT, "name": {"vi": "Sở Thử", "en": "Department of Trials"}, "codes": ["9.*", "1.*"]});
        must(
            &mut connection,
            "POST",
            "/departments",
            &operator,
            Some(&department),
        )
        .await?;
        let key = json!({"department": DEPARTMENT, "public": key().public()});
        must(&mut connection, "POST", "/keys", &operator, Some(&key)).await?;
        let mut tokens = Vec::new();
        for (person, role, department) in [
            ("an", "author", Some(DEPARTMENT)),
            ("binh", "reviewer", None),
            ("cong", "portal", None),
            ("dung", "auditor", None),
        ] {
            let mut body = json!({"person": person, "role": role});
            if let Some(department) = department {
                body["department"] = department.into();
            }
            let issued = must(&mut connection, "POST", "/tokens", &operator, Some(&body)).await?;
            let token = issued["token"].as_str().unwrap_or_default().to_owned();
            tokens.push(token);
        }
        let mut tokens = tokens.into_iter();
        let mut next = || tokens.next().unwrap_or_default();
        Ok(Self {
            operator,
            author: next(),
            reviewer: next(),
            portal: next(),
            auditor: next(),
        })
    }

    /// A submission of a component from the first day of 2026, signed with a key in the name of the department.
    pub fn submission(key: &PrivateKey, code: &str, component: &[u8], number: u32) -> Value {
        let from = Date::from_ymd(2026, 1, 1).unwrap_or(Date::MIN);
        Self::submission_from(key, code, component, number, from)
    }

    /// A submission of a component from a day, signed with a key in the name of the department.
    pub fn submission_from(
        key: &PrivateKey,
        code: &str,
        component: &[u8],
        number: u32,
        from: Date,
    ) -> Value {
        let statement = Statement {
            form: FORM.to_owned(),
            department: DEPARTMENT.to_owned(),
            key: key.id(),
            procedure: code.to_owned(),
            number,
            component: digest(component),
            from,
            made_at: from.midnight(),
        };
        let statement = statement.to_text();
        json!({
            "signature": key.sign(&statement),
            "statement": statement,
            "component": STANDARD.encode(component),
        })
    }

    /// Sends a component through the gate; tells what became of it, with the report.
    pub async fn send(
        &self,
        connection: &mut Connection,
        code: &str,
        component: &[u8],
        number: u32,
    ) -> io::Result<Value> {
        let body = Self::submission(&key(), code, component, number);
        must(
            connection,
            "POST",
            "/submissions",
            &self.author,
            Some(&body),
        )
        .await
    }

    /// Submits a component; it is in review then.
    pub async fn submit(
        &self,
        connection: &mut Connection,
        code: &str,
        component: &[u8],
        number: u32,
    ) -> io::Result<()> {
        let view = self.send(connection, code, component, number).await?;
        if view["stage"] == "in-review" {
            Ok(())
        } else {
            Err(io::Error::other(format!("not in review: {view}")))
        }
    }

    /// Approves a submission.
    pub async fn approve(
        &self,
        connection: &mut Connection,
        code: &str,
        component: &[u8],
        number: u32,
    ) -> io::Result<()> {
        let path = format!("/submissions/{code}/{number}/approve");
        let body = json!({"component": digest(component)});
        must(connection, "POST", &path, &self.reviewer, Some(&body)).await?;
        Ok(())
    }

    /// Activates a submission.
    pub async fn activate(
        &self,
        connection: &mut Connection,
        code: &str,
        number: u32,
    ) -> io::Result<()> {
        let path = format!("/submissions/{code}/{number}/activate");
        must(connection, "POST", &path, &self.operator, None).await?;
        Ok(())
    }

    /// All three.
    pub async fn publish(
        &self,
        connection: &mut Connection,
        code: &str,
        component: &[u8],
        number: u32,
    ) -> io::Result<()> {
        self.submit(connection, code, component, number).await?;
        self.approve(connection, code, component, number).await?;
        self.activate(connection, code, number).await
    }
}

/// A folder with the calendars and no package.
pub fn calendars_only(folder: &Path) -> io::Result<()> {
    crate::generate::write(folder, 0)
}
