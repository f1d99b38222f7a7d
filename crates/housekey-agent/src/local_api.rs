//! The protocol of `housekey agent` commands: one line of JSON each way over a unix socket.

mod client;
mod server;

use serde::{Deserialize, Serialize};

pub use client::{ClientError, ask, open_assistant};
pub(crate) use server::{ControlRequest, LocalApi, Rights, ServeAssistant};

use crate::status::Status;

/// A request to the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Request {
    /// Returns the status. For every user with the right to read.
    Status,
    /// Read your settings again. For those with the right to change.
    Reload,
    /// Stop. The same.
    Stop,
    /// A link to the dashboard that is good once. The same.
    Open {
        /// What it is good for: words as in the scopes of a key. Everything, if it says nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scopes: Option<Vec<String>>,
    },
    /// Serves an assistant over this connection, after the answer. The same.
    Assistant(AssistantRequest),
}

/// What an assistant on this machine wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssistantRequest {
    /// The short name of the Homey.
    pub homey: String,
    /// The groups of tools: `read`, `control`, `edit`, `admin`.
    pub groups: Vec<String>,
    /// Whether its writes are only described.
    pub dry_run: bool,
}

/// A link to the dashboard; a secret, as long as it was not used.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Link(pub String);

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link(***)")
    }
}

/// The answer of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The status.
    Status(Box<Status>),
    /// It is done; a stop has begun.
    Done,
    /// The link.
    Link(Link),
    /// The request was refused: why, in lines.
    Refused(String),
}
