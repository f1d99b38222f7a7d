//! A Homey with a new address: calls continue, and its account has the new address.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use house::House;
use housekey::auth::store::{Access, HomeyRecord, Store};
use housekey::discovery::Addresses;
use housekey::error::HomeyError;
use housekey::{Error, Homey, Secret, args};
use housekey_emulator::{Dialect, Expire};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use url::Url;

/// An address of this machine at which nothing listens.
fn nowhere() -> Url {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    format!("http://127.0.0.1:{port}").parse().expect("a URL")
}

/// Signed in, and then the Homey has moved from where the store has it.
async fn moved(store: &Store) -> (House, HomeyRecord) {
    let house = House::new().await;
    let signed_in = house.signed_in(store).await;
    let addresses = Addresses::only(nowhere());
    store.save_homey(&HomeyRecord { addresses, ..signed_in.clone() }).expect("saved");
    (house, signed_in)
}

fn is_offline(error: &Error) -> bool {
    matches!(error, Error::Homey(HomeyError::Offline { .. }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn its_account_is_asked_once_and_the_answer_stored() {
    let store = Store::memory();
    let (house, before) = moved(&store).await;
    let asked = house.world.calls("user.me");
    let homey = house.homey(&store);
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let homey = homey.clone();
            tokio::spawn(async move { homey.call("zones.getZones", &args! {}).await })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("answered");
    }
    assert_eq!(house.world.calls("user.me"), asked + 1);
    assert_eq!(store.known_homey("home").expect("stored").addresses, before.addresses);
    assert_eq!(house.world.calls("users.login"), 1, "the session is as good as before");
}

#[tokio::test]
async fn a_session_is_renewed_where_the_homey_is_now() {
    let store = Store::memory();
    let (house, before) = moved(&store).await;
    house.world.expire(Expire::Session);
    // The access is refused as well, so that it is renewed before the account is read.
    house.world.expire(Expire::Access);
    house.homey(&store).call("zones.getZones", &args! {}).await.expect("answered");
    let stored = store.known_homey("home").expect("stored");
    assert_eq!(stored.addresses, before.addresses);
    assert_ne!(stored.access, before.access, "the new session is stored beside the new addresses");
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), 1);
}

#[tokio::test]
async fn what_another_program_has_learned_is_used() {
    let store = Store::memory();
    let (house, before) = moved(&store).await;
    let homey = house.homey(&store);
    store.save_homey(&before).expect("saved by another program");
    let asked = house.world.calls("user.me");
    homey.call("zones.getZones", &args! {}).await.expect("answered");
    assert_eq!(house.world.calls("user.me"), asked);
}

#[tokio::test]
async fn a_homey_that_stays_offline_is_asked_after_once_in_a_minute() {
    let store = Store::memory();
    let (house, before) = moved(&store).await;
    let homey = house.homey(&store);
    let asked = house.world.calls("user.me");
    // The cloud is down as well: the error is that the Homey is offline.
    house.world.script("user.me").reply(503).times(2);
    for calls in [1, 1] {
        let error = homey.call("zones.getZones", &args! {}).await.expect_err("offline");
        assert!(is_offline(&error), "{error:?}");
        assert_eq!(house.world.calls("user.me"), asked + calls);
    }
    assert_ne!(store.known_homey("home").expect("stored").addresses, before.addresses);

    let advance = async |seconds| {
        tokio::time::pause();
        tokio::time::advance(std::time::Duration::from_secs(seconds)).await;
        tokio::time::resume();
    };
    advance(60).await;
    homey.call("zones.getZones", &args! {}).await.expect_err("the cloud is still down");
    advance(60).await;
    homey.call("zones.getZones", &args! {}).await.expect("the cloud is back");
    assert_eq!(house.world.calls("user.me"), asked + 3);
}

/// A listener that says once that it is the Homey of that id, and is gone then.
async fn once(id: &str) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let answer =
        format!("HTTP/1.1 204 No Content\r\nX-Homey-ID: {id}\r\nConnection: close\r\n\r\n");
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.expect("a caller");
        drop(listener);
        let mut request = [0; 4096];
        let _ = connection.read(&mut request).await.expect("a request");
        connection.write_all(answer.as_bytes()).await.expect("answered");
    });
    format!("http://{address}").parse().expect("a URL")
}

#[tokio::test]
async fn a_call_finds_another_way_when_the_first_is_gone() {
    let house = House::new().await;
    let facts = house.world.facts();
    let record = HomeyRecord {
        name: "home".to_owned(),
        title: "Home".to_owned(),
        id: facts.cloud_id.clone(),
        dialect: Dialect::Local,
        addresses: Addresses {
            local: Some(once(&facts.cloud_id).await),
            cloud: Some(facts.url.parse().expect("a URL")),
            ..Addresses::default()
        },
        access: Access::ApiKey { id: None, key: Secret::new(facts.api_key), refused: false },
    };
    let homey = Homey::stored(&record, Store::memory(), house.http.clone(), house.shared_clock());
    assert_eq!(homey.address().await.ok(), record.addresses.local);
    homey.call("zones.getZones", &args! {}).await.expect("answered by the relay");
    assert_eq!(homey.address().await.ok(), record.addresses.cloud);
}

#[tokio::test]
async fn a_call_that_may_have_been_carried_out_is_not_made_again() {
    let house = House::new().await;
    let facts = house.world.facts();
    let address = facts.url.parse().expect("a URL");
    let key = Secret::new(facts.api_key);
    let homey = Homey::at(address, key, house.http.clone()).await.expect("a Homey");
    house.world.script("zones.getZones").cut();
    homey.call("zones.getZones", &args! {}).await.expect_err("cut");
    assert_eq!((house.world.calls("zones.getZones"), house.world.calls("system.ping")), (1, 2));
    homey.call("zones.getZones", &args! {}).await.expect("the next one");
    assert_eq!(house.world.calls("system.ping"), 3, "searched for anew");
}
