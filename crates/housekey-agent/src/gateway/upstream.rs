//! The Homeys behind the gateway: addresses, connections, tokens, and how many requests each gets at once.

pub(super) mod connection;
pub(super) mod endpoint;
pub(super) mod fair_queue;
pub(super) mod homey;
pub(super) mod token;
