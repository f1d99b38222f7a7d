//! What commands do.

use std::sync::Arc;

use serde_json::Value;

/// What follows a message of the broker.
#[derive(Debug, Clone, PartialEq)]
pub enum Received {
    /// Nothing.
    Nothing,
    /// All is announced again, after a wait.
    Birth,
    /// The Homey of that index gets a command.
    Command(usize, Box<Command>),
}

/// What is to happen in a home.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// Where it came in.
    pub topic: String,
    /// The id of the device, mood, flow or variable.
    pub id: Arc<str>,
    /// What is done with it.
    pub action: Action,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Sets capabilities of a device, one after the other.
    Set(Vec<CapabilityWrite>),
    /// Sets a mood.
    Mood,
    /// Starts a flow.
    Flow,
    /// Starts an advanced flow.
    AdvancedFlow,
    /// Changes a variable.
    Variable(Value),
}

/// A value for a capability.
#[derive(Debug, Clone, PartialEq)]
pub struct CapabilityWrite {
    /// Its id.
    pub capability: Box<str>,
    /// The value.
    pub value: Value,
    /// How long the change takes, in milliseconds.
    pub duration: Option<u64>,
}
