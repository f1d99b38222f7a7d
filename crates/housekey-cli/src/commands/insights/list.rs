//! `housekey insights list`.

use housekey::args;
use housekey::model::{Items, Log};
use serde_json::Value;

use super::Called;
use crate::answer;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// List the logs: which values are kept
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey insights list
  housekey insights list measure_power --jq '.[].title'")]
pub(crate) struct Args {
    /// Only those that have this in their name, title or id
    pattern: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let opened = context.homey(Purpose::Read).await?;
    let mut answer = opened.homey.call_bytes("insights.getLogs", &args! {}).await?;
    if let Some(pattern) = args.pattern {
        let pattern = pattern.to_lowercase();
        answer = answer::kept(&answer, "logs", |log: Log| {
            let title = log.title.text().unwrap_or_default().to_owned();
            let Called { name, id, .. } = Called::new(log);
            [name, title, id].iter().any(|text| text.to_lowercase().contains(&pattern))
        })?;
    }
    context.out.shown(&answer, "logs", |Items(logs): Items<Log>| {
        let mut logs: Vec<_> = logs.into_iter().map(Called::new).collect();
        logs.sort_by_cached_key(|called| called.name.to_lowercase());
        let mut table = Table::new(["log", "title", "last value"]);
        for called in logs {
            let title = called.log.title.text().unwrap_or_default().to_owned();
            table.row([called.name, title, last(&called.log)]);
        }
        table
    })
}

/// The last value as people read it.
fn last(log: &Log) -> String {
    match log.last_value.get() {
        None => "-".to_owned(),
        Some(Value::Bool(yes)) => {
            let (title, word) =
                if *yes { (&log.title_true, "yes") } else { (&log.title_false, "no") };
            title.text().unwrap_or(word).to_owned()
        }
        Some(value) => {
            format!("{value} {}", log.units.text().unwrap_or_default()).trim_end().to_owned()
        }
    }
}
