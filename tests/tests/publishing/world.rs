//! A host with a small procedure, an operator, and what a department needs on its own machine.

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::Value;
use tests::binary::{self, Server};
use tests::generate;
use tests::http::{Connection, Response, request_with};
use tests::postgres;

/// A running host with its operator.
pub struct World {
    pub server: Server,
    pub folder: tempfile::TempDir,
    pub operator: String,
    /// `--data FOLDER` or `--database URL`.
    pub database: [String; 2],
}

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// It did what it was told; its result.
    pub fn result(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out.trim().to_owned()
    }

    /// The host refused it, for this reason.
    #[track_caller]
    pub fn refused(self, code: &str) {
        assert_eq!(self.code, 5, "{self:?}");
        assert!(self.err.contains(&format!("({code})")), "{self:?}");
    }

    pub fn json(self) -> Value {
        serde_json::from_str(&self.result()).expect("JSON")
    }
}

/// One host for the tests that do not spoil it for each other; stopped when none of them runs any more.
pub fn world() -> Arc<World> {
    static SHARED: Mutex<Weak<World>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let world = Arc::new(World::new());
        *shared = Arc::downgrade(&world);
        world
    })
}

impl World {
    /// A host of its own, with the embedded database.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let data = data.to_str().expect("a path").to_owned();
        Self::on(folder, ["--data".to_owned(), data])
    }

    /// A host of its own, with a database of a PostgreSQL server.
    pub fn on_postgres() -> Self {
        let address = postgres::shared().database().expect("a database");
        let folder = tempfile::tempdir().expect("a folder");
        Self::on(folder, ["--database".to_owned(), address])
    }

    fn on(folder: tempfile::TempDir, database: [String; 2]) -> Self {
        let procedures = folder.path().join("procedures");
        generate::write(&procedures, 0).expect("calendars");
        package(&procedures.join("seeded"), "9.000000");
        let server = serve(folder.path(), &database);
        let first = binary::command(["token", "first", "--person", "chi"])
            .args(&database)
            .output()
            .expect("motcua starts");
        let operator = ran(&first).result();
        let world = Self {
            server,
            folder,
            operator,
            database,
        };
        // The host hears of a token that another process has issued within a second, unless the machine is busy.
        for _ in 0..2_000 {
            if world.get("/departments", &world.operator).status == 200 {
                return world;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!(
            "the first token is not known to the host: {:?}",
            world.server.said()
        );
    }

    /// Stops the host and starts another one on the same database.
    pub fn restart(&mut self) {
        let server = serve(self.folder.path(), &self.database);
        std::mem::replace(&mut self.server, server)
            .interrupt()
            .expect("it stops");
    }

    /// `--data FOLDER` or `--database URL`, for a command.
    pub fn database(&self) -> [&str; 2] {
        [&self.database[0], &self.database[1]]
    }

    /// The folder of the database.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command by somebody's token against this host.
    pub fn run<'a>(&self, token: &str, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        let output = binary::command(arguments)
            .env("MOTCUA_HOST", format!("http://{}", self.server.address))
            .env("MOTCUA_TOKEN", token)
            .env_remove("MOTCUA_DATABASE")
            .output()
            .expect("motcua starts");
        ran(&output)
    }

    /// A department of its own with one procedure, its key registered, an author and a reviewer.
    pub fn department(&self) -> Department<'_> {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (id, code) = (format!("so-{number}"), format!("9.1{number:05}"));
        let folder = tempfile::tempdir().expect("a folder");
        let key = folder.path().join("key.pem");
        let key_text = key.to_str().expect("a path");
        let made = self
            .run("", ["key", "new", "-o", key_text, "--json"])
            .json();
        let text = |member: &str| made[member].as_str().expect("a text").to_owned();
        let (key_id, public) = (text("id"), text("public"));
        let operator = &self.operator;
        let add = [
            "department",
            "add",
            &id,
            "--name-vi",
            "Sở Thử",
            "--name-en",
            "Trials",
            "--code",
            &code,
        ];
        self.run(operator, add).result();
        let register = ["key", "register", &public, "--department", &id];
        assert_eq!(self.run(operator, register).result(), key_id);
        let package = package(&folder.path().join(format!("procedure-{number}")), &code);
        let author = self.token(&format!("an-{number}"), "author", Some(&id));
        let reviewer = self.token(&format!("binh-{number}"), "reviewer", None);
        Department {
            world: self,
            folder,
            id,
            code,
            key,
            key_id,
            package,
            author,
            reviewer,
        }
    }

    /// Issues a token.
    pub fn token(&self, person: &str, role: &str, department: Option<&str>) -> String {
        let mut arguments = vec!["token", "new", "--person", person, "--role", role];
        arguments.extend(department.iter().flat_map(|id| ["--department", id]));
        self.run(&self.operator, arguments).result()
    }

    /// Sends a request by somebody's token.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Response {
        let body = body.map(|body| body.to_string().into_bytes());
        self.ask(&request_with(
            method,
            &format!("/api/v1{path}"),
            headers,
            body.as_deref(),
        ))
    }

    /// Sends a whole request.
    pub fn ask(&self, request: &[u8]) -> Response {
        ask(self.server.address, request)
    }

    pub fn get(&self, path: &str, token: &str) -> Response {
        self.send(
            "GET",
            path,
            &[("authorization", &format!("Bearer {token}"))],
            None,
        )
    }

    pub fn post(&self, path: &str, token: &str, body: &Value) -> Response {
        self.send(
            "POST",
            path,
            &[("authorization", &format!("Bearer {token}"))],
            Some(body),
        )
    }

    /// Somebody with the database file at hand gets rid of its guard and changes one byte of a component.
    pub fn spoil(&self, digest: &str) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime
            .block_on(tests::hostile::spoil(&self.data(), digest))
            .expect("spoiled");
    }

    /// The entries of the chain.
    pub fn chain(&self) -> Vec<Value> {
        let lines = self.run(&self.operator, ["audit", "export"]).result();
        lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["entry"].take())
            .collect()
    }

    /// That a refusal of somebody is in the chain, with its reason in both languages.
    #[track_caller]
    pub fn must_have_kept(&self, who: &str, act: &str, code: &str, subject: &str) {
        let kept = self.chain().into_iter().any(|entry| {
            let body = &entry["body"];
            entry["kind"] == "refused"
                && entry["who"] == who
                && entry["subject"] == subject
                && body["act"] == act
                && body["code"] == code
                && body["reason"]["vi"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
                && body["reason"]["en"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
        });
        assert!(kept, "no entry: {who} {act} {code} {subject}");
    }
}

/// Sends a whole request.
pub fn ask(address: SocketAddr, request: &[u8]) -> Response {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut connection = Connection::open(address).await.expect("it listens");
        connection.send(request).await.expect("it answers")
    })
}

