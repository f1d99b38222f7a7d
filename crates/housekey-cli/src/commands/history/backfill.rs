//! `housekey history backfill`.

use std::time::Duration;

use housekey::catalogue::Dialect;
use housekey::model::LogEntries;
use housekey_history::insights::{self, RESOLUTIONS, USUAL};
use housekey_history::series::Series;
use housekey_history::store::{Source, StoreWriter};
use housekey_history::value::ValueType;
use jiff::SignedDuration;

use super::place;
use crate::context::{Context, Purpose};
use crate::duration;
use crate::error::Outcome;

/// The pause between two requests: a hub that reads many logs does little else.
const PAUSE: Duration = Duration::from_millis(1500);
const PAUSE_OF_OLD_HUBS: Duration = Duration::from_millis(2500);

/// The pause after a request that failed.
const REST: Duration = Duration::from_secs(60);

/// How many failures in a row end it.
const MAX_FAILURES: u32 = 3;

/// Fill in the time before the recorder began, from the Homey's Insights
///
/// The values are means of longer steps, so they only fill what was not recorded. Logs are read one at a time with
/// pauses, coarse steps first. It can be interrupted with Ctrl-C: the next run goes on there.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  housekey history backfill\n  housekey history backfill --all")]
pub(crate) struct Args {
    /// Read every resolution instead of three: more detail, and three times the time
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    place: place::PlaceArgs,
}

/// One log at one resolution.
struct Task<'s> {
    series: &'s Series,
    resolution: &'static str,
    span: i64,
    /// Under which it is remembered as done.
    mark: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let file = args.place.history(context)?;
    // Beside an agent that records: only buckets of Insights are written.
    let mut writer =
        StoreWriter::open_beside(&file.place, &file.homey).await.map_err(place::failure)?;
    let series = writer.series().await.map_err(place::failure)?;
    let target = context.homey(Purpose::Read).await?;
    let pause = match target.homey.dialect().await? {
        Dialect::V2 => PAUSE_OF_OLD_HUBS,
        _ => PAUSE,
    };
    let logs = target.homey.insights().get_logs().await?;
    let ids: Vec<String> = logs.iter().map(|log| log.id().into_owned()).collect();
    let mut tasks = Vec::new();
    for (resolution, span) in RESOLUTIONS {
        if !args.all && !USUAL.contains(&resolution) {
            continue;
        }
        for one in series.iter().filter(|one| one.key.value_type == ValueType::Number) {
            let mark = format!("backfill {} {resolution}", one.id);
            let done = writer.meta(&mark).await.map_err(place::failure)?.is_some();
            if !done && ids.contains(&log_id(one)) {
                tasks.push(Task { series: one, resolution, span, mark });
            }
        }
    }
    let count = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    let left = |done: u32| {
        let length =
            SignedDuration::try_from(pause.saturating_mul(count - done)).unwrap_or_default();
        duration::show(length)
    };
    context.out.note(&format!("{count} requests, at least {}", left(0)));
    let (mut written, mut failures) = (0, 0);
    for (done, task) in (0_u32..).zip(&tasks) {
        if done > 0 && done % 10 == 0 {
            context.out.note(&format!("{done} of {count}, at least {} left", left(done)));
        }
        let answer = target
            .homey
            .insights()
            .get_log_entries(&log_id(task.series))
            .with("resolution", task.resolution)
            .bytes()
            .await;
        match answer {
            Ok(bytes) => {
                failures = 0;
                written += keep(&mut writer, task, &bytes, context).await?;
                tokio::time::sleep(pause).await;
            }
            Err(error) => {
                failures += 1;
                if failures >= MAX_FAILURES {
                    return Err(error.into());
                }
                context.out.note(&format!("{}: {error}; resting for a minute", task.series));
                tokio::time::sleep(REST).await;
            }
        }
    }
    writer.close().await.map_err(place::failure)?;
    context.out.note(&format!("{written} values of Insights are in {}", file.place));
    Ok(())
}

/// The whole id of the log of a series.
fn log_id(series: &Series) -> String {
    format!("homey:{}:{}:{}", series.key.owner.as_str(), series.key.item, series.key.key)
}

/// Writes the buckets of an answer, and remembers that it is done.
async fn keep(
    writer: &mut StoreWriter,
    task: &Task<'_>,
    bytes: &[u8],
    context: &Context,
) -> Outcome<usize> {
    let now = context.clock.now().as_millisecond();
    let entries: LogEntries = crate::decode::read_bytes(bytes, "entries of a log")?;
    let (step, buckets) = match insights::buckets(&entries, task.span, now) {
        Ok(found) => found,
        Err(error) => {
            context.out.note(&format!("{} {}: {error}", task.series, task.resolution));
            return Ok(0);
        }
    };
    let found = (&buckets[..], Source::Insights);
    writer.put_buckets(task.series.id, step, found, true).await.map_err(place::failure)?;
    writer.set_meta("foreign", "1").await.map_err(place::failure)?;
    writer.set_meta(&task.mark, &now.to_string()).await.map_err(place::failure)?;
    Ok(buckets.len())
}
