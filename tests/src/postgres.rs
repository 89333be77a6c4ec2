//! A PostgreSQL server of its own, in a temporary folder: started, stopped, killed and started again; gone with the program
//! that started it, however that ends.
//!
//! A machine without PostgreSQL is no reason to skip a test: on Debian and its relatives it is installed (as root), elsewhere
//! starting fails and says what is missing.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// The superuser of the server.
const USER: &str = "an";
/// Their password, with characters that an address must escape.
const PASSWORD: &str = "m@t:kh/u";
const PASSWORD_IN_ADDRESS: &str = "m%40t%3Akh%2Fu";

/// How often one looks whether the server is ready, and how many times.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: u32 = 1200;

/// Ends the server and removes its folder when the program that holds the other end of the pipe has ended.
const GUARD: &str = r#"read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
rm -rf "$1""#;

/// A server on a free port of 127.0.0.1.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    settings: Vec<String>,
    /// Whom the server runs as, where that is not ourselves: PostgreSQL refuses to run as root.
    account: Option<(u32, u32)>,
    child: Mutex<Option<Child>>,
    databases: AtomicU32,
    guard: Mutex<(Child, Option<ChildStdin>)>,
}

/// The server that the tests of one program share, each with a database of its own. Not to be stopped.
pub fn shared() -> &'static Postgres {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(|| match Postgres::start() {
        Ok(postgres) => postgres,
        Err(error) => panic!("PostgreSQL: {error}"),
    })
}

impl Postgres {
    /// Starts a server.
    pub fn start() -> io::Result<Self> {
        Self::start_with(&[])
    }

    /// Starts a server with these settings (`name=value`) beside the usual ones. What is acknowledged is on the disk
    /// (`fsync` is on) unless a setting says otherwise.
    pub fn start_with(settings: &[&str]) -> io::Result<Self> {
        let programs = programs()?;
        let account = account()?;
        let folder = tempfile::Builder::new()
            .prefix("motcua-pg-")
            .tempdir()?
            .keep();
        if let Some((user, group)) = account {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let pipe = guard.stdin.take();
        let postgres = Self {
            folder,
            programs,
            port: 0,
            settings: settings.iter().map(|&setting| setting.into()).collect(),
            account,
            child: Mutex::new(None),
            databases: AtomicU32::new(0),
            guard: Mutex::new((guard, pipe)),
        };
        postgres.initialise()?;
        postgres.on_a_free_port()
    }

    fn initialise(&self) -> io::Result<()> {
        let password = self.folder.join("password");
        fs::write(&password, PASSWORD)?;
        fs::set_permissions(&password, fs::Permissions::from_mode(0o644))?;
        let pwfile = format!("--pwfile={}", password.display());
        said(
            self.command("initdb")
                .arg("-D")
                .arg(self.data())
                .args(["-U", USER, "--encoding=UTF8", "--locale=C", "--no-sync"])
                .args(["--auth-local=trust", "--auth-host=scram-sha-256", &pwfile]),
        )?;
        fs::remove_file(password)
    }

    /// Between finding a free port and using it another program may take it.
    fn on_a_free_port(mut self) -> io::Result<Self> {
        let mut attempts = 0;
        loop {
            self.port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            match self.run() {
                Ok(()) => return Ok(self),
                Err(error) if attempts == 3 => return Err(error),
                Err(_) => attempts += 1,
            }
        }
    }

    /// Starts the server again after it was stopped or killed, on the same port, and waits until it answers.
    pub fn run(&self) -> io::Result<()> {
        let mut child = self.child();
        for _ in 0..LOOKS {
            let running = match child.as_mut() {
                Some(child) => child.try_wait()?.is_none(),
                None => false,
            };
            if !running {
                // Just killed, its children may still hold the folder; then it ends at once and is started again.
                *child = Some(self.spawn()?);
            }
            thread::sleep(LOOK);
            let ready = self
                .command("pg_isready")
                .args(["-q", "-d", "postgres", "-h", "127.0.0.1", "-p"])
                .arg(self.port.to_string())
                .status()?
                .success();
            let ours = child
                .as_mut()
                .is_some_and(|child| matches!(child.try_wait(), Ok(None)));
            if ready && ours {
                return Ok(());
            }
        }
        Err(io::Error::other(format!(
            "the server does not start: {}",
            fs::read_to_string(self.folder.join("log")).unwrap_or_default()
        )))
    }

    fn spawn(&self) -> io::Result<Child> {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))?;
        let mut command = self.command("postgres");
        command
            .arg("-D")
            .arg(self.data())
            .arg("-p")
            .arg(self.port.to_string())
            .arg("-k")
            .arg(&self.folder)
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "shared_buffers=32MB",
            ])
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .spawn()
    }

    /// Stops the server as an operator does: connections are cut, everything is written.
    pub fn stop(&self) -> io::Result<()> {
        self.end("INT")
    }

    /// Kills the server as a failing machine does.
    pub fn kill(&self) -> io::Result<()> {
        self.end("KILL")
    }

    /// Stops the server and starts it again.
    pub fn restart(&self) -> io::Result<()> {
        self.stop()?;
        self.run()
    }

    fn end(&self, signal: &str) -> io::Result<()> {
        let Some(mut child) = self.child().take() else {
            return Ok(());
        };
        said(Command::new("kill").args(["-s", signal, &child.id().to_string()]))?;
        child.wait().map(drop)
    }

    /// A new, empty database; answers its address.
    pub fn database(&self) -> io::Result<String> {
        self.database_with("ENCODING 'UTF8'")
    }

    /// The same, made with other options.
    pub fn database_with(&self, options: &str) -> io::Result<String> {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0 {options}"),
        )?;
        Ok(self.address(&name))
    }

    /// The address of a database, of which there may be none.
    pub fn address(&self, name: &str) -> String {
        format!(
            "postgres://{USER}:{PASSWORD_IN_ADDRESS}@127.0.0.1:{}/{name}",
            self.port
        )
    }

    /// Runs SQL in a database as its superuser; answers what it prints, without headings.
    pub fn sql(&self, database: &str, sql: &str) -> io::Result<String> {
        said(
            self.command("psql")
                .args([
                    "-X",
                    "-q",
                    "-A",
                    "-t",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-U",
                    USER,
                    "-d",
                    database,
                ])
                .arg("-h")
                .arg(&self.folder)
                .arg("-p")
                .arg(self.port.to_string())
                .args(["-c", sql]),
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn child(&self) -> MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One of its programs, run as the account of the server and in its folder.
    fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .current_dir(&self.folder)
            .env("LC_ALL", "C")
            .env_remove("PGOPTIONS");
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.end("QUIT");
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        guard.1 = None;
        let _ = guard.0.wait();
    }
}

