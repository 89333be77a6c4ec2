//! Compilation of foreign components in a process of its own: the same program, started for one component, with an empty
//! environment, no open file but three pipes, and limits on memory, processor time, wall clock and output. It gives way to the
//! threads that answer questions.
//!
//! A valid module of a megabyte can cost a compiler half a minute and gigabytes. Admission refuses the files of which that is
//! known; for those of which it is not known yet, the kernel ends the process, and nobody else notices.
//!
//! The parent writes the limits of both classes (a length of four bytes, JSON), then the component, and closes the pipe. The
//! child admits the component again and answers with one byte that says what follows, a length of eight bytes, and that:
//! compiled code, or what the compiler said. Whatever else comes out of the child counts as nothing.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::admission::{Admitted, admit};
use crate::code::{Artifact, precompile};
use crate::error::{CompileLimit, LoadError};
use crate::limits::{Class, Classes, Limits};
use crate::quote::printable;
use crate::sandbox::{compiling_engine, platform};
use crate::turns::give_way_to_parent;

/// The hidden command by which the program compiles: it must do nothing but [`compile_for_parent`].
pub const COMPILE_COMMAND: &str = "compile-component";

/// Compiled code follows.
const CODE: u8 = b'C';
/// What the compiler said follows.
const FAULT: u8 = b'F';
/// The compiler could not have the memory it wanted.
const MEMORY: u8 = b'M';
/// The first byte and the length.
const HEAD: usize = 9;
/// The most bytes of limits; they have some 1,500.
const MOST_LIMITS: usize = 64 << 10;
/// The most bytes of the child's standard error that are looked at.
const MOST_SAID: u64 = 4 << 10;

// ---- The parent's side -----------------------------------------------------------------------------------------------------

/// Compiles an admitted component of a class by starting `program`.
pub(crate) fn compile(
    program: &Path,
    classes: &Classes,
    class: Class,
    component: &[u8],
) -> Result<Artifact, LoadError> {
    let limits = classes.of(class);
    let mut running = Running::start(program).map_err(|error| {
        broken(format_args!(
            "the compiling process cannot be started: {error}"
        ))
    })?;
    let pipes = (
        running.0.stdin.take(),
        running.0.stdout.take(),
        running.0.stderr.take(),
    );
    let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
        return Err(broken("the compiling process has no pipes"));
    };
    let settings = serde_json::to_vec(classes).map_err(broken)?;
    let length = u32::try_from(settings.len()).map_err(broken)?;
    let patience = Duration::from_secs(limits.compile_patience);
    thread::scope(|scope| {
        // Each pipe has a thread of its own, so that none waits for another. They end with the child at the latest.
        scope.spawn(move || {
            // A child that ends early does not read on; what it answered tells why.
            let _ = stdin
                .write_all(&length.to_le_bytes())
                .and_then(|()| stdin.write_all(&settings))
                .and_then(|()| stdin.write_all(component));
        });
        let (answered, answer) = mpsc::channel();
        scope.spawn(move || {
            let _ = answered.send(read_answer(stdout, limits));
        });
        let said = scope.spawn(move || {
            let mut said = Vec::new();
            let _ = stderr.take(MOST_SAID).read_to_end(&mut said);
            said
        });
        let answer = match answer.recv_timeout(patience) {
            Ok(answer) => answer,
            Err(_) => {
                running.kill();
                return Err(broken(format_args!(
                    "compiling was stopped by the wall clock after {} s: the machine is overloaded",
                    limits.compile_patience
                )));
            }
        };
        match answer {
            Answer::Code(code) => Ok(Artifact::vouched_for(code)),
            Answer::TooLarge => {
                running.kill();
                Err(LoadError::TooDear {
                    limit: CompileLimit::Code,
                    most: limits.code_bytes as u64,
                })
            }
            Answer::Fault(what) => Err(LoadError::Compile {
                what: printable(&String::from_utf8_lossy(&what)),
            }),
            Answer::Memory => Err(no_memory(limits)),
            Answer::None => {
                let status = running.end();
                running.kill();
                let said = said.join().unwrap_or_default();
                Err(ended(status, &String::from_utf8_lossy(&said), limits))
            }
        }
    })
}

/// The child, which does not outlive its parent's interest.
struct Running(Child);

impl Running {
    fn start(program: &Path) -> io::Result<Self> {
        Command::new(program)
            .arg(COMPILE_COMMAND)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map(Self)
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
    }

