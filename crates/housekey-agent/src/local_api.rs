//! The protocol of `housekey agent` commands: one line of JSON each way over a unix socket.

mod client;
mod server;

use serde::{Deserialize, Serialize};

pub use client::{ClientError, ask};
pub(crate) use server::{ControlRequest, LocalApi, Rights};

use crate::status::Status;

/// A request to the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Request {
    /// Returns the status. For every user with the right to read.
    Status,
    /// Read your settings again. For those with the right to change.
    Reload,
    /// Stop. The same.
    Stop,
}

/// The answer of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The status.
    Status(Box<Status>),
    /// It is done; a stop has begun.
    Done,
    /// The request was refused: why, in lines.
    Refused(String),
}
