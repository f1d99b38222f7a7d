//! Who is admitted, as which caller, and what that caller may do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use housekey::catalogue::{Dialect, Need};
use housekey::clock::ManualClock;
use jiff::SignedDuration;
use tokio::time::Instant;

use super::*;
use crate::key::new_key;
use crate::settings::KeySettings;

const HERE: Peer = Peer::Address(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

struct Fixture {
    access: Access,
    clock: Arc<ManualClock>,
    key: housekey::Secret,
}

fn fixture(require_key: bool) -> Fixture {
    let clock = Arc::new(ManualClock::at("2026-03-01T12:00:00Z".parse().unwrap()));
    let (key, hash) = new_key();
    let settings = KeySettings {
        name: "grafana".to_owned(),
        hash,
        scopes: vec!["readonly".parse().unwrap()],
        homeys: Some(vec!["home".to_owned()]),
        expires: Some("2026-03-02T00:00:00Z".parse().unwrap()),
        mcp: None,
    };
    let settings = AccessSettings { keys: vec![settings], require_key, ..Default::default() };
    Fixture {
        access: Access::new(&settings, 990, clock.clone(), SecurityLog::default()),
        clock,
        key,
    }
}

/// The security events so far.
fn recorded(fixture: &Fixture) -> Vec<(&'static str, u64)> {
    fixture.access.security.counts().filter(|(_, count)| *count > 0).collect()
}

fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), value.parse().unwrap())
    };
    list.iter().map(pair).collect()
}

#[tokio::test(start_paused = true)]
async fn a_key_comes_in_either_header_and_nothing_else_is_one() {
    let fixture = fixture(true);
    let key = fixture.key.expose();
    let bearer = format!("bearer  {key}");
    let basic = format!("Basic {key}");
    let password = |text: String| format!("Basic {}", STANDARD.encode(text));
    let with_user = password(format!("prometheus:{key}"));
    let without_user = password(format!(":{key}"));
    let as_user = password(format!("{key}:"));
    let nobody = Err(AccessError::NoKey);
    let wrong = Err(AccessError::WrongKey);
    for (given, want) in [
        (headers(&[("x-housekey-key", key)]), Ok("grafana".to_owned())),
        (headers(&[("authorization", &bearer)]), Ok("grafana".to_owned())),
        (
            headers(&[("x-housekey-key", key), ("authorization", "Basic eDp5")]),
            Ok("grafana".to_owned()),
        ),
        (headers(&[("authorization", &with_user)]), Ok("grafana".to_owned())),
        (headers(&[("authorization", &without_user)]), Ok("grafana".to_owned())),
        (headers(&[("authorization", &as_user)]), wrong.clone()),
        (headers(&[("authorization", &basic)]), wrong.clone()),
        (headers(&[("authorization", key)]), wrong.clone()),
        (headers(&[("x-housekey-key", "")]), wrong.clone()),
        (headers(&[("x-housekey-key", &key[..key.len() - 1])]), wrong),
        (headers(&[("cookie", key)]), nobody.clone()),
        (headers(&[]), nobody),
    ] {
        let found = fixture.access.caller(HERE, &given).await;
        assert_eq!(found.map(|caller| caller.name().to_owned()), want);
    }
}

#[tokio::test]
async fn who_needs_no_key() {
    let far = Peer::Address("192.0.2.9".parse().unwrap());
    for (peer, require_key, want) in [
        (Peer::User(990), true, true),
        (Peer::User(0), true, true),
        (Peer::User(1001), true, false),
        (Peer::User(1001), false, false),
        (HERE, true, false),
        (HERE, false, true),
        (far, false, false),
    ] {
        let found = fixture(require_key).access.caller(peer, &HeaderMap::new()).await;
        assert_eq!(found.is_ok(), want, "{peer:?} {require_key}");
    }
    // A key that is given counts, even where none is needed.
    let found = fixture(false).access.caller(HERE, &headers(&[("x-housekey-key", "x")])).await;
    assert_eq!(found, Err(AccessError::WrongKey));
}

#[tokio::test]
async fn a_key_is_for_its_scopes_its_homeys_and_its_time() {
    let fixture = fixture(true);
    let given = headers(&[("x-housekey-key", fixture.key.expose())]);
    let caller = fixture.access.caller(HERE, &given).await.unwrap();
    let need = |method, path| Need::of_request(Dialect::Local, method, path);
    let read = need("GET", "/api/manager/devices/device");
    let write = need("PUT", "/api/manager/devices/device/d1/capability/onoff");
    let key = || "grafana".to_owned();
    assert_eq!(caller.may("home", &read), Ok(()));
    let scope = "homey.device.control";
    assert_eq!(caller.may("home", &write), Err(AccessError::MissingScope { key: key(), scope }));
    assert_eq!(caller.may("cabin", &read), Err(AccessError::OtherHomey { key: key() }));
    fixture.clock.advance(SignedDuration::from_hours(12));
    let ended = AccessError::Ended { key: key(), at: "2026-03-02T00:00:00Z".parse().unwrap() };
    assert_eq!(fixture.access.is_valid(&caller), Err(ended.clone()), "on a connection that stays");
    assert_eq!(fixture.access.caller(HERE, &given).await, Err(ended));
    assert_eq!(recorded(&fixture), [("expired_key", 1)]);
}

#[tokio::test(start_paused = true)]
async fn guessing_is_slow_and_delays_no_right_key() {
    let fixture = fixture(true);
    let begun = Instant::now();
    for guess in 0..20 {
        let found = fixture.access.holder(HERE, &format!("hk_{guess}")).await;
        assert_eq!(found, Err(AccessError::WrongKey));
    }
    assert!(begun.elapsed().as_secs() > 90, "{:?}", begun.elapsed());
    let begun = Instant::now();
    let guesses = (0..50).map(|guess| {
        let access = &fixture.access;
        async move { access.holder(HERE, &format!("hk_{guess}")).await }
    });
    let owner = async {
        tokio::task::yield_now().await;
        let found = fixture.access.holder(HERE, fixture.key.expose()).await;
        (found.is_ok(), begun.elapsed())
    };
    let (found, guessed) = tokio::join!(owner, futures_util::future::join_all(guesses));
    assert_eq!(found, (true, std::time::Duration::ZERO), "from the very same address");
    let refused = guessed.iter().filter(|one| matches!(one, Err(AccessError::TooMany { .. })));
    assert!(refused.count() > 40, "most are turned away at once");
    let recorded = recorded(&fixture);
    assert!(
        matches!(recorded[..], [("wrong_key", 24), ("too_many_wrong_keys", 46)]),
        "{recorded:?}"
    );
}
