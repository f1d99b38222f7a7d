//! A certificate that is not accepted is reported, whether or not another address answers.

use std::fs;

use serde_json::{Value, json};

use crate::context::{NAME, TestContext};
use crate::encrypted::{account_knows, change};
use crate::secured::Secured;

const PROBLEM: &str = "it is signed by an authority that is not trusted here";

/// Signed in to a Homey whose https at home has an untrusted certificate, and whose relay
/// works, if it has one; and the address of that certificate.
async fn wrongly_certified(with_relay: bool) -> (TestContext, String) {
    let mut context = TestContext::signed_in().await;
    let (wrong, relay) = (Secured::before(&context).await, Secured::before(&context).await);
    relay.is_trusted_by(&mut context);
    let relay = with_relay.then_some(&relay.url);
    let addresses = json!({"localUrlSecure": wrong.url, "remoteUrl": relay});
    account_knows(&context, &addresses);
    change(&context, |homey| {
        let known = homey["addresses"].as_object_mut().expect("an object");
        known.extend(addresses.as_object().expect("an object").clone());
    });
    (context, wrong.url)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_is_not_accepted_is_reported_after_a_call_over_the_relay() {
    let (context, wrong) = wrongly_certified(true).await;
    let said = context.run(&NAME);
    let warning = format!(
        "warning: the certificate of {wrong}/ is not accepted: {PROBLEM}. `housekey homeys diagnose` shows \
         every way.\n"
    );
    assert_eq!((said.exit, said.stderr.as_str()), (0, warning.as_str()), "{said}");
    let diagnosis = context.run(&["homeys", "diagnose"]);
    assert!(diagnosis.stdout.contains("its certificate is not accepted"), "{diagnosis}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_relay_it_is_a_part_of_the_error_and_nothing_is_sent() {
    let (context, wrong) = wrongly_certified(false).await;
    let pings = context.world().calls("system.ping");
    let said = context.run(&NAME);
    assert_eq!(said.exit, 1, "{said}");
    let hint = format!("{wrong}/: its certificate is not accepted: {PROBLEM}");
    assert!(said.stderr.contains(&hint), "{said}");
    assert!(!said.stderr.contains("warning:"), "once is enough: {said}");
    assert_eq!(context.world().calls("system.ping"), pings, "not even a ping");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_logs_it_as_a_security_event() {
    let settings = "[[homey]]\nname = \"canal-house\"\n[[sink]]\nhomey = \"canal-house\"\n\
         kind = \"variable\"\nname = \"accesstoken\"\n";
    for (with_relay, exit) in [(true, 0), (false, 1)] {
        let (context, wrong) = wrongly_certified(with_relay).await;
        fs::write(context.directory().join("agent.toml"), settings).expect("written");
        let once = ["agent", "run", "--config", "agent.toml", "--once", "--log", "json"];
        let said = context.run(&once);
        assert_eq!(said.exit, exit, "{said}");
        let lines = said.stderr.lines().filter_map(|line| serde_json::from_str(line).ok());
        let events: Vec<Value> =
            lines.filter(|line: &Value| line["message"] == "security event").collect();
        assert_eq!(events.len(), 1, "{said}");
        assert_eq!(events[0]["event"], "certificate_error");
        assert_eq!(events[0]["from"], "canal-house");
        assert_eq!(events[0]["detail"], format!("{wrong}/: {PROBLEM}"));
    }
}
