//! `housekey api`.

use std::fs;

use housekey_emulator::Emulator;
use insta::assert_snapshot;
use serde_json::json;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_as_it_is() {
    let context = TestContext::signed_in().await;
    let name = "/api/manager/system/name";
    assert_snapshot!(context.run(&["api", "GET", name]), @r#"
    exit: 0
    stdout:
    "Canal House"
    stderr: nothing
    "#);
    let with_method = context.run(&["api", "GET", name]);
    assert_eq!(context.run(&["api", name]).to_string(), with_method.to_string());
    assert_snapshot!(context.run(&["api", "get", name, "--jq", "length"]), @"
    exit: 0
    stdout:
    11
    stderr: nothing
    ");
    let said = context.run(&["api", "GET", name, "--include"]);
    let (head, body) = said.stdout.split_once("\n\n").expect("a head");
    assert!(head.starts_with("200\n") && head.contains("\nx-homey-version: "), "{head}");
    assert_eq!(body, "\"Canal House\"\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_printed_and_told() {
    let context = TestContext::signed_in().await;
    let nowhere = "/api/manager/devices/device/00000000-0000-4000-8000-000000000000";
    assert_snapshot!(context.run(&["api", "GET", nowhere]), @r#"
    exit: 1
    stdout:
    {"error":"Not Found: Device with ID 00000000-0000-4000-8000-000000000000","error_description":"Not Found: Device with ID 00000000-0000-4000-8000-000000000000","statusCode":404,"stack":"Error: Not Found: Device with ID 00000000-0000-4000-8000-000000000000"}
    stderr:
    error: the Homey refused GET /api/manager/devices/device/00000000-0000-4000-8000-000000000000: Not Found: Device with ID 00000000-0000-4000-8000-000000000000 (404)
    "#);
    assert_snapshot!(context.run(&["api", "GET", nowhere, "--jq", ".error"]), @"
    exit: 1
    stdout:
    Not Found: Device with ID 00000000-0000-4000-8000-000000000000
    stderr:
    error: the Homey refused GET /api/manager/devices/device/00000000-0000-4000-8000-000000000000: Not Found: Device with ID 00000000-0000-4000-8000-000000000000 (404)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_make_a_body_or_a_query() {
    let context = TestContext::signed_in().await;
    let variable = "/api/manager/logic/variable";
    let fields = ["-f", "name=guest", "-f", "type=number", "-F", "value=3", "--jq", ".value"];
    let mut create = vec!["api", "POST", variable];
    create.extend(fields);
    assert_snapshot!(context.run(&create), @r#"
    exit: 0
    stdout:
    3
    stderr:
    POST went to "Canal House".
    "#);
    let read = ["api", "GET", variable, "-f", "ignored=a b", "--jq", "[.[].name] | sort"];
    assert_snapshot!(context.run(&read), @r#"
    exit: 0
    stdout:
    ["Good morning","Guests","Holiday","guest"]
    stderr: nothing
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_read_from_a_file_or_standard_input() {
    let context = TestContext::signed_in().await;
    let variable = json!({ "name": "guest", "type": "number", "value": 3 }).to_string();
    let create = ["api", "POST", "/api/manager/logic/variable", "--jq", ".name", "-q", "--input"];
    fs::write(context.directory().join("body.json"), &variable).expect("written");
    let with = |file| [&create[..], &[file]].concat();
    assert_snapshot!(context.run(&with("body.json")), @"
    exit: 0
    stdout:
    guest
    stderr: nothing
    ");
    assert_snapshot!(context.run_with(&with("-"), &variable.replace("guest", "guests2")), @"
    exit: 0
    stdout:
    guests2
    stderr: nothing
    ");
    assert_snapshot!(context.run_with(&with("-"), "{\"name\": \"guest\",}"), @"
    exit: 2
    stdout: nothing
    stderr:
    error: standard input is not JSON: line 1, column 18
    hint: nothing was sent
    ");
    assert_snapshot!(context.run(&with("missing.json")), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cannot read missing.json
      caused by: No such file or directory (os error 2)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_json_is_printed_and_told_where_json_was_wanted() {
    let context = TestContext::signed_in().await;
    let page = |times| {
        context.world().script("zones.getZones").page("<p>It works!</p>").times(times);
    };
    page(1);
    assert_snapshot!(context.run(&["api", "GET", "/api/manager/zones/zone"]), @"
    exit: 0
    stdout:
    <p>It works!</p>
    stderr: nothing
    ");
    page(1);
    assert_snapshot!(context.run(&["api", "GET", "/api/manager/zones/zone", "--json"]), @"
    exit: 1
    stdout:
    <p>It works!</p>
    stderr:
    error: the answer is not JSON
    hint: leave out `--json` and `--jq`
    ");
    page(1);
    assert_snapshot!(context.run(&["zones", "list"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: HOMEY answered 200 with a body that is not JSON
    hint: check that HOMEY is the address meant, and not a router or a proxy
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_another_shape_is_told() {
    let context = TestContext::signed_in().await;
    context.world().script("zones.getZones").reply(200).body(json!("no zones"));
    assert_snapshot!(context.run(&["zones", "list"]), @r#"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey did not answer with zones
      caused by: invalid type: string "no zones", expected an object of items by id, or an array of items at line 1 column 10
    hint: look at the answer itself with `--json`
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_renewed_and_the_call_made_again() {
    let context = TestContext::signed_in().await;
    context.world().expire(housekey_emulator::Expire::All);
    // Refresh tokens are refused too, so that somebody has to sign in.
    assert_snapshot!(context.run(&["api", "GET", "/api/manager/system/name"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: signed out: the account cloud refused to renew the access: The refresh token is unknown, used or revoked.
    hint: run `housekey login`
    ");
    let context = TestContext::signed_in().await;
    context.world().expire(housekey_emulator::Expire::Session);
    context.world().expire(housekey_emulator::Expire::Access);
    assert_snapshot!(context.run(&["api", "GET", "/api/manager/system/name"]), @r#"
    exit: 0
    stdout:
    "Canal House"
    stderr: nothing
    "#);
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 1);
    // What was renewed is kept: the next run does not renew again.
    assert_eq!(context.run(&["zones", "list"]).exit, 0);
    assert_eq!(context.world().calls("users.login"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_clock_ended_is_renewed_first() {
    let short = jiff::SignedDuration::from_secs(1);
    let context = TestContext::with(Emulator::builder().session_life(short)).await;
    assert_eq!(context.login(&[]).exit, 0);
    context.world().advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(context.run(&["zones", "list"]).exit, 0);
    assert!(context.world().calls("users.login") >= 2);
}
