//! Tables as people read them, and refusals.

use housekey_emulator::Dialect;
use insta::assert_snapshot;
use serde_json::json;

use super::home;
use crate::context::TestContext;

/// What is printed, with ids taken out.
fn table(context: &TestContext, typed: &[&str]) -> String {
    let said = context.run(typed);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""), "{typed:?}\n{said}");
    let is_id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    let line = |line: &str| {
        line.split(' ')
            .map(|word| if is_id(word) { "ID" } else { word })
            .collect::<Vec<_>>()
            .join(" ")
    };
    said.stdout.lines().map(|text| line(text) + "\n").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_a_home() {
    let context = home(Dialect::Local).await;
    assert_snapshot!(table(&context, &["presence", "list"]), @"
    NAME        AT HOME  ASLEEP
    Robin       yes      no
    Robin Vale  yes      no
    Sam         no       no
    ");
    assert_snapshot!(table(&context, &["apps", "list"]), @"
    NAME         VERSION  STATE    ID
    Comfort      4.1.0    running  com.example.comfort
    HomeyScript  3.6.2    running  com.athom.homeyscript
    Klima        1.9.0    running  com.example.klima
    Lumen        2.4.1    running  com.example.lumen
    Senses       3.0.2    running  com.example.senses
    Wattwerk     1.2.7    running  com.example.wattwerk
    ");
    assert_snapshot!(table(&context, &["alarms", "list"]), @"
    NAME      TIME   DAYS      ON   NEXT                  ID
    Weekdays  06:45  weekdays  yes  2026-03-11 05:45 UTC  ID
    ");
    assert_snapshot!(table(&context, &["moods", "list"]), @"
    ZONE         NAME    DEVICES  ID
    Living room  Cinema  3        ID
    Living room  Cosy    1        ID
    ");
    assert_snapshot!(table(&context, &["moods", "get", "Cosy"]), @"
    Living room/Cosy  ID

    DEVICE                  CAPABILITY  VALUE
    Living room/Floor lamp  onoff       on
    Living room/Floor lamp  dim         30 %
    ");
    assert_snapshot!(table(&context, &["notifications", "list"]), @"
    WHEN                  FROM     TEXT                     ID
    2026-03-10 18:30 UTC  Updates  The Homey is up to date  ID
    ");
    assert_snapshot!(table(&context, &["notifications", "owners"]), @"
    URI                    NAME     ENABLED  PUSH
    homey:manager:updates  Updates  yes      yes
    ");
    assert_snapshot!(table(&context, &["system", "memory"]), @"
    WHAT         SIZE
    total        1972 MiB
    free         870 MiB
    Comfort      53 MiB
    Wattwerk     51 MiB
    Klima        48 MiB
    Senses       40 MiB
    Lumen        35 MiB
    HomeyScript  34 MiB
    ");
    assert_snapshot!(table(&context, &["weather"]), @"
    WHAT         VALUE
    place        Utrecht, NL
    when         2026-03-10 18:30 UTC
    state        Partly cloudy
    temperature  8.4 °C
    lowest       3.9 °C
    highest      11.1 °C
    humidity     85 %
    pressure     1021 hPa

    EXPECTED              TEMPERATURE  LOWEST  HIGHEST  SKY
    2026-03-10 19:00 UTC  8 °C         3.9 °C  11.1 °C  partly-cloudy
    2026-03-10 20:00 UTC  7.1 °C       3.9 °C  11.1 °C  partly-cloudy
    2026-03-10 21:00 UTC  6.2 °C       3.9 °C  11.1 °C  clear
    2026-03-10 22:00 UTC  5.4 °C       3.9 °C  11.1 °C  clear
    2026-03-10 23:00 UTC  4.8 °C       3.9 °C  11.1 °C  clear
    2026-03-11 18:00 UTC  9.4 °C       4.5 °C  11.7 °C  clear
    2026-03-12 18:00 UTC  10 °C        5.1 °C  12.3 °C  rain
    2026-03-13 18:00 UTC  10.7 °C      5.6 °C  12.2 °C  clear
    2026-03-14 18:00 UTC  10.3 °C      5 °C    11.7 °C  partly-cloudy
    2026-03-15 18:00 UTC  9.8 °C       4.5 °C  11.1 °C  partly-cloudy
    ");
    assert_snapshot!(table(&context, &["energy", "live", "--zone", "Kitchen"]), @"
    TOTAL  POWER      PER HOUR
    used   1287.93 W  0.361 EUR

    DEVICE OR ZONE  TYPE    POWER      PER HOUR
    Coffee machine  device  1194.3 W   0.334 EUR
    Fridge          device  84.63 W    0.024 EUR
    Ceiling lamp    device  about 9 W  0.003 EUR
    Kitchen         zone    1287.93 W  0.361 EUR
    ");
    assert_snapshot!(table(&context, &["language"]), @"
    WHAT      VALUE
    language  en
    units     metric
    ");
    assert_snapshot!(table(&context, &["users", "state"]), @"-");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_in_the_words_of_the_homey() {
    let context = home(Dialect::Local).await;
    assert_snapshot!(context.run(&["zones", "delete", "Kitchen", "--yes"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey refused zones.deleteZone: The zone still has devices (400)
    ");
    assert_snapshot!(context.run(&["sessions", "list"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: a `local` Homey has no sessions.getSessions; it is there on v2
    hint: `housekey sessions me` shows the one that is used
    ");
    // A flow card that fails answers 200 all the same.
    let body = json!({ "usedTokens": [], "error": "The timeline is full", "elapsedTime": 3 });
    context.world().script("flow.runFlowCardAction").reply(200).body(body);
    assert_snapshot!(context.run(&["notifications", "create", "Done"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the flow card failed: The timeline is full
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_radio_answers_is_shown() {
    let context = home(Dialect::Local).await;
    let body = json!({ "rtt": 32, "route": [1, 4] });
    context.world().script("zwave.runCommand").reply(200).body(body);
    assert_snapshot!(context.run(&["zwave", "test", "4"]), @r#"
    exit: 0
    stdout:
    WHAT   VALUE
    rtt    32
    route  1, 4
    stderr:
    test {"nodeId":4} is sent (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["zwave", "test", "4", "--json"]), @r#"
    exit: 0
    stdout:
    null
    stderr:
    test {"nodeId":4} is sent (Homey "http://HOMEY/")
    "#);
    assert_snapshot!(context.run(&["zwave", "heal", "99"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey refused zwave.runCommand: Not Found: Node with ID 99 (404)
    ");
}
