//! What is said of a live connection that was lost.

use housekey::realtime::LONGEST_REST;

/// When the next attempts to connect are made; said once, so it covers all of them.
pub(crate) fn trying_again() -> String {
    let longest_s = LONGEST_REST.as_secs();
    format!("trying again within a second, then after longer pauses of up to {longest_s} s")
}
