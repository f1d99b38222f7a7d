//! `housekey homeys diagnose`.

use std::time::Duration;

use housekey::auth::store::HomeyRecord;
use housekey::discovery::{Candidate, Diagnosis, Reason, candidates, diagnose};
use serde_json::json;

use crate::commands::login::progress::milliseconds;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::output::table::Table;

/// Try every way to a Homey on its own, and show why it works or fails
///
/// Nothing but a ping is sent: no token, and nothing that changes anything. Certificates are
/// verified as ever.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey homeys diagnose
  housekey homeys diagnose cabin --json")]
pub(crate) struct Args {
    /// Short name, title or cloud id; as --homey
    name: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let record = match &args.name {
        Some(name) => context.find_homey(name)?,
        None => context.stored_homey(&Purpose::Read)?,
    };
    let id = Some(&*record.id).filter(|id| !id.is_empty());
    let plain_http = context.settings.read()?.plain_http(&record.name);
    let ways = diagnose(&context.http()?, &record.addresses, plain_http, id).await;
    context.out.table(&json!(ways), || table(&ways))?;
    let works = |candidate: &Candidate| {
        ways.iter().any(|way| way.works && way.strategy == candidate.strategy)
    };
    match candidates(&record.addresses, plain_http).into_iter().find(works) {
        Some(Candidate { strategy, base }) => {
            let unencrypted = if base.scheme() == "https" { "" } else { ", unencrypted" };
            context.out.note(&format!("Calls go by {strategy}{unencrypted}: {base}"));
            Ok(())
        }
        None => Err(nowhere(&record, &ways)),
    }
}

fn nowhere(record: &HomeyRecord, ways: &[Diagnosis]) -> Failure {
    let title = &record.title;
    let failure = Failure::failed(format!("no way leads to the Homey \"{title}\" now"));
    match ways.iter().any(|way| way.reason == Some(Reason::Unencrypted)) {
        true => failure.hint(format!(
            "look whether it is switched on and online, or allow plain HTTP, which is not encrypted: \
             `housekey homeys add '{title}' --plain-http`"
        )),
        false => failure.hint("look whether it is switched on and online; one that has moved is found at the next call, if an account keeps it"),
    }
}

fn table(ways: &[Diagnosis]) -> Table {
    let mut table = Table::new(["way", "address", "outcome", "took"]);
    for way in ways {
        let took = way.took_ms.map(|ms| milliseconds(Duration::from_millis(ms)));
        table.row([
            way.strategy.to_string(),
            way.address.as_ref().map(ToString::to_string).unwrap_or_default(),
            outcome(way),
            took.unwrap_or_default(),
        ]);
    }
    table
}

/// The result of a way, with its own error text.
fn outcome(way: &Diagnosis) -> String {
    let unencrypted = if way.encrypted == Some(false) { ", unencrypted" } else { "" };
    match (way.reason, &way.detail, &way.version) {
        (Some(reason), Some(detail), _) => format!("{reason} ({detail})"),
        (Some(reason), None, _) => reason.to_string(),
        (None, _, Some(version)) => format!("works{unencrypted}, version {version}"),
        (None, _, None) => format!("works{unencrypted}"),
    }
}