    /// How it ended, of one that has closed its output: nearly always it has ended, or is about to.
    fn end(&mut self) -> Option<ExitStatus> {
        for _ in 0..1_000 {
            match self.0.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(1)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
        None
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        let _ = self.0.wait();
    }
}

/// What a child answered.
enum Answer {
    Code(Vec<u8>),
    Fault(Vec<u8>),
    Memory,
    TooLarge,
    /// Nothing, or not all of it.
    None,
}

fn read_answer(mut pipe: impl Read, limits: &Limits) -> Answer {
    let mut head = [0; HEAD];
    if pipe.read_exact(&mut head).is_err() {
        return Answer::None;
    }
    let [kind, length @ ..] = head;
    let Ok(length) = usize::try_from(u64::from_le_bytes(length)) else {
        return Answer::TooLarge;
    };
    if length > limits.code_bytes {
        return Answer::TooLarge;
    }
    let mut body = Vec::new();
    match pipe.take(length as u64).read_to_end(&mut body) {
        Ok(read) if read == length => match kind {
            CODE => Answer::Code(body),
            FAULT => Answer::Fault(body),
            MEMORY => Answer::Memory,
            _ => Answer::None,
        },
        _ => Answer::None,
    }
}

fn broken(what: impl std::fmt::Display) -> LoadError {
    LoadError::Compiler(platform(what))
}

fn no_memory(limits: &Limits) -> LoadError {
    LoadError::TooDear {
        limit: CompileLimit::Memory,
        most: limits.compile_bytes,
    }
}

/// What it means that the child ended without an answer.
fn ended(status: Option<ExitStatus>, said: &str, limits: &Limits) -> LoadError {
    /// The signals of Linux that matter here.
    const ABORT: i32 = 6;
    const PROCESSOR: i32 = 24;
    /// What Rust makes of a panic.
    const PANIC: i32 = 101;
    let Some(status) = status else {
        return broken("the compiling process closed its output and went on");
    };
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    #[cfg(not(unix))]
    let signal: Option<i32> = None;
    // Rust's last word when it gets no memory.
    if said.contains("memory allocation of") && (signal == Some(ABORT) || !status.success()) {
        return no_memory(limits);
    }
    match (signal, status.code()) {
        (Some(PROCESSOR), _) => LoadError::TooDear {
            limit: CompileLimit::Processor,
            most: limits.compile_seconds,
        },
        // Not by this process: the kernel, when the machine has no memory left, or the operator.
        (Some(9 | 15), _) => broken(format_args!(
            "the compiling process was ended from outside: {status}"
        )),
        (Some(_), _) | (_, Some(PANIC)) => LoadError::Compile {
            what: format!("the compiler gave up ({status})"),
        },
        _ => broken(format_args!(
            "the compiling process gave no answer ({status}): {}",
            printable(said)
        )),
    }
}

// ---- The child's side ------------------------------------------------------------------------------------------------------

/// Compiles one component for a parent process: what the hidden command [`COMPILE_COMMAND`] does, and nothing else. Call it
/// first thing, while the process has a single thread and no open files of its own.
///
/// # Errors
/// The pipes are broken, or the limits could not be set: then nothing was compiled.
pub fn compile_for_parent() -> Result<(), String> {
    close_inherited();
    give_way_to_parent();
    restrict_files()?;
    let mut stdin = io::stdin().lock();
    let mut length = [0; 4];
    stdin.read_exact(&mut length).map_err(told)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MOST_LIMITS {
        return Err("the limits are too long".to_owned());
    }
    let mut settings = vec![0; length];
    stdin.read_exact(&mut settings).map_err(told)?;
    let classes: Classes = serde_json::from_slice(&settings).map_err(told)?;
    // Reading and admitting may take what the wider class may; compiling only what the component's own class may.
    restrict(classes.of(Class::Interpreted))?;
    let mut component = Vec::new();
    stdin
        .take(classes.component_bytes() as u64 + 1)
        .read_to_end(&mut component)
        .map_err(told)?;
    let (kind, body) = compiled(&classes, &component)?;
    let mut stdout = io::stdout().lock();
    let length = body.len() as u64;
    stdout
        .write_all(&[kind])
        .and_then(|()| stdout.write_all(&length.to_le_bytes()))
        .and_then(|()| stdout.write_all(&body))
        .and_then(|()| stdout.flush())
        .map_err(told)
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn compiled(classes: &Classes, component: &[u8]) -> Result<(u8, Vec<u8>), String> {
    let Admitted {
        class, room, plain, ..
    } = match admit(component, classes) {
        Ok(admitted) => admitted,
        Err(refusal) => return Ok((FAULT, refusal.message.en.into_bytes())),
    };
    let limits = classes.of(class);
    restrict(limits)?;
    let engine = compiling_engine(limits, room).map_err(told)?;
    match precompile(&engine, component, plain.as_ref()) {
        Ok(code) => Ok((CODE, code)),
        Err(error) if is_out_of_memory(&error) => Ok((MEMORY, Vec::new())),
        Err(error) => Ok((FAULT, printable(&format!("{error:#}")).into_bytes())),
    }
}

fn is_out_of_memory(error: &wasmtime::Error) -> bool {
    error.is::<wasmtime::OutOfMemory>()
        || error.chain().any(|cause| {
            cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::OutOfMemory)
        })
}

/// Closes whatever the parent left open by mistake, or had inherited itself: the compiler needs its three pipes.
#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "a number of a file can only be closed without knowing whose it is; see SAFETY"
)]
fn close_inherited() {
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else {
        return;
    };
    let open: Vec<i32> = open
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|number| *number > 2)
        .collect();
    for number in open {
        // SAFETY: the process has just begun, has one thread and has opened nothing itself but the folder read above, which is
        // closed by now. So no value of this program owns the file behind the number.
        unsafe { rustix::io::close(number) };
    }
}

