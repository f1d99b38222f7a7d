//! History in a server of PostgreSQL 15: `cargo xtask servers` runs it where `initdb` and `postgres` are here.

mod server;

use std::time::Duration;

use housekey::args;
use housekey::clock::SystemClock;
use housekey::http::Http;
use housekey::mirror::{Kinds, Mirror};
use housekey::model::Device;
use housekey::redaction::TokenVariables;
use housekey::{Homey, Secret};
use housekey_emulator::Emulator;
use housekey_history::recorder::{Recorder, RecorderSettings, RecorderStatus};
use housekey_history::rules::Selection;
use housekey_history::step::DAY;
use housekey_history::store::{Reader as _, Retention, StoreError, StoreReader, StoreWriter};
use housekey_history::value::Value;
use jiff::tz::TimeZone;
use tokio::sync::{oneshot, watch};

use self::server::PostgresServer;
use crate::{month, property};

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask servers"]
async fn a_month() {
    let server = PostgresServer::start().await;
    month::integrals_are_exact(&server.database("one").await).await;
    let (two, other) = (server.database("two").await, server.database("other").await);
    month::an_export_gives_an_import_back(&two, &other).await;
    month::late_points_and_gaps_count(&server.database("three").await).await;
    month::series_are_joined_and_forgotten(&server.database("four").await).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask servers"]
async fn readings_equal_a_plain_loop() {
    let server = PostgresServer::start().await;
    property::readings_equal_a_plain_loop(&server.database("home").await, 9).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask servers"]
async fn two_homes_in_one_database_do_not_see_each_other() {
    let server = PostgresServer::start().await;
    let place = server.database("homes").await;
    // Both make the tables at the same time.
    let (one, two) =
        tokio::join!(StoreWriter::open(&place, "home"), StoreWriter::open(&place, "cabin"));
    let (mut one, mut two) = (one.unwrap(), two.unwrap());
    let again = StoreWriter::open(&place, "home").await.unwrap_err();
    assert!(matches!(again, StoreError::Busy { .. }), "{again}");
    for writer in [&mut one, &mut two] {
        let done =
            housekey_history::import::csv(month::month().as_bytes(), writer, None).await.unwrap();
        assert_eq!(done.new, 4);
    }
    let home = StoreReader::open(&place, "home").await.unwrap();
    let cabin = StoreReader::open(&place, "cabin").await.unwrap();
    let ids: Vec<_> = cabin.series().await.unwrap().iter().map(|one| one.id).collect();
    one.forget(&home.series().await.unwrap().iter().map(|one| one.id).collect::<Vec<_>>(), &[])
        .await
        .unwrap();
    assert!(home.series().await.unwrap().is_empty());
    assert_eq!(
        cabin.page((0, i64::MAX), (i64::MIN, i64::MIN), 100_000).await.unwrap().len(),
        30 * 196
    );
    assert!(home.page((0, i64::MAX), (i64::MIN, i64::MIN), 10).await.unwrap().is_empty());
    // When the other home is forgotten too, the months are empty and go.
    two.forget(&ids, &[]).await.unwrap();
    two.prune(&Retention::default(), month::begin() + 400 * DAY).await.unwrap();
    assert_eq!(
        server
            .count("homes", "SELECT count(*) FROM pg_inherits WHERE inhparent = 'point'::regclass")
            .await,
        0
    );
    let missing = StoreReader::open(&place, "boat").await.unwrap_err();
    assert!(matches!(missing, StoreError::Missing(_)), "{missing}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask servers"]
async fn what_is_refused_has_no_password_and_says_why() {
    let mut server = PostgresServer::start().await;
    let place = server.database("home").await;
    let mut writer = month::imported(&place).await;
    assert_eq!(writer.format().await.unwrap(), 1);
    let reader = StoreReader::open(&place, "home").await.unwrap();
    let file = std::env::temp_dir().join("no-such-file");
    assert!(matches!(reader.backup(&file).await, Err(StoreError::NoFile(_))));
    for view in ["points", "buckets", "gaps", "events", "series_now"] {
        server.count("home", &format!("SELECT count(*) FROM {view}")).await;
    }
    let watts = "SELECT count(*) FROM points WHERE zone = 'Kitchen' AND capability = 'measure_power' AND value = 90 \
        AND time >= '2026-03-01' AND time < '2026-03-02'";
    assert_eq!(server.count("home", watts).await, 48);
    server.run("home", "UPDATE meta SET value = '9' WHERE key = 'format'").await;
    let newer = StoreReader::open(&place, "home").await.unwrap_err();
    assert!(matches!(newer, StoreError::Newer { found: 9, known: 1, .. }), "{newer}");
    server.run("home", "CREATE ROLE reader LOGIN").await;
    let rights = server.place("reader", "postgres");
    let rights = StoreWriter::open(&rights, "home").await.unwrap_err();
    let cause = std::error::Error::source(&rights).map(ToString::to_string).unwrap_or_default();
    assert!(cause.contains("permission denied"), "{rights}: {cause}");
    server.end();
    let gone = StoreWriter::open(&place, "home").await.unwrap_err();
    assert!(matches!(gone, StoreError::Unreachable { .. }) && gone.is_transient(), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: cargo xtask servers"]
async fn a_recorder_goes_on_when_the_server_is_back() {
    let mut server = PostgresServer::start().await;
    let place = server.database("home").await;
    let emulator = Emulator::builder().start().await.unwrap();
    let facts = emulator.facts();
    let address = facts.homey_url.parse().unwrap();
    let homey = Homey::at(address, Secret::new(facts.api_key), Http::new().unwrap()).await.unwrap();
    let mirror = Mirror::start(homey.clone(), Kinds::all(), SystemClock::shared()).await.unwrap();
    mirror.complete().await;
    let home = mirror.home();
    let is_lamp =
        |device: &Device| device.capability("onoff").is_some_and(|onoff| onoff.setable.is_true());
    let lamp = home.all::<Device>().find(is_lamp).unwrap();
    let settings = RecorderSettings {
        place: place.clone(),
        homey: "home".to_owned(),
        selection: Selection::default(),
        gentle: false,
        retention: Retention::default(),
        zone: Some(TimeZone::UTC),
    };
    let (sender, mut status) = watch::channel(RecorderStatus::default());
    let recorder = Recorder::open(settings, SystemClock::shared(), sender).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let stopped = async { stopped.await.unwrap_or_default() };
        recorder.run(mirror, TokenVariables::default(), stopped).await.unwrap();
    });
    let mut until = async |what: &str, is: &dyn Fn(&RecorderStatus) -> bool| {
        let waiting = status.wait_for(|status| is(status));
        let now = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        now.unwrap_or_else(|_| panic!("{what}")).unwrap().clone()
    };
    let before = until("written", &|status| status.points > 0 && status.waiting == 0).await.points;
    server.end();
    for value in [true, false, true] {
        let arguments =
            args! { "deviceId" => &*lamp.id, "capabilityId" => "onoff", "value" => value };
        homey.call("devices.setCapabilityValue", &arguments).await.unwrap();
    }
    until("trouble", &|status| status.trouble.is_some()).await;
    server.begin().await;
    let is_written = |status: &RecorderStatus| {
        status.points > before && status.waiting == 0 && status.trouble.is_none()
    };
    assert_eq!(until("written again", &is_written).await.lost, 0);
    stop.send(()).unwrap();
    task.await.unwrap();
    let reader = StoreReader::open(&place, "home").await.unwrap();
    let series = reader.series().await.unwrap();
    let onoff =
        series.iter().find(|one| one.key.item == lamp.id && one.key.key == "onoff").unwrap();
    let points = reader.points(onoff.id, (0, i64::MAX), 1000).await.unwrap();
    assert_eq!(points.last().map(|point| &point.v), Some(&Value::Truth(true)));
}
