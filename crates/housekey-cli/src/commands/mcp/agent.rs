//! `housekey mcp` through an agent that runs: it follows the home already.

use housekey_agent::holder;
use housekey_agent::local_api::{AssistantRequest, open_assistant};
use housekey_mcp::{Group, Groups, stdio};
use tokio::io::{AsyncWriteExt as _, copy};
use tokio::net::UnixStream;

use crate::context::Context;
use crate::error::{Failure, Outcome};

/// A connection to the agent of this state directory, if it runs and keeps that Homey.
pub(super) async fn connect(
    homey: &str,
    groups: Groups,
    dry_run: bool,
    context: &Context,
) -> Option<UnixStream> {
    let socket = holder(&context.state).ok()??.socket?;
    let groups = groups.iter().map(Group::as_str).map(str::to_owned).collect();
    let request = AssistantRequest { homey: homey.to_owned(), groups, dry_run };
    match open_assistant(&socket, request).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(answer)) => {
            tracing::debug!(?answer, "not through the agent");
            None
        }
        Err(error) => {
            tracing::debug!(%error, "not through the agent");
            None
        }
    }
}

/// Passes messages on, until either side ends.
pub(super) async fn pass_on(mut stream: UnixStream) -> Outcome {
    let (mut input, mut output) = stdio();
    let (mut from_agent, mut to_agent) = stream.split();
    let forth = async {
        let _ = copy(&mut input, &mut to_agent).await;
        let _ = to_agent.shutdown().await;
    };
    let back = async {
        let _ = copy(&mut from_agent, &mut output).await;
        let _ = output.flush().await;
    };
    tokio::pin!(back);
    tokio::select! {
        () = &mut back => Err(Failure::failed("the agent has stopped, or read its settings again")
            .hint("start the assistant again")),
        () = forth => {
            back.await;
            Ok(())
        }
    }
}
