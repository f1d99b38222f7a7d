//! Buckets against a loop over every ten seconds.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::step::{FIVE_MINUTES, HOUR, Step};

/// Days on which clocks change, with an hour before: zone and the beginning of the time.
const BEGINNINGS: [(&str, &str); 7] = [
    ("Europe/Amsterdam", "2026-03-28T20:00:00Z"),
    ("Europe/Amsterdam", "2026-10-24T20:00:00Z"),
    ("Asia/Kolkata", "2026-03-28T20:00:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T10:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T10:00:00Z"),
    ("America/Sao_Paulo", "2018-11-03T20:00:00Z"),
    ("UTC", "2026-01-01T00:00:00Z"),
];

/// The distance of the loop's steps, in milliseconds; points are at multiples of it.
const TICK: i64 = 10_000;

const TICKS: i64 = 30 * 360;

/// The local clock at the beginning of the bucket of a time, by its calendar alone.
fn civil_start(t: i64, step: Step, zone: &TimeZone) -> i64 {
    let at = Timestamp::from_millisecond(t).unwrap().to_zoned(zone.clone());
    let civil = at.datetime();
    let date = civil.date();
    let start = match step {
        Step::Day => date.to_datetime(jiff::civil::Time::midnight()),
        Step::Fixed(length) => {
            let of_day = i64::from(civil.hour()) * HOUR + i64::from(civil.minute()) * 60_000;
            let hour = of_day / length * length / 60_000;
            date.at((hour / 60) as i8, (hour % 60) as i8, 0, 0)
        }
        _ => unreachable!(),
    };
    // Of a time that occurs twice, the one with the offset of now; else the first.
    let same = at.offset().to_timestamp(start).unwrap();
    if zone.to_datetime(same) == start {
        return same.as_millisecond();
    }
    start.to_zoned(zone.clone()).unwrap().timestamp().as_millisecond()
}

/// The value at a time, by a search from the beginning.
fn value_at(before: Option<&Point>, points: &[Point], t: i64) -> Value {
    let last = points.iter().take_while(|point| point.t <= t).last().or(before);
    last.map_or(Value::Unknown, |point| point.v.clone())
}

fn points() -> impl Strategy<Value = Vec<(i64, Option<f64>)>> {
    let value = prop_oneof![
        4 => (0.0..5000.0).prop_map(Some),
        1 => Just(Some(0.0)),
        1 => Just(None),
    ];
    proptest::collection::btree_map(0..TICKS, value, 0..60)
        .prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn buckets_equal_a_loop_over_every_tick(
        which in 0..BEGINNINGS.len(),
        step in prop_oneof![Just(Step::Fixed(FIVE_MINUTES)), Just(Step::Fixed(HOUR)), Just(Step::Day)],
        before in proptest::option::of(0.0..5000.0),
        values in points(),
        cut in 0..720_i64,
    ) {
        let (zone, begin) = BEGINNINGS[which];
        let zone = TimeZone::get(zone).unwrap();
        let begin = begin.parse::<Timestamp>().unwrap().as_millisecond();
        let (from, to) = (begin + cut * TICK, begin + TICKS * TICK);
        let before = before.map(|number| Point { t: begin - 5000, v: Value::Number(number) });
        let of = |&(tick, value): &(i64, Option<f64>)| Point {
            t: begin + tick * TICK,
            v: value.map_or(Value::Unknown, Value::Number),
        };
        let all: Vec<Point> = values.iter().map(of).collect();
        let mut carried = Carried::default();
        before.iter().chain(all.iter().filter(|point| point.t < from)).for_each(|p| carried.take(p));
        let inside: Vec<Point> = all.iter().filter(|point| point.t >= from).cloned().collect();
        let edges = step.edges(from, to, &zone);
        let found = buckets(&mut carried, &inside, &edges, (from, to), None);

        // The loop.
        let mut want: BTreeMap<i64, (f64, i64, f64, f64)> = BTreeMap::new();
        for t in (from..to).step_by(TICK as usize) {
            let key = civil_start(t, step, &zone);
            let entry = want.entry(key).or_insert((0.0, 0, f64::INFINITY, f64::NEG_INFINITY));
            if let Some(number) = value_at(before.as_ref(), &all, t).as_number() {
                entry.0 += number;
                entry.1 += TICK;
                entry.2 = entry.2.min(number);
                entry.3 = entry.3.max(number);
            }
        }
        prop_assert_eq!(found.iter().map(|one| one.t).collect::<Vec<_>>(), want.keys().copied().collect::<Vec<_>>());
        for (bucket, (t, (sum, ms, min, max))) in found.iter().zip(&want) {
            prop_assert_eq!(bucket.ms, *ms, "{}", t);
            if *ms > 0 {
                let mean = sum * TICK as f64 / *ms as f64;
                prop_assert!((bucket.mean.unwrap() - mean).abs() <= 1e-9 * mean.max(1.0));
                prop_assert_eq!((bucket.min, bucket.max), (Some(*min), Some(*max)));
            }
        }
        // The increases of all buckets are those of the readings, one by one.
        let mut total = 0.0;
        let mut reading: Option<f64> = None;
        for point in before.iter().chain(&all) {
            let Some(now) = point.v.as_number() else { continue };
            if point.t >= from && let Some(before) = reading {
                total += if now < 0.9 * before { now } else { now - before };
            }
            reading = Some(now);
        }
        let found: f64 = found.iter().filter_map(|bucket| bucket.inc).sum();
        prop_assert!((found - total).abs() < 1e-6, "{} {}", found, total);
    }
}

#[test]
fn a_heater_for_a_minute_has_a_mean_by_time() {
    let point = |minute: i64, number| Point { t: minute * 60_000, v: Value::Number(number) };
    let points = [point(0, 2000.0), point(1, 0.0)];
    let found = buckets(&mut Carried::default(), &points, &[0, HOUR], (0, HOUR), None);
    let mean = found[0].mean.unwrap();
    assert!((mean - 2000.0 / 60.0).abs() < 1e-9, "{mean}");
    assert!((found[0].integral.unwrap() - 2000.0 / 60.0).abs() < 1e-9);
}

#[test]
fn directions_have_a_mean_across_north() {
    let point = |minute: i64, number| Point { t: minute * 60_000, v: Value::Number(number) };
    let points = [point(0, 350.0), point(30, 10.0)];
    let found = buckets(&mut Carried::default(), &points, &[0, HOUR], (0, HOUR), Some(360.0));
    let mean = found[0].mean.unwrap();
    assert!(mean < 1e-9 || (mean - 360.0).abs() < 1e-9, "{mean}");
}

#[test]
fn a_gap_ends_the_value_until_the_next_point() {
    let point = |minute: i64, v| Point { t: minute * 60_000, v };
    let points = vec![point(0, Value::Truth(true)), point(45, Value::Truth(false))];
    let points = with_gaps(points, &[15 * 60_000]);
    let found = states(&mut Carried::default(), &points, &[0, HOUR], (0, HOUR));
    let want = BTreeMap::from([("true".to_owned(), 0.5), ("false".to_owned(), 0.5)]);
    assert_eq!(found, [(0, want)]);
}
