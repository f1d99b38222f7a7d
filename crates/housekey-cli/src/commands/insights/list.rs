//! `housekey insights list`.

use housekey::model::{Items, Log, Measure};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::named_log::{NamedLog, devices_for};
use crate::context::{Context, Purpose};
use crate::decode;
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;
use crate::lookup;
use crate::output::unknown;

/// List the logs: which values are kept
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey insights list
  housekey insights list measure_power --jq '.[].title'")]
pub(crate) struct Args {
    /// Only those that have this in their name, title or id
    pattern: Option<String>,
    #[command(flatten)]
    list: ListArgs,
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
    if args.list.is_whole_answer(&context.out)? {
        return context.out.answer(&answer);
    }
    let Items(logs): Items<Log> = decode::read_bytes(&answer, "logs")?;
    let devices = devices_for(logs.iter(), &target, context).await;
    let logs: Vec<_> = logs.into_iter().map(NamedLog::new).collect();
    let named: Vec<_> = logs.iter().map(NamedLog::named).collect();
    let mut list = Listing::new(&["log", "title", "last value"])
        .with_more_columns(&["type", "unit", "id"])
        .sorted_by(&["log"]);
    for (called, name) in logs.iter().zip(lookup::telling(&named)) {
        let measure = called.measure(devices.as_ref());
        let unit = Cell::maybe(measure.unit());
        let cells = vec![
            Cell::text_shown(&called.name, name),
            Cell::maybe(called.log.title.label()),
            last(&called.log, measure),
            Cell::maybe(called.log.kind.text()),
            unit,
            Cell::text(&called.id),
        ];
        list.row(&called.id, cells);
    }
    args.list.print(context, list, &answer, "logs", &TimeZone::UTC)
}

/// The last value as people read it.
fn last(log: &Log, measure: Measure) -> Cell {
    match log.last_value.get() {
        None => Cell::MISSING,
        Some(value @ Value::Bool(yes)) => {
            let (title, word) =
                if *yes { (&log.title_true, "yes") } else { (&log.title_false, "no") };
            Cell::of(value).shown_as(title.label().unwrap_or(word))
        }
        Some(Value::Number(number)) => Cell::number(number.clone(), measure),
        Some(value) => Cell::of(value).shown_as(unknown::text(value)),
    }
}
