//! `housekey doctor`: a verdict on every part of an installation, and what to do next.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;
use jiff::SignedDuration;

use crate::context::{Said, TestContext};

/// Without numbers, which change from run to run.
fn stable(said: &Said) -> String {
    let mut stable = String::new();
    for letter in said.to_string().chars() {
        match letter.is_ascii_digit() {
            true if stable.ends_with('N') => {}
            true => stable.push('N'),
            false => stable.push(letter),
        }
    }
    let fractions = stable.replace("< N ms", "N ms").replace("N.N s", "N s");
    fractions.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_well() {
    let context = TestContext::signed_in().await;
    let said = context.run(&["doctor"]);
    assert_snapshot!(stable(&said), @"");
}

#[test]
fn without_a_sign_in_the_rest_is_still_checked() {
    let context = TestContext::alone();
    let said = context.run(&["doctor"]);
    assert_snapshot!(stable(&said), @"");
    assert!(context.stored().is_empty(), "nothing is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_is_offline_is_found_once() {
    let mut context = TestContext::signed_in().await;
    let port = context.facts().url.rsplit(':').next().unwrap_or_default().to_owned();
    context.switch_off();
    let said = context.run(&["doctor"]);
    assert_snapshot!(stable(&said).replace(&port, "PORT"), @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_found() {
    let context = TestContext::signed_in().await;
    context.world().advance(SignedDuration::from_mins(-10));
    let said = context.run(&["doctor", "--json", "--jq", ".checks[] | select(.name == \"clock\")"]);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stdout.contains("this machine is 10 min ahead of Canal House"), "{said}");
    assert!(said.stdout.contains("timedatectl"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_rights_names_what_it_may_never_do() {
    let mut context = TestContext::new().await;
    let key = context.world().new_api_key(&["homey.device.readonly", "homey.system.readonly"]);
    context.set("HOMEY_ADDRESS", &context.facts().homey_url);
    context.set("HOMEY_TOKEN", &key);
    let filter = ".checks[] | select(.name == \"rights\") | .findings[].text";
    let said = context.run(&["doctor", "--jq", filter]);
    assert_eq!(said.exit, 0, "{said}");
    assert!(said.stdout.contains("operations, never those that need homey."), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_fails_the_sign_in() {
    let mut context = TestContext::new().await;
    context.set("HOMEY_ADDRESS", &context.facts().homey_url);
    context.set("HOMEY_TOKEN", "0b9f4a52-77aa-4c1e-9d3c-5b1a2c3d4e5f:1:0123456789abcdef0123");
    let said = context.run(&["doctor"]);
    assert_eq!(said.exit, 4, "{said}");
    assert!(said.stdout.contains("✗ failed   sign-in"), "{said}");
    assert!(said.stdout.contains("– skipped  rights    sign in first"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_others_may_read_and_wrong_settings_are_found() {
    let context = TestContext::signed_in().await;
    let open = |path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode is set");
    };
    open(context.credentials(), 0o755);
    fs::write(context.directory().join("config/agent.toml"), "listen = 5\n").expect("written");
    let said = context.run(&["doctor"]);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stdout.contains("is open to other users (mode 0755)"), "{said}");
    assert!(said.stdout.contains("✗ failed"), "{said}");
    assert!(said.stdout.contains("agent.toml:1:"), "{said}");
}

/// What programs read.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_for_programs_is_stable() {
    let context = TestContext::signed_in().await;
    let filter = "[paths(type != \"object\" and type != \"array\") | map(if type == \"number\" then 0 else . end) \
                  | map(tostring) | join(\".\")] | unique | .[]";
    let said = context.run(&["doctor", "--jq", filter]);
    assert_snapshot!(said, @"");
}
