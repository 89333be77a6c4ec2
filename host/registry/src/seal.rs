//! To seal what is personal: what was asked and answered is kept so that nobody reads it without the key.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) with a random nonce. A sealed text names its key, so that keys can be
//! changed: the first one seals, all of them open. The id of the decision is bound in: a sealed text moved to another
//! decision does not open.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use motcua_model::Text;
use motcua_store::Digest;

/// How a sealed text begins: the form.
const FORM: u8 = 1;
/// Bytes that name the key.
const NAME: usize = 8;
/// Bytes of a nonce.
const NONCE: usize = 24;

/// Random bytes. The core has no source of its own: whoever starts it passes one in.
pub trait Entropy: Send + Sync {
    /// Fills a buffer with random bytes fit for keys.
    fn fill(&self, buffer: &mut [u8]);
}

/// Random bytes as an array.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// Seals and opens.
pub struct Seal {
    /// The name of the key that seals.
    first: [u8; NAME],
    keys: BTreeMap<[u8; NAME], XChaCha20Poly1305>,
    entropy: Box<dyn Entropy>,
}

/// Why a sealed text cannot be opened, or a key not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealError {
    /// No key is given.
    NoKey,
    /// A line is no key.
    NotAKey {
        /// Counted from 1.
        line: usize,
    },
    /// The key that sealed it is not given.
    UnknownKey {
        /// Its name.
        name: String,
    },
    /// It was changed, or belongs to another decision.
    Broken,
}

impl SealError {
    /// What is wrong and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::NoKey => Text::new(
                "chưa có khóa để mã hóa hồ sơ; đặt biến MOTCUA_FACTS_KEY hoặc dùng --facts-key TỆP",
                "there is no key to seal facts with; set MOTCUA_FACTS_KEY or use --facts-key FILE",
            ),
            Self::NotAKey { line } => Text::new(
                format!(
                    "dòng {line} không phải khóa: cần 32 byte ngẫu nhiên dạng base64 (`head -c 32 /dev/urandom | base64`)"
                ),
                format!(
                    "line {line} is no key: 32 random bytes in base64 are needed (`head -c 32 /dev/urandom | base64`)"
                ),
            ),
            Self::UnknownKey { name } => Text::new(
                format!(
                    "hồ sơ được mã hóa bằng khóa {name} không có ở đây; hãy thêm khóa cũ vào sau khóa đang dùng"
                ),
                format!(
                    "the facts were sealed with key {name}, which is not given; add the old key after the one in use"
                ),
            ),
            Self::Broken => Text::new(
                "hồ sơ mã hóa đã bị thay đổi hoặc thuộc quyết định khác",
                "the sealed facts were changed, or belong to another decision",
            ),
        }
    }
}

impl std::fmt::Display for SealError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for SealError {}

impl Seal {
    /// Reads keys, one a line in base64; the first seals, all open.
    ///
    /// # Errors
    /// There is none, or a line is no key.
    pub fn read(text: &str, entropy: Box<dyn Entropy>) -> Result<Self, SealError> {
        let mut keys = BTreeMap::new();
        let mut first = None;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key: [u8; 32] = STANDARD
                .decode(line)
                .ok()
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(SealError::NotAKey { line: at + 1 })?;
            let name = name_of(&key);
            first.get_or_insert(name);
            keys.insert(name, XChaCha20Poly1305::new(&Key::from(key)));
        }
        Ok(Self {
            first: first.ok_or(SealError::NoKey)?,
            keys,
            entropy,
        })
    }

    /// A new key, as a line of a key file.
    pub fn new_key(entropy: &dyn Entropy) -> String {
        format!("{}\n", STANDARD.encode(random::<32>(entropy)))
    }

    /// Where random bytes come from.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// Seals a text for a decision.
    ///
    /// # Errors
    /// Only for a text longer than 256 GiB.
    pub fn seal(&self, text: &[u8], decision: &str) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = random(&*self.entropy);
        let key = self.keys.get(&self.first).ok_or(SealError::NoKey)?;
        let payload = Payload {
            msg: text,
            aad: decision.as_bytes(),
        };
        let sealed = key
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Broken)?;
        let mut out = Vec::with_capacity(1 + NAME + NONCE + sealed.len());
        out.push(FORM);
        out.extend_from_slice(&self.first);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for a decision.
    ///
    /// # Errors
    /// It was changed, belongs to another decision, or its key is not given.
    pub fn open(&self, sealed: &[u8], decision: &str) -> Result<Vec<u8>, SealError> {
        let (&form, rest) = sealed.split_first().ok_or(SealError::Broken)?;
        let (name, rest) = rest.split_first_chunk::<NAME>().ok_or(SealError::Broken)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(SealError::Broken)?;
        if form != FORM {
            return Err(SealError::Broken);
        }
        let key = self
            .keys
            .get(name)
            .ok_or_else(|| SealError::UnknownKey { name: hex(name) })?;
        let payload = Payload {
            msg: rest,
            aad: decision.as_bytes(),
        };
        key.decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealError::Broken)
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seal({})", hex(&self.first))
    }
}

/// The name of a key: the first bytes of its digest, which tell nothing of the key.
fn name_of(key: &[u8; 32]) -> [u8; NAME] {
    let mut name = [0; NAME];
    let digest = Digest::of(key);
    name.iter_mut()
        .zip(digest.as_bytes())
        .for_each(|(to, from)| *to = *from);
    name
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    fn counting() -> Box<Counting> {
        Box::new(Counting(std::sync::atomic::AtomicU8::new(1)))
    }

    fn keys(numbers: &[u8]) -> String {
        numbers
            .iter()
            .map(|number| format!("{}\n", STANDARD.encode([*number; 32])))
            .collect()
    }

    #[test]
    fn only_the_key_opens_and_only_for_its_decision() {
        let seal = Seal::read(&keys(&[1]), counting()).unwrap();
        let sealed = seal.seal(b"secret", "d1").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_eq!(seal.open(&sealed, "d1").unwrap(), b"secret");
        assert_eq!(seal.open(&sealed, "d2"), Err(SealError::Broken));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(seal.open(&changed, "d1").is_err(), "byte {at}");
            assert!(seal.open(&sealed[..at], "d1").is_err(), "cut at {at}");
        }
        assert_ne!(
            seal.seal(b"secret", "d1").unwrap(),
            sealed,
            "no nonce comes twice"
        );
    }

    #[test]
    fn keys_are_changed_without_losing_what_was_sealed() {
        let old = Seal::read(&keys(&[1]), counting()).unwrap();
        let sealed = old.seal(b"secret", "d").unwrap();
        let both = Seal::read(&format!("# new\n{}", keys(&[2, 1])), counting()).unwrap();
        assert_eq!(both.open(&sealed, "d").unwrap(), b"secret");
        let new = Seal::read(&keys(&[2]), counting()).unwrap();
        assert!(matches!(
            new.open(&sealed, "d"),
            Err(SealError::UnknownKey { .. })
        ));
        assert_eq!(
            new.open(&both.seal(b"x", "d").unwrap(), "d").unwrap(),
            b"x",
            "the first key seals"
        );
    }

    #[test]
    fn what_is_no_key_says_where() {
        let read = |text: &str| Seal::read(text, counting()).map(|_| ());
        assert_eq!(read(""), Err(SealError::NoKey));
        assert_eq!(read("\n\nabc"), Err(SealError::NotAKey { line: 3 }));
        assert_eq!(
            read(&STANDARD.encode([1; 31])),
            Err(SealError::NotAKey { line: 1 })
        );
    }
}
