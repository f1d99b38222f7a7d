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
    error: --jq and --template take JSON: they go with `--format json` alone
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

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_no_document_describes_are_lists_too() {
    let context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(context.run(&["experiments", "list", "--sort", "-name", "--columns", "name,enabled"]), @"
    exit: 0
    stdout:
    NAME                       ENABLED
    Map of the Zigbee network  no
    Faster charts              no
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["experiments", "--jq", "length"]), @"
    exit: 0
    stdout:
    2
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["ledring", "screensavers", "--where", "id=clock", "--json"]), @r#"
    exit: 0
    stdout:
    [{"uri":"homey:manager:ledring","id":"clock","title":"Clock"}]
    stderr: nothing
    "#);
    assert_snapshot!(context.run(&["ledring", "screensavers", "--match", "clock", "--format", "csv"]), @"
    exit: 0
    stdout:
    uri,id,title
    homey:manager:ledring,clock,Clock
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["notifications", "owners", "--where", "push=no"]), @"
    exit: 0
    stdout: nothing
    stderr:
    None of 1 owners of notifications matches
    ");
    assert_snapshot!(context.run(&["devices", "settings", "list", "Hallway/Motion sensor", "--where", "value>100"]), @"
    exit: 0
    stdout:
    SETTING          VALUE
    report_interval  300
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["devices", "settings", "list", "Floor lamp"]), @"
    exit: 0
    stdout:
    SETTING           VALUE
    energy_value_on   9
    energy_value_off  0.3
    power_on_state    restore
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["apps", "settings", "list", "Lumen", "--format", "yaml"]), @"
    exit: 0
    stdout:
    - setting: debug
      value: false
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["apps", "settings", "list", "Lumen", "--match", "nothing"]), @"
    exit: 0
    stdout: nothing
    stderr:
    None of 1 settings matches
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_twice_is_refused() {
    let context = TestContext::with_key(Dialect::Local).await;
    for (typed, told) in [
        (
            &["devices", "off", "Floor lamp", "floor lamp"][..],
            "Living room/Floor lamp is named twice",
        ),
        (
            &["devices", "set", "Floor lamp", "--device", "Living room/Floor lamp", "dim", "1"],
            "Living room/Floor lamp is named twice",
        ),
        (
            &["devices", "watch", "Floor lamp", "Floor lamp"],
            "Living room/Floor lamp is named twice",
        ),
        (&["flows", "export", "Tea", "tea"], "Tea is named twice"),
        (
            &[
                "moods",
                "create",
                "M",
                "--device",
                "Floor lamp",
                "dim",
                "1",
                "--device",
                "Floor lamp",
                "dim",
                "0",
            ],
            "`dim` of Living room/Floor lamp is given twice",
        ),
        (
            &["keys", "create", "k", "--scope", "homey.zone", "--scope", "homey.zone"],
            "the scope `homey.zone` is given twice",
        ),
        (&["watch", "zones", "homey:manager:zones"], "`homey:manager:zones` is given twice"),
    ] {
        let said = context.run(typed);
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{typed:?}\n{said}");
        assert!(said.stderr.starts_with(&format!("error: {told}\nhint: ")), "{typed:?}\n{said}");
    }
    assert_snapshot!(context.run(&["notifications", "delete", "--owner", "homey:manager:update", "--yes"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no notification of "homey:manager:update"
    hint: did you mean homey:manager:updates?
    "#);
    assert_snapshot!(context.run(&["watch", "homey:device:d1"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no device behind `homey:device:d1`
    hint: `housekey devices list --columns name,id` shows their ids
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_and_costs_are_those_of_the_home() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(context.run(&["weather", "--hourly"]), @"
    exit: 0
    stdout:
    EXPECTED              TEMPERATURE  LOWEST  HIGHEST  SKY
    2026-03-10 14:00 CET  10.2         3.9     10.6     clear
    2026-03-10 15:00 CET  10.4         3.9     11       clear
    2026-03-10 16:00 CET  10.3         3.9     11.1     clear
    2026-03-10 17:00 CET  10           3.9     11.1     clear
    2026-03-10 18:00 CET  9.5          3.9     11.1     clear
    2026-03-10 19:00 CET  8.8          3.9     11.1     partly-cloudy
    2026-03-10 20:00 CET  8            3.9     11.1     partly-cloudy
    2026-03-10 21:00 CET  7.1          3.9     11.1     partly-cloudy
    2026-03-10 22:00 CET  6.2          3.9     11.1     clear
    2026-03-10 23:00 CET  5.4          3.9     11.1     clear
    2026-03-11 00:00 CET  4.8          3.9     11.1     clear
    2026-03-11 01:00 CET  4.3          3.9     11.1     rain
    2026-03-11 02:00 CET  4            3.9     11.1     rain
    2026-03-11 03:00 CET  3.9          3.9     11.1     rain
    2026-03-11 04:00 CET  4            4       11.1     partly-cloudy
    2026-03-11 05:00 CET  4.4          4.4     11.1     partly-cloudy
    2026-03-11 06:00 CET  5            4.5     11.1     partly-cloudy
    2026-03-11 07:00 CET  5.7          4.5     11.1     partly-cloudy
    2026-03-11 08:00 CET  6.6          4.5     11.1     partly-cloudy
    2026-03-11 09:00 CET  7.5          4.5     11.1     partly-cloudy
    2026-03-11 10:00 CET  8.4          4.5     11.1     partly-cloudy
    2026-03-11 11:00 CET  9.3          4.5     11.1     partly-cloudy
    2026-03-11 12:00 CET  10           4.5     11.1     partly-cloudy
    2026-03-11 13:00 CET  10.6         4.5     11.1     clear
    stderr: nothing
    ");
    let report = |context: &TestContext| {
        let said = context.run(&["energy", "report", "2026-03-09"]).stdout;
        said.lines()
            .filter(|line| line.contains("cost") || line.contains(" 00:00 "))
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    assert_snapshot!(report(&context), @"
    electricity.costPeriod       2.49 EUR
    2026-03-09 00:00 CET  2026-03-09 01:00 CET  0.141     0.152      0.123     0.08
    2026-03-09 23:00 CET  2026-03-10 00:00 CET  0.14      0.151      0.124     0.081
    ");
    context.set("TZ", "UTC");
    assert_snapshot!(report(&context), @"
    electricity.costPeriod       2.49 EUR
    2026-03-08 23:00 UTC  2026-03-09 00:00 UTC  0.141     0.152      0.123     0.08
    2026-03-09 00:00 UTC  2026-03-09 01:00 UTC  0.156     0.168      0.135     0.089
    ");
}
