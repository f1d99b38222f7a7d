//! The error of a Homey that does not list the sessions of others.

use housekey::request::ArgumentError;

use crate::error::Failure;

/// Adds what to do instead: newer Homeys list no sessions but that of the caller.
pub(super) fn only_on_v2(error: housekey::Error) -> Failure {
    let absent = matches!(error, housekey::Error::Argument(ArgumentError::Absent { .. }));
    let failure = Failure::from(error);
    if absent { failure.hint("`housekey sessions me` shows the one that is used") } else { failure }
}
