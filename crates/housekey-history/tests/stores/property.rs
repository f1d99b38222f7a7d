//! Random series with gaps, resets and unknown stretches: readings of a store equal a loop over all milliseconds that
//! matter, in zones whose days have 23, 24 and 25 hours.

use housekey_history::query;
use housekey_history::reading::{Function, Query};
use housekey_history::series::{Class, Names, Owner, Series, SeriesKey};
use housekey_history::step::{DAY, Step};
use housekey_history::store::location::Place;
use housekey_history::store::{Batch, Gap, Reason, StoreReader, StoreWriter};
use housekey_history::value::{Point, Value, ValueType};
use jiff::tz::TimeZone;

/// The clocks of these zones change in the weeks that are read.
const ZONES: [(&str, &str); 3] = [
    ("Europe/Amsterdam", "2026-03-28T00:00:00Z"),
    ("Asia/Kolkata", "2026-03-28T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-10-02T00:00:00Z"),
];

/// Numbers that look random, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as i64).rem_euclid(end)
    }
}

fn series(id: i64, number: i64) -> Series {
    let key = SeriesKey {
        owner: Owner::Device,
        item: format!("d{number}"),
        key: "meter_power".to_owned(),
        value_type: ValueType::Number,
    };
    Series {
        id,
        class: Class::of_new(&key),
        key,
        unit: Some("kWh".to_owned()),
        decimals: None,
        first_t: None,
        last_t: None,
        gone_t: None,
        names: Names::default(),
    }
}

/// Writes and reads `rounds` series.
pub(crate) async fn readings_equal_a_plain_loop(place: &Place, rounds: i64) {
    let mut dice = Dice(7);
    let mut writer = StoreWriter::open(place, "home").await.unwrap();
    let first = writer.first_id();
    let mut gaps: Vec<i64> = Vec::new();
    for round in 0..rounds {
        let (zone, begin) = ZONES[usize::try_from(round).unwrap() % ZONES.len()];
        let zone = TimeZone::get(zone).unwrap();
        let begin = begin.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        let id = first + round;
        let mut points = Vec::new();
        let (mut t, mut meter) = (begin + dice.below(DAY), 0.0);
        while t < begin + 4 * DAY {
            meter = if dice.below(12) == 0 { 0.25 } else { meter + dice.below(1000) as f64 / 64.0 };
            let v = if dice.below(9) == 0 { Value::Unknown } else { Value::Number(meter) };
            points.push((id, Point { t, v }));
            t += 1 + dice
                .below([60_000, 3_600_000, 20_000_000][usize::try_from(round).unwrap() % 3]);
        }
        let mut batch = Batch { series: vec![(series(id, round), begin)], ..Batch::default() };
        batch.points.clone_from(&points);
        if round % 4 == 0 {
            let from_t = begin + dice.below(3 * DAY);
            gaps.push(from_t);
            batch.gaps.push(Gap {
                from_t,
                to_t: from_t + 1,
                reason: Reason::Offline,
                filled: false,
            });
        }
        writer.commit(&batch).await.unwrap();
        if round % 2 == 0 {
            let late: Vec<_> = (first..=id).map(|id| (id, begin - DAY)).collect();
            writer.late(&late).await.unwrap();
            writer.update_statistics(begin + 9 * DAY, &zone).await.unwrap();
        }
        let reader = StoreReader::open(place, "home").await.unwrap();
        let points: Vec<_> = points.into_iter().map(|(_, point)| point).collect();
        for (step, function) in [
            ("1h", Function::Mean),
            ("5m", Function::Inc),
            ("1d", Function::Inc),
            ("1d", Function::Integral),
            ("6h", Function::Max),
            ("1d", Function::Last),
        ] {
            let (from, to) = (begin + dice.below(DAY), begin + 3 * DAY);
            let step: Step = step.parse().unwrap();
            let query = Query { from, to, step, function, zone: zone.clone() };
            let series = series(id, round);
            let rows = query::read(&reader, &series, &query, &zone, 11_000).await.unwrap().rows;
            let edges = step.edges(from, to, &zone);
            assert_eq!(rows.len() + 1, edges.len());
            for (row, pair) in rows.iter().zip(edges.windows(2)) {
                let window = (pair[0].max(from), pair[1].min(to));
                let want = plain(&points, &gaps, window, function);
                let found = row.value.number();
                let same = match (want, found) {
                    (Some(want), Some(found)) => (want - found).abs() <= 1e-9 * want.abs().max(1.0),
                    (want, found) => want.is_none() && found.is_none(),
                };
                assert!(same, "{round} {function} {step} {window:?}: {found:?}, not {want:?}");
            }
        }
        reader.close().await;
    }
    writer.close().await.unwrap();
}

/// The value that holds at a time.
fn at(points: &[Point], gaps: &[i64], t: i64) -> Option<f64> {
    let last = points.iter().rev().find(|point| point.t <= t)?;
    let ended = gaps.iter().any(|gap| *gap >= last.t && *gap <= t);
    last.v.as_number().filter(|_| !ended)
}

fn plain(
    points: &[Point],
    gaps: &[i64],
    (from, to): (i64, i64),
    function: Function,
) -> Option<f64> {
    let inside = |t: i64| (from..to).contains(&t);
    if function == Function::Inc {
        let (mut before, mut sum, mut some) = (None::<f64>, 0.0, false);
        for point in points {
            let Some(number) = point.v.as_number() else { continue };
            if inside(point.t) {
                some = true;
                sum += match before {
                    None => 0.0,
                    Some(before) if number < before * 0.9 => number,
                    Some(before) => number - before,
                };
            }
            if point.t >= to {
                break;
            }
            before = Some(number);
        }
        let known = points.iter().map(|point| point.t).chain([from]).filter(|t| inside(*t));
        let known = known.into_iter().any(|t| at(points, gaps, t).is_some());
        return (some || known).then_some(sum);
    }
    if function == Function::Last {
        return at(points, gaps, to - 1);
    }
    let mut edges: Vec<i64> =
        points.iter().map(|point| point.t).chain(gaps.iter().copied()).collect();
    edges.extend([from, to]);
    edges.retain(|t| (from..=to).contains(t));
    edges.sort_unstable();
    edges.dedup();
    let (mut area, mut known, mut max) = (0.0, 0, None::<f64>);
    for pair in edges.windows(2) {
        if let Some(value) = at(points, gaps, pair[0]) {
            area += value * (pair[1] - pair[0]) as f64;
            known += pair[1] - pair[0];
        }
    }
    for t in edges.iter().filter(|t| inside(**t)) {
        let there = points.iter().find(|point| point.t == *t).and_then(|point| point.v.as_number());
        max = [max, at(points, gaps, *t), there].into_iter().flatten().reduce(f64::max);
    }
    match function {
        Function::Max => max,
        _ if known == 0 => None,
        Function::Mean => Some(area / known as f64),
        _ => Some(area / 3_600_000.0),
    }
}
