//! `housekey sessions list`.

use housekey::model::SessionInfo;

use super::only_v2::only_on_v2;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;
use crate::output::when;

/// List the sessions (v2; newer Homeys show the caller's own alone)
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey sessions list")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.sessions().get_sessions().bytes().await;
    context.out.listed(&answer.map_err(only_on_v2)?, "sessions", |sessions: Vec<SessionInfo>| {
        let mut table = Table::new(["program", "type", "last used", "ends", "id"]);
        for session in &sessions {
            table.row([
                session.agent.text().unwrap_or("-").to_owned(),
                session.kind.text().unwrap_or("-").to_owned(),
                when::text(session.last_used.get()),
                when::text(session.expires_at.get()),
                session.id.text().unwrap_or_default().to_owned(),
            ]);
        }
        table
    })
}
