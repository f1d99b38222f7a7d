//! `housekey mcp log`.

use housekey::model::Time;
use housekey_mcp::WriteLog;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::table::Table;
use crate::output::when;

/// Show what assistants did: every write, with its result
///
/// Reads are not logged. --json prints for each write: time, key, client, tool, arguments, result.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey mcp log
  housekey mcp log --json --jq '.[] | select(.tool == \"homey_device_set\")'")]
pub(super) struct Args {
    /// The latest of them
    #[arg(long, value_name = "COUNT", default_value = "50")]
    last: usize,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let writes = WriteLog::of(&context.state).read().map_err(|error| {
        Failure::failed("the log of the assistants cannot be read").because(&error)
    })?;
    let first = writes.len().saturating_sub(args.last);
    let writes = &writes[first..];
    if writes.is_empty() {
        context.out.note("No assistant has changed anything");
    }
    let value: Value = writes.iter().map(|write| json!(write)).collect();
    context.out.table(&value, || {
        let mut table = Table::new(["time", "key", "client", "tool", "arguments", "result"]);
        for write in writes {
            table.row([
                when::in_zone(&Time::Text(write.time.to_string()), &TimeZone::system()),
                write.key.clone(),
                write.client.clone(),
                write.tool.clone(),
                write.arguments.to_string(),
                write.result.clone(),
            ]);
        }
        table
    })
}
