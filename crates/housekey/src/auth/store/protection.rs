//! How a record is protected where it rests.

use std::fmt;
use std::str::FromStr;

/// The kinds of protection that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protection {
    /// A file that only its owner may read.
    #[default]
    File,
    /// Such a file, encrypted with age.
    Age,
    /// The keyring of the desktop, by the Secret Service; the file beside it only leads there.
    Keyring,
}

impl Protection {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::File, Self::Keyring, Self::Age];

    /// The word for it on the command line and in the settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Age => "age",
            Self::Keyring => "keyring",
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Protection {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| format!("\"{text}\" is none of file, keyring and age"))
    }
}
