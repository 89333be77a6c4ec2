//! The one place that reads the system clock. Everything behind it is told what time it is.

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