/// Runs a command to its end; what it prints, or, if it fails, what it complains about.
fn said(command: &mut Command) -> io::Result<String> {
    let output = command.output()?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(io::Error::other(format!(
            "{} failed: {}{}",
            command.get_program().display(),
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&output.stdout),
        )))
    }
}

/// The folder with `initdb` and `postgres`.
fn programs() -> io::Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let missing = |what: &str| {
        io::Error::other(format!(
            "`initdb` and `postgres` (15 or later) were found neither in PATH nor in /usr/lib/postgresql, and these tests \
             need them. {what}"
        ))
    };
    if id(&["-u"])? != 0 || !Path::new("/usr/bin/apt-get").exists() {
        return Err(missing(
            "Install PostgreSQL, for example: apt-get install postgresql",
        ));
    }
    eprintln!("PostgreSQL is missing and is installed now: apt-get install postgresql");
    let install = ["install", "-y", "--no-install-recommends", "postgresql"];
    let apt = |arguments: &[&str]| {
        said(
            Command::new("apt-get")
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    apt(&install)
        .or_else(|_| apt(&["update"]).and_then(|_| apt(&install)))
        .map_err(|error| missing(&error.to_string()))?;
    find().ok_or_else(|| missing("They are missing even after apt-get install postgresql."))
}

fn find() -> Option<PathBuf> {
    let version = |folder: &PathBuf| -> u32 {
        let name = folder
            .parent()
            .and_then(Path::file_name)
            .and_then(OsStr::to_str);
        name.and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    packaged.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let path = std::env::var_os("PATH").unwrap_or_default();
    packaged
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| {
            ["initdb", "postgres", "pg_isready", "psql"]
                .iter()
                .all(|program| folder.join(program).is_file())
        })
}

/// Whom the server runs as: ourselves, or, where that is root, somebody without rights.
fn account() -> io::Result<Option<(u32, u32)>> {
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    let of = |user: &str| Ok::<_, io::Error>((id(&["-u", user])?, id(&["-g", user])?));
    of("postgres").or_else(|_| of("nobody")).map(Some)
}

fn id(arguments: &[&str]) -> io::Result<u32> {
    said(Command::new("id").args(arguments))?
        .trim()
        .parse()
        .map_err(io::Error::other)
}
