//! A key that may only look never does more, however the path is written.

use housekey::clock::SystemClock;

use crate::gateway::tests::harness::{TestGateway, settings};
use crate::gateway::tests::plain::Plain;
use crate::key::new_key;
use crate::settings::{AccessSettings, KeySettings};

#[tokio::test(flavor = "multi_thread")]
async fn no_spelling_widens_a_scope() {
    let plain = Plain::start().await;
    let (key, hash) = new_key();
    let looks = KeySettings {
        name: "looks".to_owned(),
        hash,
        scopes: vec!["homey.zone.readonly".parse().unwrap()],
        homeys: None,
        expires: None,
        mcp: None,
    };
    let access = AccessSettings { keys: vec![looks], ..AccessSettings::default() };
    let served = vec![plain.served("home", 8)];
    let gateway = TestGateway::guarded(served, SystemClock::shared(), settings(), &access, None);
    let key = format!("X-Housekey-Key: {}\r\n", key.expose());
    for (request, want) in [
        ("GET /api/manager/zones/zone", 200),
        ("GET /api/manager/zones/zone/", 200),
        ("HEAD /api/manager/zones/zone", 200),
        ("GET /homeys/home/api/manager/zones/zone/z1", 200),
        ("GET /api/manager/zones/zone/z%31", 200),
        ("GET /api/manager/system/ping", 200),
        ("PUT /api/manager/zones/zone/z1", 403),
        ("get /api/manager/zones/zone", 403),
        ("GET /api/manager/devices/device", 403),
        ("GET /api/manager/zones/zone/..%2f..%2fdevices%2fdevice", 403),
        ("GET /api/manager/zones/zone/z1%2f..%2f..%2f..%2fdevices", 403),
        ("GET /api/manager/zones/zone/%252e%252e", 403),
        ("GET /api/manager/zones/zone%2fz1", 403),
        ("GET /api/manager/zones/zone/../../devices/device", 400),
        ("GET /api/manager/zones/zone/%2e%2e/%2e%2e/devices/device", 400),
        ("GET /api/manager/zones/zone/..;/x", 400),
        ("GET /api/manager/zones//zone", 400),
        ("GET /api/manager/zones/zone/..%5c..", 400),
        ("GET /api/manager/zones/zone/%00", 400),
        ("GET /api/manager/ZONES/zone", 403),
        ("GET /API/manager/devices/device", 404),
        ("GET /%61pi/manager/devices/device", 404),
        ("GET /api/nothing/known", 403),
        ("GET /api", 403),
    ] {
        let (status, body) = gateway.request(request, &key, "").await;
        assert_eq!(status, want, "{request}: {body}");
        let seen = plain.seen();
        let through = want == 200 && !request.contains("ping");
        assert_eq!(seen.len(), usize::from(through), "{request}: {seen:?}");
    }
    let (status, _) = gateway.request("GET /api/manager/zones/zone", "", "").await;
    assert_eq!(status, 401, "no key");
    let (status, _) = gateway.request("GET /api/manager/system/ping", "", "").await;
    assert_eq!(status, 200, "the ping needs no key");
}
