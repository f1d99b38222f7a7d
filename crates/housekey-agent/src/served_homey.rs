//! A Homey of the settings, with what the gateway, `/events` and the documentation need of it.

use housekey::Homey;
use housekey::catalogue::Dialect;
use housekey::redaction::TokenVariables;

/// A Homey that the gateway leads to.
#[derive(Debug, Clone)]
pub(crate) struct ServedHomey {
    /// Its short name, as in `/homeys/<name>/…`.
    pub(crate) name: String,
    /// Its dialect: decides which scopes an operation needs.
    pub(crate) dialect: Dialect,
    /// Whose token and addresses are used.
    pub(crate) homey: Homey,
    /// How many requests it gets at once.
    pub(crate) in_flight: usize,
    /// The variables there that sinks write, whose values no caller reads.
    pub(crate) variables: TokenVariables,
}
