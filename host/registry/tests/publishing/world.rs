//! A database with a department, its key, and people.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use motcua_model::calendar::Calendar;
use motcua_model::lifecycle::Stage;
use motcua_model::office::OfficeHours;
use motcua_model::statement::{FORM, Statement};
use motcua_model::{Date, Moment, Text};
use motcua_registry::compiler::compile;
use motcua_registry::compiler::source::SourceFile;
use motcua_registry::engine::{Engine, Limits, digest};
use motcua_registry::store::{FILE_NAME, SqliteStore};
use motcua_registry::{
    Context, DeedError, Department, Entropy, LoadedCalendar, NewKey, NewToken, Parts, Principal,
    PrivateKey, Registry, Role, Seal, Submission, Texts, ToSubmit,
};
use serde_json::Value;

pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(Limits::default()).unwrap());

pub const CODE: &str = "9.000001";
pub const DEPARTMENT: &str = "so-thu";

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// A package that lets through what has at most so many pages; its cases hold.
pub fn component(valid_from: &str, most: u32) -> Vec<u8> {
    component_with(valid_from, &format!("pages <= {most}"), "")
}

pub fn component_with(valid_from: &str, rule: &str, head: &str) -> Vec<u8> {
    component_at("giay-phep-thu", valid_from, rule, head)
}

