//! Reads what a Homey answered as the type it should be.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Failure, Outcome};

/// The answer as that type; the answer itself is left, since `--json` prints it as it came.
///
/// # Errors
/// Failed; `what` says what should have been there.
pub(crate) fn read<T: DeserializeOwned>(answer: &Value, what: &str) -> Outcome<T> {
    T::deserialize(answer).map_err(|error| {
        Failure::failed(format!("the Homey did not answer with {what}"))
            .because(&error)
            .hint("look at the answer itself with `housekey api GET PATH`")
    })
}
