//! To talk to a host over HTTP: what the commands of a department, a reviewer, an operator or an auditor need.

use std::path::PathBuf;
use std::time::Duration;

use motcua_model::Text;
use motcua_registry::store::of_system;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::tls::{RootCerts, TlsConfig};

use crate::commands::Console;
use crate::failure::{Failure, Turn};
use crate::folder;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a whole request may take: the gate tries a version for seconds, a replay of many decisions for longer.
const PATIENCE: Duration = Duration::from_secs(600);
/// The largest answer that is read, in bytes.
const MOST: u64 = 256 << 20;

/// Which host, and by which token.
#[derive(Debug, clap::Args)]
pub struct HostArgs {
    /// The host
    #[arg(
        long,
        env = "MOTCUA_HOST",
        default_value = "http://127.0.0.1:8080",
        value_name = "URL",
        help_heading = "Host"
    )]
    pub host: String,
    /// File with the token [default: $MOTCUA_TOKEN]
    #[arg(long, value_name = "FILE", help_heading = "Host")]
    pub token_file: Option<PathBuf>,
}

/// A host to talk to.
pub struct Client {
    agent: ureq::Agent,
    /// Without a slash at the end.
    base: String,
    token: Option<String>,
    console: Console,
}

/// Problem details of the host, as far as they are shown.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "type", default)]
    kind: String,
    detail: Text,
    #[serde(default)]
    errors: Vec<Place>,
}

/// A place that is wrong.
#[derive(Deserialize)]
struct Place {
    #[serde(default)]
    pointer: String,
    message: Text,
}

impl HostArgs {
    /// A client that says who is asking.
    ///
    /// # Errors
    /// There is no token, or its file cannot be read.
    pub fn client(&self, console: Console) -> Result<Client, Failure> {
        let token = match &self.token_file {
            Some(file) => folder::text(file)?.text,
            None => std::env::var("MOTCUA_TOKEN").map_err(|_| {
                Failure::host(Text::new(
                    "thiếu mã truy cập: đặt biến MOTCUA_TOKEN hoặc dùng --token-file TỆP",
                    "there is no token: set MOTCUA_TOKEN or use --token-file FILE",
                ))
            })?,
        };
        let mut client = self.without_token(console);
        if client.base.starts_with("http://") && !is_loopback(&client.base) {
            console.say(&Text::new(
                "cảnh báo: mã truy cập được gửi không mã hóa; hãy dùng https://",
                "warning: the token is sent unencrypted; use https://",
            ));
        }
        client.token = Some(token.trim().to_owned());
        Ok(client)
    }

    /// A client for what anybody may read.
    pub fn without_token(&self, console: Console) -> Client {
        let base = self.host.trim_end_matches('/').to_owned();
        let tls = TlsConfig::builder()
            // A ministry's own certificate authority is known to the machine, not to a list in this program.
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(PATIENCE))
            .tls_config(tls);
        if is_loopback(&base) {
            config = config.proxy(None);
        }
        Client {
            agent: config.build().into(),
            base,
            token: None,
            console,
        }
    }
}

fn is_loopback(base: &str) -> bool {
    let Some((_, rest)) = base.split_once("://") else {
        return false;
    };
    let host = rest.split('/').next().unwrap_or(rest);
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, _)| name)
        .trim_matches(['[', ']']);
    name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Text as one segment of a path, or as a value of a query.
pub fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

impl Client {
    /// Asks for JSON.
    ///
    /// # Errors
    /// The host refuses, cannot be reached, or says something else.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.read(&self.get_bytes(path)?)
    }

    /// Asks for bytes.
    ///
    /// # Errors
    /// The host refuses, or cannot be reached.
    pub fn get_bytes(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let request = self.agent.get(format!("{}/api/v1{path}", self.base));
        let request = match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.answer(request.call())
    }

    /// Sends JSON, asks for JSON.
    ///
    /// # Errors
    /// The host refuses, cannot be reached, or says something else.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &Value) -> Result<T, Failure> {
        self.read(&self.post_bytes(path, body)?)
    }

    /// Sends JSON; the answer does not matter if it is a good one.
    ///
    /// # Errors
    /// The host refuses, or cannot be reached.
    pub fn post_bytes(&self, path: &str, body: &Value) -> Result<Vec<u8>, Failure> {
        let request = self
            .agent
            .post(format!("{}/api/v1{path}", self.base))
            .content_type("application/json");
        let request = match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.answer(request.send(body.to_string().as_bytes()))
    }

    fn answer(
        &self,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Vec<u8>, Failure> {
        let unreachable = |error: ureq::Error| {
            let why = match &error {
                ureq::Error::Io(error) => of_system(error),
                error => Text::new(error.to_string(), error.to_string()),
            };
            Failure::machine(Text::new(
                format!(
                    "không hỏi được {}: {}; máy chủ motcua có đang chạy ở đó không? Địa chỉ khác: --host URL",
                    self.base, why.vi
                ),
                format!(
                    "cannot ask {}: {}; is a motcua host running there? Name another address by --host URL",
                    self.base, why.en
                ),
            ))
        };
        let mut response = response.map_err(unreachable)?;
        let status = response.status();
        let body = response
            .body_mut()
            .with_config()
            .limit(MOST)
            .read_to_vec()
            .map_err(unreachable)?;
        if status.is_success() {
            return Ok(body);
        }
        let Ok(told) = serde_json::from_slice::<Told>(&body) else {
            return Err(Failure::machine(Text::new(
                format!(
                    "{} trả lời {status}; đó có phải là motcua không?",
                    self.base
                ),
                format!("{} answered {status}; is that a motcua host?", self.base),
            )));
        };
        for place in &told.errors {
            let message = place.message.get(self.console.language);
            self.console.line(&format!("{}: {message}", place.pointer));
        }
        let code = told.kind.rsplit(':').next().unwrap_or_default();
        let Text { vi, en } = told.detail;
        Err(Failure {
            // A busy host is no refusal.
            turn: if status.is_server_error() {
                Turn::Machine
            } else {
                Turn::Host
            },
            message: Text::new(
                format!("máy chủ từ chối ({code}): {vi}"),
                format!("the host refuses ({code}): {en}"),
            ),
        })
    }

    fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Failure> {
        serde_json::from_slice(body).map_err(|error| {
            Failure::machine(Text::new(
                format!("không hiểu câu trả lời của {}: {error}", self.base),
                format!("the answer of {} is not understood: {error}", self.base),
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loopback_and_what_is_not() {
        for loopback in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:9",
            "http://127.9.9.9/x",
        ] {
            assert!(is_loopback(loopback), "{loopback}");
        }
        for other in [
            "http://localhost.example.org",
            "https://motcua.example.vn",
            "http://10.0.0.1:8080",
            "127.0.0.1",
        ] {
            assert!(!is_loopback(other), "{other}");
        }
    }

    #[test]
    fn nothing_of_a_name_becomes_part_of_an_address() {
        assert_eq!(encoded("1.003868"), "1.003868");
        assert_eq!(encoded("a/../b?c#đ"), "a%2F..%2Fb%3Fc%23%C4%91");
    }
}
