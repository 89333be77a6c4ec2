//! Why a due date cannot be told.

use super::Instant;
use crate::Text;
use crate::term::TermError;

/// Why a due date cannot be told. Always the asker's to mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DueError {
    /// The term ends after 2199-12-31 (or, for a filing window, before 1900-01-01).
    #[error("the term ends outside 1900-01-01 to 2199-12-31; take a shorter term or another start")]
    OutOfRange,
    /// An amount that does not fit its unit.
    #[error("{0}")]
    Term(#[from] TermError),
    /// A suspension that ends before it begins, by its place in the list.
    #[error("the suspension ends before it begins")]
    SuspensionOrder {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// A suspension that begins before the clock does, by its place in the list.
    #[error("the suspension begins before the dossier was received; the clock did not run yet")]
    SuspensionBeforeStart {
        /// Its place in the list, from 0.
        index: usize,
    },
    /// A dossier that is accepted before it was filed, or the like.
    #[error(
        "`{later}` lies before `{earlier}`; a dossier is filed, then accepted, then received by the competent agency"
    )]
    Instants {
        /// What must come first.
        earlier: Instant,
        /// What must not come before it.
        later: Instant,
    },
}

impl DueError {
    /// What is wrong and what to do about it.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::OutOfRange => {
                "thời hạn kết thúc ngoài khoảng 01/01/1900 đến 31/12/2199; chọn thời hạn ngắn hơn hoặc ngày khác".to_owned()
            }
            Self::Term(TermError::Half) => "chỉ ngày làm việc và giờ làm việc được lẻ 0,5".to_owned(),
            Self::Term(TermError::SameDay) => "“trong ngày” chỉ có số lượng 1".to_owned(),
            Self::SuspensionOrder { .. } => "thời gian tạm dừng kết thúc trước khi bắt đầu".to_owned(),
            Self::SuspensionBeforeStart { .. } => {
                "thời gian tạm dừng bắt đầu trước ngày nhận hồ sơ; khi đó thời hạn chưa chạy".to_owned()
            }
            Self::Instants { earlier, later } => format!(
                "`{later}` trước `{earlier}`; hồ sơ được nộp, rồi được tiếp nhận, rồi đến cơ quan có thẩm quyền"
            ),
        };
        Text::new(vi, self.to_string())
    }
}
