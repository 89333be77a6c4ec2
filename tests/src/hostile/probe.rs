//! An honest question, asked over and over on a connection of its own while others are attacked: how long it takes, and
//! whether the answer is still the same.

#![expect(clippy::disallowed_methods, reason = "measuring is what this is for")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

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

/// A probe at work, on a thread of its own.
#[derive(Debug)]
pub struct Probe {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<io::Result<Latencies>>,
}

impl Probe {
    /// Begins to ask.
    pub fn start(address: SocketAddr) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?
                .block_on(ask(address, &stopped))
        });
        Self { stop, thread }
    }

    /// Stops, and tells what was seen.
    ///
    /// # Errors
    /// A question was not answered, or not as the first one.
    pub fn stop(self) -> io::Result<Latencies> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread
            .join()
            .map_err(|_| io::Error::other("the probe panicked"))?
    }
}

async fn ask(address: SocketAddr, stop: &AtomicBool) -> io::Result<Latencies> {
    let path = format!("/api/v1/procedures/{}/assess?texts=none", load::PROCEDURE);
    let request = request("POST", &path, Some(load::QUESTION.as_bytes()));
    let mut connection = Connection::open(address).await?;
    // The first answers, which also warm everything up, are not counted.
    let expected = connection.send(&request).await?;
    for _ in 0..20 {
        connection.send(&request).await?;
    }
    let mut seen = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let sent = Instant::now();
        let response = connection.send(&request).await?;
        seen.push(sent.elapsed());
        if response.status != 200 || response.body != expected.body {
            return Err(io::Error::other(format!(
                "an honest question was answered {}: {}",
                response.status,
                response.text()
            )));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(Latencies(seen))
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
