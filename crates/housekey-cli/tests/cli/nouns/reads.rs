//! Every command that looks: programs get what the API answers, people a table.

use housekey_emulator::Dialect;

use super::{ALL, NOT_CLOUD, V2, V3, home};
use crate::context::TestContext;

/// A command, the path whose answer it prints (`{id}` is the id in that answer), and the dialects
/// that have it.
type Read = (&'static [&'static str], &'static str, &'static [Dialect]);

const READS: &[Read] = &[
    (&["zones", "list"], "zones/zone", ALL),
    (&["zones", "get", "Kitchen"], "zones/zone/{id}", ALL),
    (&["zones", "get", "home/garden"], "zones/zone/{id}", ALL),
    (&["devices", "list"], "devices/device", ALL),
    (&["devices", "get", "Kitchen/Ceiling lamp"], "devices/device/{id}", ALL),
    (&["devices", "drivers"], "drivers/driver", ALL),
    (&["devices", "drivers", "--pairing"], "drivers/pairsession", V2),
    (&["flows", "list", "--kind", "standard"], "flow/flow", ALL),
    (&["flows", "list", "--kind", "advanced"], "flow/advancedflow", ALL),
    (&["flows", "get", "evening/good night"], "flow/flow/{id}", ALL),
    (&["flows", "get", "Tea"], "flow/advancedflow/{id}", ALL),
    (&["folders", "list"], "flow/flowfolder", ALL),
    (&["folders", "get", "Evening"], "flow/flowfolder/{id}", ALL),
    (&["variables", "list"], "logic/variable", ALL),
    (&["variables", "get", "guests"], "logic/variable/{id}", ALL),
    (&["users", "list"], "users/user", ALL),
    (&["users", "get", "Sam"], "users/user/{id}", ALL),
    (&["users", "get", "me"], "users/user/me", ALL),
    (&["users", "state"], "users/state", ALL),
    (&["presence", "list"], "presence/", ALL),
    (&["apps", "list"], "apps/app", ALL),
    (&["apps", "get", "lumen"], "apps/app/com.example.lumen", ALL),
    (&["apps", "settings", "list", "Lumen"], "apps/app/com.example.lumen/setting", ALL),
    (&["alarms", "list"], "alarms/alarm", NOT_CLOUD),
    (&["alarms", "get", "Weekdays"], "alarms/alarm/{id}", NOT_CLOUD),
    (&["moods", "list"], "moods/mood", ALL),
    (&["moods", "get", "Living room/Cosy"], "moods/mood/{id}", ALL),
    (&["notifications", "list"], "notifications/notification", ALL),
    (&["notifications", "owners"], "notifications/owner", ALL),
    (&["images", "list"], "images/image", ALL),
    (&["tokens", "list"], "flowtoken/flowtoken", ALL),
    (&["sessions", "list"], "sessions/session", V2),
    (&["sessions", "me"], "sessions/session/me", ALL),
    (&["system", "info"], "system/", ALL),
    (&["system", "name"], "system/name", ALL),
    (&["system", "memory"], "system/memory", ALL),
    (&["system", "storage"], "system/storage", ALL),
    (&["cloud", "state"], "cloud/state", ALL),
    (&["weather"], "weather/weather", ALL),
    (&["weather", "--hourly"], "weather/forecast/hourly", V3),
    (&["location"], "geolocation/", ALL),
    (&["language"], "i18n/", ALL),
    (&["mobile"], "mobile/", ALL),
    (&["ledring", "state"], "ledring/state", NOT_CLOUD),
    (&["ledring", "screensavers"], "ledring/screensaver", NOT_CLOUD),
    (&["ledring", "screensaver"], "ledring/option/screensaver", NOT_CLOUD),
    (&["ledring", "brightness"], "ledring/option/brightness", V2),
    (&["energy", "live"], "energy/live", ALL),
    (&["energy", "report", "2026-03-09"], "energy/report/day?date=2026-03-09", V3),
    (&["energy", "report", "2026-W10"], "energy/report/week?isoWeek=2026-W10", V3),
    (&["energy", "report", "2026-02"], "energy/report/month?yearMonth=2026-02", V3),
    (&["energy", "report", "2026"], "energy/report/year?year=2026", V3),
    (&["zwave", "state"], "zwave/state", ALL),
    (&["zwave", "log"], "zwave/log", ALL),
    (&["zigbee", "state"], "zigbee/state", ALL),
    (&["experiments"], "experiments/experiment", NOT_CLOUD),
    (&["experiments", "list"], "experiments/experiment", NOT_CLOUD),
];

