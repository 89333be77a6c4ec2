//! Which version decides: by the day of receipt (which law), by today (transition rules), and by what was known at a moment.
//!
//! The latest version that has begun on a day decides it. Where it has ended by itself or is suspended, nothing decides:
//! no older version is used in its place. Of two that begin on one day, the one published later decides.

use crate::{Date, Moment};

/// One version on the timeline of its procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period<V> {
    /// The version.
    pub version: V,
    /// The first day of receipt it decides.
    pub from: Date,
    /// The last, if the version says so itself.
    pub to: Option<Date>,
    /// Since when it is known that it will.
    pub published_at: Moment,
    /// Whether it also decides what was received before its first day and is still undecided (transition rule `move`),
    /// from that day on.
    pub moves: bool,
    /// When it was taken back, if it was.
    pub withdrawn_at: Option<Moment>,
    /// From which day of receipt on it decides no more, and since when that is known; each was said after the one before.
    pub suspensions: Vec<(Date, Moment)>,
}

/// All versions of one procedure that were ever put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline<V> {
    /// Ascending by first day, then by moment of publication, then in the order they were added.
    periods: Vec<Period<V>>,
    moves: bool,
}

/// Why no version decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// None had begun, or the last had ended by itself.
    None,
    /// The one that would is suspended since this day of receipt.
    Suspended(Date),
}

impl<V> Default for Timeline<V> {
    fn default() -> Self {
        Self {
            periods: Vec::new(),
            moves: false,
        }
    }
}

impl<V> Timeline<V> {
    /// Puts a version on it.
    pub fn add(&mut self, period: Period<V>) {
        self.moves |= period.moves;
        let key = |period: &Period<V>| (period.from, period.published_at);
        let at = self
            .periods
            .partition_point(|present| key(present) <= key(&period));
        self.periods.insert(at, period);
    }

    /// All of them, ascending by first day.
    pub fn periods(&self) -> &[Period<V>] {
        &self.periods
    }

    /// All of them, to note what became of them. Their days and moments of publication must stay.
    pub fn periods_mut(&mut self) -> &mut [Period<V>] {
        &mut self.periods
    }

    /// The version that decides what was received on `received_on`, as far as was known at `known_at`.
    ///
    /// # Errors
    /// Nothing decides that day.
    pub fn deciding(&self, received_on: Date, known_at: Moment) -> Result<&Period<V>, Gap> {
        let today = known_at.date();
        let period = self
            .periods
            .iter()
            .rev()
            .filter(|period| period.is_known(known_at))
            .find(|period| {
                period.from <= received_on || (self.moves && period.moves && period.from <= today)
            })
            .ok_or(Gap::None)?;
        if period.to.is_some_and(|last| received_on > last) {
            return Err(Gap::None);
        }
        match period.suspended_from(known_at) {
            Some(from) if from <= received_on => Err(Gap::Suspended(from)),
            _ => Ok(period),
        }
    }
}

impl<V> Period<V> {
    /// Whether it had been published at a moment and not taken back.
    pub fn is_known(&self, at: Moment) -> bool {
        self.published_at <= at && self.withdrawn_at.is_none_or(|withdrawn| withdrawn > at)
    }

    /// From which day of receipt on it decides no more, as far as was known at a moment: what was said last by then.
    pub fn suspended_from(&self, known_at: Moment) -> Option<Date> {
        let known = |&&(_, since): &&(Date, Moment)| since <= known_at;
        self.suspensions
            .iter()
            .rev()
            .find(known)
            .map(|&(from, _)| from)
    }

    /// Whether it was published after its first day.
    pub fn is_retroactive(&self) -> bool {
        self.from < self.published_at.date()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i32) -> Date {
        Date::from_days(20_000 + n).unwrap()
    }

    fn period(version: u32, from: i32, published: i32) -> Period<u32> {
        Period {
            version,
            from: day(from),
            to: None,
            published_at: day(published).midnight(),
            moves: false,
            withdrawn_at: None,
            suspensions: Vec::new(),
        }
    }

    fn of(periods: impl IntoIterator<Item = Period<u32>>) -> Timeline<u32> {
        let mut timeline = Timeline::default();
        for period in periods {
            timeline.add(period);
        }
        timeline
    }

    fn decides(timeline: &Timeline<u32>, received: i32, known: i32) -> Result<u32, Gap> {
        timeline
            .deciding(day(received), day(known).midnight())
            .map(|period| period.version)
    }

