//! The options that every list takes, values as people type them, and several devices at once.

use housekey_emulator::Dialect;
use insta::assert_snapshot;

use crate::context::TestContext;
use crate::terminal::Terminal;

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_chosen_by_zone_class_capability_and_value() {
    let context = TestContext::with_key(Dialect::Local).await;
    let list = |options: &[&str]| context.run(&[&["devices", "list"], options].concat());
    assert_snapshot!(list(&["--zone", "kitchen", "--columns", "name,class"]), @"
    exit: 0
    stdout:
    NAME               CLASS
    Ceiling lamp       light
    Coffee machine     coffeemachine
    Fridge             socket
    Water leak sensor  sensor
    stderr: nothing
    ");
    assert_snapshot!(list(&["--class", "LIGHT", "--where", "dim>=0", "--columns", "zone,name"]), @"
    exit: 0
    stdout:
    ZONE         NAME
    Bathroom     Bathroom lamp
    Bedroom      Bedroom lamp
    Kitchen      Ceiling lamp
    Living room  Floor lamp
    stderr: nothing
    ");
    assert_snapshot!(
        list(&["--where", "measure_battery<90%", "--sort", "-measure_battery", "--columns", "name,measure_battery"]),
        @"
    exit: 0
    stdout:
    NAME               MEASURE_BATTERY
    Weather station    81 %
    Front door lock    73 %
    Robot vacuum       66.16 %
    Bedroom radiator   64 %
    Wall switch        44 %
    Doorbell           37 %
    Motion sensor      35 %
    Water leak sensor  18 %
    Bathroom climate   15 %
    stderr: nothing
    "
    );
    assert_snapshot!(list(&["--match", "ceiling", "--format", "csv"]), @r#"
    exit: 0
    stdout:
    zone,name,class,state
    Kitchen,Ceiling lamp,light,"off, 100 %"
    stderr: nothing
    "#);
    assert_snapshot!(list(&["--match", "ceiling", "--format", "yaml", "--columns", "name,dim"]), @"
    exit: 0
    stdout:
    - name: Ceiling lamp
      dim: 1
    stderr: nothing
    ");
    assert_snapshot!(list(&["--match", "ceiling", "--format", "tsv", "--no-headers"]), @"
    exit: 0
    stdout:
    Kitchen	Ceiling lamp	light	off, 100 %
    stderr: nothing
    ");
    assert_snapshot!(list(&["--match", "ceiling", "--format", "json", "--jq", ".[].name"]), @"
    exit: 0
    stdout:
    Ceiling lamp
    stderr: nothing
    ");
    assert_snapshot!(list(&["--match", "ceiling", "--jq", "map(.name)"]), @r#"
    exit: 0
    stdout:
    ["Ceiling lamp"]
    stderr: nothing
    "#);
    assert_snapshot!(list(&["--match", "nothing like it"]), @"
    exit: 0
    stdout: nothing
    stderr:
    None of 30 devices matches
    ");
    assert_snapshot!(list(&["--where", "mesure_battery<20"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: --where: there is no column "mesure_battery"
    hint: did you mean measure_battery?
    "#);
    assert_snapshot!(list(&["--where", "measure_battery<low"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: --where: `measure_battery` cannot be compared so with `low`
    hint: one of its values is `35 %`
    ");
    assert_snapshot!(list(&["--where", "measure_battery"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: invalid value 'measure_battery' for '--where <CONDITION>': write COLUMN and VALUE with one of = != < <= > >= ~ between them, as `measure_battery<20`

    For more information, try '--help'.
    ");
    assert_snapshot!(list(&["--sort", "colour"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: --sort: there is no column "colour"
    hint: the columns are: zone, name, class, state, id, driver, available, last_seen, note
    "#);
    assert_snapshot!(list(&["--columns", "nam"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: --columns: there is no column "nam"
    hint: did you mean name?
    "#);
    assert_snapshot!(list(&["--zone", "kichen"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no zone "kichen"
    hint: did you mean Home/Kitchen?
    "#);
    assert_snapshot!(list(&["--class", "ligth"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: no device has the class "ligth"
    hint: did you mean light?
    "#);
    assert_snapshot!(list(&["--json", "--sort", "name"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: the JSON of the Homey has no columns: --sort, --columns and --no-headers are for rows
    hint: `--format json` prints the rows
    ");
    assert_snapshot!(list(&["--jq", ".", "--format", "csv"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: --jq filters JSON: it goes with `--format json` alone
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_look_alike() {
    let context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(context.run(&["alarms", "list"]), @"
    exit: 0
    stdout:
    NAME      TIME   DAYS      ON   NEXT                  ID
    Weekdays  06:45  weekdays  yes  2026-03-11 06:45 CET  3eda139e-a79e-4847-b38b-28f542c7c03c
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["zwave", "state"]), @"
    exit: 0
    stdout:
    Z-Wave: ready, region EU, version 7.18, home id 73241f88

    NODE  DEVICE             ZONE         ROUTE  LAST SEEN
    1     (this Homey)       -            -      -
    4     Motion sensor      Hallway      -      2026-03-10 13:01 CET
    8     Front door lock    Hallway      -      2026-03-10 10:23 CET
    9     Front door         Hallway      -      2026-03-10 07:52 CET
    12    Doorbell           Hallway      -      2026-03-10 11:06 CET
    14    Weather station    Garden       -      2026-03-10 13:02 CET
    16    Bedroom radiator   Bedroom      -      2026-03-10 12:57 CET
    17    Bathroom climate   Bathroom     -      2026-03-10 12:59 CET
    21    Smoke alarm        First floor  -      2026-03-10 13:02 CET
    26    Wall switch        Hallway      -      2026-03-10 12:06 CET
    28    Water leak sensor  Kitchen      -      2026-03-10 09:48 CET
    29    Robot vacuum       Living room  -      2026-03-10 13:01 CET
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["zigbee", "state"]), @"
    exit: 0
    stdout:
    Zigbee: ready, channel 20, version 6.10, PAN id 0x1a2b

    NODE                     DEVICE         ZONE         ROUTE   LAST SEEN
    0d:8f:c1:6b:92:67:18:3d  Bedroom lamp   Bedroom      direct  2026-03-09 23:18 CET
    3a:b0:c4:60:cf:64:3d:da  Floor lamp     Living room  direct  2026-03-10 08:08 CET
    7c:76:8b:de:e9:e1:5a:5a  Bathroom lamp  Bathroom     direct  2026-03-10 07:30 CET
    55:e7:1b:a4:2d:94:49:c2  Ceiling lamp   Kitchen      direct  2026-03-10 07:48 CET
    56:ab:67:da:83:ef:b5:d9  Bathroom fan   Bathroom     direct  2026-03-10 07:26 CET
    d8:e5:97:65:0e:23:96:24  Garden lights  Garden       direct  2026-03-10 06:59 CET
    stderr: nothing
    ");
}

#[test]
fn an_empty_list_says_so() {
    let context = TestContext::alone();
    assert_snapshot!(context.run(&["homeys", "list"]), @"
    exit: 0
    stdout: nothing
    stderr:
    There are no configured Homeys
    ");
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
    assert_snapshot!(context.run(&["devices", "set", lamp, "din", "50%"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no capability "din"
    hint: did you mean dim?
    "#);
    assert_snapshot!(context.run(&["devices", "set", "Kitchen/Ceilling lamp", "dim", "50%"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no device "Kitchen/Ceilling lamp"
    hint: did you mean Kitchen/Ceiling lamp?
    "#);
    assert_snapshot!(context.run(&["devices", "set", "Thermostat", "thermostat_mode", "heet"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `thermostat_mode` takes one of auto, heat, cool, off, not `heet`
    hint: did you mean Heat or heat? Nothing was sent
    ");
    assert_snapshot!(context.run(&["devices", "set", "Thermostat", "target_temperature", "70°F"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `target_temperature` is in °C, and °F is another unit
    hint: nothing was sent
    ");
    assert_snapshot!(context.run(&["devices", "get", "Thermostat"]), @"
    exit: 0
    stdout:
    Living room/Thermostat  thermostat  28ca3740-dbc4-46eb-8e09-4f1d1fa9d33b

    CAPABILITY           VALUE    TITLE               CAN BE SET TO
    target_temperature   20.5 °C  Target temperature  4 to 35 °C
    measure_temperature  20.3 °C  Temperature         -
    thermostat_mode      Auto     Thermostat mode     auto, heat, cool, off
    measure_humidity     48.66 %  Humidity            -
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_devices_are_set_when_that_is_confirmed() {
    let context = TestContext::with_key(Dialect::Local).await;
    let before = context.world().calls("devices.setCapabilityValue");
    assert_snapshot!(context.run(&["devices", "set", "--zone", "Kitchen", "dim", "40%"]), @"
    exit: 2
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: 100 % -> dim 40 %
    error: this has to be confirmed, and there is no terminal for a prompt
    hint: say `--yes` if you are sure
    ");
    assert_snapshot!(context.run(&["devices", "set", "--class", "light", "dim", "warm", "--yes"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: `dim` takes a number from 0 to 1, not "warm"
    hint: nothing was sent
    "#);
    assert_snapshot!(context.run(&["devices", "set", "Thermostat", "--all", "dim", "40%"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: a device is named and others are chosen by an option
    hint: leave out DEVICE with --zone, --class and --all
    ");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), before, "nothing was sent");
    assert_snapshot!(context.run(&["devices", "set", "--zone", "Kitchen", "dim", "40%", "--yes"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: dim 40 % (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["devices", "off", "Floor lamp", "Kitchen/Ceiling lamp", "--yes"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Living room/Floor lamp: off (Homey "http://HOMEY/")
    Kitchen/Ceiling lamp: off (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["zones", "create", "Nursery", "--icon", "bedroomKid"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no icon "bedroomKid"
    hint: did you mean bedroomKids?
    "#);
    assert_snapshot!(context.run(&["keys", "create", "lights", "--scope", "homey.devise"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: invalid value 'homey.devise' for '--scope <SCOPE>': no operation needs the scope `homey.devise`; did you mean `homey.device`?

    For more information, try '--help'.
    ");
    assert_snapshot!(context.run(&["watch", "homey:manager:device"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no manager "device"
    hint: did you mean devices or vdevice?
    "#);
}
