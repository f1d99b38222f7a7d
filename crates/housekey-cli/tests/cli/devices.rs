//! `housekey devices`, `zones`, `users` and `system`.

use housekey_emulator::{Dialect, Emulator};
use insta::assert_snapshot;

use crate::context::TestContext;

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_listed_zone_by_zone() {
    let context = TestContext::signed_in().await;
    let said = context.run(&["devices", "list"]);
    let first: Vec<_> = said.stdout.lines().take(4).collect();
    let columns = |line: &str| line.split("  ").filter(|c| !c.is_empty()).take(3).count();
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    assert!(first[0].starts_with("ZONE         NAME"), "{first:?}");
    assert!(first.iter().all(|line| columns(line) == 3), "{first:?}");
    assert_eq!(said.stdout.lines().count(), 31, "a heading and 30 devices");
    let said = context.run(&["devices", "list", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(value.as_object().map(|devices| devices.len()), Some(30), "as the API tells them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_shown_with_its_values() {
    let context = TestContext::signed_in().await;
    // Whether it is on at first depends on the time of day.
    assert_eq!(context.run(&["devices", "off", "kitchen/ceiling lamp"]).exit, 0);
    assert_snapshot!(context.run(&["devices", "get", "kitchen/ceiling lamp"]), @"
    exit: 0
    stdout:
    Kitchen/Ceiling lamp  light  e98fe6a3-2c33-4056-bc68-fd0701a70994

    CAPABILITY  VALUE  TITLE         CAN BE SET TO
    onoff       off    Power switch  on, off
    dim         100 %  Brightness    0 to 100 %
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["devices", "get", "Ceiling lamp", "dim"]), @"
    exit: 0
    stdout:
    1
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["devices", "get", "Ceiling lamp", "colour"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no capability "colour"
    hint: there is: onoff, dim
    "#);
    assert_snapshot!(context.run(&["devices", "get", "Ceiling lamp", "--jq", ".class"]), @"
    exit: 0
    stdout:
    light
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lamp_is_switched_and_every_write_says_where_it_went() {
    let context = TestContext::signed_in().await;
    let lamp = "Kitchen/Ceiling lamp";
    let is_on = || context.run(&["devices", "get", lamp, "onoff"]).stdout;
    assert_snapshot!(context.run(&["devices", "on", lamp]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: on (Homey "Canal House")
    "#);
    assert_eq!(is_on(), "true\n");
    assert_snapshot!(context.run(&["devices", "toggle", lamp]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: off (Homey "Canal House")
    "#);
    assert_eq!(is_on(), "false\n");
    assert_snapshot!(context.run(&["devices", "toggle", lamp, "--jq", ".value"]), @r#"
    exit: 0
    stdout:
    true
    stderr:
    Kitchen/Ceiling lamp: on (Homey "Canal House")
    "#);
    assert_snapshot!(context.run(&["devices", "off", lamp, "--quiet"]), @"
    exit: 0
    stdout: nothing
    stderr: nothing
    ");
    assert_eq!(is_on(), "false\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_held_against_its_range_before_it_is_sent() {
    let context = TestContext::signed_in().await;
    let set = |arguments: &[&str]| context.run(&[&["devices", "set"], arguments].concat());
    assert_snapshot!(set(&["Ceiling lamp", "dim", "0.4"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: dim 40 % (Homey "Canal House")
    "#);
    assert_snapshot!(set(&["Thermostat", "thermostat_mode", "Heat"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Living room/Thermostat: thermostat_mode Heat (Homey "Canal House")
    "#);
    let sent = context.world().calls("devices.setCapabilityValue");
    assert_snapshot!(set(&["Ceiling lamp", "dim", "-1"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `dim` takes a number from 0 to 1, and -1 is outside
    hint: `-=1` lowers it by that much; nothing was sent
    ");
    assert_snapshot!(set(&["Ceiling lamp", "dim", "bright"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: `dim` takes a number from 0 to 1, not "bright"
    hint: nothing was sent
    "#);
    assert_snapshot!(set(&["Thermostat", "thermostat_mode", "tropical"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `thermostat_mode` takes one of auto, heat, cool, off, not `tropical`
    hint: nothing was sent
    ");
    assert_snapshot!(set(&["Thermostat", "measure_temperature", "21"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: `measure_temperature` cannot be set
    hint: nothing was sent
    ");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), sent, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_never_guessed() {
    let context = TestContext::signed_in().await;
    assert_snapshot!(context.run(&["devices", "on", "lamp"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no device "lamp"
    hint: there is: Living room/Floor lamp, Kitchen/Ceiling lamp, Bedroom/Bedroom lamp, Bathroom/Bathroom lamp
    "#);
    assert_snapshot!(context.run(&["devices", "on", "Smart meter"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: Home/Smart meter cannot be switched
    hint: `housekey devices get 'Home/Smart meter'` says what it can do
    ");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rest_of_the_home() {
    // In the evening somebody moves about in the hallway.
    let context = TestContext::with_key(Dialect::Local).await;
    let without_ids = |said: String| {
        let id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
        said.lines()
            .map(|line| {
                let kept: Vec<_> = line.split(' ').map(|w| if id(w) { "ID" } else { w }).collect();
                kept.join(" ") + "\n"
            })
            .collect::<String>()
    };
    assert_snapshot!(without_ids(context.run(&["zones", "list"]).to_string()), @"
    exit: 0
    stdout:
    ZONE           ACTIVE  ID
    Home           no      ID
      First floor  no      ID
        Bathroom   no      ID
        Bedroom    no      ID
      Garden       no      ID
      Hallway      no      ID
      Kitchen      no      ID
      Living room  no      ID
    stderr: nothing
    ");
    assert_snapshot!(without_ids(context.run(&["users", "list"]).to_string()), @"
    exit: 0
    stdout:
    NAME        ROLE   AT HOME  ASLEEP  ID
    Robin       user   yes      no      ID
    Robin Vale  owner  yes      no      ID
    Sam         guest  no       no      ID
    stderr: nothing
    ");
    let said = context.run(&["system", "info"]);
    assert_eq!(said.exit, 0);
    for expected in ["name         http://HOMEY/", "dialect      local", "version      13."] {
        assert!(said.stdout.contains(expected), "{}", said.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_homey_looks_the_same() {
    let context = TestContext::with(Emulator::builder().dialect(Dialect::V2)).await;
    assert_eq!(context.login(&[]).exit, 0);
    assert_eq!(context.run(&["devices", "list"]).stdout.lines().count(), 31);
    assert_snapshot!(context.run(&["devices", "on", "Kitchen/Ceiling lamp"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: on (Homey "Canal House")
    "#);
    assert_snapshot!(context.run(&["devices", "get", "Ceiling lamp", "onoff"]), @"
    exit: 0
    stdout:
    true
    stderr: nothing
    ");
    let said = context.run(&["system", "info"]);
    assert!(said.stdout.contains("dialect      v2"), "{}", said.stdout);
    assert_snapshot!(context.run(&["keys", "list"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: a `v2` Homey has no users.getPersonalAccessTokens; it is there on local
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_the_bytes_of_the_homey() {
    let context = TestContext::signed_in().await;
    let bytes = |arguments: &[&str]| {
        let output = context.command(arguments).output().expect("ended");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let came = bytes(&["api", "GET", "/api/manager/zones/zone"]);
    assert!(
        came.len() > 1000 && !came.trim_end().contains('\n'),
        "as no printer of ours writes it"
    );
    assert_eq!(bytes(&["zones", "list", "--json"]), came);
    assert_eq!(bytes(&["call", "zones.getZones"]), came);
}
