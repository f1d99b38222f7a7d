//! Renewals whose answers are odd, and what is known of their refusals.

use std::time::Duration;

use housekey::auth::store::Store;
use housekey::auth::{Decision, decide_account};
use housekey::error::Kind;
use housekey::{Secret, args};
use housekey_emulator::{Emulator, Expire};
use serde_json::{Value, json};

use super::house::House;

const TOKEN: &str = "oauth2.token.refresh_token";

#[tokio::test]
async fn a_new_pair_is_kept_whatever_the_form_of_its_answer() {
    for expires_in in [json!("3660"), json!("soon"), json!(-1), json!(null), json!({ "s": 1 })] {
        let (house, store) = (House::new().await, Store::memory());
        let record = house.signed_in(&store).await;
        house.world.expire(Expire::Session);
        house.world.expire(Expire::Access);
        let pair = json!({ "access_token": "made-up", "refresh_token": "next",
            "expires_in": expires_in, "scope": [1], "token_type": null });
        house.world.script(TOKEN).reply(200).body(pair);
        // The made-up token is of no use with the virtual cloud; it is enough that it was kept.
        let refusal = json!({ "error": "invalid_token" });
        house.world.script("delegation.token").reply(401).body(refusal);
        house.world.script("delegation.token").reply(503).times(9);
        let homey = house.impatient_homey(&store);
        homey.call("zones.getZones", &args! {}).await.expect_err("no delegation token");
        let account = account_of(&store, &record);
        assert_eq!(account.tokens.access.expose(), "made-up", "{expires_in}");
        assert_eq!(account.tokens.refresh, Some(Secret::new("next")), "{expires_in}");
        assert_eq!(decide_account(account.tokens.issued_at, &account.tokens), Decision::Use);
    }
}

#[tokio::test]
async fn a_refresh_token_without_an_access_token_is_stored_and_buys_one() {
    let (house, store) = (House::new().await, Store::memory());
    let record = house.signed_in(&store).await;
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    let held = account_of(&store, &record).tokens.refresh.expect("one");
    // The cloud has not spent the one it is sent, and gives the same with no access token twice.
    let alone = json!({ "access_token": null, "refresh_token": held.expose() });
    house.world.script(TOKEN).reply(200).body(alone).times(2);
    let homey = house.homey(&store);
    homey.call("zones.getZones", &args! {}).await.expect("the third answer has all");
    assert_eq!(house.world.calls(TOKEN), 3);
}

#[tokio::test]
async fn a_sign_in_survives_an_odd_answer_of_every_step() {
    let tokens = |access: &Value| {
        json!({ "access_token": access, "refresh_token": "r",
        "expires_in": "3660" })
    };
    let house = House::new().await;
    let facts = house.world.facts();
    let token = json!(facts.personal_access_token);
    for (step, body) in [
        ("oauth2.token.authorization_code", tokens(&token)),
        ("login", json!({ "token": null, "result": { "token": "x" } })),
        (
            "user.me",
            json!({ "_id": 5, "id": "u", "email": ["x"], "firstname": {}, "homeys": [
            { "id": null }, 7, { "_id": facts.cloud_id, "name": 4, "apiVersion": "3",
              "platformVersion": {}, "localUrl": facts.homey_url, "role": [], "portHttp": "80" },
        ] }),
        ),
    ] {
        house.world.script(step).reply(200).body(body);
        let outcome = house.sign_in(&house.password(), None).await.0;
        match step {
            // The made-up user token opens no page; that it was read is all that is asked here.
            "login" => assert!(house.world.calls("authorise.get") > 1, "{outcome:?}"),
            _ => drop(outcome.unwrap_or_else(|error| panic!("{step}: {error:?}"))),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_process_was_refused_is_heard_within_two_seconds() {
    let directory = tempfile::tempdir().expect("a directory");
    let house = House::in_process(Emulator::builder());
    // Two stores, as two processes have them.
    let (store, other) = (Store::files(directory.path()), Store::files(directory.path()));
    house.signed_in(&store).await;
    let homey = house.homey(&store);
    let session = homey.session().expect("a session");
    let mut news = session.store_news();
    assert!(tokio::time::timeout(Duration::from_secs(30), news.next()).await.is_err(), "no news");

    house.world.expire(Expire::All);
    let refused = house.homey(&other).call("zones.getZones", &args! {}).await;
    assert_eq!(refused.expect_err("refused for good").kind(), Kind::SignIn);
    tokio::time::timeout(Duration::from_secs(2), news.next()).await.expect("heard");
    assert!(session.account_ended().is_some_and(|why| why.starts_with("signed out:")));
    session.read_again().expect("read");
    let error = homey.bearer().await.expect_err("a dead token is handed to no one");
    assert_eq!(error.kind(), Kind::SignIn);

    house.signed_in(&other).await;
    tokio::time::timeout(Duration::from_secs(2), news.next()).await.expect("heard");
    session.ensure_fresh().await.expect("the new one is good");
    assert_eq!(session.account_ended(), None);
}

fn account_of(
    store: &Store,
    record: &housekey::auth::store::HomeyRecord,
) -> housekey::auth::store::AccountRecord {
    let housekey::auth::store::Access::Account { account, .. } = &record.access else {
        panic!("it is an account's")
    };
    store.account(account).expect("read").expect("stored")
}
