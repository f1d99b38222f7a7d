//! Plain HTTP is used where it was allowed, and that is shown.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use housekey_emulator::Emulator;
use serde_json::{Value, json};

use crate::context::{NAME, TestContext};

/// The record of the Homey that is signed in to.
fn record(context: &TestContext) -> PathBuf {
    context.credentials().join("homey-canal-house.json")
}

/// Changes the stored record.
pub(crate) fn change(context: &TestContext, change: impl FnOnce(&mut Value)) {
    let path = record(context);
    let text = fs::read_to_string(&path).expect("a record");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    change(&mut value["homey"]);
    fs::write(&path, value.to_string()).expect("written");
}

/// Makes the account know the Homey at these addresses besides plain HTTP in its network.
pub(crate) fn account_knows(context: &TestContext, addresses: &Value) {
    let facts = context.facts();
    let mut homey = json!({
        "_id": facts.cloud_id,
        "name": "Canal House",
        "apiVersion": 3,
        "platform": "local",
        "localUrl": facts.url,
    });
    let fields = homey.as_object_mut().expect("an object");
    fields.extend(addresses.as_object().expect("an object").clone());
    let account = json!({"_id": "5a0001", "email": facts.email, "homeys": [homey]});
    context.world().script("user.me").reply(200).body(account).times(u64::MAX);
}

/// An encrypted address at which nothing listens.
pub(crate) fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("https://{}", listener.local_addr().expect("an address"))
}

/// Signed in to a Homey that has a relay, which is away.
async fn with_relay() -> TestContext {
    let context = TestContext::signed_in().await;
    change(&context, |homey| homey["addresses"]["remoteUrl"] = json!(nowhere()));
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_relay_plain_http_is_used_once_it_is_allowed() {
    let context = with_relay().await;
    let asked = context.world().calls("system.ping");
    let said = context.run(&NAME);
    assert_eq!(said.exit, 1, "{said}");
    let hint = "or allow plain HTTP with `housekey homeys add 'Canal House' --plain-http`";
    assert!(said.stderr.contains(hint), "{said}");
    assert_eq!(context.world().calls("system.ping"), asked, "not even a ping");
    let said = context.run(&["homeys", "diagnose", "--jq", ".[1] | [.works, .reason, .encrypted]"]);
    assert_eq!((said.exit, &*said.stdout), (1, "[false,\"unencrypted\",false]\n"), "{said}");
    assert!(said.stderr.contains("--plain-http"), "{said}");
    assert_eq!(context.world().calls("system.ping"), asked, "not even a ping");
    let said = context.run(&["status"]);
    assert!(!said.stdout.contains("unencrypted"), "{said}");

    let allowed = context.run(&["homeys", "add", "Canal House", "--plain-http"]);
    assert_eq!(allowed.exit, 0, "{allowed}");
    let settings = context.directory().join("config/config.toml");
    let text = fs::read_to_string(settings).expect("settings");
    assert!(text.contains("[homeys.canal-house]\nplain_http = true\n"), "{text}");
    assert_eq!(context.run(&NAME).exit, 0);
    let said = context.run(&["status"]);
    assert!(said.stdout.contains("unencrypted"), "{said}");
    let said = context.run(&["homeys", "diagnose"]);
    assert!(said.stdout.contains("works, unencrypted, version"), "{said}");

    // It goes with the Homey, so that the next one of that name does not have it.
    assert_eq!(context.run(&["homeys", "remove", "canal-house"]).exit, 0);
    assert_eq!(context.run(&["homeys", "add"]).exit, 0);
    change(&context, |homey| homey["addresses"]["remoteUrl"] = json!(nowhere()));
    assert_eq!(context.run(&NAME).exit, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_allowed_at_the_sign_in() {
    let context = TestContext::new().await;
    assert_eq!(context.login(&["--plain-http"]).exit, 0);
    change(&context, |homey| homey["addresses"]["remoteUrl"] = json!(nowhere()));
    assert_eq!(context.run(&NAME).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_address_counts_as_allowed_and_one_without_a_scheme_is_completed() {
    let context = TestContext::new().await;
    let facts = context.facts();
    let bare = facts.homey_url.trim_start_matches("http://").to_owned();
    for address in [&facts.homey_url, &bare] {
        let key = format!("{}\n", facts.api_key);
        let said = context.run_with(
            &["login", "--api-key", "--address", address, "--password-stdin", "--name", "typed"],
            &key,
        );
        assert_eq!(said.exit, 0, "{address}: {said}");
    }
    assert_eq!(context.run(&NAME).exit, 0);
    assert!(context.run(&["status"]).stdout.contains("unencrypted"));
}

#[test]
fn a_cloud_in_the_clear_is_refused_before_a_password_is_read() {
    for variable in ["HOUSEKEY_ACCOUNTS_URL", "HOUSEKEY_API_URL"] {
        let mut context = TestContext::alone();
        context.set(variable, "http://accounts.example.invalid");
        let login = ["login", "--email", "a@example.org", "--client-id", "x", "--password-stdin"];
        let said = context.run_with(&login, "secret\n");
        assert_eq!(said.exit, 2, "{variable}: {said}");
        let error = "error: http://accounts.example.invalid is not encrypted";
        assert!(said.stderr.starts_with(error), "{variable}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_a_zone_is_reached() {
    let mut context = TestContext::with(Emulator::builder().ipv6()).await;
    let facts = context.facts();
    let interfaces = [("lo", "%"), ("1", "%25")];
    for (interface, percent) in interfaces {
        let zone = format!("[::1{percent}{interface}]");
        context.set("HOMEY_ADDRESS", &facts.homey_url.replace("[::1]", &zone));
        context.set("HOMEY_TOKEN", &facts.api_key);
        let said = context.run(&NAME);
        assert_eq!(said.exit, 0, "{zone}: {said}");
    }
}
