//! An honest question, asked over and over on a connection of its own while others are attacked: how long it takes, and
//! whether the answer is still the same.

#![expect(clippy::disallowed_methods, reason = "measuring is what this is for")]

use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::http::{Connection, request};
use crate::load;

/// From an answer to the next question.
const PAUSE: Duration = Duration::from_millis(2);

/// Latencies, in no order.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// So that a share of them is below.
    pub fn quantile(&mut self, share: f64) -> Duration {
        self.0.sort_unstable();
        let at = (self.0.len().saturating_sub(1) as f64 * share) as usize;
        self.0.get(at).copied().unwrap_or_default()
    }
}

/// What honest questions saw beside an attack, and in the stretches of quiet between its parts.
///
/// Both in turns, some tenths of a second each: what else runs on the machine, in it or around it, befalls both alike, so their
/// ratio tells what the attack does and nothing else.
#[derive(Debug, Default)]
pub struct Pace {
    /// While nobody attacked.
    pub quiet: Latencies,
    /// While somebody did.
    pub attacked: Latencies,
}

impl Pace {
    /// Takes in another.
    pub fn append(&mut self, other: Self) {
        self.quiet.0.extend(other.quiet.0);
        self.attacked.0.extend(other.attacked.0);
    }

    /// How many times as long the 99th of 100 took under attack.
    pub fn ratio(&mut self) -> f64 {
        self.attacked.quantile(0.99).as_secs_f64() / self.quiet.quantile(0.99).as_secs_f64()
    }
}

/// Between two stretches: what is seen counts for neither.
const BETWEEN: u32 = 0;
const QUIET: u32 = 1;
const ATTACKED: u32 = 2;
/// A part is told together with what it consists of: so many kinds of stretches there are.
const KINDS: u32 = 3;

/// A question that was answered: in which part, in which kind of stretch, how long it took.
#[derive(Debug)]
struct Seen {
    part: u32,
    kind: u32,
    took: Duration,
}

/// A probe at work, on a thread of its own.
#[derive(Debug)]
pub struct Probe {
    /// Number of the part, and kind of the stretch.
    now: Arc<AtomicU32>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<Vec<Seen>>>,
    part: u32,
    begun: (Instant, Duration),
    disturbed: BTreeSet<u32>,
}

impl Probe {
    /// Begins to ask, and returns when everything is warm.
    pub async fn start(address: SocketAddr) -> Self {
        let (now, stop) = (Arc::new(AtomicU32::new(BETWEEN)), Arc::default());
        let (looked_at, stopped) = (Arc::clone(&now), Arc::clone(&stop));
        let (warm, warmed) = oneshot::channel();
        let thread = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?
                .block_on(ask(address, warm, &looked_at, &stopped))
        });
        // Where it does not get warm, `stop` tells why.
        let _ = warmed.await;
        Self {
            now,
            stop,
            thread,
            part: 0,
            begun: (Instant::now(), stolen()),
            disturbed: BTreeSet::new(),
        }
    }

    /// Begins the next part: looks on while nobody attacks.
    pub async fn quiet(&mut self, span: Duration) {
        self.part += 1;
        self.begun = (Instant::now(), stolen());
        self.look_on(QUIET, tokio::time::sleep(span)).await;
    }

    /// Looks on while somebody attacks.
    pub async fn meanwhile<T>(&mut self, attack: impl Future<Output = T>) -> T {
        self.look_on(ATTACKED, attack).await
    }

    async fn look_on<T>(&mut self, kind: u32, work: impl Future<Output = T>) -> T {
        self.now.store(self.part * KINDS + kind, Ordering::SeqCst);
        let done = work.await;
        self.now.store(BETWEEN, Ordering::SeqCst);
        let (since, before) = self.begun;
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let whole = since.elapsed() * u32::try_from(processors).unwrap_or(1);
        if stolen().saturating_sub(before) > whole.mul_f64(MOST_STOLEN) {
            self.disturbed.insert(self.part);
        }
        done
    }

    /// In how many parts so far the machine had its processors for itself.
    pub fn undisturbed(&self) -> u32 {
        self.part - self.disturbed()
    }

    /// In how many it had not.
    pub fn disturbed(&self) -> u32 {
        u32::try_from(self.disturbed.len()).unwrap_or(u32::MAX)
    }

    /// Stops, and tells what was seen in the parts in which the machine had its processors for itself.
    ///
    /// # Errors
    /// A question was not answered, or not as the first one.
    pub fn stop(self) -> io::Result<Pace> {
        self.stop.store(true, Ordering::SeqCst);
        let seen = self
            .thread
            .join()
            .map_err(|_| io::Error::other("the probe panicked"))??;
        let mut pace = Pace::default();
        for Seen { part, kind, took } in seen {
            if self.disturbed.contains(&part) {
                continue;
            }
            match kind {
                QUIET => pace.quiet.0.push(took),
                _ => pace.attacked.0.push(took),
            }
        }
        Ok(pace)
    }
}

/// Which share of the processors' time others may have taken in a part that counts.
const MOST_STOLEN: f64 = 0.01;

/// How much of the processors' time the machine has given to others since it started: this one may be a guest among guests, and
/// what they do is none of the host's. Nothing where the kernel does not count it.
fn stolen() -> Duration {
    let stat = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    // Hundredths of a second: user, nice, system, idle, iowait, irq, softirq, steal.
    let hundredths = stat
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().nth(8)?.parse().ok());
    Duration::from_millis(10) * hundredths.unwrap_or_default()
}

async fn ask(
    address: SocketAddr,
    warm: oneshot::Sender<()>,
    now: &AtomicU32,
    stop: &AtomicBool,
) -> io::Result<Vec<Seen>> {
    let path = format!("/api/v1/procedures/{}/assess?texts=none", load::PROCEDURE);
    let request = request("POST", &path, Some(load::QUESTION.as_bytes()));
    let mut connection = Connection::open(address).await?;
    // The first answers, which also warm everything up, are not counted.
    let expected = connection.send(&request).await?;
    for _ in 0..20 {
        connection.send(&request).await?;
    }
    // Whoever waits for this may have gone.
    let _ = warm.send(());
    let mut seen = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let before = now.load(Ordering::SeqCst);
        let sent = Instant::now();
        let response = connection.send(&request).await?;
        let took = sent.elapsed();
        if response.status != 200 || response.body != expected.body {
            return Err(io::Error::other(format!(
                "an honest question was answered {}: {}",
                response.status,
                response.text()
            )));
        }
        let after = now.load(Ordering::SeqCst);
        // One that was on its way when an attack began, or when it ended, has met it.
        let met = [before, after]
            .into_iter()
            .find(|now| now % KINDS == ATTACKED)
            .or((before == after).then_some(before))
            .filter(|now| now % KINDS != BETWEEN);
        if let Some(now) = met {
            seen.push(Seen {
                part: now / KINDS,
                kind: now % KINDS,
                took,
            });
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(seen)
}

/// Tells when a span is over.
#[derive(Clone, Copy, Debug)]
pub struct Until(Instant);

impl Until {
    /// From now on.
    pub fn after(span: Duration) -> Self {
        Self(Instant::now() + span)
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}
