//! The overview of the home, and the web app.

use housekey_emulator::Dialect;
use serde_json::Value;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn the_home_on_one_screen() {
    let context = TestContext::with_key(Dialect::Local).await;
    insta::assert_snapshot!(context.run(&["overview"]), @"
    exit: 0
    stdout:
    http://HOMEY/

    At home      Robin Vale, Robin
    Away         Sam

    On           Kitchen  Fridge

    Alarms       Hallway  Front door lock (not locked)

    Temperature  Bathroom 20.8 °C, Bedroom 16.2 °C, First floor 20.2 °C,
                 Garden 9.8 °C, Hallway 19.4 °C, Living room 20.3 °C

    Power        89 W used, 1313 W generated, 482 W at the meter

    Batteries    Bathroom/Bathroom climate 15 %, Kitchen/Water leak sensor 18 %
    stderr: nothing
    ");
}

/// The shape that programs rely on: every key, and the type of its value.
#[tokio::test(flavor = "multi_thread")]
async fn the_keys_for_programs() {
    let context = TestContext::with_key(Dialect::Local).await;
    let shape = "def shape: if type == \"object\" then map_values(shape) \
                 elif type == \"array\" then (map(shape) | unique) else type end; shape";
    insta::assert_snapshot!(context.run(&["overview", "--jq", shape]), @r#"
    exit: 0
    stdout:
    {"homey":"string","people":[{"id":"string","name":"string","at_home":"boolean","asleep":"boolean"}],"on":[{"id":"string","device":"string","zone":"string","class":"string","dim":"null"}],"alarms":[{"id":"string","device":"string","zone":"string","capability":"string","what":"string"}],"temperatures":[{"id":"string","device":"string","zone":"string","value":"number","text":"string"}],"low_batteries":[{"id":"string","device":"string","zone":"string","percent":"number"}],"unavailable":[],"broken_flows":[],"stopped_apps":[],"power":{"used_w":"number","generated_w":"number","meter_w":"number"},"missing":[]}
    stderr: nothing
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_may_not_be_read_is_named() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    let key = context.world().new_api_key(&["homey.device.readonly"]);
    context.set("HOMEY_TOKEN", &key);
    let said = context.run(&["overview", "--json"]);
    let overview: Value = serde_json::from_str(&said.stdout).expect("JSON");
    let missing = overview["missing"].as_array().expect("a list");
    let parts: Vec<_> = missing.iter().filter_map(|one| one["part"].as_str()).collect();
    insta::assert_snapshot!(parts.join(" "), @"zones flows apps people power");
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    assert!(!overview["on"].as_array().expect("a list").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_list_is_read_once() {
    let context = TestContext::with_key(Dialect::Local).await;
    assert_eq!(context.run(&["overview"]).exit, 0);
    for call in
        ["devices.getDevices", "zones.getZones", "users.getUsers", "flow.getFlows", "apps.getApps"]
    {
        assert_eq!(context.world().calls(call), 1, "{call}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_be_read() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    context.set("HOMEY_TOKEN", "wrong");
    let said = context.run(&["overview"]);
    assert!(said.exit != 0 && said.stdout.is_empty(), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_app_at_a_device_or_a_flow() {
    let context = TestContext::with_key(Dialect::Local).await;
    let id = context.facts().cloud_id;
    let open = |arguments: &[&str]| {
        let said = context.run(&[&["open"], arguments].concat());
        (said.exit, said.stdout.replace(&id, "ID"), said.stderr)
    };
    assert_eq!(open(&[]), (0, "https://my.homey.app/homeys/ID\n".to_owned(), String::new()));
    let (exit, device, _) = open(&["--print", "Kitchen/Ceiling lamp"]);
    assert!(exit == 0 && device.starts_with("https://my.homey.app/homeys/ID/devices/"), "{device}");
    let (exit, unknown, why) = open(&["Kitchen/Celing lamp"]);
    insta::assert_snapshot!(format!("{exit}\n{unknown}{why}"), @r#"
    2
    error: there is no device and no flow "Kitchen/Celing lamp"
    hint: did you mean Kitchen/Ceiling lamp?
    "#);
    let flows = context.run(&["flows", "list", "--format", "json"]).stdout;
    let flows: Value = serde_json::from_str(&flows).expect("JSON");
    for flow in flows.as_array().expect("a list") {
        let (exit, url, why) = open(&["--json", flow["id"].as_str().expect("an id")]);
        let kind = if flow["kind"] == "advanced" { "/flows/advanced/" } else { "/flows/" };
        assert!(exit == 0 && url.contains(kind), "{flow}: {url}{why}");
    }
}
