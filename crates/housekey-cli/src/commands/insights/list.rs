//! `housekey insights list`.

use housekey::model::{Items, Log, Measure};
use serde_json::Value;

use super::named_log::{NamedLog, devices_for};
use crate::context::{Context, Purpose};
use crate::decode;
use crate::error::Outcome;
use crate::lookup;
use crate::output::table::Table;
use crate::output::unknown;

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
    let target = context.homey(Purpose::Read).await?;
    let mut answer = target.homey.insights().get_logs().bytes().await?;
    if let Some(pattern) = args.pattern {
        let pattern = pattern.to_lowercase();
        answer = decode::kept(&answer, "logs", |log: Log| {
            let title = log.title.label().unwrap_or_default().to_owned();
            let NamedLog { name, id, .. } = NamedLog::new(log);
            [name, title, id].iter().any(|text| text.to_lowercase().contains(&pattern))
        })?;
    }
    if context.out.is_json() {
        return context.out.answer(&answer);
    }
    let Items(logs): Items<Log> = decode::read_bytes(&answer, "logs")?;
    let devices = devices_for(logs.iter(), &target, context).await;
    let mut logs: Vec<_> = logs.into_iter().map(NamedLog::new).collect();
    logs.sort_by_cached_key(|called| called.name.to_lowercase());
    let named: Vec<_> = logs.iter().map(NamedLog::named).collect();
    let mut table = Table::new(["log", "title", "last value"]);
    for (called, name) in logs.iter().zip(lookup::telling(&named)) {
        let title = called.log.title.label().unwrap_or_default().to_owned();
        table.row([name, title, last(&called.log, &called.measure(devices.as_ref()))]);
    }
    context.out.text(&context.out.render(table))
}

/// The last value as people read it.
fn last(log: &Log, measure: &Measure) -> String {
    match log.last_value.get() {
        None => "-".to_owned(),
        Some(Value::Bool(yes)) => {
            let (title, word) =
                if *yes { (&log.title_true, "yes") } else { (&log.title_false, "no") };
            title.label().unwrap_or(word).to_owned()
        }
        Some(value) => measure.value_text(value).unwrap_or_else(|| unknown::text(value)),
    }
}
