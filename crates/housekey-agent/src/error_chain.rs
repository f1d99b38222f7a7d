//! Writes an error with its causes.

/// The error with its causes, each text once.
pub(crate) fn error_chain(error: &(dyn std::error::Error + 'static)) -> String {
    housekey::error::chain(error).join(": ")
}
