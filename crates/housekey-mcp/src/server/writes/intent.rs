//! What a call would do: in words, what of it needs a person, and what is sent.

use std::time::Duration;

use housekey::client::RawCall;
use housekey::request::Arguments as Values;
use housekey_backup::Snapshot;
use housekey_backup::secrets::{KnownSecrets, Secrets};
use rmcp::service::{RequestContext, RoleServer};
use serde_json::Value;
use tokio::time::timeout;

use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::edit::Edit;
use crate::quote::{plain, quoted};
use crate::server::consent::Returned;
use crate::tools::Tool;
use crate::write::DeviceWrite;

/// How long a write may wait for its turn and its answer.
pub(super) const WRITE: Duration = Duration::from_secs(20);

/// A call on its way.
pub(in crate::server) struct Call<'c> {
    pub(in crate::server) tool: &'c Tool,
    pub(in crate::server) arguments: &'c Arguments,
    pub(in crate::server) returned: &'c Returned,
    pub(in crate::server) context: &'c RequestContext<RoleServer>,
}

/// What a call would do.
pub(super) struct Intent {
    /// In words: `set "Hall" / "Front door" · locked=false`.
    pub(super) text: String,
    /// What of it only a person may do.
    pub(super) guarded: Vec<String>,
    pub(super) act: Act,
}

/// What is done then.
pub(super) enum Act {
    Devices(Vec<DeviceWrite>),
    Start(Start),
    Edit(Box<ReadyEdit>),
    Admin(Admin),
    /// Nothing is sent: this is the answer.
    Say(Answer),
}

impl Intent {
    /// Nothing is sent.
    pub(super) fn said(answer: Answer) -> Self {
        Self { text: String::new(), guarded: Vec::new(), act: Act::Say(answer) }
    }
}

/// A flow, a mood or a variable that is set or started.
pub(super) enum Start {
    Flow { id: String, is_advanced: bool, label: String },
    Mood { id: String, label: String },
    Variable { id: String, name: String, value: Value },
}

/// What an administrator does.
pub(super) enum Admin {
    Restart { app: String, name: String },
    Run { script: String, name: String, argument: Option<String> },
    Api(RawRequest),
}

/// A raw call.
pub(super) enum RawRequest {
    Operation { id: String, values: Values },
    Path(RawCall),
}

/// The parts of a home that an edit is about, as the Homey has them now.
pub(super) struct Present {
    pub(super) snapshot: Snapshot,
    pub(super) secrets: Secrets,
    pub(super) known: KnownSecrets,
}

/// An edit, and what is needed to make it.
pub(super) struct ReadyEdit {
    pub(super) edit: Edit,
    pub(super) present: Present,
    /// The plan that it comes from.
    pub(super) plan: Option<String>,
}

/// Waits for the answer to a write. Errors of the library name no secret.
pub(super) async fn sent(write: impl Future<Output = Result<(), housekey::Error>>) -> Outcome<()> {
    match timeout(WRITE, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            Err(Refused::new(format!("the Homey refused it: {}", quoted(&error.to_string()))))
        }
        Err(_) => Err(Refused::new(
            "the Homey has not answered in 20 s: whether it was done is not known",
        )),
    }
}

/// A value in a line.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        value => plain(&value.to_string(), 60),
    }
}
