//! A virtual home is recorded: changes, a restart with a gap, a file that another recorder holds.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::Duration;

use housekey::clock::SystemClock;
use housekey::http::Http;
use housekey::mirror::{ItemKind, Kinds, Mirror};
use housekey::model::Device;
use housekey::redaction::TokenVariables;
use housekey::{Homey, Secret, args};
use housekey_emulator::Emulator;
use housekey_history::recorder::{Recorder, RecorderSettings, RecorderStatus};
use housekey_history::rules::Selection;
use housekey_history::store::location::Place;
use housekey_history::store::{
    Reader as _, Reason, Retention, StoreError, StoreReader, StoreWriter,
};
use housekey_history::value::Value;
use jiff::tz::TimeZone;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// A recorder that runs.
struct Running {
    status: watch::Receiver<RecorderStatus>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

fn settings(file: &Path) -> RecorderSettings {
    RecorderSettings {
        place: Place::File(file.to_owned()),
        homey: "home".to_owned(),
        selection: Selection {
            exclude: vec!["*/measure_luminance".to_owned()],
            ..Selection::default()
        },
        gentle: false,
        retention: Retention::default(),
        zone: Some(TimeZone::UTC),
    }
}

impl Running {
    async fn start(file: &Path, mirror: &Mirror) -> Self {
        let (sender, status) = watch::channel(RecorderStatus::default());
        let recorder =
            Recorder::open(settings(file), SystemClock::shared(), sender).await.expect("opened");
        let (stop, stopped) = oneshot::channel();
        let mirror = mirror.clone();
        let task = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            recorder.run(mirror, TokenVariables::default(), stopped).await.expect("recorded");
        });
        Self { status, stop, task }
    }

    async fn written(&mut self, points: u64) {
        let written = self.status.wait_for(|status| status.points >= points && status.waiting == 0);
        let in_time = tokio::time::timeout(Duration::from_secs(30), written).await;
        in_time.expect("in time").expect("it runs");
    }

    async fn stop(self) {
        self.stop.send(()).expect("it runs");
        self.task.await.expect("it ends");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_is_recorded_across_a_restart() {
    let emulator = Emulator::builder().start().await.expect("a free port");
    let facts = emulator.facts();
    let address = facts.homey_url.parse().expect("a URL");
    let http = Http::new().expect("TLS");
    let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
    let mirror = Mirror::start(homey.clone(), Kinds::all(), SystemClock::shared()).await;
    let mirror = mirror.expect("started");
    mirror.complete().await;
    let home = mirror.home();
    let is_lamp =
        |device: &Device| device.capability("onoff").is_some_and(|onoff| onoff.setable.is_true());
    let lamp = home.all::<Device>().find(is_lamp).expect("a lamp");
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("home.sqlite");

    let mut running = Running::start(&file, &mirror).await;
    running.written(1).await;
    let (sender, _) = watch::channel(RecorderStatus::default());
    let second = Recorder::open(settings(&file), SystemClock::shared(), sender).await;
    assert!(matches!(second, Err(StoreError::Busy { .. })), "a second recorder is refused");

    let before = running.status.borrow().points;
    let report = home.item(ItemKind::Device, &lamp.id).expect("the lamp").report("onoff").cloned();
    let on = report.expect("a value").value != serde_json::json!(true);
    let arguments = args! { "deviceId" => &*lamp.id, "capabilityId" => "onoff", "value" => on };
    homey.call("devices.setCapabilityValue", &arguments).await.expect("switched");
    running.written(before + 1).await;
    running.stop().await;

    let reader = StoreReader::open(&Place::File(file.clone()), "home").await.expect("opened");
    let series = reader.series().await.expect("read");
    let excluded = series.iter().any(|one| one.key.key == "measure_luminance");
    assert!(!excluded, "what is excluded is not recorded");
    let onoff = series.iter().find(|one| one.key.item == lamp.id && one.key.key == "onoff");
    let onoff = onoff.expect("recorded");
    let points = reader.points(onoff.id, (0, i64::MAX), 1000).await.expect("read");
    assert_eq!(points.last().map(|point| &point.v), Some(&Value::Truth(on)));

    // Started again at once, as a reload does: no gap.
    let gaps = async || reader.gaps((0, i64::MAX)).await.expect("read");
    let mut again = Running::start(&file, &mirror).await;
    let arguments = args! { "deviceId" => &*lamp.id, "capabilityId" => "onoff", "value" => !on };
    homey.call("devices.setCapabilityValue", &arguments).await.expect("switched");
    again.written(1).await;
    again.stop().await;
    assert_eq!(gaps().await, []);

    // After a while: a gap, and known again from there.
    let place = Place::File(file.clone());
    let mut writer = StoreWriter::open(&place, "home").await.expect("opened");
    let clock = writer.meta("clock").await.expect("read").expect("written");
    let earlier = clock.parse::<i64>().expect("a number") - 60_000;
    writer.set_meta("clock", &earlier.to_string()).await.expect("written");
    writer.close().await.expect("closed");
    let mut again = Running::start(&file, &mirror).await;
    again.written(1).await;
    again.stop().await;
    let gaps = gaps().await;
    let gap = gaps.iter().find(|gap| gap.reason == Reason::AgentOff).expect("a gap");
    let later = reader.points(onoff.id, (gap.from_t, i64::MAX), 1000).await.expect("read");
    assert_eq!(later.last().map(|point| &point.v), Some(&Value::Truth(!on)), "known again");

    // A key that may not read the zone of the home: by the last one that was known.
    let unknown = RecorderSettings { zone: None, ..settings(&file) };
    let (sender, status) = watch::channel(RecorderStatus::default());
    Recorder::open(unknown, SystemClock::shared(), sender).await.expect("opened");
    assert_eq!(status.borrow().borrowed_zone.as_deref(), Some("UTC"));
}
