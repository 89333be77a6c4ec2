//! Signatures of departments: Ed25519 (RFC 8032), verified strictly.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use motcua_model::statement::Statement;
use motcua_model::{Moment, Text};
use motcua_store::Digest;

use crate::ledger::Ledger;
use crate::refusal::{KeyFault, Refusal};

/// A department's private key.
pub struct PrivateKey(SigningKey);

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PrivateKey({})", self.id())
    }
}

impl PrivateKey {
    /// A new key from 32 random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&random))
    }

    /// Reads a key in the form PKCS #8 PEM, which other programs write, too (`openssl genpkey -algorithm ed25519`).
    ///
    /// # Errors
    /// It is no such key.
    pub fn from_pem(pem: &str) -> Result<Self, Text> {
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|error| {
            Text::new(
                format!("không phải khóa riêng Ed25519 dạng PEM: {error}; tạo khóa bằng `motcua key new`"),
                format!("no Ed25519 private key in PEM: {error}; make one with `motcua key new`"),
            )
        })
    }

    /// The key in the form PKCS #8 PEM.
    pub fn to_pem(&self) -> String {
        // Encoding 32 bytes into memory cannot fail.
        self.0
            .to_pkcs8_pem(LineEnding::LF)
            .map(|pem| pem.to_string())
            .unwrap_or_default()
    }

    /// The public key, base64.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// The key's id.
    pub fn id(&self) -> String {
        id_of(self.0.verifying_key().as_bytes())
    }

    /// Signs a text; the signature in base64.
    pub fn sign(&self, text: &str) -> String {
        STANDARD.encode(self.0.sign(text.as_bytes()).to_bytes())
    }
}

/// The id of a public key: the first 16 hexadecimal digits of its SHA-256.
fn id_of(public: &[u8; 32]) -> String {
    Digest::of(public)
        .to_string()
        .trim_start_matches("sha256:")
        .chars()
        .take(16)
        .collect()
}

/// The id of a public key in base64; nothing if it is no key.
pub fn key_id(public: &str) -> Option<String> {
    let bytes: [u8; 32] = STANDARD.decode(public).ok()?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&bytes).ok()?;
    (!key.is_weak()).then(|| id_of(&bytes))
}

/// Verifies that a statement was signed by a key of its department that counted at a moment, as far as is known now.
///
/// # Errors
/// [`Refusal::Key`], [`Refusal::Signature`].
pub fn verify(
    ledger: &Ledger,
    statement: &Statement,
    text: &str,
    signature: &str,
    at: Moment,
) -> Result<(), Refusal> {
    let fault = |what| Refusal::Key {
        key: crate::question::shown(&statement.key),
        what,
    };
    let key = ledger
        .key(&statement.key)
        .ok_or_else(|| fault(KeyFault::Unknown))?;
    if key.department != statement.department {
        return Err(fault(KeyFault::Foreign));
    }
    if key.from > at {
        return Err(fault(KeyFault::Early));
    }
    if key.until.is_some_and(|until| until <= at) {
        return Err(fault(KeyFault::Late));
    }
    if key.revoked_from.is_some_and(|from| from <= at) {
        return Err(fault(KeyFault::Revoked));
    }
    let public: [u8; 32] = STANDARD
        .decode(&key.public)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Refusal::Signature)?;
    let public = VerifyingKey::from_bytes(&public).map_err(|_| Refusal::Signature)?;
    let signature: [u8; 64] = STANDARD
        .decode(signature)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Refusal::Signature)?;
    // Strict: no weak keys and no second form of the same signature.
    public
        .verify_strict(text.as_bytes(), &Signature::from_bytes(&signature))
        .map_err(|_| Refusal::Signature)
}