/// The same at another address.
pub fn component_at(slug: &str, valid_from: &str, rule: &str, head: &str) -> Vec<u8> {
    let package = format!(
        r#"motcua: 1
code: "{CODE}"
code_confirmed: false
slug: {slug}
valid_from: {valid_from}
{head}
name: {{vi: Cấp giấy phép thử, en: Licence to try}}
field: publishing
department: {{vi: Sở Thử nghiệm, en: Department of Trials}}
authority: {{vi: UBND cấp tỉnh, en: Provincial People's Committee}}
applicants: {{vi: Tổ chức, en: Organisations}}
result: {{vi: Giấy phép, en: Licence}}
legal_basis: [Điều 1]
confidence: low
sources: [thử]
channels: [{{channel: online}}]
facts:
  - {{id: pages, type: integer, min: 1, max: 1000, question: {{vi: Bao nhiêu trang?, en: How many pages?}}}}
conditions:
  - {{id: not-too-long, text: {{vi: Ngắn, en: Short}}, basis: Điều 2, rule: {rule}}}
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
    let cases = format!(
        r#"motcua-cases: 1
cases:
  - id: short
    text: {{vi: Ngắn, en: Short}}
    question: {{received_at: {valid_from}T09:00, facts: {{pages: 10}}}}
    expect: {{verdict: eligible}}
  - id: long
    text: {{vi: Dài, en: Long}}
    question: {{received_at: {valid_from}T09:00, facts: {{pages: 1000}}}}
    expect: {{verdict: ineligible}}
"#
    );
    let file = |text: String| SourceFile {
        path: "p".to_owned(),
        text,
    };
    let done = compile(&file(package), Some(&file(cases)));
    match done.compiled {
        Some(compiled) => compiled.component,
        None => panic!("{:#?}", done.diagnostics),
    }
}

/// Bytes that never repeat within a test; no test needs them to be secret.
pub struct Counting(pub u8);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        buffer.fill(self.0);
        buffer
            .iter_mut()
            .zip(number)
            .for_each(|(to, from)| *to = from);
    }
}

pub struct World {
    pub folder: tempfile::TempDir,
    pub registry: Arc<Registry>,
    pub key: PrivateKey,
    pub author: Principal,
    pub reviewer: Principal,
    pub operator: Principal,
    pub portal: Principal,
}

/// A host on the database in a folder.
pub async fn host(folder: &std::path::Path) -> Arc<Registry> {
    let registry = host_unread(folder).await;
    registry.read_on(moment("2026-01-01T00:00")).await.unwrap();
    registry
}

/// A host that has not read the chain.
pub async fn host_unread(folder: &std::path::Path) -> Arc<Registry> {
    let store = SqliteStore::open(folder).await.unwrap();
    let key = format!("{}\n", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    let registry = Registry::new(Parts {
        engine: ENGINE.clone(),
        store: Arc::new(store),
        calendar: Arc::new(LoadedCalendar::new(
            Calendar::new("vn", Vec::new()).unwrap(),
        )),
        office: OfficeHours::default(),
        seal: Some(Arc::new(Seal::read(&key, Box::new(Counting(3))).unwrap())),
        threads: 2,
    });
    let now = moment("2026-01-01T00:00");
    registry.keep_grounds(now).await.unwrap();
    Arc::new(registry)
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let registry = host(folder.path()).await;
        let now = moment("2026-01-01T08:00");
        let principal = |person: &str, role| Principal {
            person: person.to_owned(),
            role,
        };
        let operator = principal("van-hanh", Role::Operator);
        registry
            .add_department(
                &operator,
                Department {
                    id: DEPARTMENT.to_owned(),
                    name: Text::new("Sở Thử nghiệm", "Department of Trials"),
                    codes: vec!["9.*".to_owned()],
                },
                now,
            )
            .await
            .unwrap();
        let key = PrivateKey::new([7; 32]);
        registry
            .register_key(
                &operator,
                &NewKey {
                    department: DEPARTMENT.to_owned(),
                    public: key.public(),
                    from: now,
                    until: None,
                },
                now,
            )
            .await
            .unwrap();
        Self {
            author: principal(
                "an",
                Role::Author {
                    department: DEPARTMENT.to_owned(),
                },
            ),
            reviewer: principal("binh", Role::Reviewer),
            portal: principal("cong", Role::Portal),
            operator,
            folder,
            registry,
            key,
        }
    }

    pub fn statement(&self, component: &[u8], number: u32, from: &str) -> Statement {
        Statement {
            form: FORM.to_owned(),
            department: DEPARTMENT.to_owned(),
            key: self.key.id(),
            procedure: CODE.to_owned(),
            number,
            component: digest(component),
            from: day(from),
            made_at: moment("2026-01-01T08:00"),
        }
    }

    pub fn signed(&self, component: Vec<u8>, number: u32, from: &str) -> ToSubmit {
        let statement = self.statement(&component, number, from).to_text();
        ToSubmit {
            signature: self.key.sign(&statement),
            statement,
            component,
        }
    }

    pub async fn submit(
        &self,
        component: Vec<u8>,
        number: u32,
        from: &str,
        now: &str,
    ) -> Result<Stage, DeedError> {
        let to_submit = self.signed(component, number, from);
        self.registry
            .submit(&self.author, to_submit, moment(now))
            .await
    }

    /// Submits, approves and activates at one moment.
    pub async fn publish(&self, component: Vec<u8>, number: u32, from: &str, now: &str) -> String {
        let digest = digest(&component);
        let stage = self.submit(component, number, from, now).await.unwrap();
        if stage.word() != "in-review" {
            let report = self.registry.report(&submission(number)).await.unwrap();
            panic!("{}", serde_json::to_string_pretty(&report).unwrap());
        }
        self.registry
            .approve(
                &self.reviewer,
                &submission(number),
                &digest,
                "",
                moment(now),
            )
            .await
            .unwrap();
        self.registry
            .activate(&self.operator, &submission(number), moment(now))
            .await
            .unwrap();
        digest
    }

    /// The digest of the version that answers, or the word of the error.
    pub fn answers(&self, received_at: &str, now: &str) -> String {
        answers(&self.registry, received_at, now)
    }

    /// What was kept of refusals: code and act.
    pub async fn refusals(&self) -> Vec<(String, String)> {
        self.deeds("refused")
            .await
            .into_iter()
            .map(|entry| {
                let text = |name: &str| entry["body"][name].as_str().unwrap().to_owned();
                assert!(!entry["body"]["reason"]["vi"].as_str().unwrap().is_empty());
                (text("code"), text("act"))
            })
            .collect()
    }

    /// All entries of a kind.
    pub async fn deeds(&self, kind: &str) -> Vec<Value> {
        let records = self.registry.store().deeds(0, 10_000, false).await.unwrap();
        records
            .iter()
            .filter(|record| record.kind == kind)
            .map(|record| serde_json::from_str(&record.entry).unwrap())
            .collect()
    }

    /// Changes one byte of a kept component behind the program's back.
    pub async fn damage(&self, digest: &str) {
        let update = format!(
            "UPDATE versions SET component = CAST(substr(component, 1, 100) || x'ff' || substr(component, 102) AS BLOB) \
             WHERE digest = '{digest}'"
        );
        self.sql(&["DROP TRIGGER versions_are_never_edited", &update])
            .await;
    }

    /// Does something to the database behind the program's back.
    pub async fn sql(&self, statements: &[&str]) {
        let file = self.folder.path().join(FILE_NAME);
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe((*statement).to_owned()))
                .execute(&pool)
                .await
                .unwrap();
        }
        pool.close().await;
    }

    pub async fn token(&self, person: &str, role: Role, expires_at: &str, seed: u8) -> String {
        let token = NewToken {
            person: person.to_owned(),
            role,
            expires_at: moment(expires_at),
            random: [seed; 32],
        };
        let (_, secret) = self
            .registry
            .issue_token(&self.operator, &token, moment("2026-01-01T09:00"))
            .await
            .unwrap();
        secret.reveal().to_owned()
    }
}

pub fn submission(number: u32) -> Submission {
    Submission {
        procedure: CODE.to_owned(),
        number,
    }
}

pub fn answers(registry: &Registry, received_at: &str, now: &str) -> String {
    answers_at(registry, CODE, received_at, now)
}

/// The same of a procedure by its code or its address.
pub fn answers_at(registry: &Registry, name: &str, received_at: &str, now: &str) -> String {
    let office = OfficeHours::default();
    let context = Context {
        now: moment(now),
        calendar: registry.calendar().calendar(),
        office: &office,
        texts: Texts::None,
    };
    let question = format!(r#"{{"received_at":"{received_at}","facts":{{"pages":60}}}}"#);
    match registry
        .catalogue()
        .assess(name, question.as_bytes(), &context, moment(now))
    {
        Ok(answer) => {
            let answer: Value = serde_json::from_slice(&answer).unwrap();
            answer["version"]["digest"].as_str().unwrap().to_owned()
        }
        Err(error) => error.code().to_owned(),
    }
}
