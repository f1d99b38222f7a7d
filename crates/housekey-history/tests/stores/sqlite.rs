//! History in a file.

use std::os::unix::fs::PermissionsExt as _;

use housekey_history::import::{self, ImportError};
use housekey_history::query;
use housekey_history::reading::{Function, Query};
use housekey_history::step::{DAY, Step};
use housekey_history::store::location::Place;
use housekey_history::store::{Reader as _, StoreError, StoreReader, StoreWriter};
use jiff::tz::TimeZone;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

use crate::{month, property};

fn place(directory: &TempDir, name: &str) -> Place {
    Place::File(directory.path().join("history").join(name))
}

#[tokio::test]
async fn a_month() {
    let directory = TempDir::new().unwrap();
    let one = place(&directory, "one.sqlite");
    month::integrals_are_exact(&one).await;
    let mode = one.file().unwrap().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (two, other) = (place(&directory, "two.sqlite"), place(&directory, "other.sqlite"));
    month::an_export_gives_an_import_back(&two, &other).await;
    month::late_points_and_gaps_count(&place(&directory, "three.sqlite")).await;
    month::series_are_joined_and_forgotten(&place(&directory, "four.sqlite")).await;
}

#[tokio::test]
async fn readings_equal_a_plain_loop() {
    let directory = TempDir::new().unwrap();
    property::readings_equal_a_plain_loop(&place(&directory, "home.sqlite"), 12).await;
}

#[tokio::test]
async fn files_that_are_refused() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("home.sqlite");
    let place = Place::File(path.clone());
    let missing = StoreReader::open(&place, "home").await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing(_)), "{missing}");
    let writer = StoreWriter::open(&place, "home").await.unwrap();
    let second = StoreWriter::open(&place, "home").await.unwrap_err();
    let pid = std::process::id();
    assert!(
        matches!(&second, StoreError::Busy { pid: Some(found), .. } if *found == pid),
        "{second}"
    );
    writer.close().await.unwrap();

    let mut writer = StoreWriter::open(&place, "home").await.unwrap();
    assert_eq!(writer.format().await.unwrap(), 1);
    writer.close().await.unwrap();
    let mut file = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::raw_sql("PRAGMA user_version = 9").execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    let newer = StoreWriter::open(&place, "home").await.unwrap_err();
    assert!(matches!(newer, StoreError::Newer { found: 9, known: 1, .. }), "{newer}");

    let torn = directory.path().join("torn.sqlite");
    std::fs::write(
        &torn,
        "this is no database, and long enough for a header, by far, of 100 bytes or so ………",
    )
    .unwrap();
    let damaged = StoreWriter::open(&Place::File(torn), "home").await.unwrap_err();
    assert!(matches!(damaged, StoreError::Damaged { .. }), "{damaged}");
}

#[tokio::test]
async fn a_backup_is_whole() {
    let directory = TempDir::new().unwrap();
    let place = place(&directory, "home.sqlite");
    let copy = directory.path().join("copy.sqlite");
    let _writer = month::imported(&place).await;
    let reader = StoreReader::open(&place, "home").await.unwrap();
    reader.backup(&copy).await.unwrap();
    assert!(reader.backup(&copy).await.is_err(), "a backup overwrites nothing");
    assert_eq!(copy.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let copy = StoreReader::open(&Place::File(copy), "home").await.unwrap();
    assert_eq!(copy.series().await.unwrap().len(), 4);
}

/// The values of days that are read, by series.
async fn days(place: &Place, item: &str, function: Function) -> Vec<Option<f64>> {
    let reader = StoreReader::open(place, "home").await.unwrap();
    let all = reader.series().await.unwrap();
    let series = all.iter().find(|one| one.key.item == item).unwrap();
    let from = month::begin();
    let zone = TimeZone::UTC;
    let query = Query { from, to: from + 2 * DAY, step: Step::Day, function, zone: zone.clone() };
    let rows = query::read(&reader, series, &query, &zone, 100).await.unwrap().rows;
    rows.iter().map(|row| row.value.number()).collect()
}

#[tokio::test]
async fn files_of_other_programs() {
    let directory = TempDir::new().unwrap();
    let place = place(&directory, "home.sqlite");
    let mut writer = StoreWriter::open(&place, "home").await.unwrap();
    let history = "entity_id,state,last_changed\n\
        sensor.fridge,90,2026-03-01T00:00:00+00:00\nsensor.fridge,30,2026-03-01T12:00:00+00:00\n\
        sensor.fridge,unavailable,2026-03-01T18:00:00+00:00\nswitch.lamp,on,2026-03-01T06:00:00+00:00\n";
    let mut statistics =
        String::from("statistic_id,unit_of_measurement,start_ts,mean,min,max,state,sum\n");
    let begin = month::begin() / 1000;
    for hour in 0..48 {
        let start = begin + hour * 3600;
        statistics += &format!("sensor.power,W,{start}.0,{},10,200,,\n", hour % 2 * 100);
        // Began anew after a day, which its sum does not show.
        let state = hour % 24;
        statistics += &format!("sensor.energy,kWh,{start}.0,,,,{state},{}\n", hour * 2);
    }
    for _ in 0..2 {
        let done = import::csv(history.as_bytes(), &mut writer, None).await.unwrap();
        assert_eq!((done.rows, done.series), (4, 2));
        let done = import::csv(statistics.as_bytes(), &mut writer, None).await.unwrap();
        assert_eq!((done.rows, done.series), (96, 2));
    }
    assert_eq!(days(&place, "sensor.fridge", Function::Mean).await, [Some(70.0), None]);
    assert_eq!(days(&place, "switch.lamp", Function::Mean).await[1], Some(1.0));
    assert_eq!(days(&place, "sensor.power", Function::Mean).await, [Some(50.0), Some(50.0)]);
    assert_eq!(days(&place, "sensor.power", Function::Max).await, [Some(200.0), Some(200.0)]);
    assert_eq!(days(&place, "sensor.energy", Function::Inc).await, [Some(46.0), Some(48.0)]);

    // Of insights2csv, into a series that is recorded: only where nothing is.
    let log = "Zulu dateTime;measure_power\r\n2026-03-01 00:00:00;7,5\r\n2026-03-01 06:00:00;null\r\n\
        2026-03-02 00:00:00;7,5\r\n2026-03-02 06:00:00;8,5\r\n";
    let without = import::csv(log.as_bytes(), &mut writer, None).await.unwrap_err();
    assert!(matches!(without, ImportError::NoSeries), "{without}");
    let all = writer.series().await.unwrap();
    let fridge = all.iter().find(|one| one.key.item == "sensor.fridge");
    let several = import::csv(statistics.as_bytes(), &mut writer, fridge).await.unwrap_err();
    assert!(matches!(several, ImportError::Several(2)), "{several}");
    import::csv(log.as_bytes(), &mut writer, fridge).await.unwrap();
    assert_eq!(days(&place, "sensor.fridge", Function::Mean).await, [Some(70.0), Some(8.0)]);
    let torn =
        import::csv("statistic_id,start_ts,mean\na,soon,1\n".as_bytes(), &mut writer, None).await;
    assert!(matches!(torn, Err(ImportError::Line { line: 2, .. })), "{torn:?}");
}
