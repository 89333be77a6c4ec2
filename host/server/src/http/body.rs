//! Bodies of requests as they come in.
//!
//! What reads a body shares its thread with everybody who is answered, and the network is looked at between two readings only. So a
//! large body is read in turns with others, and put together where a thread may be kept busy.

use std::error::Error;

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError};
use motcua_model::Text;
use motcua_registry::engine::Classes;

use super::problem::Problem;
use super::{BATCH_BYTES, QUESTION_BYTES};

/// So much is read at a stretch, in bytes.
const STRETCH: usize = 64 << 10;
/// What the work on a piece counts for, in bytes: a body may come in pieces of one byte.
const PIECE: usize = 256;
/// Pieces smaller than this, in bytes, are copied together: what is noted of each must not take more than the body.
const SMALL: usize = 4 << 10;

/// The whole body of one question or deed, or a problem that says why not.
pub struct Body(pub Bytes);

/// The body of many questions, or a problem that says why not.
pub struct Questions(pub Pieces);

/// The body of a submission, or a problem that says why not.
pub struct Upload(pub Pieces);

/// A body in the pieces in which it came.
#[derive(Default)]
pub struct Pieces {
    whole: Vec<Bytes>,
    /// Small ones after them, not yet among them.
    small: Vec<u8>,
}

impl Pieces {
    fn push(&mut self, piece: Bytes) {
        // Most bodies are a single piece, which is not copied.
        if self.whole.is_empty() || piece.len() >= SMALL {
            self.close();
            self.whole.push(piece);
            return;
        }
        self.small.extend_from_slice(&piece);
        if self.small.len() >= STRETCH {
            self.close();
        }
    }

    fn close(&mut self) {
        if !self.small.is_empty() {
            self.whole.push(std::mem::take(&mut self.small).into());
        }
    }

    /// Puts them together: of tens of megabytes that takes a while.
    pub fn together(mut self) -> Bytes {
        self.close();
        match self.whole.len() {
            1 => self.whole.swap_remove(0),
            _ => self.whole.concat().into(),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let pieces = pieces(request, most_asked).await?;
        Ok(Self(pieces.together()))
    }
}

impl<S: Send + Sync> FromRequest<S> for Questions {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        pieces(request, most_asked).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let most = Classes::default().component_bytes() >> 20;
        let most = || {
            Text::new(
                format!("một thành phần nhiều nhất {most} MiB"),
                format!("a component has at most {most} MiB"),
            )
        };
        pieces(request, most).await.map(Self)
    }
}

fn most_asked() -> Text {
    let (question, batch) = (QUESTION_BYTES >> 10, BATCH_BYTES >> 20);
    Text::new(
        format!(
            "một câu hỏi nhiều nhất {question} KiB; nhiều câu hỏi gửi đến /api/v1/assess, nhiều nhất {batch} MiB"
        ),
        format!(
            "one question has at most {question} KiB; many go to /api/v1/assess, at most {batch} MiB"
        ),
    )
}

/// Reads a body up to the limit of its route; `most` tells it.
async fn pieces(request: Request, most: impl Fn() -> Text) -> Result<Pieces, Problem> {
    let mut body = request.into_limited_body();
    let (mut pieces, mut stretch) = (Pieces::default(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| unread(&error, most()))?;
        // What is no data are trailers; nothing here hangs on them.
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        stretch += piece.len() + PIECE;
        pieces.push(piece);
        if stretch >= STRETCH {
            stretch = 0;
            tokio::task::yield_now().await;
        }
    }
    Ok(pieces)
}

fn unread(error: &axum::Error, too_large: Text) -> Problem {
    let mut causes = std::iter::successors(error.source(), |cause| (*cause).source());
    if causes.any(|cause| cause.is::<LengthLimitError>()) {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body-too-large",
            Text::new("Nội dung gửi lên quá lớn", "The body is too large"),
            too_large,
        );
    }
    Problem::new(
        StatusCode::BAD_REQUEST,
        "unreadable-body",
        Text::new(
            "Không đọc được nội dung gửi lên",
            "The body could not be read",
        ),
        Text::new(
            "kết nối bị ngắt khi đang gửi; hãy gửi lại",
            "the connection broke while it was being sent; send it again",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_one_byte_are_not_kept_one_by_one() {
        let body: Vec<u8> = (0..500_000_u32).map(|number| number as u8).collect();
        for sizes in [
            &[1][..],
            &[1, 5_000],
            &[70_000],
            &[4_095, 4_096, 3],
            &[500_000],
        ] {
            let (mut pieces, mut rest) = (Pieces::default(), Bytes::from(body.clone()));
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                pieces.push(rest.split_to(rest.len().min(*size)));
            }
            assert!(
                pieces.whole.len() <= 2 + 2 * body.len() / SMALL,
                "{sizes:?}"
            );
            assert_eq!(pieces.together(), body, "{sizes:?}");
        }
        assert!(Pieces::default().together().is_empty());
    }
}
