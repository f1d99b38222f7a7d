//! Secret text: passwords, codes, tokens, client secrets, two-factor secrets.

use std::fmt;

use base64::Engine as _;
use sha2::Digest as _;
use zeroize::Zeroizing;

/// Text that prints as `***` and is wiped from memory when it is dropped.
///
/// There is deliberately no `Display`, no `Serialize` and no `AsRef<str>`: code that needs the
/// text calls [`Secret::expose`].
///
/// ```
/// use housekey::Secret;
/// let token = Secret::new("5d0c:77aa:0f3b");
/// assert_eq!(format!("{token:?}"), "***");
/// assert_eq!(token.expose(), "5d0c:77aa:0f3b");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one place that sends or stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Eight characters that are the same for the same text and do not reveal it: logs show them
    /// to distinguish tokens.
    pub fn fingerprint(&self) -> String {
        let digest = sha2::Sha256::digest(self.0.as_bytes());
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&digest[..6])
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Serialization of a secret in a file that may hold it: `#[serde(with = "secret::stored")]`.
pub mod stored {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::Secret;

    /// Writes the text itself.
    pub fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    /// Reads the text.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }

    /// The same for a secret that may be missing.
    pub mod optional {
        use serde::{Deserialize as _, Deserializer, Serializer};

        use super::super::Secret;

        /// Writes the text itself, or null.
        pub fn serialize<S: Serializer>(secret: &Option<Secret>, to: S) -> Result<S::Ok, S::Error> {
            match secret {
                Some(secret) => to.serialize_some(secret.expose()),
                None => to.serialize_none(),
            }
        }

        /// Reads the text or null.
        pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
            Option::<String>::deserialize(from).map(|text| text.map(Secret::new))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_stars_and_tells_texts_apart() {
        let (one, other) = (Secret::new("hunter2"), Secret::new("hunter3"));
        assert_eq!(format!("{one:?}"), "***");
        assert!(!one.fingerprint().contains("hunter"));
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint(), Secret::new("hunter2").fingerprint());
    }
}
