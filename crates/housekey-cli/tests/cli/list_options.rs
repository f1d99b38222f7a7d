//! The options that every list takes, values as people type them, and several devices at once.

use housekey_emulator::Dialect;
use insta::assert_snapshot;

use crate::context::TestContext;
use crate::terminal::Terminal;

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_chosen_by_zone_class_capability_and_value() {
    let context = TestContext::with_key(Dialect::Local).await;
    let list = |options: &[&str]| context.run(&[&["devices", "list"], options].concat());
    assert_snapshot!(list(&["--zone", "kitchen", "--columns", "name,class"]), @"");
    assert_snapshot!(list(&["--class", "LIGHT", "--where", "dim>=0", "--columns", "zone,name"]), @"");
    assert_snapshot!(
        list(&["--where", "measure_battery<90%", "--sort", "-measure_battery", "--columns", "name,measure_battery"]),
        @""
    );
    assert_snapshot!(list(&["--match", "ceiling", "--format", "csv"]), @"");
    assert_snapshot!(list(&["--match", "ceiling", "--format", "yaml", "--columns", "name,dim"]), @"");
    assert_snapshot!(list(&["--match", "ceiling", "--format", "tsv", "--no-headers"]), @"");
    assert_snapshot!(list(&["--match", "ceiling", "--format", "json", "--jq", ".[].name"]), @"");
    assert_snapshot!(list(&["--match", "ceiling", "--jq", "map(.name)"]), @"");
    assert_snapshot!(list(&["--match", "nothing like it"]), @"");
    assert_snapshot!(list(&["--where", "mesure_battery<20"]), @"");
    assert_snapshot!(list(&["--where", "measure_battery<low"]), @"");
    assert_snapshot!(list(&["--where", "measure_battery"]), @"");
    assert_snapshot!(list(&["--sort", "colour"]), @"");
    assert_snapshot!(list(&["--columns", "nam"]), @"");
    assert_snapshot!(list(&["--zone", "kichen"]), @"");
    assert_snapshot!(list(&["--class", "ligth"]), @"");
    assert_snapshot!(list(&["--json", "--sort", "name"]), @"");
    assert_snapshot!(list(&["--jq", ".", "--format", "csv"]), @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_look_alike() {
    let context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(context.run(&["alarms", "list"]), @"");
    assert_snapshot!(context.run(&["zwave", "state"]), @"");
    assert_snapshot!(context.run(&["zigbee", "state"]), @"");
}

#[test]
fn an_empty_list_says_so() {
    let context = TestContext::alone();
    assert_snapshot!(context.run(&["homeys", "list"]), @"");
    assert_eq!(context.run(&["homeys", "list", "--format", "json"]).stdout, "[]\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_fits_the_terminal() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    for dumb in [false, true] {
        if dumb {
            context.set("TERM", "dumb");
            context.set("NO_COLOR", "1");
        }
        for columns in [60, 80, 120] {
            for command in [&["devices", "list"][..], &["flows", "list"], &["alarms", "list"]] {
                let mut terminal = Terminal::of(columns);
                let mut child = terminal.start(context.command(command));
                assert_eq!(child.wait().expect("ended").code(), Some(0), "{command:?}");
                terminal.hear("\n");
                let heard = terminal.heard.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
                let widest = heard.lines().map(|line| line.chars().count()).max();
                assert!(widest <= Some(columns.into()), "{command:?} at {columns}:\n{heard}");
                assert!(!dumb || !terminal.heard.contains('\u{1b}'), "{:?}", terminal.heard);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_typed_as_they_are_shown() {
    let context = TestContext::with_key(Dialect::Local).await;
    let lamp = "Kitchen/Ceiling lamp";
    for (value, want) in
        [("50%", "0.5\n"), ("+10%", "0.6\n"), ("-20 %", "0.4\n"), ("0,25", "0.25\n")]
    {
        let said = context.run(&["devices", "set", lamp, "dim", value]);
        assert_eq!(said.exit, 0, "{value}\n{said}");
        assert_eq!(context.run(&["devices", "get", lamp, "dim"]).stdout, want, "{value}");
    }
    assert_snapshot!(context.run(&["devices", "set", lamp, "din", "50%"]), @"");
    assert_snapshot!(context.run(&["devices", "set", "Kitchen/Ceilling lamp", "dim", "50%"]), @"");
    assert_snapshot!(context.run(&["devices", "set", "Thermostat", "thermostat_mode", "heet"]), @"");
    assert_snapshot!(context.run(&["devices", "set", "Thermostat", "target_temperature", "70°F"]), @"");
    assert_snapshot!(context.run(&["devices", "get", "Thermostat"]), @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_devices_are_set_when_that_is_confirmed() {
    let context = TestContext::with_key(Dialect::Local).await;
    let before = context.world().calls("devices.setCapabilityValue");
    assert_snapshot!(context.run(&["devices", "set", "--zone", "Kitchen", "dim", "40%"]), @"");
    assert_snapshot!(context.run(&["devices", "set", "--class", "light", "dim", "warm", "--yes"]), @"");
    assert_snapshot!(context.run(&["devices", "set", "Thermostat", "--all", "dim", "40%"]), @"");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), before, "nothing was sent");
    assert_snapshot!(context.run(&["devices", "set", "--zone", "Kitchen", "dim", "40%", "--yes"]), @"");
    assert_snapshot!(context.run(&["devices", "off", "Floor lamp", "Kitchen/Ceiling lamp", "--yes"]), @"");
    assert_snapshot!(context.run(&["zones", "create", "Nursery", "--icon", "bedroomKid"]), @"");
    assert_snapshot!(context.run(&["keys", "create", "lights", "--scope", "homey.devise"]), @"");
    assert_snapshot!(context.run(&["watch", "homey:manager:device"]), @"");
}
