//! To verify the chain of deeds, entry by entry.

use motcua_model::Text;
use motcua_registry::store::chain::{Broken, Verifier};
use motcua_registry::store::{DeedRecord, Store, StoreError};

/// So many entries are read at once.
const PAGE: u32 = 5_000;

/// Reads and verifies every entry of a database; answers how far it came, and where the chain is broken. `progress` is told
/// the number of the last entry verified.
///
/// # Errors
/// The database does not answer.
pub async fn verify_chain(
    store: &dyn Store,
    progress: impl Fn(u64),
) -> Result<(Verifier, Option<Broken>), StoreError> {
    let mut verifier = Verifier::default();
    loop {
        let page = store.deeds(verifier.head().0, PAGE, false).await?;
        let full = page.len() == PAGE as usize;
        for record in &page {
            if let Err(broken) = verifier.next(record) {
                return Ok((verifier, Some(broken)));
            }
        }
        progress(verifier.head().0);
        if !full {
            return Ok((verifier, None));
        }
    }
}

/// Where a chain is broken, in words.
pub fn broken_text(broken: &Broken) -> Text {
    let vi = match broken {
        Broken::Gap { expected, found } => {
            format!("thiếu mục số {expected}; ở chỗ đó là mục số {found}")
        }
        Broken::Changed { number } => {
            format!("mục số {number} không đúng mã băm của nó: đã bị sửa")
        }
        Broken::Link { number, before } => {
            format!("mục số {number} không nối tiếp mục số {before}: một trong hai đã bị thay")
        }
        Broken::Unreadable { number, what } => format!("không đọc được mục số {number}: {what}"),
    };
    Text::new(vi, broken.to_string())
}

/// An entry as a line of an export: byte for byte as it was hashed, with its hash.
pub fn line(record: &DeedRecord) -> String {
    format!(
        "{{\"entry\":{},\"hash\":\"{}\"}}\n",
        record.entry, record.hash
    )
}
