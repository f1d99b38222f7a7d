//! A Homey that an older housekey reached in the clear: the notice that this has ended, and its command.

use std::fs;

use serde_json::{Value, json};

use crate::context::{NAME, TestContext};
use crate::encrypted::{account_knows, change, nowhere};
use crate::secured::Secured;

const COMMAND: &str = "housekey homeys add 'Canal House' --plain-http";
const AGENT: [&str; 7] = ["agent", "run", "--config", "agent.toml", "--once", "--log", "json"];

/// Signed in by an older housekey to a Homey with these addresses besides plain HTTP.
async fn of_before(addresses: Value) -> TestContext {
    let context = TestContext::signed_in().await;
    rewrite(&context, &addresses);
    context
}

/// Writes the record, which the account knows as well, as an older housekey did; its session has ended, so that the Homey is needed.
fn rewrite(context: &TestContext, addresses: &Value) {
    account_knows(context, addresses);
    change(context, |homey| {
        let of_homey = homey["addresses"].as_object_mut().expect("an object");
        of_homey.remove("encryptedByDefault");
        of_homey.extend(addresses.as_object().expect("an object").clone());
        for time in ["issued_at", "expires_at"] {
            homey["access"]["session"][time] = json!("2026-01-01T00:00:00Z");
        }
    });
    let settings = "[[homey]]\nname = \"canal-house\"\n[[sink]]\nhomey = \"canal-house\"\n\
         kind = \"file\"\npath = \"home.token\"\n";
    fs::write(context.directory().join("agent.toml"), settings).expect("written");
}

/// The lines of a run that are the notice.
fn notices(context: &TestContext, arguments: &[&str]) -> Vec<String> {
    let said = context.run(arguments);
    assert_eq!(said.exit, 1, "nothing encrypted answers: {said}");
    let lines = said.stderr.lines().filter(|line| line.to_lowercase().contains("until now"));
    lines.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_of_an_older_housekey_says_once_that_this_has_changed() {
    let context = of_before(json!({"remoteUrl": nowhere()})).await;
    let first = notices(&context, &NAME);
    let notice = "\"Canal House\" was reached over plain HTTP until now, which is not encrypted.";
    assert!(first.len() == 1 && first[0].starts_with(notice), "{first:?}");
    assert!(first[0].ends_with(COMMAND), "{first:?}");
    assert!(notices(&context, &NAME).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_said_once_where_https_at_home_is_broken_too() {
    for (case, refused) in [("refused", true), ("wrongly certified", false)] {
        let context = TestContext::signed_in().await;
        let secure = if refused { nowhere() } else { Secured::before(&context).await.url };
        rewrite(&context, &json!({"localUrlSecure": secure, "remoteUrl": null}));
        assert!(notices(&context, &[&NAME[..], &["--quiet"]].concat()).is_empty(), "{case}");
        let first = notices(&context, &NAME);
        let notice = "Until now \"Canal House\" was reached over plain HTTP, which is not encrypted, \
                      while none of its encrypted addresses answered.";
        assert!(first.len() == 1 && first[0].starts_with(notice), "{case}: {first:?}");
        assert!(first[0].ends_with(COMMAND), "{case}: {first:?}");
        assert!(notices(&context, &NAME).is_empty(), "{case}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_not_said_where_an_encrypted_address_answers_or_plain_http_is_allowed() {
    for relay in [false, true] {
        let mut context = TestContext::signed_in().await;
        let answers = Secured::before(&context).await;
        answers.is_trusted_by(&mut context);
        let addresses = match relay {
            false => json!({"localUrlSecure": answers.url, "remoteUrl": null}),
            true => json!({"localUrlSecure": nowhere(), "remoteUrl": answers.url}),
        };
        rewrite(&context, &addresses);
        let said = context.run(&NAME);
        assert_eq!((said.exit, &*said.stderr), (0, ""), "{addresses}");
    }
    let context = of_before(json!({"localUrlSecure": nowhere(), "remoteUrl": nowhere()})).await;
    assert_eq!(context.run(&["homeys", "add", "canal-house", "--plain-http"]).exit, 0);
    let said = context.run(&NAME);
    assert_eq!((said.exit, &*said.stderr), (0, ""));
    let said = context.run(&AGENT);
    assert!(said.exit == 0 && !said.stderr.contains("until now"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_logs_it_once() {
    for (case, addresses, when) in [
        ("a relay alone", json!({"remoteUrl": nowhere()}), "until now, and"),
        (
            "https at home is refused",
            json!({"localUrlSecure": nowhere(), "remoteUrl": null}),
            "until now while none of its encrypted addresses answered, and",
        ),
    ] {
        let context = of_before(addresses).await;
        assert!(notices(&context, &AGENT[..5]).is_empty(), "{case}: there is no log");
        let first = notices(&context, &AGENT);
        assert_eq!(first.len(), 1, "{case}: {first:?}");
        let notice =
            format!("was reached over plain HTTP {when} is not any more; to allow it: {COMMAND}");
        assert!(first[0].contains(&notice), "{case}: {first:?}");
        assert!(notices(&context, &AGENT).is_empty(), "{case}: once");
        assert!(notices(&context, &NAME).is_empty(), "{case}: nor by a command");
    }
}
