//! `housekey sessions delete`.

use super::only_v2::only_on_v2;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::Outcome;
use crate::lookup::{self, Named};
use crate::prompt::Sure;

/// End a session: its token is refused from then on (v2)
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey sessions delete 'Dashboard in the hall' --yes")]
pub(crate) struct Args {
    /// Id, or what the program calls itself; `me` is the session of the token that is used
    session: String,
    #[command(flatten)]
    sure: Sure,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let sessions = target.homey.sessions().get_sessions().await.map_err(only_on_v2)?;
    let wanted = match args.session.as_str() {
        "me" => target.homey.sessions().get_session_me().await?.id.text().map(str::to_owned),
        _ => None,
    };
    let wanted = wanted.unwrap_or(args.session);
    let session = lookup::find("session", &sessions, &wanted, |session| Named {
        id: session.id.text().unwrap_or_default(),
        name: session.agent.text().unwrap_or_default(),
        zone: None,
    })?;
    let id = session.id.text().unwrap_or_default();
    let program = session.agent.text().unwrap_or(id);
    target
        .confirm(&args.sure, &format!("End the session of {program} on \"{}\"?", target.title))?;
    let done = format!("The session of {program} is ended");
    let call = target.homey.sessions().delete_session(id);
    target.write(call, &done, context).await
}
