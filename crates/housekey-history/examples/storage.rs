//! Measures a file of SQLite: `cargo run --release -p housekey-history --example storage [POINTS]`, 10 million by default.
//!
//! There are 100 series, each with a point every five minutes until now. Prints each figure and its target; reads are the
//! median of some rounds.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures"
)]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use housekey_history::query::{self, MAX_ROWS};
use housekey_history::reading::{Function, Query};
use housekey_history::series::{Class, Names, Owner, Series, SeriesKey};
use housekey_history::step::{DAY, HOUR, Step};
use housekey_history::store::location::Place;
use housekey_history::store::{Batch, Reader as _, StoreReader, StoreWriter};
use housekey_history::value::{Point, Value, ValueType};
use jiff::Timestamp;
use jiff::tz::TimeZone;

const SERIES: i64 = 100;
const EVERY: i64 = 300_000;
/// As many rows as a recorder writes at once.
const BATCH: i64 = 500;
const ROUNDS: usize = 7;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let points = std::env::args().nth(1).map_or(Ok(10_000_000), |text| text.parse::<i64>())?;
    let directory = tempfile::tempdir()?;
    let file = directory.path().join("home.sqlite");
    let now = Timestamp::now().as_millisecond() / HOUR * HOUR;
    let begin = now - points / SERIES * EVERY;
    write(&file, points, begin).await?;
    let place = Place::File(file);
    let reader = StoreReader::open(&place, "home").await?;
    let all = reader.series().await?;
    let (one, some) = (&all[..1], &all[..20]);
    for (title, target, series, span, step) in [
        ("a day of one series, raw", 3, one, DAY, Step::Raw),
        ("a year of one series in hours", 5, one, 365 * DAY, "1h".parse()?),
        ("30 days of 20 series, step=auto", 50, some, 30 * DAY, Step::automatic(30 * DAY)),
    ] {
        let zone = TimeZone::UTC;
        let query = Query { from: now - span, to: now, step, function: Function::Mean, zone };
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            for series in series {
                query::read(&reader, series, &query, &TimeZone::UTC, MAX_ROWS).await?;
            }
            took.push(start.elapsed());
        }
        took.sort();
        println!("{title}: {:.2} ms (target {target} ms)", milliseconds(took[ROUNDS / 2]));
    }
    Ok(())
}

/// Writes the points, as a recorder does, and then their statistics.
async fn write(file: &Path, points: i64, begin: i64) -> Outcome {
    let mut writer = StoreWriter::open(&Place::File(file.to_owned()), "home").await?;
    let first = writer.first_id();
    let series = (0..SERIES).map(|n| (series(first + n), begin)).collect();
    writer.commit(&Batch { series, ..Batch::default() }).await?;
    let (start, before) = (Instant::now(), processor_time()?);
    for from in (0..points).step_by(usize::try_from(BATCH)?) {
        let row = |n: i64| {
            let (t, v) =
                (begin + n / SERIES * EVERY, Value::Number((n * 37 % 2_000) as f64 / 10.0));
            (first + n % SERIES, Point { t, v })
        };
        let points = (from..points.min(from + BATCH)).map(row).collect();
        writer.commit(&Batch { points, ..Batch::default() }).await?;
    }
    let took = start.elapsed().as_secs_f64();
    let rate = points as f64 / took;
    println!("points written: {rate:.0}/s (target 100000/s)");
    let share = (processor_time()? - before) / took * 100.0;
    println!("processor while writing: {share:.0} % of one core");
    let all: Vec<_> = (first..first + SERIES).collect();
    writer.update_ends(&all).await?;
    drop(writer);
    let mut writer = StoreWriter::open(&Place::File(file.to_owned()), "home").await?;
    let bytes = std::fs::metadata(file)?.len() as f64 / points as f64;
    println!("bytes a point: {bytes:.1} (target 26)");
    let start = Instant::now();
    let end = begin + points / SERIES * EVERY;
    writer.update_statistics(end, &TimeZone::UTC).await?;
    println!("all statistics: {:.0} ms", milliseconds(start.elapsed()));
    Ok(())
}

fn series(id: i64) -> Series {
    let (owner, value_type) = (Owner::Device, ValueType::Number);
    let (item, key) = (format!("device-{id}"), "measure_power".to_owned());
    let key = SeriesKey { owner, item, key, value_type };
    let names =
        Names { device: format!("Plug {id}"), zone: "Kitchen".into(), title: "Power".into() };
    let (unit, decimals, class) = (Some("W".to_owned()), Some(1), Class::of_new(&key));
    let (first_t, last_t, gone_t) = (None, None, None);
    Series { id, key, unit, decimals, class, first_t, last_t, gone_t, names }
}

/// The seconds of processor time of this program.
fn processor_time() -> Outcome<f64> {
    use nix::sys::time::TimeValLike as _;
    let usage = nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time() + usage.system_time()).num_microseconds() as f64 / 1e6)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
