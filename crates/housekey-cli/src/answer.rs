//! Reads what a Homey answered as the type it should be.

use serde::Deserializer;
use serde::de::DeserializeOwned;

use crate::error::{Failure, Outcome};

/// The answer as that type.
///
/// # Errors
/// Failed; `what` says what should have been there.
pub(crate) fn read<'de, T: DeserializeOwned>(
    answer: impl Deserializer<'de, Error: 'static>,
    what: &str,
) -> Outcome<T> {
    T::deserialize(answer).map_err(|error| {
        Failure::failed(format!("the Homey did not answer with {what}"))
            .because(&error)
            .hint("look at the answer itself with `--json`")
    })
}

/// The same of an answer that is not decoded yet.
pub(crate) fn read_bytes<T: DeserializeOwned>(answer: &[u8], what: &str) -> Outcome<T> {
    read(&mut serde_json::Deserializer::from_slice(answer), what)
}
