//! Texts. They are in form NFC and compared byte by byte.

use crate::maybe::{Maybe, Truth};

impl Maybe<&str> {
    /// Whether it begins so.
    pub fn starts_with(self, beginning: &str) -> Truth {
        self.map(|text| text.starts_with(beginning))
    }

    /// Whether it ends so.
    pub fn ends_with(self, end: &str) -> Truth {
        self.map(|text| text.ends_with(end))
    }

    /// Whether this stands in it.
    pub fn contains(self, part: &str) -> Truth {
        self.map(|text| text.contains(part))
    }

    /// Its length in characters.
    pub fn length(self) -> Maybe<i64> {
        // A fact has at most 4,000 characters.
        self.map(|text| text.chars().count() as i64)
    }
}
