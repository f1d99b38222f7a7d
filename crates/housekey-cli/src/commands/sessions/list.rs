//! `housekey sessions list`.

use housekey::model::SessionInfo;

use super::only_v2::only_on_v2;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the sessions (v2; newer Homeys show the caller's own alone)
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey sessions list")]
pub(crate) struct Args {
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.sessions().get_sessions().bytes().await.map_err(only_on_v2)?;
    let zone = args.list.zone(&target, context).await;
    args.list.show_in(context, &answer, "sessions", &zone, |sessions: Vec<SessionInfo>| {
        let mut list = Listing::new(&["program", "type", "last used", "ends", "id"]);
        for session in &sessions {
            let id = session.id.text().unwrap_or_default();
            let cells = vec![
                Cell::maybe(session.agent.text()),
                Cell::maybe(session.kind.text()),
                Cell::time(session.last_used.get(), &zone),
                Cell::time(session.expires_at.get(), &zone),
                Cell::text(id),
            ];
            list.row(id, cells);
        }
        list
    })
}
