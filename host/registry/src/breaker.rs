//! The circuit breaker of a version: rules that fail again and again are not run any more for a while.
//!
//! [`Breaker::FAULTS`] failures among the last [`Breaker::CALLS`] questions open it. Then questions are told that the procedure
//! is out of order, without running anything; after [`Breaker::PAUSE`] seconds one question is let through as a trial. If it is
//! answered, all are answered again; if it fails, the next pause begins. No other version ever takes the place of one that is
//! out of order: that is for people to decide.
//!
//! Only what the rules do wrong counts. A busy machine, or the wall clock of a slow one, says nothing about a version. Only
//! questions of portals pass here: the gate, replays and the cases of a version run it whatever its state.
//!
//! The time is passed in. Each host has its own breakers, which are forgotten when it stops.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use motcua_model::Moment;

/// See the module.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// Whether none of the last calls failed, so that nothing needs to be looked at: the way of nearly every question.
    sound: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The last calls, the newest in the lowest bit: whether each failed.
    failed: u128,
    open: Option<Open>,
}

/// A version that is out of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// Since when.
    pub since: Moment,
    /// When the pause began.
    pause: Moment,
    /// When the trial began that is under way.
    trial: Option<Moment>,
    /// Whether it has been told to the department.
    pub told: bool,
}

impl Open {
    /// Seconds until a question is let in; a trial that never came back does not stop the next one.
    fn left(&self, at: Moment) -> u32 {
        left(self.pause, at).max(self.trial.map_or(0, |trial| left(trial, at)))
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// With an answer.
    Answered,
    /// The rules failed.
    Failed,
    /// Nothing can be said about the rules.
    Otherwise,
}

impl Breaker {
    /// So many failures open it, …
    pub const FAULTS: u32 = 10;
    /// … among so many of the last questions that ran.
    pub const CALLS: u32 = 100;
    /// Seconds from a failure until one question is tried again.
    pub const PAUSE: u32 = 30;

