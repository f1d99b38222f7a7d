//! `housekey token`.

use insta::assert_snapshot;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn the_token_comes_in_the_form_that_is_wanted() {
    let context = TestContext::signed_in().await;
    let raw = context.run(&["token"]);
    assert_eq!((raw.exit, raw.stderr.as_str()), (0, ""));
    let token = raw.stdout.trim_end();
    assert_eq!(token.split(':').count(), 3);
    let form = |form| context.run(&["token", "--format", form]).to_string().replace(token, "TOKEN");
    assert_snapshot!(form("header"), @"
    exit: 0
    stdout:
    Authorization: Bearer TOKEN
    stderr: nothing
    ");
    assert_snapshot!(form("env"), @"
    exit: 0
    stdout:
    HOMEY_ADDRESS=http://HOMEY
    HOMEY_TOKEN=TOKEN
    stderr: nothing
    ");
    let json = context.run(&["token", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["token"], token);
    assert_eq!(json["address"], "http://HOMEY");
    assert_eq!(json["homey_id"], context.facts().cloud_id);
    for time in ["issued_at", "expires_at"] {
        let time: Result<jiff::Timestamp, _> = json[time].as_str().unwrap_or_default().parse();
        assert!(time.is_ok(), "{json}");
    }
    assert_eq!(context.run(&["token", "--jq", ".token"]).stdout, raw.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_as_long_as_is_asked_for() {
    let context = TestContext::signed_in().await;
    let first = context.run(&["token", "--min-life", "10m"]).stdout;
    assert_eq!(first, context.run(&["token"]).stdout, "it lived long enough");
    assert_snapshot!(context.run(&["token", "--min-life", "48h"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: a new token lives only 23 h 59 min, which is less than 2 d
    hint: choose a shorter `--min-life`
    ");
    assert_snapshot!(context.run(&["token", "--min-life", "soon"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: invalid value 'soon' for '--min-life <TIME>': write it as `90s`, `10m`, `24h` or `7d`

    For more information, try '--help'.
    ");
    assert_eq!(context.world().calls("users.login"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_document_has_a_version_and_an_end() {
    let context = TestContext::signed_in().await;
    let token = context.run(&["token"]).stdout;
    let said = context.run(&["token", "--format", "exec-credential"]);
    let document: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(document["apiVersion"], "housekey/v1");
    assert_eq!(document["kind"], "ExecCredential");
    assert_eq!(document["status"]["token"], token.trim_end());
    let end = document["status"]["expirationTimestamp"].as_str().unwrap_or_default();
    assert!(end.parse::<jiff::Timestamp>().is_ok(), "{document}");
}