fn check(context: &TestContext, dialect: Dialect, (command, path, on): &Read) {
    let run = |further: &[&str]| context.run(&[command, further].concat());
    let json = run(&["--json"]);
    if !on.contains(&dialect) {
        assert_eq!((json.exit, json.stdout.as_str()), (2, ""), "{dialect} {command:?}\n{json}");
        let told = format!("error: a `{dialect}` Homey has no ");
        assert!(json.stderr.starts_with(&told), "{dialect} {command:?}\n{json}");
        assert!(json.stderr.contains("it is there on"), "{dialect} {command:?}\n{json}");
        return;
    }
    let id = match path.contains("{id}") {
        true => run(&["--jq", ".id"]).stdout.trim().to_owned(),
        false => String::new(),
    };
    let path = format!("/api/manager/{}", path.replace("{id}", &id));
    let answer = context.run(&["api", "GET", &path]);
    assert_eq!((answer.exit, json.exit), (0, 0), "{dialect} {command:?}\n{answer}{json}");
    assert_eq!(json.stdout, answer.stdout, "{dialect} {command:?} and {path}");
    let people = run(&[]);
    assert_eq!((people.exit, people.stderr.as_str()), (0, ""), "{dialect} {command:?}\n{people}");
    let looks_like_json = people.stdout.starts_with(['{', '[', '"']);
    assert!(!people.stdout.is_empty() && !looks_like_json, "{dialect} {command:?}\n{people}");
}

async fn check_all(dialect: Dialect) {
    let context = home(dialect).await;
    for read in READS {
        check(&context, dialect, read);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_v2_homey_is_looked_at() {
    check_all(Dialect::V2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_homey_is_looked_at() {
    check_all(Dialect::Local).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_homey_is_looked_at() {
    check_all(Dialect::Cloud).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn energy_of_one_zone() {
    let context = home(Dialect::Local).await;
    let zone = context.run(&["zones", "get", "Kitchen", "--jq", ".id"]).stdout;
    let path = format!("/api/manager/energy/live?zone={}", zone.trim());
    let live = ["energy", "live", "--zone", "Kitchen", "--json"];
    assert_eq!(context.run(&live).stdout, context.run(&["api", "GET", &path]).stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_told_by_its_value_on_every_dialect() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        for token in ["Guests", "Logic/Guests"] {
            let said = context.run(&["tokens", "get", token]);
            assert_eq!((said.exit, said.stdout.as_str()), (0, "0\n"), "{dialect} {token}\n{said}");
        }
        let value = context.run(&["tokens", "get", "Thermostat/Temperature", "--jq", ".value"]);
        let measured = context.run(&["devices", "get", "Thermostat", "measure_temperature"]);
        assert_eq!(value.stdout, measured.stdout, "{dialect}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_device_are_those_it_holds() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        let device = "Hallway/Motion sensor";
        let held = context.run(&["devices", "get", device, "--jq", ".settings | keys"]);
        let listed = context.run(&["devices", "settings", "list", device, "--jq", "keys"]);
        assert_eq!((listed.exit, &listed.stdout), (0, &held.stdout), "{dialect}\n{listed}");
        assert!(listed.stdout.contains("report_interval"), "{dialect}\n{listed}");
    }
}
