//! Against the emulator, which knows when a token is stale.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use housekey::Secret;
use housekey::auth::store::Access;
use housekey::discovery::Addresses;
use housekey_backup::authors::Write;
use housekey_emulator::{Emulator, Expire};

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};
use crate::served_homey::ServedHomey;
use crate::settings::GatewaySettings;
use crate::write_log::WriteLog;

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_needs_no_token_and_a_renewal_goes_unnoticed() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let gateway = emulated.gateway();
    let read = "GET /api/manager/zones/zone/";
    let (status, zones) = gateway.request(read, "Cookie: session=1\r\n", "").await;
    assert_eq!(status, 200, "{zones}");
    emulated.world.expire(Expire::Session);
    let (status, again) = gateway.request("GET /homeys/home/api/manager/zones/zone", "", "").await;
    assert_eq!((status, again), (200, zones));
    assert_eq!(emulated.world.calls("users.login"), 2, "one at sign-in, one for the gateway");
    emulated.world.expire(Expire::Session);
    let variable = r#"{"name":"seen","type":"boolean","value":true}"#;
    let json = "Content-Type: application/json\r\n";
    let (status, made) = gateway.request("POST /api/manager/logic/variable", json, variable).await;
    assert_eq!(status, 200, "{made}");
    assert!(made.contains("\"seen\""), "{made}");
    let variables = gateway.request("GET /api/manager/logic/variable", "", "").await.1;
    assert_eq!(variables.matches("\"seen\"").count(), 1, "{variables}");
    assert_eq!(gateway.counts.homeys[0].renewed.load(Relaxed), 2);
    assert_eq!(gateway.counts.homeys[0].in_flight.load(Relaxed), 0);
    let (status, refusal) =
        gateway.request("GET /homeys/cabin/api/manager/zones/zone", "", "").await;
    assert_eq!(status, 404);
    assert!(refusal.contains("unknown_homey"), "{refusal}");
    assert_eq!(gateway.request("GET /healthz", "", "").await, (200, "ok\n".to_owned()));
    drop(gateway.stop);
    gateway.running.await.unwrap().unwrap();
}

/// What keeps snapshots says by it who changed what.
#[tokio::test(flavor = "multi_thread")]
async fn writes_that_succeed_are_noted_with_their_caller() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let writes = WriteLog::noting();
    let served = ServedHomey { writes: writes.clone(), ..emulated.served(8) };
    let gateway = TestGateway::of(vec![served], emulated.clock.clone(), settings());
    let json = "Content-Type: application/json\r\n";
    let variable = r#"{"name":"seen","type":"boolean","value":true}"#;
    let path = "/api/manager/logic/variable";
    for (request, body, want) in [
        (format!("GET {path}"), "", 200),
        (format!("POST /homeys/home{path}?x=1"), variable, 200),
        (format!("PUT {path}/not-there"), variable, 404),
    ] {
        assert_eq!(gateway.request(&request, json, body).await.0, want, "{request}");
    }
    let (who, method) = ("no key".to_owned(), "POST".to_owned());
    let noted = [Write { who, method, path: path.to_owned() }];
    assert_eq!(writes.take(), noted);
}

/// Later than one of several addresses may answer, and with a key, which belongs to this address alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_answers_its_ping_late_is_reached() {
    let emulated = Emulated::with(Emulator::builder()).await;
    let facts = emulated.world.facts();
    let mut record = emulated.store.known_homey("home").unwrap();
    record.addresses = Addresses::only(facts.homey_url.parse().unwrap());
    record.access = Access::ApiKey { id: None, key: Secret::new(facts.api_key), refused: false };
    emulated.store.save_homey(&record).unwrap();
    let late = Duration::from_millis(1300);
    emulated.world.script("system.ping").delay(late).times(300);
    let pings = emulated.world.calls("system.ping");
    let limits = GatewaySettings { wait: Duration::from_secs(8), ..settings() };
    let gateway = TestGateway::of(vec![emulated.served(8)], emulated.clock.clone(), limits);
    let (status, zones) = gateway.request("GET /api/manager/zones/zone", "", "").await;
    assert_eq!(status, 200, "{zones}");
    assert_eq!(emulated.world.calls("system.ping") - pings, 1, "the first one was waited for");
}
