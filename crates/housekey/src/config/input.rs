//! What a variable, a file or a pipe brings, read as if it had been typed.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};

use crate::Secret;
use crate::error::ConfigError;

/// The mark that some editors begin a file with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A text without the byte order mark before it and the line ends after it.
pub fn text(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n'])
}

/// The same of what may be no text.
pub(super) fn os_text(text: &OsStr) -> OsString {
    let bytes = text.as_bytes();
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let end = bytes.iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |last| last + 1);
    OsString::from_vec(bytes[..end].to_vec())
}

/// A token or an API key, without the blanks around it. `what` says where it was given.
///
/// # Errors
/// [`ConfigError::NotAToken`] where it cannot be sent as one.
pub fn token(given: &Secret, what: &str) -> Result<Secret, ConfigError> {
    let token = Secret::new(text(given.expose()).trim());
    match crate::auth::is_token(token.expose()) {
        true => Ok(token),
        false => Err(ConfigError::NotAToken { what: what.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_a_byte_order_mark_are_not_what_was_meant() {
        for (given, want) in [
            ("a b", "a b"),
            (" a ", " a "),
            ("a\n", "a"),
            ("a\r\n\r\n", "a"),
            ("\u{feff}a\n", "a"),
            ("a\nb\n", "a\nb"),
            ("\u{feff}\n", ""),
            ("", ""),
        ] {
            assert_eq!(text(given), want, "{given:?}");
            assert_eq!(os_text(OsStr::new(given)), OsStr::new(want), "{given:?}");
        }
    }

    #[test]
    fn a_token_is_one_word_that_can_be_sent() {
        for good in ["a:b:c", "\u{feff}a:b:c\r\n", "  a:b:c "] {
            assert_eq!(token(&Secret::new(good), "it").unwrap().expose(), "a:b:c", "{good:?}");
        }
        for bad in ["", " ", "two words", "a\nb", "a\u{200b}b", "caf\u{e9}", "a\0"] {
            let error = token(&Secret::new(bad), "HOMEY_TOKEN").unwrap_err();
            assert_eq!(error.to_string(), "HOMEY_TOKEN holds a character that no token has");
        }
    }
}