    #[test]
    fn the_day_of_receipt_chooses_the_version() {
        let timeline = of([period(1, 0, 0), period(2, 10, 5)]);
        assert_eq!(decides(&timeline, 9, 30), Ok(1));
        assert_eq!(decides(&timeline, 10, 30), Ok(2));
        assert_eq!(decides(&timeline, -1, 30), Err(Gap::None));
    }

    #[test]
    fn what_was_not_published_yet_was_not_known() {
        let timeline = of([period(1, 0, 0), period(2, 10, 20)]);
        assert_eq!(decides(&timeline, 12, 19), Ok(1));
        assert_eq!(decides(&timeline, 12, 20), Ok(2));
        assert!(timeline.periods()[1].is_retroactive());
    }

    #[test]
    fn an_ended_or_suspended_version_is_not_replaced_by_an_older_one() {
        let mut ended = period(2, 10, 5);
        ended.to = Some(day(20));
        let timeline = of([period(1, 0, 0), ended]);
        assert_eq!(decides(&timeline, 20, 30), Ok(2));
        assert_eq!(decides(&timeline, 21, 30), Err(Gap::None));
        let mut suspended = period(2, 10, 5);
        suspended.suspensions = vec![(day(15), day(16).midnight())];
        let timeline = of([period(1, 0, 0), suspended]);
        assert_eq!(decides(&timeline, 15, 15), Ok(2), "not known yet");
        assert_eq!(decides(&timeline, 15, 16), Err(Gap::Suspended(day(15))));
        assert_eq!(decides(&timeline, 14, 16), Ok(2));
    }

    #[test]
    fn a_suspension_that_is_brought_forward_was_known_as_it_was_said_first() {
        let mut suspended = period(1, 0, 0);
        suspended.suspensions = vec![(day(20), day(5).midnight()), (day(10), day(8).midnight())];
        let timeline = of([suspended]);
        for (received, known, decided) in [
            (20, 4, Ok(1)),
            (20, 5, Err(Gap::Suspended(day(20)))),
            (15, 7, Ok(1)),
            (15, 8, Err(Gap::Suspended(day(10)))),
            (9, 30, Ok(1)),
        ] {
            assert_eq!(
                decides(&timeline, received, known),
                decided,
                "received on {received}, known on {known}"
            );
        }
    }

    #[test]
    fn a_rollback_is_a_later_statement_about_an_older_version() {
        let timeline = of([period(1, 0, 0), period(2, 10, 5), period(1, 10, 12)]);
        assert_eq!(decides(&timeline, 11, 11), Ok(2));
        assert_eq!(decides(&timeline, 11, 12), Ok(1));
    }

    #[test]
    fn a_version_that_moves_takes_what_was_received_before_once_it_has_begun() {
        let mut moving = period(2, 10, 5);
        moving.moves = true;
        let timeline = of([period(1, 0, 0), moving, period(3, 20, 6)]);
        assert_eq!(decides(&timeline, 3, 9), Ok(1));
        assert_eq!(decides(&timeline, 3, 10), Ok(2));
        assert_eq!(
            decides(&timeline, 3, 25),
            Ok(2),
            "the next one keeps what was received before"
        );
        assert_eq!(decides(&timeline, 20, 25), Ok(3));
    }

    #[test]
    fn a_withdrawn_version_never_decides_but_was_known() {
        let mut withdrawn = period(2, 10, 5);
        withdrawn.withdrawn_at = Some(day(8).midnight());
        let timeline = of([period(1, 0, 0), withdrawn]);
        assert_eq!(decides(&timeline, 10, 6), Ok(2));
        assert_eq!(decides(&timeline, 10, 8), Ok(1));
    }

    proptest! {
        /// What is published later changes nothing of what was known before: recorded decisions can be explained for ever.
        #[test]
        fn the_past_as_it_was_known_never_changes(
            periods in prop::collection::vec((0i32..40, 0i32..40, any::<bool>()), 1..8),
            late in (0i32..40, 0i32..40, any::<bool>()),
            received in 0i32..40,
            before in 0i32..40,
        ) {
            let make = |(number, (from, published, moves)): (usize, (i32, i32, bool))| Period {
                moves,
                ..period(u32::try_from(number).unwrap(), from, published)
            };
            let timeline = of(periods.iter().copied().enumerate().map(make));
            let mut more = timeline.clone();
            more.add(make((99, (late.0, before + 1 + late.1, late.2))));
            prop_assert_eq!(decides(&timeline, received, before), decides(&more, received, before));
        }
    }
}
