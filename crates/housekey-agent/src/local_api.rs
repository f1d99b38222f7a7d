//! What `housekey agent status|reload|stop` talk to: one line of JSON each way over a unix socket.

mod client;
mod server;

use serde::{Deserialize, Serialize};

pub use client::{ClientError, ask};
pub(crate) use server::{ControlRequest, LocalApi, Rights};

use crate::status::Status;

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Request {
    /// How are you? For everybody with the right to read.
    Status,
    /// Read your settings again. For those with the right to change.
    Reload,
    /// Stop. The same.
    Stop,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// How it is.
    Status(Box<Status>),
    /// It is done; a stop has begun.
    Done,
    /// It is not done: why, in lines.
    Refused(String),
}
