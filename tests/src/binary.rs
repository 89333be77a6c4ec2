//! The real binary, started on a free port with a data folder of its own and stopped when the test ends.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

/// The `motcua` beside this program. `cargo test` builds it together with the tests; a campaign calls [`build`] first.
pub fn motcua() -> PathBuf {
    static FOUND: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    FOUND
        .get_or_init(|| beside().filter(|path| path.exists()).unwrap_or_else(build))
        .clone()
}

/// Where cargo puts it: in the folder of this program, or, for a test, in the one above.
fn beside() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let folder = program.parent()?;
    let folder = if folder.ends_with("deps") {
        folder.parent()?
    } else {
        folder
    };
    Some(folder.join(format!("motcua{}", std::env::consts::EXE_SUFFIX)))
}

/// Builds it from the sources as they are.
pub fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let status = Command::new(cargo)
        .args(["build", "--release", "--bin", "motcua"])
        .current_dir(&root)
        .status();
    assert!(
        status.is_ok_and(|s| s.success()),
        "`cargo build --release --bin motcua` failed"
    );
    match beside() {
        Some(path) => path,
        None => panic!("this program does not know where it is"),
    }
}

/// Runs a command to its end.
pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    match command(arguments).output() {
        Ok(output) => output,
        Err(error) => panic!("motcua cannot be started: {error}"),
    }
}

/// The command with English messages and nothing else of this environment that could change what it says.
pub fn command<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(motcua());
    command
        .args(arguments)
        .env("MOTCUA_LANG", "en")
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG");
    command
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Where it answers.
    pub address: SocketAddr,
    /// What it has written to its standard error so far, line by line.
    lines: Mutex<mpsc::Receiver<String>>,
}

impl Server {
    /// Starts `motcua serve` on a free port and waits until it answers.
    pub fn start(procedures: &Path, data: &Path) -> io::Result<Self> {
        Self::start_within(procedures, data, Duration::from_secs(600))
    }

    /// The same, with another patience.
    pub fn start_within(procedures: &Path, data: &Path, patience: Duration) -> io::Result<Self> {
        Self::start_with(procedures, &["--data".as_ref(), data.as_ref()], patience)
    }

    /// The same, with other arguments: where the database is, for example.
    pub fn start_with(
        procedures: &Path,
        arguments: &[&OsStr],
        patience: Duration,
    ) -> io::Result<Self> {
        let mut child = command(["serve", "--listen", "127.0.0.1:0", "--procedures"])
            .arg(procedures)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let lines = follow(child.stderr.take());
        let out = follow(child.stdout.take());
        // The result on the standard output is the address it answers on.
        let address = out.recv_timeout(patience).map_err(|_| {
            let _ = child.kill();
            let said: Vec<String> = lines.try_iter().collect();
            io::Error::other(format!("motcua serve did not start:\n{}", said.join("\n")))
        })?;
        let address = address
            .trim()
            .trim_start_matches("http://")
            .parse()
            .map_err(|_| io::Error::other(format!("`{address}` is no address")))?;
        Ok(Self {
            child,
            address,
            lines: Mutex::new(lines),
        })
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said since this was last asked.
    pub fn said(&self) -> Vec<String> {
        self.lines
            .lock()
            .map(|lines| lines.try_iter().collect())
            .unwrap_or_default()
    }

    /// The next line that it says; nothing when it says none for so long.
    pub fn next_line(&self, patience: Duration) -> Option<String> {
        let lines = self.lines.lock().ok()?;
        lines.recv_timeout(patience).ok()
    }

    /// Waits until it says a line with this text; false when it does not within so long a silence.
    pub fn comes_to_say(&self, text: &str, patience: Duration) -> bool {
        while let Some(line) = self.next_line(patience) {
            if line.contains(text) {
                return true;
            }
        }
        false
    }

    /// Asks it to stop as Ctrl-C does, and waits for its end.
    pub fn interrupt(mut self) -> io::Result<std::process::ExitStatus> {
        let status = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status()?;
        if !status.success() {
            return Err(io::Error::other("the signal could not be sent"));
        }
        self.child.wait()
    }

    /// Kills it as a failing machine does, and waits for its end.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Resident memory in bytes, as the kernel counts it.
    pub fn resident_bytes(&self) -> io::Result<u64> {
        Ok(self.status("VmRSS:")? * 1024)
    }

    /// How many threads it has.
    pub fn threads(&self) -> io::Result<u64> {
        self.status("Threads:")
    }

    /// A number that the kernel tells of the process.
    fn status(&self, name: &str) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok())
            .ok_or_else(|| io::Error::other(format!("the kernel tells no {name}")))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a stream line by line on a thread of its own, so that the child never blocks on a full pipe.
fn follow(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stream) = stream {
        thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}
