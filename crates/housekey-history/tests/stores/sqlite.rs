//! History in a file.

use std::os::unix::fs::PermissionsExt as _;

use housekey_history::store::location::Place;
use housekey_history::store::{StoreError, StoreReader, StoreWriter};
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
    assert_eq!(housekey_history::store::Reader::series(&copy).await.unwrap().len(), 4);
}
