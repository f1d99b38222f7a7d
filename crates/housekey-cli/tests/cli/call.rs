//! `housekey call`.

use std::fs;

use housekey::catalogue::Dialect;
use housekey_emulator::Emulator;
use insta::assert_snapshot;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn values_reach_the_homey_with_the_type_it_asks_for() {
    let context = TestContext::signed_in().await;
    let lamp = "[.[] | select(.capabilities | index(\"dim\"))][0].id";
    let id = context.run(&["call", "devices.getDevices", "--jq", lamp]).stdout;
    let device = format!("deviceId={}", id.trim());
    let set = ["call", "devices.setCapabilityValue", &device, "capabilityId=dim", "value=0.4"];
    assert_snapshot!(context.run(&[&set[..], &["--jq", ".value"]].concat()), @r#"
    exit: 0
    stdout:
    0.4
    stderr:
    devices.setCapabilityValue went to "Canal House".
    "#);
    let get = ["call", "devices.getCapabilityValue", &device, "capabilityId=dim"];
    assert_snapshot!(context.run(&get), @"
    exit: 0
    stdout:
    0.4
    stderr: nothing
    ");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_come_as_json_from_a_file_or_from_standard_input() {
    let context = TestContext::signed_in().await;
    let variable = |name: &str| format!(r#"{{"name": "{name}", "type": "string", "value": "5"}}"#);
    let create = |argument: &str, stdin: &str| {
        let words = ["call", "logic.createVariable", argument, "-q", "--jq", "[.name, .value]"];
        context.run_with(&words, stdin)
    };
    assert_snapshot!(create(&format!("variable:={}", variable("one")), ""), @r#"
    exit: 0
    stdout:
    ["one","5"]
    stderr: nothing
    "#);
    fs::write(context.directory().join("two.json"), variable("two")).expect("written");
    assert_snapshot!(create("variable=@two.json", ""), @r#"
    exit: 0
    stdout:
    ["two","5"]
    stderr: nothing
    "#);
    assert_snapshot!(create("variable:=@-", &variable("three")), @r#"
    exit: 0
    stdout:
    ["three","5"]
    stderr: nothing
    "#);
    assert_snapshot!(create("variable=@missing.json", ""), @"
    exit: 2
    stdout: nothing
    stderr:
    error: cannot read `missing.json` for `variable`
      caused by: No such file or directory (os error 2)
    ");
    assert_snapshot!(create("variable:={\"name\"}", ""), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the value of `variable:=` is not JSON
      caused by: expected `:` at line 1 column 8
    hint: for a text write `variable=...`
    ");
    assert_snapshot!(create("variable=four", ""), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `variable` of logic.createVariable takes an object, not a string
    hint: write it as JSON, `variable:='...'`, or take it from a file, `variable=@FILE`
    ");
    assert_eq!(context.world().calls("logic.createVariable"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_call_is_told_before_it_is_sent() {
    let context = TestContext::signed_in().await;
    let mut told = String::new();
    for words in [
        &["devices.getDevcies"][..],
        &["getDevices"],
        &["devices.getCapabilities"],
        &["devices.getDevice"],
        &["devices.getDevice", "id=1", "ids=2"],
        &["devices.getDevice", "id="],
        &["devices.getDevice", "id"],
        &["devices.getDevice", "id=1", "id=2"],
        &["devices.updateDevice", "id=1", "device:={\"hidden\": \"yes\"}"],
        &["insights.updateLog", "id=1"],
    ] {
        let said = context.run(&[&["call"], words].concat());
        told.push_str(&format!("{}\n{}\n", words.join(" "), said.stderr));
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{words:?}");
    }
    assert_snapshot!(told, @r#"
    devices.getDevcies
    error: there is no operation `devices.getDevcies`; did you mean devices.getDevices or devices.getDevice?
    hint: `housekey operations` lists all of them

    getDevices
    error: there is no operation `getDevices`; did you mean devices.getDevices or devices.getDevice?
    hint: `housekey operations` lists all of them

    devices.getCapabilities
    error: a `local` Homey has no devices.getCapabilities; it is there on v2
    hint: `housekey operations devices.getCapabilities` explains it

    devices.getDevice
    error: devices.getDevice needs `id`, which takes a string
    hint: `housekey operations devices.getDevice` explains it

    devices.getDevice id=1 ids=2
    error: devices.getDevice has no argument `ids`; did you mean `id`?
    hint: `housekey operations devices.getDevice` explains it

    devices.getDevice id=
    error: `id` of devices.getDevice stands in the path, where it cannot be empty
    hint: `housekey operations devices.getDevice` explains it

    devices.getDevice id
    error: `id` has no value
    hint: write `name=value`, `name=@file` or `name:=json`

    devices.getDevice id=1 id=2
    error: `id` is given twice
    hint: give each argument once

    devices.updateDevice id=1 device:={"hidden": "yes"}
    error: `device.hidden` of devices.updateDevice takes a boolean, not a string
    hint: `housekey operations devices.updateDevice` explains it

    insights.updateLog id=1
    error: a `local` Homey has no insights.updateLog; it is there on v2
    hint: `housekey operations insights.updateLog` explains it
    "#);
    assert_eq!(context.world().calls("devices.getDevice"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_missing_is_named() {
    let mut context = TestContext::signed_in().await;
    let key = context.run(&["keys", "create", "reader", "-q"]).stdout;
    let address = context.facts().homey_url;
    context.set("HOMEY_ADDRESS", &address);
    context.set("HOMEY_TOKEN", key.trim());
    assert_snapshot!(context.run(&["call", "system.reboot"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: system.reboot is not allowed with this token: it needs the scope homey.system
    hint: use an API key with that scope: in the Homey's web app, Settings, API Keys (Homeys of 2023 and later)
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dialect_of_the_homey_decides() {
    let context = TestContext::with(Emulator::builder().dialect(Dialect::V2)).await;
    assert_eq!(context.login(&[]).exit, 0);
    assert_eq!(
        context.run(&["call", "devices.getCapabilities", "--jq", "length > 0"]).stdout,
        "true\n"
    );
    assert_snapshot!(context.run(&["call", "devices.getState"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: a `v2` Homey has no devices.getState; it is there on local and cloud
    hint: `housekey operations devices.getState` explains it
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_never_guesses_the_homey() {
    let context = TestContext::with(Emulator::builder().homeys(2)).await;
    for homey in context.facts().homeys {
        assert_eq!(context.login(&["--homey", &homey.cloud_id]).exit, 0);
    }
    assert_snapshot!(context.run(&["call", "zones.deleteZone", "id=1"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there are several Homeys, and none is named
    hint: name one with `--homey`: beach-cabin, canal-house
    ");
}
