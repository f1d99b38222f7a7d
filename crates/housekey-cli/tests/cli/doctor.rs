//! `housekey doctor`: a verdict on every part of an installation, and what to do next.

use std::fs;

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
    let mut context = TestContext::signed_in().await;
    context.set("TZ", "Europe/Amsterdam");
    let said = context.run(&["doctor"]);
    assert_eq!(said.exit, 0, "{said}");
    assert_snapshot!(stable(&said), @"
    exit: N
    stdout:
    ✓ ok       sign-in   robin.vale@example.org is signed in
    ✓ ok                 Canal House accepts the session: N h N min left, then renewed
    ✓ ok       rights    Canal House: every operation
    ✓ ok       clock     this machine and Canal House agree
    ✓ ok                 Canal House: time zone Europe/Amsterdam, as here
    ✓ ok                 this machine and the cloud agree
    ✓ ok       routes    Canal House by local in N ms, unencrypted; also cloud in  N ms
    ✓ ok       versions  housekey N.N.N
    ✓ ok                 Canal House: Homey Pro (Early N), firmware N.N.N, dialect local
    ✓ ok       store     $HOME/state/credentials, for its owner alone
    ✓ ok                 records: N in plain files
    ✓ ok                 it can be written
    ✓ ok                 N MB free on its disk
    – skipped  agent     no agent is set up

    N checks: N skipped, N ok
    stderr: nothing
    ");
}

#[test]
fn without_a_sign_in_the_rest_is_still_checked() {
    let context = TestContext::alone();
    let said = context.run(&["doctor"]);
    assert_eq!(said.exit, 4, "{said}");
    assert_snapshot!(stable(&said), @"
    exit: N
    stdout:
    ✗ failed   sign-in   not signed in to anything
                         → run `housekey login`
    – skipped  rights    sign in first
    – skipped  clock     sign in first
    – skipped  routes    sign in first
    ✓ ok       versions  housekey N.N.N
    – skipped            sign in first
    – skipped  store     $HOME/state/credentials is made by the first sign-in
    – skipped  agent     no agent is set up

    N checks: N failed, N skipped, N ok
    stderr:
    error: not everything works: sign-in
    ");
    assert!(context.stored().is_empty(), "nothing is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_that_is_offline_is_found_once() {
    let mut context = TestContext::signed_in().await;
    context.switch_off();
    let said = context.run(&["doctor"]);
    assert_eq!(said.exit, 1, "{said}");
    assert_snapshot!(stable(&said), @"
    exit: N
    stdout:
    ✓ ok       sign-in   robin.vale@example.org is signed in
    – skipped            Canal House cannot be reached
    – skipped  rights    Canal House cannot be reached
    – skipped  clock     Canal House cannot be reached
    ! warning            the clock of the cloud is not known: cannot reach N.N.N.N:N
                         → sign-ins are not renewed until it can be reached
    ✗ failed   routes    Canal House cannot be reached (local: nothing listens there; mdns: not tried: it is plain HTTP, which is not allowed for this Homey; cloud: nothing listens there)
                         → look whether it is switched on and online; `housekey homeys diagnose` shows every way and why it fails
    ✓ ok       versions  housekey N.N.N
    – skipped            Canal House cannot be reached
    ✓ ok       store     $HOME/state/credentials, for its owner alone
    ✓ ok                 records: N in plain files
    ✓ ok                 it can be written
    ✓ ok                 N MB free on its disk
    – skipped  agent     no agent is set up

    N checks: N failed, N warning, N skipped, N ok
    stderr:
    error: not everything works: routes
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_found() {
    let context = TestContext::signed_in().await;
    context.world().advance(SignedDuration::from_secs(630));
    let said = context.run(&["doctor", "--json", "--jq", ".checks[] | select(.name == \"clock\")"]);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stdout.contains("this machine is 10 min behind Canal House"), "{said}");
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
async fn wrong_settings_of_the_agent_are_found() {
    let context = TestContext::signed_in().await;
    let settings = context.directory().join("config/agent.toml");
    fs::create_dir_all(context.directory().join("config")).expect("made");
    fs::write(settings, "listen = 5\n").expect("written");
    let said = context.run(&["doctor"]);
    assert_eq!(said.exit, 1, "{said}");
    assert!(said.stdout.contains("agent.toml:1:"), "{said}");
}

/// What programs read.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_for_programs_is_stable() {
    let context = TestContext::signed_in().await;
    let filter = "[paths(type != \"object\" and type != \"array\") | map(if type == \"number\" then 0 else . end) \
                  | map(tostring) | join(\".\")] | unique | .[]";
    let said = context.run(&["doctor", "--jq", filter]);
    assert_eq!(said.exit, 0, "{said}");
    assert_snapshot!(said, @"
    exit: 0
    stdout:
    checks.0.facts.accounts.0.client_id
    checks.0.facts.accounts.0.cloud
    checks.0.facts.accounts.0.expires_at
    checks.0.facts.accounts.0.homeys.0
    checks.0.facts.accounts.0.id
    checks.0.facts.accounts.0.name
    checks.0.facts.accounts.0.path
    checks.0.facts.accounts.0.problem
    checks.0.facts.accounts.0.remembered
    checks.0.facts.accounts.0.state
    checks.0.facts.accounts.0.store
    checks.0.facts.accounts.0.two_factor
    checks.0.facts.cloud_offset_s
    checks.0.facts.directory
    checks.0.facts.free_bytes
    checks.0.facts.homeys.canal-house.dialect
    checks.0.facts.homeys.canal-house.expires_at
    checks.0.facts.homeys.canal-house.firmware
    checks.0.facts.homeys.canal-house.model
    checks.0.facts.homeys.canal-house.offset_s
    checks.0.facts.homeys.canal-house.operations
    checks.0.facts.homeys.canal-house.refused_operations
    checks.0.facts.homeys.canal-house.renewed
    checks.0.facts.homeys.canal-house.scopes.0
    checks.0.facts.homeys.canal-house.time_zone
    checks.0.facts.homeys.canal-house.used
    checks.0.facts.homeys.canal-house.ways.0.address
    checks.0.facts.homeys.canal-house.ways.0.detail
    checks.0.facts.homeys.canal-house.ways.0.encrypted
    checks.0.facts.homeys.canal-house.ways.0.reason
    checks.0.facts.homeys.canal-house.ways.0.strategy
    checks.0.facts.homeys.canal-house.ways.0.took_ms
    checks.0.facts.homeys.canal-house.ways.0.version
    checks.0.facts.homeys.canal-house.ways.0.works
    checks.0.facts.housekey
    checks.0.facts.mode
    checks.0.facts.running
    checks.0.facts.settings
    checks.0.facts.unit
    checks.0.findings.0.next
    checks.0.findings.0.text
    checks.0.findings.0.verdict
    checks.0.name
    checks.0.took_ms
    checks.0.verdict
    verdict
    stderr: nothing
    ");
}
