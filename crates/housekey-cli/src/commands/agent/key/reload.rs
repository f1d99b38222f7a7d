//! Has the agent read its settings again after a key was changed.

use std::path::PathBuf;

use housekey_agent::local_api::{Answer, ClientError, Request, ask};

use super::file::KeyFile;
use crate::context::Context;

/// What came of making the agent that works by some settings read them again.
pub(super) enum Reached {
    /// It works by them as they are now.
    Yes,
    /// No agent runs, as far as can be seen from here.
    NoAgent,
    /// The agent that runs works by other settings.
    Elsewhere(PathBuf),
    /// It runs, and does not work by them: why.
    No(String),
}

/// Makes the agent that works by these settings read them again: the one of our own store, or the one
/// that listens where the settings say.
pub(super) async fn reach_the_agent(file: &KeyFile, context: &Context) -> Reached {
    let holder = match housekey_agent::holder(&context.state) {
        Ok(holder) => holder,
        Err(error) => return Reached::No(format!("it cannot be found out who it is: {error}")),
    };
    let of_store = holder.and_then(|holder| holder.socket);
    let mut elsewhere = None;
    for (socket, is_certain) in of_store
        .iter()
        .map(|socket| (socket, true))
        .chain(file.socket.iter().map(|socket| (socket, false)))
    {
        let status = match ask(socket, Request::Status).await {
            Ok(Answer::Status(status)) => status,
            // Nobody is there: a socket that the settings name may be of an agent that has ended.
            Err(ClientError::Unreachable { cause, .. }) if !is_certain && is_nobody(&cause) => {
                continue;
            }
            Ok(Answer::Refused(why)) => return Reached::No(why),
            Ok(Answer::Done | Answer::Link(_)) => {
                return Reached::No("it answered otherwise".to_owned());
            }
            Err(error) => return Reached::No(words(&error)),
        };
        let works_by = PathBuf::from(status.settings);
        if works_by.is_relative() {
            let why = "it is of an older version, and does not say by which file it works";
            return Reached::No(why.to_owned());
        }
        if !file.is(&works_by) {
            elsewhere = Some(works_by);
            continue;
        }
        return match ask(socket, Request::Reload).await {
            Ok(Answer::Done) => Reached::Yes,
            Ok(Answer::Refused(why)) => Reached::No(why),
            Ok(Answer::Status(_) | Answer::Link(_)) => {
                Reached::No("it answered otherwise".to_owned())
            }
            Err(error) => Reached::No(words(&error)),
        };
    }
    elsewhere.map_or(Reached::NoAgent, Reached::Elsewhere)
}

fn words(error: &ClientError) -> String {
    match error {
        ClientError::Unreachable { cause, .. } => format!("{error}: {cause}"),
        ClientError::OtherVersion(_) => error.to_string(),
    }
}

fn is_nobody(cause: &std::io::Error) -> bool {
    matches!(cause.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused)
}

/// Makes the agent that works by these settings read them again, and says so; or how to.
pub(super) async fn tell_the_agent(file: &KeyFile, context: &Context) {
    match reach_the_agent(file, context).await {
        Reached::Yes => context.out.note("The agent works by it."),
        Reached::No(_) => {
            context.out.note("The agent could not read its settings again: look at its log.")
        }
        Reached::NoAgent | Reached::Elsewhere(_) => context
            .out
            .note("It counts once the agent reads these settings: `housekey agent reload`."),
    }
}
