//! Every command that changes something: the operation is called once, the Homey is named, and the
//! change is there; what destroys wants a yes.

use housekey_emulator::Dialect;

use super::{ALL, NOT_CLOUD, V2, dry_run, home};

/// What is typed, the operation it comes to, what is said, how to look at the change, and what is
/// seen then.
pub(super) struct Write {
    pub(super) typed: &'static [&'static str],
    operation: &'static str,
    said: &'static str,
    look: &'static [&'static str],
    seen: &'static str,
    on: &'static [Dialect],
}

macro_rules! writes {
    ($($on:ident $operation:literal: $($typed:literal)+ => $said:literal; $($look:literal)+ => $seen:literal,)+) => {
        &[$(Write {
            typed: &[$($typed),+], operation: $operation, said: $said,
            look: &[$($look),+], seen: $seen, on: $on,
        }),+]
    };
}

/// In this order: later lines build on earlier ones.
pub(super) const WRITES: &[Write] = writes! {
    ALL "zones.createZone": "zones" "create" "Attic" => "The zone Attic is made";
        "zones" "get" "Home/Attic" "--jq" ".icon" => "default",
    ALL "zones.updateZone": "zones" "rename" "Attic" "Study" => "Home/Attic is called Study now";
        "zones" "get" "Home/Study" "--jq" ".name" => "Study",
    ALL "zones.updateZone": "zones" "move" "Study" "First floor" => "Study is part of First floor now";
        "zones" "get" "First floor/Study" "--jq" ".name" => "Study",
    ALL "zones.deleteZone": "zones" "delete" "Study" "--yes" => "The zone First floor/Study is deleted";
        "zones" "list" "--jq" "[.[].name] | index(\"Study\")" => "null",
    ALL "zones.createZone": "zones" "create" "Nursery" "--parent" "First floor" "--icon" "bedroomKids"
        => "The zone Nursery is made";
        "zones" "get" "First floor/Nursery" "--jq" ".icon" => "bedroomKids",

    ALL "devices.updateDevice": "devices" "rename" "Kitchen/Ceiling lamp" "Table lamp"
        => "Kitchen/Ceiling lamp is called Table lamp now";
        "devices" "get" "Kitchen/Table lamp" "--jq" ".name" => "Table lamp",
    ALL "devices.updateDevice": "devices" "move" "Table lamp" "garden"
        => "Kitchen/Table lamp is in Garden now";
        "devices" "get" "Garden/Table lamp" "--jq" ".name" => "Table lamp",
    ALL "devices.setDeviceSettings":
        "devices" "settings" "set" "Hallway/Motion sensor" "report_interval" "60"
        => "Hallway/Motion sensor: the setting report_interval is changed";
        "devices" "settings" "list" "Hallway/Motion sensor" "--jq" ".report_interval" => "60",
    ALL "devices.setDeviceSettings":
        "devices" "settings" "set" "Hallway/Motion sensor" "led_enabled" "off"
        => "Hallway/Motion sensor: the setting led_enabled is changed";
        "devices" "settings" "list" "Hallway/Motion sensor" "--jq" ".led_enabled" => "false",
    ALL "devices.deleteDevice": "devices" "delete" "Table lamp" "--yes"
        => "The device Garden/Table lamp is deleted";
        "devices" "list" "--jq" "[.[].name] | index(\"Table lamp\")" => "null",

    ALL "flow.triggerFlow": "flows" "run" "Say hello" => "Say hello is started";
        "notifications" "list" "--jq" "[.[].excerpt] | any(. == \"Started by hand\")" => "true",
    ALL "notifications.deleteNotification": "notifications" "delete" "Started by hand" "--yes"
        => "The notification is deleted";
        "notifications" "list" "--jq" "length" => "1",
    ALL "flow.triggerAdvancedFlow": "flows" "run" "Tea" => "Tea is started";
        "flows" "get" "Tea" "--jq" ".triggerable" => "true",
    ALL "flow.createFlowFolder": "folders" "create" "Night" "--parent" "Evening"
        => "The folder Night is made";
        "folders" "list" "--jq" "[.[] | select(.parent != null) | .name]" => "[\"Night\"]",
    ALL "flow.updateFlowFolder": "folders" "rename" "Evening/Night" "Late"
        => "Evening/Night is called Late now";
        "folders" "get" "Evening/Late" "--jq" ".name" => "Late",
    ALL "flow.updateFlowFolder": "folders" "move" "Late" "--top"
        => "The folder Late is in no folder now";
        "folders" "get" "Late" "--jq" ".parent" => "null",
    ALL "flow.updateFlowFolder": "folders" "move" "Late" "Evening"
        => "The folder Late is in Evening now";
        "folders" "get" "Evening/Late" "--jq" ".name" => "Late",
    ALL "flow.deleteFlowFolder": "folders" "delete" "Late" "--yes" => "The folder Evening/Late is deleted";
        "folders" "list" "--jq" "length" => "1",

    ALL "logic.updateVariable": "variables" "rename" "Guests" "Visitors"
        => "Guests is called Visitors now";
        "variables" "get" "Visitors" => "0",

    ALL "presence.setPresentMe": "presence" "set" "me" "away" => "You are away now";
        "users" "get" "me" "--jq" ".present" => "false",
    ALL "presence.setPresentMe": "presence" "set" "me" "home" => "You are at home now";
        "users" "get" "me" "--jq" ".present" => "true",
    ALL "presence.setAsleep": "presence" "set" "Sam" "asleep" => "Sam is asleep now";
        "users" "get" "Sam" "--jq" ".asleep" => "true",
    ALL "presence.setAsleep": "presence" "set" "Sam" "awake" => "Sam is awake now";
        "users" "get" "Sam" "--jq" ".asleep" => "false",

    NOT_CLOUD "apps.disableApp": "apps" "disable" "Lumen" => "Lumen is disabled";
        "apps" "get" "Lumen" "--jq" ".enabled" => "false",
    NOT_CLOUD "apps.enableApp": "apps" "enable" "com.example.lumen" => "Lumen is enabled";
        "apps" "get" "Lumen" "--jq" ".enabled" => "true",
    NOT_CLOUD "apps.restartApp": "apps" "restart" "lumen" => "Lumen is restarted";
        "apps" "get" "Lumen" "--jq" ".state" => "running",
    ALL "apps.setAppSetting": "apps" "settings" "set" "Lumen" "interval" "60"
        => "Lumen: the setting interval is set";
        "apps" "settings" "list" "Lumen" "--jq" ".interval + 1" => "61",
    ALL "apps.unsetAppSetting": "apps" "settings" "unset" "Lumen" "interval" "--yes"
        => "Lumen: the setting interval is removed";
        "apps" "settings" "list" "Lumen" "--jq" "has(\"interval\")" => "false",

    NOT_CLOUD "alarms.createAlarm": "alarms" "create" "Early shift" "5:45" "--days" "mon,weekend"
        => "The alarm Early shift is made";
        "alarms" "get" "Early shift" "--jq" "[.time, .enabled, (.repetition | [.monday, .tuesday, .sunday])]"
        => "[\"05:45\",true,[true,false,true]]",
    NOT_CLOUD "alarms.updateAlarm": "alarms" "disable" "Early shift" => "Early shift is off";
        "alarms" "get" "Early shift" "--jq" ".enabled" => "false",
    NOT_CLOUD "alarms.updateAlarm": "alarms" "enable" "Early shift" => "Early shift is on";
        "alarms" "get" "Early shift" "--jq" ".enabled" => "true",
    NOT_CLOUD "alarms.deleteAlarm": "alarms" "delete" "Early shift" "-y"
        => "The alarm Early shift is deleted";
        "alarms" "list" "--jq" "length" => "1",
    NOT_CLOUD "alarms.createAlarm": "alarms" "create" "Nap" "14:30" "--disabled"
        => "The alarm Nap is made";
        "alarms" "get" "Nap" "--jq" "[.enabled, (.repetition | any)]" => "[false,false]",

    ALL "moods.createMood": "moods" "create" "Film"
        "--device" "Living room/Floor lamp" "onoff" "on" "--device" "Floor lamp" "dim" "0.1"
        "--device" "Garden lights" "onoff" "off"
        => "The mood Film is made";
        "moods" "get" "Film" "--jq" "[.devices[].state] | tojson"
        => "[{\"onoff\":true,\"dim\":0.1},{\"onoff\":false}]",
    ALL "moods.setMood": "moods" "set" "Film" => "Home/Film is set";
        "devices" "get" "Living room/Floor lamp" "dim" => "0.1",
    ALL "moods.deleteMood": "moods" "delete" "Film" "--yes" => "The mood Home/Film is deleted";
        "moods" "list" "--jq" "length" => "2",

    ALL "flow.runFlowCardAction": "notifications" "create" "The washing is done"
        => "It stands on the timeline";
        "notifications" "list" "--jq" "[.[].excerpt] | any(. == \"The washing is done\")" => "true",
    ALL "notifications.deleteNotification": "notifications" "delete" "The washing is done" "--yes"
        => "The notification is deleted";
        "notifications" "list" "--jq" "[.[].excerpt] | any(. == \"The washing is done\")" => "false",
    ALL "notifications.deleteNotifications":
        "notifications" "delete" "--owner" "homey:manager:updates" "--yes"
        => "All notifications of homey:manager:updates are deleted";
        "notifications" "list" "--jq" "length" => "0",
    ALL "notifications.deleteNotifications": "notifications" "delete" "--all" "--yes"
        => "All notifications are deleted";
        "notifications" "list" "--jq" "length" => "0",

    ALL "i18n.setOptionLanguage": "language" "nl" => "The language is nl now";
        "language" "--jq" ".language" => "nl",
    V2 "ledring.setOptionBrightness": "ledring" "brightness" "0.4"
        => "The brightness of the ring is 0.4";
        "ledring" "brightness" => "0.4",
    NOT_CLOUD "ledring.setOptionScreensaver": "ledring" "screensaver" "Clock"
        => "At rest the ring shows Clock";
        "ledring" "screensaver" "--jq" ".value | [.uri, .id]"
        => "[\"homey:manager:ledring\",\"clock\"]",

    ALL "zwave.setLogEnabled": "zwave" "log" "on" => "The log of the Z-Wave network is on";
        "zwave" "log" "--jq" "length" => "0",
    ALL "zwave.runCommand": "zwave" "heal" "4" => "heal {\"nodeId\":4} is sent";
        "zwave" "log" "--jq" ".[-1].log" => "heal node 4",
    ALL "zwave.runCommand": "zwave" "heal" "{\"nodeId\": \"8\"}" => "heal {\"nodeId\":\"8\"} is sent";
        "zwave" "log" "--jq" ".[-1].log" => "heal node 8",
    ALL "zwave.runCommand": "zwave" "test" "4" => "test {\"nodeId\":4} is sent";
        "zwave" "log" "--jq" ".[-1].log" => "test node 4",
    ALL "zwave.runCommand": "zwave" "send" "4" "0x20" "0x00" => "sendData 4,0x20,0x00 is sent";
        "zwave" "log" "--jq" ".[-1].log" => "sendData node 4 0x20,0x00",
    ALL "zwave.runCommand": "zwave" "send" "8,0x25,0x01" => "sendData 8,0x25,0x01 is sent";
        "zwave" "log" "--jq" ".[-1].log" => "sendData node 8 0x25,0x01",
    ALL "zwave.setLogEnabled": "zwave" "log" "off" => "The log of the Z-Wave network is off";
        "zwave" "log" "--jq" "length" => "5",

    NOT_CLOUD "experiments.enableExperiment": "experiments" "set" "zigbee-map" "on"
        => "The experiment Map of the Zigbee network is on";
        "experiments" "--jq" "[.[] | select(.enabled) | .id]" => "[\"zigbee-map\"]",
    NOT_CLOUD "experiments.disableExperiment":
        "experiments" "set" "map of the zigbee network" "off"
        => "The experiment Map of the Zigbee network is off";
        "experiments" "--jq" "[.[] | select(.enabled)]" => "[]",

    ALL "system.setSystemName": "system" "name" "Beach House" => "It is called Beach House now";
        "system" "name" => "Beach House",
    ALL "system.reboot": "system" "reboot" "--yes" => "It restarts now";
        "system" "info" "--jq" ".uptime" => "0",
    V2 "sessions.deleteSession": "sessions" "delete" "me" "--yes"
        => "The session of housekey is ended";
        "zones" "list" "--json" => "",
};

