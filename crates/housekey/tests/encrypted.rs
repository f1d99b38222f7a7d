//! A Homey that has, or ever had, an encrypted address is not spoken to in the clear unless that was
//! allowed.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use housekey::Error;
use housekey::auth::store::{HomeyRecord, Store};
use housekey::discovery::{Addresses, PlainHttp, Route};
use housekey::error::{Advice, HomeyError};
use housekey::http::Http;
use housekey_emulator::Emulator;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use url::Url;

use crate::house::House;

/// An encrypted address at which nothing listens.
fn nowhere() -> Url {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("https://{}", listener.local_addr().expect("an address")).parse().expect("a URL")
}

/// One that takes connections and says nothing that is TLS.
async fn babble() -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 1024]).await;
        }
    });
    url.parse().expect("a URL")
}

fn plain(world: &Emulator) -> Addresses {
    Addresses { local: world.facts().url.parse().ok(), ..Addresses::default() }
}

fn route(world: &Emulator, addresses: Addresses, plain_http: PlainHttp) -> Route {
    let http = Http::new().expect("TLS");
    let id = Some(world.facts().cloud_id);
    Route::new(http, "Home".to_owned(), id, addresses).with_plain_http(plain_http)
}

#[tokio::test]
async fn nothing_is_sent_in_the_clear_beside_an_encrypted_address() {
    let world = Emulator::start().await.expect("a free port");
    let secure = Addresses { local_secure: Some(nowhere()), ..plain(&world) };
    let silent = Addresses { local_secure: Some(babble().await), ..plain(&world) };
    let relay = Addresses { cloud: Some(nowhere()), ..plain(&world) };
    let once = relay.replaced_by(plain(&world));
    for (case, addresses) in [
        ("https at home is refused", secure),
        ("https at home is no TLS", silent),
        ("the relay is refused", relay),
        ("a relay that it had once", once),
    ] {
        let asked = world.calls("system.ping");
        let error = route(&world, addresses.clone(), PlainHttp::Forbidden).base().await;
        let Err(error @ Error::Homey(HomeyError::Offline { .. })) = error else {
            panic!("{case}: {error:?}");
        };
        let advice = error.advice().expect("advice");
        let Advice::Reconnect { name, plain_http: true, .. } = &advice else {
            panic!("{case}: {advice:?}");
        };
        assert_eq!(name, "Home", "{case}");
        assert_eq!(world.calls("system.ping"), asked, "{case}: not even a ping");
        let base = route(&world, addresses.clone(), PlainHttp::Allowed).base().await;
        assert_eq!(base.ok(), addresses.local, "{case}, allowed");
    }
}

#[tokio::test]
async fn a_homey_that_never_had_one_is_reached_on_loopback() {
    let world = Emulator::start().await.expect("a free port");
    let base = route(&world, plain(&world), PlainHttp::Forbidden).base().await;
    assert_eq!(base.ok(), plain(&world).local);
}

#[tokio::test]
async fn an_encrypted_address_is_remembered_over_a_sign_in_and_a_move() {
    let house = House::new().await;
    let store = Store::memory();
    let signed_in = house.signed_in(&store).await;
    let with_relay = Addresses { cloud: Some(nowhere()), ..signed_in.addresses.clone() };
    store.save_homey(&HomeyRecord { addresses: with_relay, ..signed_in.clone() }).expect("saved");

    // The account's record has no relay, whether it is read by a sign-in or because of a move.
    house.signed_in(&store).await;
    let stored = store.known_homey("home").expect("stored");
    assert!(stored.addresses.cloud.as_ref().is_some_and(|url| url.scheme() == "http"));
    let asked = house.world.calls("system.ping");
    let homey = house.impatient_homey(&store);
    let error = homey.address().await.expect_err("plain HTTP is not allowed");
    assert!(matches!(error, Error::Homey(HomeyError::Offline { .. })), "{error:?}");
    assert_eq!(house.world.calls("system.ping"), asked, "not even a ping");
    let homey = house.impatient_homey(&store).with_plain_http(PlainHttp::Allowed);
    homey.address().await.expect("allowed");

    let other = HomeyRecord { id: "5e00ff".to_owned(), ..signed_in };
    store.save_homey(&other).expect("saved");
    let stored = store.known_homey("home").expect("stored");
    assert!(!stored.addresses.ever_encrypted(), "another Homey of the same name");
}
