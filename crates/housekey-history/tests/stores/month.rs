//! A scripted month in any store: what is written is read, and statistics equal points.

use housekey_history::export::{self, ExportFormat, ExportWriter};
use housekey_history::reading::{Function, Query, RowValue};
use housekey_history::step::{DAY, FIVE_MINUTES, HOUR};
use housekey_history::store::location::Place;
use housekey_history::store::{
    Batch, Gap, Reader as _, Reason, Retention, StoreReader, StoreWriter,
};
use housekey_history::value::{Point, Value};
use housekey_history::{import, query};
use jiff::tz::TimeZone;

const BEGIN: &str = "2026-03-01T00:00:00Z";

pub(crate) fn begin() -> i64 {
    BEGIN.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

/// A scripted month: a fridge that draws 90 W for 10 min and 2 W for 20, a meter that grows by 0.01 a
/// minute and begins anew in the middle, a door, a thermostat.
pub(crate) fn month() -> String {
    let mut text = String::from(ExportFormat::Csv.head());
    let mut row = |minute: i64, capability: &str, unit: &str, value: &str, words: &str| {
        let time = export::time_text(begin() + minute * 60_000);
        text += &format!(
            "{time},home,f1,\"Fridge, big\",Kitchen,{capability},{unit},{value},{words}\n"
        );
    };
    for half_hour in 0..(30 * 48) {
        row(half_hour * 30, "measure_power", "W", "90", "");
        row(half_hour * 30 + 10, "measure_power", "W", "2", "");
    }
    for quarter in 0..(30 * 96) {
        let since = if quarter < 15 * 96 { quarter } else { quarter - 15 * 96 };
        row(quarter * 15, "meter_power", "kWh", &format!("{:.2}", since as f64 * 0.15), "");
    }
    for day in 0..30 {
        row(day * 1440, "alarm_contact", "", "1", "");
        row(day * 1440 + 360, "alarm_contact", "", "0", "");
        row(day * 1440, "thermostat_mode", "", "", "heat");
        row(day * 1440 + 1080, "thermostat_mode", "", "", "off");
    }
    text
}

pub(crate) async fn imported(place: &Place) -> StoreWriter {
    let mut writer = StoreWriter::open(place, "home").await.unwrap();
    let done = import::csv(month().as_bytes(), &mut writer, None).await.unwrap();
    assert_eq!((done.rows, done.series), (30 * (96 + 96 + 4), 4));
    writer
}

async fn read(
    reader: &StoreReader,
    key: &str,
    (step, function): (&str, Function),
    zone: &TimeZone,
) -> query::Reading {
    let all = reader.series().await.unwrap();
    let series = all.iter().find(|series| series.key.key == key).unwrap();
    let (from, to) = (begin(), begin() + 30 * DAY);
    let query = Query { from, to, step: step.parse().unwrap(), function, zone: zone.clone() };
    query::read(reader, series, &query, &TimeZone::UTC, 11_000).await.unwrap()
}

/// Means, increases and energy are exact: from points, from stored buckets, and after points were deleted.
pub(crate) async fn integrals_are_exact(place: &Place) {
    let mut writer = imported(place).await;
    let reader = StoreReader::open(place, "home").await.unwrap();
    let zone = TimeZone::UTC;
    let numbers = async |key, step, function| -> Vec<f64> {
        let rows = read(&reader, key, (step, function), &zone).await.rows;
        rows.iter().map(|row| row.value.number().unwrap()).collect()
    };
    let mean = (90.0 * 10.0 + 2.0 * 20.0) / 30.0;
    for pass in ["from points", "from stored buckets", "thinned"] {
        for (step, count) in [("1h", 720), ("1d", 30)] {
            let means = numbers("measure_power", step, Function::Mean).await;
            assert_eq!(means.len(), count, "{pass}");
            assert!(means.iter().all(|one| (one - mean).abs() < 1e-9), "{pass} {step}");
        }
        let energy: f64 = numbers("measure_power", "1h", Function::Integral).await.iter().sum();
        assert!((energy - mean * 720.0 / 1000.0).abs() < 1e-9, "{pass} {energy}");
        let grown: f64 = numbers("meter_power", "1h", Function::Inc).await.iter().sum();
        // 0.15 a quarter of an hour, but for the first reading and the first one after the reset.
        assert!((grown - 0.15 * f64::from(30 * 96 - 2)).abs() < 1e-9, "{pass} {grown}");
        assert_eq!(numbers("measure_power", "1d", Function::Min).await, [2.0; 30]);
        assert_eq!(numbers("measure_power", "1d", Function::Max).await, [90.0; 30]);
        let five = read(&reader, "measure_power", ("5m", Function::Mean), &zone).await;
        assert_eq!(five.rows.len(), 30 * 288);
        let want = if pass == "from points" { vec!["raw"] } else { vec!["5m", "raw"] };
        assert_eq!(five.sources, want, "{pass}");
        match pass {
            "from points" => {
                assert!(writer.update_statistics(begin() + 31 * DAY, &zone).await.unwrap() == 2);
            }
            "from stored buckets" => {
                let retention = Retention { raw: Some(2 * DAY), ..Retention::default() };
                let gone = writer.prune(&retention, begin() + 31 * DAY).await.unwrap();
                assert!(gone > 2 * 28 * 96, "{gone}");
            }
            _ => {}
        }
    }
    let rows = read(&reader, "thermostat_mode", ("1d", Function::States), &zone).await.rows;
    for row in &rows {
        let RowValue::States(states) = &row.value else { panic!("{row:?}") };
        assert_eq!(
            states.iter().map(|(k, v)| (&**k, *v)).collect::<Vec<_>>(),
            [("heat", 0.75), ("off", 0.25)]
        );
    }
    let rows = read(&reader, "alarm_contact", ("1d", Function::Mean), &zone).await.rows;
    assert!(rows.iter().all(|row| row.value.number() == Some(0.25)));
}

/// An import that is repeated changes nothing, and an export gives it back. `other` is empty.
pub(crate) async fn an_export_gives_an_import_back(place: &Place, other: &Place) {
    let mut writer = imported(place).await;
    let again = import::csv(month().as_bytes(), &mut writer, None).await.unwrap();
    assert_eq!(again.new, 0);
    let text = exported(place).await;
    assert_eq!(text.lines().count(), month().lines().count());
    let mut second = StoreWriter::open(other, "home").await.unwrap();
    import::csv(text.as_bytes(), &mut second, None).await.unwrap();
    assert_eq!(exported(other).await, text);
}

async fn exported(place: &Place) -> String {
    let reader = StoreReader::open(place, "home").await.unwrap();
    let series = reader.series().await.unwrap();
    let mut export = ExportWriter::new(ExportFormat::Csv, "home").unwrap();
    let mut after = (0, i64::MIN);
    loop {
        let page = reader.page((0, i64::MAX), after, 1000).await.unwrap();
        let Some((id, point)) = page.last() else {
            return String::from_utf8(export.finish().unwrap()).unwrap();
        };
        after = (*id, point.t);
        for (id, point) in &page {
            let series = series.iter().find(|series| series.id == *id).unwrap();
            export.row(series, point).unwrap();
        }
    }
}

/// A late point changes its buckets, and a gap ends values.
pub(crate) async fn late_points_and_gaps_count(place: &Place) {
    let mut writer = imported(place).await;
    writer.update_statistics(begin() + 31 * DAY, &TimeZone::UTC).await.unwrap();
    let reader = StoreReader::open(place, "home").await.unwrap();
    let id = reader
        .series()
        .await
        .unwrap()
        .iter()
        .find(|one| one.key.key == "measure_power")
        .unwrap()
        .id;
    // 1,000 W for the last 10 min of the third hour.
    let late = Point { t: begin() + 3 * HOUR - 2 * FIVE_MINUTES, v: Value::Number(1000.0) };
    let t = late.t;
    writer.commit(&Batch { points: vec![(id, late)], ..Batch::default() }).await.unwrap();
    writer.late(&[(id, t)]).await.unwrap();
    let gap = Gap {
        from_t: begin() + 10 * HOUR,
        to_t: begin() + 11 * HOUR,
        reason: Reason::Offline,
        filled: false,
    };
    writer.commit(&Batch { gaps: vec![gap], ..Batch::default() }).await.unwrap();
    for pass in ["points", "buckets"] {
        let rows = read(&reader, "measure_power", ("1h", Function::Max), &TimeZone::UTC).await.rows;
        assert_eq!(rows[2].value.number(), Some(1000.0), "{pass}");
        assert_eq!(rows[3].value.number(), Some(90.0), "{pass}");
        writer.update_statistics(begin() + 31 * DAY, &TimeZone::UTC).await.unwrap();
    }
}

/// What is forgotten is gone, and a series that is adopted has the points of both.
pub(crate) async fn series_are_joined_and_forgotten(place: &Place) {
    let mut writer = imported(place).await;
    let reader = StoreReader::open(place, "home").await.unwrap();
    let head = ExportFormat::Csv.head();
    let newer = format!(
        "{head}2026-03-01T00:00:00Z,home,f2,Fridge,Kitchen,measure_power,W,7,\n\
         2026-04-02T00:00:00Z,home,f2,Fridge,Kitchen,measure_power,W,8,\n"
    );
    import::csv(newer.as_bytes(), &mut writer, None).await.unwrap();
    let all = reader.series().await.unwrap();
    let power = |item: &str| {
        let is = |one: &&housekey_history::series::Series| {
            one.key.item == item && one.key.key == "measure_power"
        };
        all.iter().find(is).unwrap().id
    };
    let (old, new) = (power("f1"), power("f2"));
    writer.merge(old, new).await.unwrap();
    let points = reader.points(new, (0, i64::MAX), 10_000).await.unwrap();
    assert_eq!(points.len(), 30 * 96 + 1, "on equal times the newer wins");
    assert_eq!((&points[0].v, &points[1].v), (&Value::Number(7.0), &Value::Number(2.0)));
    writer.move_to(new, "f3").await.unwrap();
    let series = reader.series().await.unwrap();
    assert!(series.iter().any(|one| one.id == new && one.key.item == "f3"));
    assert_eq!(series.len(), 4);
    let size = reader.size().await.unwrap();
    assert_eq!(size.series.iter().map(|one| one.points).sum::<u64>(), 30 * 196 + 1);
    assert!(size.bytes > 0);
    let ids: Vec<_> = series.iter().map(|one| one.id).collect();
    assert_eq!(writer.forget(&ids, &[]).await.unwrap(), 30 * 196 + 1);
    assert!(reader.series().await.unwrap().is_empty());
    assert!(reader.check().await.unwrap().is_empty());
}
