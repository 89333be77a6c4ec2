//! What an operator does beside serving: back up, restore, look after the health of the data.
//!
//! **The form of a backup** is the same for both databases: one SQLite file, exactly as the embedded database would have
//! it, with its migrations, its checks and its triggers. It can be restored into either database, copied into a data folder
//! as `motcua.db`, or read with any SQLite tool. So the migrations of the two databases go by the same numbers and make the
//! same tables and columns; `tables` lists them once for copying and verifying.

mod backup;
mod doctor;
mod link;
mod restore;
mod tables;
mod verify;

pub use backup::{Backup, backup};
pub use doctor::{Check, Outcome, doctor};
pub use restore::{Restored, restore};
pub use verify::{Contents, Counted};
