//! Removes tokens from the data of a Homey before others see it.
//!
//! Two rules. A known token is replaced wherever it appears ([`TokenText`]). The value of a logic
//! variable that receives tokens is replaced whatever it is, since it may be a token that is not
//! known here ([`TokenVariables`]).

mod json;
mod text;
mod variables;

pub use self::json::UnreadableJson;
pub use self::text::{MASK, TokenText};
pub use self::variables::TokenVariables;

use crate::secret::Secret;

/// The text with each of the secrets replaced by [`MASK`]: for texts of a server, which may repeat
/// the request.
///
/// ```
/// use housekey::{Secret, redaction::redact};
/// let token = Secret::new("5d0c77aa0f3b5d0c77aa0f3b");
/// assert_eq!(redact("refused: 5d0c77aa0f3b5d0c77aa0f3b", &[&token]), "refused: ***");
/// ```
pub fn redact(text: &str, secrets: &[&Secret]) -> String {
    let secrets = secrets.iter().filter(|secret| !secret.is_empty());
    secrets.fold(text.to_owned(), |text, secret| match TokenText::new(secret) {
        Some(secret) => secret.mask_text(&text),
        // Too short to be distinguished from other texts in any spelling but its own.
        None => text.replace(secret.expose(), MASK),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_from_what_a_server_repeats() {
        let secrets = [&Secret::new("hunter2"), &Secret::new(""), &Secret::new("long:enough")];
        let said = "bad password hunter2 for long%3Aenough!";
        assert_eq!(redact(said, &secrets), "bad password *** for ***!");
    }
}
