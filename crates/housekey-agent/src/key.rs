//! Keys of the gateway: how one looks, and what is kept of it.
//!
//! A key is 32 bytes of chance. Nobody can go through those, so a fast digest of it is as good as a
//! slow one and can be made for every request: docs/decisions has the page.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use housekey::Secret;
use rand::Rng as _;
use sha2::{Digest as _, Sha256};

/// The prefix of every key, so that people and secret scanners recognise it.
const PREFIX: &str = "hk_";

/// The prefix of a digest in the settings.
const MARK: &str = "sha256:";

/// The digest of a key, which is all that is kept of it.
#[derive(Clone, Copy)]
pub struct KeyDigest([u8; 32]);

/// A new key: its text, which is shown once, and its digest.
pub fn new_key() -> (Secret, KeyDigest) {
    let mut chance = [0; 32];
    rand::rng().fill_bytes(&mut chance);
    let key = Secret::new(PREFIX.to_owned() + &URL_SAFE_NO_PAD.encode(chance));
    let digest = KeyDigest::of(key.expose());
    (key, digest)
}

impl KeyDigest {
    /// The digest of a text that may be a key.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

/// In constant time, whatever differs.
impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        let different = self.0.iter().zip(&other.0).fold(0, |seen, (one, two)| seen | (one ^ two));
        std::hint::black_box(different) == 0
    }
}

impl Eq for KeyDigest {}

/// As it stands in the settings.
impl fmt::Display for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MARK)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no digest as `agent key create` writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no digest of a key: run `housekey agent key create`")]
pub struct NoDigest;

impl FromStr for KeyDigest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let digits = text.strip_prefix(MARK).ok_or(NoDigest)?;
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NoDigest);
        }
        let mut bytes = [0; 32];
        for (byte, place) in bytes.iter_mut().zip((0..).step_by(2)) {
            let pair = digits.get(place..place + 2).ok_or(NoDigest)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NoDigest)?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_another_and_its_digest_is_read_back() {
        let (one, digest) = new_key();
        let (other, _) = new_key();
        assert!(one != other && one.expose().starts_with("hk_") && one.expose().len() == 46);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(KeyDigest::of(one.expose()), digest);
        assert_ne!(KeyDigest::of(other.expose()), digest);
        assert!(!digest.to_string().contains(one.expose()));
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        let right = new_key().1.to_string();
        let wrong = [
            String::new(),
            "sha256:".to_owned(),
            right.replace("sha256:", ""),
            right.replace("sha256", "argon2id"),
            right[..right.len() - 1].to_owned(),
            right[..right.len() - 1].to_owned() + "g",
            right[..right.len() - 2].to_owned() + "é",
        ];
        for text in wrong {
            assert_eq!(text.parse::<KeyDigest>(), Err(NoDigest), "{text}");
        }
    }
}
