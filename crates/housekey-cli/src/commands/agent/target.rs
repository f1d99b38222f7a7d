//! The agent that a command is for, and its settings.

use std::path::PathBuf;

use housekey_agent::local_api::{Answer, ClientError, Request, ask};

use crate::context::Context;
use crate::error::{Failure, Outcome};

// Names an agent. A doc comment would replace the help of the command that takes it.
#[derive(Debug, clap::Args)]
pub(super) struct Where {
    /// Its socket, where it is not the agent of our own store
    #[arg(long, value_name = "PATH")]
    pub(super) socket: Option<PathBuf>,
}

/// The file of settings: the one named, else the one beside the other settings.
pub(super) fn settings(named: Option<PathBuf>, context: &Context) -> PathBuf {
    named.unwrap_or_else(|| context.settings.directory().join("agent.toml"))
}

/// Sends a request to the agent; its refusal is a failure.
pub(super) async fn asked(place: &Where, request: Request, context: &Context) -> Outcome<Answer> {
    let none =
        || Failure::failed("no agent keeps this store").hint("start one with `housekey agent run`");
    let socket = match &place.socket {
        Some(socket) => socket.clone(),
        None => {
            let holder = housekey_agent::holder(&context.state).map_err(|error| {
                Failure::failed("cannot find out whether an agent runs").because(&error)
            })?;
            // One that runs once has none, and is done soon.
            holder.ok_or_else(none)?.socket.ok_or_else(none)?
        }
    };
    match ask(&socket, request).await {
        Ok(Answer::Refused(why)) => Err(Failure::failed("the agent refuses").because_of(&why)),
        Ok(answer) => Ok(answer),
        Err(error) => {
            let failure = Failure::failed(error.to_string());
            Err(match &error {
                ClientError::Unreachable { cause, .. } => failure
                    .because(cause)
                    .hint("run this as the user it runs as, or name its socket with `--socket`"),
                _ => failure.hint("use the same version of both"),
            })
        }
    }
}
