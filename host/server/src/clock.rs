//! The one place that reads the system clock and the machine's randomness. Everything behind it is told.

use motcua_model::Moment;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in local time.
    fn now(&self) -> Moment;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge where time comes in"
    )]
    fn now(&self) -> Moment {
        let now = std::time::SystemTime::now();
        let seconds = match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        // A machine whose clock stands outside 1900–2199 is answered as of the epoch rather than not at all; the
        // answer shows the day it was given for.
        Moment::from_unix(seconds).unwrap_or_else(|_| motcua_model::Date::MIN.midnight())
    }
}

/// The randomness of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemEntropy;

impl motcua_registry::Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        // Without randomness there are no keys, and nothing may go on.
        if let Err(error) = getrandom::fill(buffer) {
            tracing::error!(%error, "the machine gives no randomness");
            std::process::abort();
        }
    }
}

/// The moment so many days later; nothing beyond 2199.
pub fn in_days(now: Moment, days: u32) -> Option<Moment> {
    now.plus_seconds(i64::from(days) * 86_400)
}