#[cfg(not(target_os = "linux"))]
fn close_inherited() {}

/// No file can be written, few opened, and no core is dumped.
#[cfg(unix)]
fn restrict_files() -> Result<(), String> {
    use rustix::process::Resource;
    limit(Resource::Core, 0, 0)?;
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Nofile, 16, 16)
}

/// Memory and processor time. Limits only become narrower: who has been restricted cannot take it back.
#[cfg(unix)]
fn restrict(limits: &Limits) -> Result<(), String> {
    use rustix::process::Resource;
    limit(Resource::As, limits.compile_bytes, limits.compile_bytes)?;
    // At the first the kernel says that it was the time; at the second it only kills.
    let seconds = limits.compile_seconds;
    limit(Resource::Cpu, seconds, seconds.saturating_add(1))
}

#[cfg(unix)]
fn limit(resource: rustix::process::Resource, soft: u64, hard: u64) -> Result<(), String> {
    use rustix::process::{Rlimit, getrlimit, setrlimit};
    let before = getrlimit(resource);
    let narrower = |before: Option<u64>, most: u64| before.map_or(most, |before| before.min(most));
    let limit = Rlimit {
        current: Some(narrower(before.current, soft)),
        maximum: Some(narrower(before.maximum, hard)),
    };
    setrlimit(resource, limit)
        .map_err(|error| format!("a limit of the process cannot be set: {error}"))
}

#[cfg(not(unix))]
fn restrict_files() -> Result<(), String> {
    Ok(())
}

#[cfg(not(unix))]
fn restrict(_: &Limits) -> Result<(), String> {
    Ok(())
}

/// For the tests of the other side.
#[cfg(test)]
mod tests {
    use super::*;

    fn answer(bytes: &[u8]) -> Answer {
        let limits = Limits {
            code_bytes: 100,
            ..Limits::default()
        };
        read_answer(bytes, &limits)
    }

    fn framed(kind: u8, length: u64, body: &[u8]) -> Vec<u8> {
        [&[kind][..], &length.to_le_bytes(), body].concat()
    }

    #[test]
    fn only_a_whole_answer_counts() {
        assert!(matches!(answer(&framed(CODE, 3, b"abc")), Answer::Code(code) if code == b"abc"));
        assert!(matches!(answer(&framed(FAULT, 3, b"abc")), Answer::Fault(what) if what == b"abc"));
        assert!(matches!(answer(&framed(MEMORY, 0, b"")), Answer::Memory));
        assert!(matches!(answer(b""), Answer::None));
        assert!(matches!(answer(b"C\x01\0\0"), Answer::None));
        assert!(matches!(answer(&framed(CODE, 4, b"abc")), Answer::None));
        assert!(matches!(answer(&framed(b'?', 3, b"abc")), Answer::None));
        assert!(matches!(
            answer(&framed(CODE, 101, &[0; 101])),
            Answer::TooLarge
        ));
        assert!(matches!(
            answer(&framed(CODE, u64::MAX, b"")),
            Answer::TooLarge
        ));
    }
}
