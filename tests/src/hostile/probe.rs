//! An honest question, asked over and over on a connection of its own while others are attacked: how long it takes, and
//! whether the answer is still the same.

#![expect(clippy::disallowed_methods, reason = "measuring is what this is for")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
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

    /// Takes in others.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
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
        self.quiet.append(other.quiet);
        self.attacked.append(other.attacked);
    }

    /// How many times as long the 99th of 100 took under attack.
    pub fn ratio(&mut self) -> f64 {
        self.attacked.quantile(0.99).as_secs_f64() / self.quiet.quantile(0.99).as_secs_f64()
    }
}

/// Between two stretches: what is seen counts for neither.
const BETWEEN: u8 = 0;
const QUIET: u8 = 1;
const ATTACKED: u8 = 2;

/// A probe at work, on a thread of its own.
#[derive(Debug)]
pub struct Probe {
    phase: Arc<AtomicU8>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<Pace>>,
}

impl Probe {
    /// Begins to ask, and returns when everything is warm.
    pub async fn start(address: SocketAddr) -> Self {
        let (phase, stop) = (Arc::new(AtomicU8::new(BETWEEN)), Arc::default());
        let (phases, stopped) = (Arc::clone(&phase), Arc::clone(&stop));
        let (warm, warmed) = oneshot::channel();
        let thread = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?
                .block_on(ask(address, warm, &phases, &stopped))
        });
        // Where it does not get warm, `stop` tells why.
        let _ = warmed.await;
        Self {
            phase,
            stop,
            thread,
        }
    }

    /// Looks on while nobody attacks.
    pub async fn quiet(&self, span: Duration) {
        self.phase.store(QUIET, Ordering::SeqCst);
        tokio::time::sleep(span).await;
        self.phase.store(BETWEEN, Ordering::SeqCst);
    }

    /// Looks on while somebody attacks.
    pub async fn meanwhile<T>(&self, attack: impl Future<Output = T>) -> T {
        self.phase.store(ATTACKED, Ordering::SeqCst);
        let done = attack.await;
        self.phase.store(BETWEEN, Ordering::SeqCst);
        done
    }

    /// Stops, and tells what was seen.
    ///
    /// # Errors
    /// A question was not answered, or not as the first one.
    pub fn stop(self) -> io::Result<Pace> {
        self.stop.store(true, Ordering::SeqCst);
        self.thread
            .join()
            .map_err(|_| io::Error::other("the probe panicked"))?
    }
}

async fn ask(
    address: SocketAddr,
    warm: oneshot::Sender<()>,
    phase: &AtomicU8,
    stop: &AtomicBool,
) -> io::Result<Pace> {
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
    let mut pace = Pace::default();
    while !stop.load(Ordering::SeqCst) {
        let before = phase.load(Ordering::SeqCst);
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
        // One that was on its way when an attack began, or when it ended, has met it.
        match (before, phase.load(Ordering::SeqCst)) {
            (ATTACKED, _) | (_, ATTACKED) => pace.attacked.0.push(took),
            (QUIET, QUIET) => pace.quiet.0.push(took),
            _ => {}
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(pace)
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
