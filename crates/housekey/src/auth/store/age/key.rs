//! Keys of the age format, and why a file cannot be opened.

use ring::hkdf;
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

/// The key that everything else in a file is derived from.
pub(super) type FileKey = Zeroizing<[u8; 16]>;

/// Why a file cannot be opened; never quotes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth::store) enum AgeError {
    /// It is no such file, or it is torn.
    Torn,
    /// It is for another identity.
    OtherIdentity,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// Its passphrase requires more work than any honest writer would.
    TooMuchWork,
    /// The system gives no random numbers, so nothing can be encrypted.
    NoChance,
}

impl AgeError {
    pub(in crate::auth::store) fn words(self) -> &'static str {
        match self {
            Self::Torn => "it is no age file, or a torn one",
            Self::OtherIdentity => "it is encrypted for another age identity",
            Self::WrongPassphrase => "the passphrase is wrong",
            Self::TooMuchWork => "its passphrase requires too much work",
            Self::NoChance => "the system gives no random numbers",
        }
    }
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], AgeError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| AgeError::NoChance)?;
    Ok(bytes)
}

/// HKDF with SHA-256, 32 bytes: the one way in which the format derives a key.
pub(super) fn derive(from: &[u8], salt: &[u8], label: &str) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let pseudorandom = hkdf::Salt::new(hkdf::HKDF_SHA256, salt).extract(from);
    let label = [label.as_bytes()];
    // Both can only fail for lengths other than that of SHA-256.
    if let Ok(okm) = pseudorandom.expand(&label, hkdf::HKDF_SHA256) {
        let _ = okm.fill(&mut *key);
    }
    key
}
