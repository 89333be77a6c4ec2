//! From which moment the clock runs: the three instants of a dossier (section 4).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::DueError;
use crate::calendar::Calendar;
use crate::office::OfficeHours;
use crate::{Date, Moment};

/// The three instants of a dossier. What is not told is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The applicant sent it; on the portal the technical time of receipt.
    pub filed_at: Moment,
    /// An officer checked it and accepted it as complete and correct, as the receipt (*Giấy tiếp nhận hồ sơ và hẹn trả kết
    /// quả*) shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Moment>,
    /// The competent agency got it, where it was accepted elsewhere (*không phụ thuộc địa giới*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Moment>,
}

/// One of the three instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Instant {
    /// [`Receipt::filed_at`].
    FiledAt,
    /// [`Receipt::accepted_at`].
    AcceptedAt,
    /// [`Receipt::received_at`].
    ReceivedAt,
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FiledAt => "filed_at",
            Self::AcceptedAt => "accepted_at",
            Self::ReceivedAt => "received_at",
        })
    }
}

/// From when the clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Start {
    /// The instant that decides, as told. This is the `start` of [`super::deadline`].
    pub told_at: Moment,
    /// Which instant that is.
    pub instant: Instant,
    /// The first office moment at or after it.
    pub moment: Moment,
    /// The day of that moment: day 0, and the day whose law applies.
    pub day0: Date,
    /// Whether the office was closed at the instant, so that the moment is later than told.
    pub moved: bool,
    /// Whether nobody has said that the dossier was accepted: the moment of filing stands in for it [C].
    pub assumed: bool,
}

impl Receipt {
    /// From when the clock runs: from the moment the competent agency got the dossier if that is told, else from its
    /// acceptance (NĐ 118/2025 Điều 17(3) as amended by NĐ 309/2026 Điều 8), else, assumed, from its filing [C]; in each
    /// case at the first office moment at or after it [C].
    pub fn start(&self, calendar: &Calendar, office: &OfficeHours) -> Result<Start, DueError> {
        self.check()?;
        let (told_at, instant) = match (self.received_at, self.accepted_at) {
            (Some(received), _) => (received, Instant::ReceivedAt),
            (None, Some(accepted)) => (accepted, Instant::AcceptedAt),
            (None, None) => (self.filed_at, Instant::FiledAt),
        };
        let moment = office
            .first_office_moment(calendar, told_at)
            .ok_or(DueError::OutOfRange)?;
        Ok(Start {
            told_at,
            instant,
            moment,
            day0: moment.date(),
            moved: moment != told_at,
            assumed: instant == Instant::FiledAt,
        })
    }

    /// Filed, then accepted, then received.
    fn check(&self) -> Result<(), DueError> {
        let mut last = (self.filed_at, Instant::FiledAt);
        let told = [
            (self.accepted_at, Instant::AcceptedAt),
            (self.received_at, Instant::ReceivedAt),
        ];
        for (moment, later) in told {
            let Some(moment) = moment else { continue };
            if moment < last.0 {
                return Err(DueError::Instants {
                    earlier: last.1,
                    later,
                });
            }
            last = (moment, later);
        }
        Ok(())
    }
}