fn serve(folder: &Path, database: &[String; 2]) -> Server {
    let arguments = [OsStr::new(&database[0]), OsStr::new(&database[1])];
    let patience = std::time::Duration::from_secs(120);
    Server::start_with(&folder.join("procedures"), &arguments, patience)
        .expect("motcua serve starts")
}

/// A department at its own machine.
pub struct Department<'w> {
    pub world: &'w World,
    pub folder: tempfile::TempDir,
    pub id: String,
    pub code: String,
    pub key: PathBuf,
    pub key_id: String,
    pub package: PathBuf,
    pub author: String,
    pub reviewer: String,
}

impl Department<'_> {
    /// The author's name.
    pub fn an(&self) -> String {
        self.id.replace("so-", "an-")
    }

    /// The reviewer's name.
    pub fn binh(&self) -> String {
        self.id.replace("so-", "binh-")
    }

    pub fn key(&self) -> &str {
        self.key.to_str().expect("a path")
    }

    pub fn package(&self) -> &str {
        self.package.to_str().expect("a path")
    }

    /// Changes the package's text.
    pub fn edit(&self, from: &str, to: &str) {
        edit(&self.package, from, to);
    }

    /// Changes the text of its cases.
    pub fn edit_cases(&self, from: &str, to: &str) {
        let name = self.package.file_name().expect("a name");
        let cases = self.package.with_file_name("cases").join(name);
        edit(&cases, from, to);
    }

    /// Runs a command by the author's token.
    pub fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        self.world.run(&self.author, arguments)
    }

    /// Runs a command by the reviewer's token.
    pub fn review<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
        self.world.run(&self.reviewer, arguments)
    }

    /// Submits the package as it is; answers `CODE/NUMBER` and the digest.
    pub fn submit(&self) -> (String, String) {
        let line = self
            .run(["submit", self.package(), "--key", self.key()])
            .result();
        let mut words = line.split(' ').map(str::to_owned);
        let (name, stage) = (words.next().expect("a name"), words.next());
        assert_eq!(stage.as_deref(), Some("in-review"), "{line}");
        (name, words.next().expect("a digest"))
    }

    /// Submits, approves and activates the package as it is; answers `CODE/NUMBER` and the digest.
    pub fn publish(&self) -> (String, String) {
        let (name, digest) = self.submit();
        self.review(["approve", &name, "--component", &digest])
            .result();
        self.run(["activate", &name]).result();
        (name, digest)
    }

    /// What `motcua sign` prints for the package as it is.
    pub fn sign(&self, number: &str) -> Value {
        let arguments = [
            "sign",
            self.package(),
            "--key",
            self.key(),
            "--department",
            &self.id,
            "--number",
            number,
        ];
        self.run(arguments).json()
    }

    /// A body for `POST /submissions` out of a signed statement and the package as it is.
    pub fn body(&self, signed: &Value) -> Value {
        let file = self.folder.path().join("component.wasm");
        let text = file.to_str().expect("a path");
        self.run(["build", self.package(), "-o", text]).result();
        let mut body = signed.clone();
        body["component"] = base64(&fs::read(&file).expect("a file")).into();
        body
    }
}

/// A package to start from, under a code of its own; its file.
pub fn package(folder: &Path, code: &str) -> PathBuf {
    let output = binary::command(["new", "--valid-from", "2026-01-01"])
        .arg(folder)
        .output()
        .expect("motcua starts");
    ran(&output).result();
    let file = folder.join("2026-01-01.yaml");
    edit(&file, "'0.000000'", &format!("'{code}'"));
    file
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("a file");
    assert!(text.contains(from), "`{from}` is not in it");
    fs::write(file, text.replace(from, to)).expect("written");
}

/// How a command ended.
pub fn ran(output: &std::process::Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

/// Bytes in base64 (RFC 4648), as few lines as a test needs.
pub fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0_usize, |word, byte| word << 8 | usize::from(*byte));
        for at in 0..4 {
            let letter = LETTERS[word >> (18 - 6 * at) & 63];
            out.push(if at <= chunk.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    out
}
