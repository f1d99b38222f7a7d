//! Time limits of the steps of a conversation.

use std::time::Duration;

use crate::retry::Backoff;

/// Limit for opening the transport with the server's first two packets, and for joining; the
/// vendor's library allows 20 s.
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(20);

/// Limit for the answers to handshake and subscription: the vendor's.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// Real Homeys sometimes accept a join and throw one out at once; the vendor's client waits this
/// long.
pub(super) const SETTLE: Duration = Duration::from_millis(25);

/// A session that lasted this long resets the count of failures.
pub(super) const STEADY: Duration = Duration::from_secs(10);

/// The waits between two attempts to connect. The longest is above the vendor's 5 s, so that a home full of programs
/// does not trample a Homey that is starting.
pub const RECONNECT: Backoff =
    Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(30), jitter: 0.5 };
