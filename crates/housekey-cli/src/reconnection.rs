//! What is said of a live connection that was lost.

use housekey::realtime::RECONNECT;

/// When the next attempts to connect are made; said once, so it covers all of them.
pub(crate) fn trying_again() -> String {
    let longest_s = RECONNECT.longest.as_secs();
    format!("trying again within a second, then after longer pauses of up to {longest_s} s")
}
