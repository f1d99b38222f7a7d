//! `housekey system info`.

use housekey::model::SystemInfo;
use jiff::SignedDuration;
use serde_json::Number;

use crate::context::{Context, Purpose};
use crate::duration;
use crate::error::Outcome;
use crate::output::table::Table;

/// Show model, version, address and health of the Homey
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey system info --jq .homeyVersion")]
pub(crate) struct Args {}

pub(crate) async fn run(_: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let answer = target.homey.system().get_info().bytes().await?;
    if context.out.is_json() {
        return context.out.answer(&answer);
    }
    let dialect = target.homey.dialect().await?;
    context.out.shown(&answer, "what it knows of itself", |info: SystemInfo| {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let rows = [
            ("name", Some(target.title.clone())),
            ("model", text(info.homey_model_name.text())),
            ("version", text(info.homey_version.text())),
            ("dialect", Some(dialect.to_string())),
            ("cloud id", text(info.cloud_id.text().or(target.homey.id()))),
            ("address", text(info.address())),
            ("time zone", text(info.timezone.text())),
            ("running for", uptime(&info)),
            ("memory", memory(&info)),
        ];
        let mut table = Table::new(["what", "value"]);
        for (what, value) in rows {
            if let Some(value) = value {
                table.row([what.to_owned(), value]);
            }
        }
        table
    })
}

fn uptime(info: &SystemInfo) -> Option<String> {
    let seconds = info.uptime.get().and_then(Number::as_f64)?;
    SignedDuration::try_from_secs_f64(seconds).ok().map(duration::show)
}

/// How much of the memory is free, in MiB.
fn memory(info: &SystemInfo) -> Option<String> {
    let mebibytes = |bytes: f64| (bytes / f64::from(1 << 20)).round();
    let total = info.totalmem.get().and_then(Number::as_f64).map(mebibytes)?;
    Some(match info.free_memory().map(mebibytes) {
        Some(free) => format!("{free} of {total} MiB free"),
        None => format!("{total} MiB"),
    })
}