    pub const fn new() -> Self {
        Self {
            sound: AtomicBool::new(true),
            state: Mutex::new(State {
                failed: 0,
                open: None,
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a question run the rules; else tells after how many seconds it is worth asking again.
    pub fn enter(&self, at: Moment) -> Result<(), u32> {
        if self.sound.load(Ordering::Relaxed) {
            return Ok(());
        }
        match &mut self.state().open {
            None => Ok(()),
            Some(open) => match open.left(at) {
                0 => {
                    open.trial = Some(at);
                    Ok(())
                }
                left => Err(left),
            },
        }
    }

    /// Whether a question would be let in now: as [`Breaker::enter`], without letting it in.
    pub fn would_enter(&self, at: Moment) -> Result<(), u32> {
        match self.open().map_or(0, |open| open.left(at)) {
            0 => Ok(()),
            left => Err(left),
        }
    }

    /// Notes how a question that was let in has ended. Answers whether the version has just gone out of order.
    pub fn left(&self, at: Moment, ended: Ended) -> bool {
        if ended != Ended::Failed && self.sound.load(Ordering::Relaxed) {
            return false;
        }
        let mut state = self.state();
        match (ended, &mut state.open) {
            (Ended::Otherwise, Some(open)) => {
                open.trial = None;
                return false;
            }
            (Ended::Otherwise, None) => return false,
            (Ended::Answered, Some(open)) => {
                // Of those that were under way when it opened, an answer proves nothing.
                if open.trial.is_some() {
                    *state = State::default();
                }
            }
            (Ended::Failed, Some(open)) => {
                (open.pause, open.trial) = (at, None);
            }
            (Ended::Answered | Ended::Failed, None) => {
                const WINDOW: u128 = (1 << Breaker::CALLS) - 1;
                let failed = u128::from(ended == Ended::Failed);
                state.failed = ((state.failed << 1) | failed) & WINDOW;
                if state.failed.count_ones() >= Self::FAULTS {
                    state.failed = 0;
                    state.open = Some(Open {
                        since: at,
                        pause: at,
                        trial: None,
                        told: false,
                    });
                    self.sound.store(false, Ordering::Relaxed);
                    return true;
                }
            }
        }
        let sound = state.failed == 0 && state.open.is_none();
        self.sound.store(sound, Ordering::Relaxed);
        false
    }

    /// What is known of a version that is out of order.
    pub fn open(&self) -> Option<Open> {
        if self.sound.load(Ordering::Relaxed) {
            return None;
        }
        self.state().open
    }

    /// Notes that the department has been told of what began then.
    pub fn told(&self, since: Moment) {
        if let Some(open) = &mut self.state().open
            && open.since == since
        {
            open.told = true;
        }
    }
}

/// Seconds of a pause that are left. A clock that was set back ends it.
fn left(begun: Moment, at: Moment) -> u32 {
    let passed = at.seconds() - begun.seconds();
    u32::try_from(passed).map_or(0, |passed| Breaker::PAUSE.saturating_sub(passed))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Moment {
        "2026-03-02T09:00"
            .parse::<Moment>()
            .unwrap()
            .plus_seconds(seconds)
            .unwrap()
    }

    fn ask(breaker: &Breaker, seconds: i64, ended: Ended) -> Result<bool, u32> {
        breaker.enter(at(seconds))?;
        Ok(breaker.left(at(seconds), ended))
    }

    fn opened() -> Breaker {
        let breaker = Breaker::new();
        for number in 1..Breaker::FAULTS {
            assert_eq!(ask(&breaker, 0, Ended::Failed), Ok(false), "{number}");
            assert_eq!(breaker.open(), None);
        }
        assert_eq!(ask(&breaker, 0, Ended::Failed), Ok(true));
        assert_eq!(breaker.open().unwrap().since, at(0));
        breaker
    }

    #[test]
    fn after_ten_failures_nothing_runs_for_half_a_minute() {
        let breaker = opened();
        assert_eq!(ask(&breaker, 0, Ended::Answered), Err(30));
        assert_eq!(ask(&breaker, 29, Ended::Answered), Err(1));
        assert_eq!(breaker.would_enter(at(29)), Err(1));
        assert_eq!(breaker.would_enter(at(30)), Ok(()));
        // One trial, and nobody else meanwhile.
        assert_eq!(breaker.enter(at(30)), Ok(()));
        assert_eq!(breaker.enter(at(30)), Err(30));
        // It fails: the next pause begins, and it is the same trouble.
        assert!(!breaker.left(at(31), Ended::Failed));
        assert_eq!(breaker.enter(at(60)), Err(1));
        assert_eq!(breaker.open().unwrap().since, at(0));
        // It is answered: everything goes on, and nothing is remembered.
        assert_eq!(ask(&breaker, 61, Ended::Answered), Ok(false));
        assert_eq!(breaker.open(), None);
        for _ in 1..Breaker::FAULTS {
            assert_eq!(ask(&breaker, 62, Ended::Failed), Ok(false));
        }
        assert_eq!(ask(&breaker, 62, Ended::Failed), Ok(true));
    }

    #[test]
    fn a_platform_fault_says_nothing() {
        let breaker = Breaker::new();
        for _ in 0..1_000 {
            assert_eq!(ask(&breaker, 0, Ended::Otherwise), Ok(false));
        }
        assert_eq!(breaker.open(), None);
        let breaker = opened();
        // A trial that the machine could not make is made again at once.
        assert_eq!(ask(&breaker, 30, Ended::Otherwise), Ok(false));
        assert_eq!(ask(&breaker, 30, Ended::Answered), Ok(false));
        assert_eq!(breaker.open(), None);
    }

    #[test]
    fn a_trial_that_never_comes_back_stops_nothing_for_ever() {
        let breaker = opened();
        assert_eq!(breaker.enter(at(30)), Ok(()));
        assert_eq!(breaker.enter(at(59)), Err(1));
        assert_eq!(breaker.enter(at(60)), Ok(()));
        // Nor does a clock that was set back.
        let breaker = opened();
        assert_eq!(breaker.enter(at(-1)), Ok(()));
    }

    #[test]
    fn answers_of_before_close_nothing() {
        let breaker = Breaker::new();
        assert_eq!(breaker.enter(at(0)), Ok(()));
        for _ in 0..Breaker::FAULTS {
            let _ = ask(&breaker, 0, Ended::Failed);
        }
        assert!(!breaker.left(at(1), Ended::Answered));
        assert_eq!(breaker.enter(at(1)), Err(29));
    }

    #[test]
    fn the_department_is_told_of_each_trouble_once() {
        let breaker = opened();
        assert!(!breaker.open().unwrap().told);
        breaker.told(at(5));
        assert!(!breaker.open().unwrap().told);
        breaker.told(at(0));
        assert!(breaker.open().unwrap().told);
        let _ = ask(&breaker, 30, Ended::Failed);
        assert!(breaker.open().unwrap().told);
    }

    proptest! {
        /// It opens at the tenth failure among the last hundred calls, and at no other moment.
        #[test]
        fn it_opens_exactly_when_it_says(calls in prop::collection::vec(prop::bool::weighted(0.08), 0..600)) {
            let breaker = Breaker::new();
            let mut last: Vec<bool> = Vec::new();
            for failed in calls {
                last.push(failed);
                let recent = last.iter().rev().take(Breaker::CALLS as usize);
                let expected = recent.filter(|failed| **failed).count() as u32 >= Breaker::FAULTS;
                let ended = if failed { Ended::Failed } else { Ended::Answered };
                prop_assert_eq!(ask(&breaker, 0, ended), Ok(expected));
                if expected {
                    prop_assert!(ask(&breaker, 1, Ended::Answered).is_err());
                    break;
                }
            }
        }
    }
}
