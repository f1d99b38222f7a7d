//! Counts of requests, subscriptions and live connections.

use std::collections::BTreeMap;

use crate::call_names;

/// Calls so far, counted by the names of steps and operations, and present subscriptions.
///
/// A call counts when it arrives, before any fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    calls: BTreeMap<&'static str, u64>,
    subscriptions: BTreeMap<String, u64>,
    connections: u64,
}

impl Seen {
    /// No calls; the steps of a sign-in and of a live connection are listed with zero.
    pub(crate) fn nothing() -> Self {
        Self {
            calls: call_names::steps().map(|name| (name, 0)).collect(),
            subscriptions: BTreeMap::new(),
            connections: 0,
        }
    }

    pub(crate) fn count(&mut self, name: &'static str, times: u64) {
        *self.calls.entry(name).or_default() += times;
    }

    pub(crate) fn set_subscriptions(
        &mut self,
        (subscriptions, connections): (BTreeMap<String, u64>, u64),
    ) {
        (self.subscriptions, self.connections) = (subscriptions, connections);
    }

    /// How often that step or operation was called.
    pub fn calls(&self, name: &str) -> u64 {
        self.calls.get(name).copied().unwrap_or_default()
    }

    /// All counts of calls.
    pub(crate) fn all_calls(&self) -> &BTreeMap<&'static str, u64> {
        &self.calls
    }

    /// How many live connections are subscribed to a URI.
    pub fn subscriptions(&self, uri: &str) -> u64 {
        self.subscriptions.get(uri).copied().unwrap_or_default()
    }

    /// All URIs with subscribers.
    pub(crate) fn all_subscriptions(&self) -> &BTreeMap<String, u64> {
        &self.subscriptions
    }

    /// How many live connections are in the namespace.
    pub fn connections(&self) -> u64 {
        self.connections
    }
}
