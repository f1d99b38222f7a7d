//! A writer that is killed at random instants: what was confirmed is there, and every stored bucket is right.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::disallowed_methods, reason = "the child is started with a variable")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use housekey_history::pieces::{self, Carried};
use housekey_history::series::{Class, Names, Owner, Series, SeriesKey};
use housekey_history::step::{FIVE_MINUTES, HOUR, Step};
use housekey_history::store::location::Place;
use housekey_history::store::{Batch, Reader as _, StoreReader, StoreWriter};
use housekey_history::value::{Point, Value, ValueType};
use jiff::tz::TimeZone;

/// The variable that names the file to the child.
const FILE: &str = "HOUSEKEY_TEST_FILE";

/// How often it is killed; `HOUSEKEY_TEST_KILLS` sets another number for a long run.
const KILLS: u64 = 8;

/// The time between two points.
const APART: i64 = 7_000;

/// How many points a batch has.
const BATCH: i64 = 50;

fn series() -> Series {
    Series {
        id: 1,
        key: SeriesKey {
            owner: Owner::Device,
            item: "f1".to_owned(),
            key: "measure_power".to_owned(),
            value_type: ValueType::Number,
        },
        unit: Some("W".to_owned()),
        decimals: None,
        class: Class::Chatty,
        first_t: None,
        last_t: None,
        gone_t: None,
        names: Names {
            device: "Fridge".to_owned(),
            zone: "Kitchen".to_owned(),
            title: String::new(),
        },
    }
}

fn point(number: i64) -> Point {
    Point { t: number * APART, v: Value::Number((number * 7919 % 1000) as f64) }
}

/// The child: writes batches with statistics, and prints the number of each confirmed point.
#[tokio::test]
#[ignore = "started by the other test"]
async fn writes_until_it_is_killed() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let mut writer = StoreWriter::open(&Place::File(file.into()), "home").await.expect("opened");
    let last = writer.last(1).await.expect("read").map_or(-1, |point| point.t / APART);
    let mut next = last + 1;
    let mut output = std::io::stdout();
    loop {
        let points = (next..next + BATCH).map(|number| (1, point(number))).collect();
        let mut batch = Batch { points, ..Batch::default() };
        if next == 0 {
            batch.series.push((series(), 0));
        }
        writer.commit(&batch).await.expect("written");
        next += BATCH;
        writeln!(output, "confirmed {}", next - 1).expect("printed");
        if next % (BATCH * 5) == 0 {
            // A point that comes late: its buckets are computed again.
            writer.late(&[(1, (next - 200).max(0) * APART)]).await.expect("noted");
            writer.update_statistics(next * APART, &TimeZone::UTC).await.expect("computed");
        }
    }
}

#[tokio::test]
async fn a_writer_that_is_killed_loses_no_confirmed_row_and_leaves_no_wrong_bucket() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("home.sqlite");
    let kills = std::env::var("HOUSEKEY_TEST_KILLS").ok().and_then(|kills| kills.parse().ok());
    let mut seed = 42_u64;
    for _ in 0..kills.unwrap_or(KILLS) {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["writes_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
            .env(FILE, &file)
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let reading = std::thread::spawn(move || {
            let numbers = output.lines().map_while(Result::ok).filter_map(|line| {
                line.rsplit_once("confirmed ").and_then(|(_, number)| number.parse::<i64>().ok())
            });
            numbers.last()
        });
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis(30 + (seed >> 33) % 400)).await;
        child.kill().expect("killed");
        child.wait().expect("ended");
        let confirmed = reading.join().expect("read");
        if file.metadata().is_ok_and(|file| file.len() > 0) {
            assert_right(&file, confirmed).await;
        }
    }
    assert!(file.exists(), "it never came to write");
}

async fn assert_right(file: &Path, confirmed: Option<i64>) {
    // The kill may have come before the first tables.
    let Ok(reader) = StoreReader::open(&Place::File(file.to_owned()), "home").await else {
        assert_eq!(confirmed, None);
        return;
    };
    let Ok(points) = reader.points(1, (0, i64::MAX), usize::MAX >> 1).await else {
        assert_eq!(confirmed, None);
        return;
    };
    assert!(reader.check().await.expect("checked").is_empty());
    let written = points.len() as i64;
    assert!(confirmed.is_none_or(|confirmed| written > confirmed), "{written} {confirmed:?}");
    assert_eq!(written % BATCH, 0, "a batch is written whole");
    for (number, found) in points.iter().enumerate() {
        assert_eq!(*found, point(number as i64));
    }
    let progress = reader.progress(1).await.expect("read");
    let (Some(from), Some(until)) = (progress.from, progress.until) else { return };
    for step in [FIVE_MINUTES, HOUR] {
        let edges = Step::Fixed(step).edges(from, until, &TimeZone::UTC);
        let (Some(begin), Some(end)) = (edges.first(), edges.last()) else { continue };
        let inside: Vec<_> = points.iter().filter(|one| one.t >= *begin).cloned().collect();
        let mut carried = Carried::default();
        points.iter().filter(|one| one.t < *begin).for_each(|one| carried.take(one));
        let want = pieces::buckets(&mut carried, &inside, &edges, (*begin, *end), None);
        let stored = reader.buckets(1, step, (from, until)).await.expect("read");
        for (one, _) in stored.iter().filter(|(one, _)| one.t >= from && one.t + step <= until) {
            let same = want.iter().find(|want| want.t == one.t).expect("a bucket");
            assert_eq!(
                (one.mean, one.min, one.max, one.n),
                (same.mean, same.min, same.max, same.n)
            );
        }
    }
}
