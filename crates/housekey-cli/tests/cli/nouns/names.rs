//! Names that mean nothing, or several things, and values that are none: nothing is guessed and
//! nothing is sent.

use housekey_emulator::Dialect;
use insta::assert_snapshot;

use super::home;

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_is_told_with_those_there_are() {
    let context = home(Dialect::V2).await;
    for (typed, kind) in [
        (&["zones", "get", "?"][..], "zone"),
        (&["zones", "create", "Attic", "--parent", "?"], "zone"),
        (&["zones", "move", "Garden", "?"], "zone"),
        (&["devices", "rename", "?", "Lamp"], "device"),
        (&["devices", "move", "Floor lamp", "?"], "zone"),
        (&["devices", "settings", "list", "?"], "device"),
        (&["devices", "settings", "set", "Floor lamp", "?", "1"], "setting"),
        (&["flows", "get", "?"], "flow"),
        (&["flows", "run", "?"], "flow"),
        (&["flows", "disable", "?"], "flow"),
        (&["flows", "export", "Tea", "?"], "flow"),
        (&["flows", "delete", "?", "--yes"], "flow"),
        (&["flows", "move", "Tea", "?"], "folder"),
        (&["folders", "get", "?"], "folder"),
        (&["folders", "create", "Night", "--parent", "?"], "folder"),
        (&["images", "get", "?"], "image"),
        (&["variables", "rename", "?", "guests"], "variable"),
        (&["users", "get", "?"], "user"),
        (&["presence", "set", "?", "home"], "user"),
        (&["apps", "restart", "?"], "app"),
        (&["alarms", "enable", "?"], "alarm"),
        (&["moods", "set", "?"], "mood"),
        (&["moods", "create", "M", "--device", "?", "onoff", "on"], "device"),
        (&["moods", "create", "M", "--device", "Floor lamp", "?", "on"], "capability"),
        (&["notifications", "delete", "?", "--yes"], "notification"),
        (&["tokens", "get", "?"], "token"),
        (&["sessions", "delete", "?", "--yes"], "session"),
        (&["ledring", "screensaver", "?"], "screensaver"),
        (&["experiments", "set", "?", "on"], "experiment"),
        (&["energy", "live", "--zone", "?"], "zone"),
    ] {
        let said = context.run(typed);
        let told = format!("error: there is no {kind} \"?\"\nhint: there is: ");
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{typed:?}\n{said}");
        assert!(said.stderr.starts_with(&told), "{typed:?}\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_zones_with_one_name_the_parent_says_which() {
    let context = home(Dialect::Local).await;
    for parent in ["Garden", "First floor"] {
        assert_eq!(context.run(&["zones", "create", "Store", "--parent", parent]).exit, 0);
    }
    assert_snapshot!(context.run(&["zones", "delete", "Store", "--yes"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there are several zones "Store"
    hint: there is: Garden/Store, First floor/Store
    "#);
    assert_snapshot!(context.run(&["zones", "delete", "Garden/Store", "--yes"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    The zone Garden/Store is deleted (Homey "http://HOMEY/")
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_is_none_is_not_sent() {
    let context = home(Dialect::V2).await;
    let told = |typed: &[&str]| {
        let said = context.run(typed);
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{typed:?}\n{said}");
        said.stderr.lines().next().unwrap_or_default().to_owned()
    };
    let sensor = "Hallway/Motion sensor";
    assert_snapshot!(told(&["alarms", "create", "Nap", "25:00"]), @"error: invalid value '25:00' for '<TIME>': write it as HH:MM, as in `06:30`");
    assert_snapshot!(told(&["alarms", "create", "Nap", "14:30", "--days", "someday"]), @"error: invalid value 'someday' for '--days <DAYS>': write it as `mon,wed`, `weekdays`, `weekend` or `daily`");
    assert_snapshot!(told(&["ledring", "brightness", "2"]), @"error: invalid value '2' for '[NEW]': it is a number from 0 to 1");
    assert_snapshot!(told(&["energy", "report", "last week"]), @"error: invalid value 'last week' for '<PERIOD>': write it as 2026-01-31, 2026-W05, 2026-01 or 2026");
    assert_snapshot!(told(&["presence", "set", "me", "out"]), @"error: invalid value 'out' for '<STATE>'");
    assert_snapshot!(told(&["devices", "settings", "set", sensor, "report_interval", "often"]), @"error: `report_interval` takes a number");
    assert_snapshot!(told(&["moods", "create", "M", "--device", "Floor lamp", "dim", "7"]), @"error: `dim` takes a number from 0 to 1, and 7 is outside");
    assert_snapshot!(told(&["moods", "create", "M", "--device", "Floor lamp", "dim"]), @"error: 3 values required for '--device <DEVICE> <CAPABILITY> <VALUE>' but 2 were provided");
    assert_snapshot!(told(&["moods", "create", "M"]), @"error: the following required arguments were not provided:");
    for operation in ["alarms.createAlarm", "moods.createMood", "devices.setDeviceSettings"] {
        assert_eq!(context.world().calls(operation), 0, "{operation}");
    }
}