async fn write_all(dialect: Dialect) {
    let context = home(dialect).await;
    for Write { typed, operation, said, look, seen, on } in WRITES {
        let before = context.world().calls(operation);
        match on.contains(&dialect) {
            true => dry_run::check(&context, typed, operation, Some(said)),
            false => assert_eq!(dry_run::run(&context, typed, &[]).exit, 2, "{dialect} {typed:?}"),
        }
        let wrote = context.run(typed);
        let after = context.world().calls(operation);
        if !on.contains(&dialect) {
            assert_eq!((wrote.exit, after), (2, before), "{dialect} {typed:?}\n{wrote}");
            assert!(wrote.stderr.contains("it is there on"), "{dialect} {typed:?}\n{wrote}");
            continue;
        }
        let told = format!("{said} (Homey \"http://HOMEY/\")\n");
        assert_eq!(
            wrote.to_string(),
            format!("exit: 0\nstdout: nothing\nstderr:\n{told}"),
            "{dialect}"
        );
        assert_eq!(after, before + 1, "{dialect} {typed:?} is one call of {operation}");
        assert_eq!(context.run(look).stdout.trim(), *seen, "{dialect} {look:?} after {typed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_v2_homey_is_changed() {
    write_all(Dialect::V2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_homey_is_changed() {
    write_all(Dialect::Local).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_homey_is_changed() {
    write_all(Dialect::Cloud).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_destroys_wants_a_yes() {
    // The one dialect that has them all, but for API keys.
    let context = home(Dialect::V2).await;
    for (typed, operation) in [
        (&["zones", "delete", "Garden"][..], "zones.deleteZone"),
        (&["devices", "delete", "Floor lamp"], "devices.deleteDevice"),
        (&["flows", "delete", "Tea"], "flow.deleteAdvancedFlow"),
        (&["folders", "delete", "Evening"], "flow.deleteFlowFolder"),
        (&["variables", "delete", "Guests"], "logic.deleteVariable"),
        (&["apps", "settings", "unset", "Lumen", "debug"], "apps.unsetAppSetting"),
        (&["alarms", "delete", "Weekdays"], "alarms.deleteAlarm"),
        (&["moods", "delete", "Cosy"], "moods.deleteMood"),
        (&["notifications", "delete", "--all"], "notifications.deleteNotifications"),
        (
            &["notifications", "delete", "The Homey is up to date"],
            "notifications.deleteNotification",
        ),
        (&["sessions", "delete", "me"], "sessions.deleteSession"),
        (&["system", "reboot"], "system.reboot"),
    ] {
        let said = context.run(typed).to_string();
        assert_eq!(
            said,
            "exit: 2\nstdout: nothing\nstderr:\n\
             error: this has to be confirmed, and there is no terminal for a prompt\n\
             hint: say `--yes` if you are sure\n",
            "{typed:?}"
        );
        assert_eq!(context.world().calls(operation), 0, "{typed:?}");
        let help = context.run(&[typed, &["--help"]].concat());
        assert!(help.stdout.contains("-y, --yes"), "{typed:?}\n{help}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_prints_the_answer_where_json_is_wanted() {
    let context = home(Dialect::Local).await;
    let made = context.run(&["zones", "create", "Attic", "--json", "--quiet"]);
    assert_eq!((made.exit, made.stderr.as_str()), (0, ""), "{made}");
    assert_eq!(made.stdout, context.run(&["zones", "get", "Attic", "--json"]).stdout);
    let gone = context.run(&["zones", "delete", "Attic", "--yes", "--json", "--quiet"]);
    assert_eq!((gone.exit, gone.stdout.as_str()), (0, "null\n"), "{gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_may_only_look_changes_nothing() {
    let mut context = home(Dialect::Local).await;
    let scopes = housekey::catalogue::Preset::Readonly.scopes(Dialect::Local);
    let scopes: Vec<&str> = scopes.into_iter().collect();
    let key = context.world().new_api_key(&scopes);
    context.set("HOMEY_TOKEN", &key);
    for (typed, scope) in [
        (&["zones", "create", "Attic"][..], "homey.zone"),
        (&["alarms", "disable", "Weekdays"], "homey.alarm"),
        (&["flows", "run", "Say hello"], "homey.flow.start"),
        (&["flows", "disable", "Tea"], "homey.flow"),
        (&["moods", "set", "Cosy"], "homey.mood.set"),
        (&["system", "reboot", "--yes"], "homey.system"),
    ] {
        let said = context.run(typed);
        let told = format!("it needs the scope {scope}\n");
        assert_eq!((said.exit, said.stdout.as_str()), (1, ""), "{typed:?}\n{said}");
        assert!(said.stderr.contains(&told), "{typed:?}\n{said}");
    }
}
