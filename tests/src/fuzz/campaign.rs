//! The targets over as many inputs as there is time for, on all cores. An input that breaks a promise is written to a
//! file, and can be run again.

#![expect(
    clippy::disallowed_methods,
    reason = "the campaign runs for a time and tells its rate"
)]

use std::cell::RefCell;
use std::error::Error;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::breed::Breed;
use super::{Seen, Target, seeds};

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is tried, each for as long.
    pub targets: Vec<Target>,
    /// For how many minutes, all together.
    pub minutes: f64,
    /// Seed of the inputs.
    pub seed: u64,
}

/// The stack of a thread that tries inputs, in bytes: as much as the host's threads for such work have.
const STACK: usize = 2 << 20;

/// An input that breaks a promise is reported once for each place in the code where it shows, and at most so many.
const MOST_FOUND: usize = 20;

thread_local! {
    /// Where, and with which words, this thread has panicked last.
    static PANICKED: RefCell<String> = const { RefCell::new(String::new()) };
}

/// What the threads of one target share.
#[derive(Default)]
struct Board {
    runs: AtomicU64,
    seen: Mutex<Seen>,
    slowest: Mutex<(Duration, Vec<u8>)>,
    /// Place and words of the panic, and its input.
    found: Mutex<Vec<(String, Vec<u8>)>>,
}

/// Runs the campaign and prints its figures.
///
/// # Errors
/// A promise was broken; or there are no seeds, or nowhere to write to.
pub fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let folder = folder()?;
    let silent = panic::take_hook();
    panic::set_hook(Box::new(|panicked| {
        PANICKED.with(|place| *place.borrow_mut() = panicked.to_string());
    }));
    let mut broken = Vec::new();
    let result = plan
        .targets
        .iter()
        .try_for_each(|target| one(*target, plan, &folder, &mut broken));
    panic::set_hook(silent);
    result?;
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!("{} found; see above", broken.len()).into())
}

/// Tries one input from a file again, and lets it panic.
///
/// # Errors
/// The file cannot be read.
pub fn again(target: Target, file: &Path) -> Result<(), Box<dyn Error>> {
    let input = fs::read(file)?;
    let mut seen = Seen::default();
    let begin = Instant::now();
    target.run(&input, &mut seen);
    println!(
        "fuzz {target}: the promise holds, {:.1} ms; {seen}",
        millis(begin.elapsed())
    );
    Ok(())
}

/// Where inputs are written to.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let folder = std::env::temp_dir().join("motcua-fuzz");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn one(
    target: Target,
    plan: &Plan,
    folder: &Path,
    broken: &mut Vec<PathBuf>,
) -> Result<(), Box<dyn Error>> {
    let seeds = seeds::read(target)?;
    let share = Duration::from_secs_f64(plan.minutes * 60.0 / plan.targets.len().max(1) as f64);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    println!(
        "fuzz {target}: {:.1} minutes on {workers} threads; an input that ends this program itself is the newest `running-*` in {}",
        share.as_secs_f64() / 60.0,
        folder.display()
    );
    let board = Board::default();
    let begin = Instant::now();
    thread::scope(|scope| {
        for worker in 0..workers {
            let (board, seeds) = (&board, seeds.clone());
            let seed = plan.seed ^ (worker as u64) << 32;
            let running = folder.join(format!("running-{target}-{worker}"));
            thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, move || {
                    work(target, seeds, seed, &running, begin, share, board)
                })?;
        }
        Ok::<_, std::io::Error>(())
    })?;
    let runs = board.runs.load(Ordering::Relaxed);
    let seconds = begin.elapsed().as_secs_f64();
    let (slowest, slow) = board.slowest.into_inner()?;
    let path = folder.join(format!("slowest-{target}"));
    fs::write(&path, slow)?;
    println!(
        "fuzz {target}: {runs} runs, {:.0} a second; slowest {:.0} ms ({}); {}",
        runs as f64 / seconds,
        millis(slowest),
        path.display(),
        board.seen.into_inner()?
    );
    for (number, (words, input)) in board.found.into_inner()?.into_iter().enumerate() {
        let path = folder.join(format!("found-{target}-{number}"));
        fs::write(&path, input)?;
        println!(
            "fuzz {target}: BROKEN: {words}\n  again: cargo run --release -p tests -- fuzz --target {target} --input {}",
            path.display()
        );
        broken.push(path);
    }
    Ok(())
}

fn work(
    target: Target,
    seeds: Vec<Vec<u8>>,
    seed: u64,
    running: &Path,
    begin: Instant,
    share: Duration,
    board: &Board,
) {
    let mut breed = Breed::new(seeds, seed);
    let mut all = Seen::default();
    while begin.elapsed() < share {
        let input = breed.input();
        // What ends the whole process (an exhausted stack) can be found by this. If it cannot be written, there is only
        // nothing to find.
        let _ = fs::write(running, &input);
        let mut seen = Seen::default();
        let started = Instant::now();
        let held = panic::catch_unwind(AssertUnwindSafe(|| target.run(&input, &mut seen))).is_ok();
        let took = started.elapsed();
        board.runs.fetch_add(1, Ordering::Relaxed);
        if !held {
            found(board, &input);
        }
        if let Ok(mut slowest) = board.slowest.lock()
            && took > slowest.0
        {
            *slowest = (took, input.clone());
        }
        breed.came_to(&input, &seen);
        all.gather(&seen);
    }
    if let Ok(mut seen) = board.seen.lock() {
        seen.gather(&all);
    }
    let _ = fs::remove_file(running);
}

/// Reports a panic, once for each place in the code.
fn found(board: &Board, input: &[u8]) {
    let words = PANICKED.with(|place| place.borrow().clone());
    let place = |words: &str| words.lines().next().unwrap_or_default().to_owned();
    if let Ok(mut found) = board.found.lock()
        && found.len() < MOST_FOUND
        && found.iter().all(|(other, _)| place(other) != place(&words))
    {
        found.push((words, input.to_vec()));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Tries the seeds of a target, and as many more inputs bred from them; always the same.
///
/// # Errors
/// The seeds cannot be read.
///
/// # Panics
/// A promise is broken.
pub fn few(target: Target, count: usize, seed: u64) -> std::io::Result<Seen> {
    let seeds = seeds::read(target)?;
    let mut all = Seen::default();
    for input in &seeds {
        target.run(input, &mut all);
    }
    let mut breed = Breed::new(seeds, seed);
    for _ in 0..count {
        let input = breed.input();
        let mut seen = Seen::default();
        target.run(&input, &mut seen);
        breed.came_to(&input, &seen);
        all.gather(&seen);
    }
    Ok(all)
}
