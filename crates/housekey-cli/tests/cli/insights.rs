//! `housekey insights`: logs in every form.

use std::fs;

use housekey_emulator::Dialect;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::context::{TestContext, feed};

const LOG: &str = "Weather station/measure_temperature";

fn get(context: &TestContext, arguments: &[&str]) -> crate::context::Said {
    context.run(&[&["insights", "get"], arguments].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_listed_alike_on_every_dialect() {
    let mut lists = Vec::new();
    for dialect in Dialect::ALL {
        let context = TestContext::with_key(dialect).await;
        lists.push(context.run(&["insights", "list", "WEATHER station"]).to_string());
        let filter = "[length, (.[0] | has(\"uri\"))] | tostring";
        let said = context.run(&["insights", "list", "wind", "--jq", filter]);
        assert_eq!(said.stdout, format!("[2,{}]\n", dialect == Dialect::V2), "{dialect}");
    }
    assert_snapshot!(lists[0], @"
    exit: 0
    stdout:
    LOG                                    TITLE          LAST VALUE
    Weather station/measure_battery        Battery        81 %
    Weather station/measure_humidity       Humidity       65.47 %
    Weather station/measure_luminance      Luminance      25374.1 lx
    Weather station/measure_pressure       Pressure       1017 mbar
    Weather station/measure_temperature    Temperature    9.8 °C
    Weather station/measure_wind_angle     Wind angle     250.42 °
    Weather station/measure_wind_strength  Wind strength  21.23 km/h
    stderr: nothing
    ");
    assert!(lists.iter().all(|list| *list == lists[0]), "{lists:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_shown_as_a_table_and_as_the_api_tells_it() {
    let context = TestContext::with_key(Dialect::Local).await;
    let said = get(&context, &[LOG, "--resolution", "lastHourLowRes"]);
    assert_snapshot!(said, @"
    exit: 0
    stdout:
    Weather station/measure_temperature  Temperature  times of Europe/Amsterdam

    TIME                 VALUE
    2026-03-10 12:05:00  9.3 °C
    2026-03-10 12:10:00  9.3 °C
    2026-03-10 12:15:00  9.4 °C
    2026-03-10 12:20:00  9.4 °C
    2026-03-10 12:25:00  9.5 °C
    2026-03-10 12:30:00  9.5 °C
    2026-03-10 12:35:00  9.6 °C
    2026-03-10 12:40:00  9.6 °C
    2026-03-10 12:45:00  9.6 °C
    2026-03-10 12:50:00  9.7 °C
    2026-03-10 12:55:00  9.8 °C
    2026-03-10 13:00:00  -
    stderr: nothing
    ");
    let said = get(&context, &[LOG, "-r", "lastHourLowRes", "--json"]);
    let answer: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!(answer["step"], 300_000);
    let asked = context.world().calls("system.getInfo");
    assert_eq!(asked, 3, "each for the dialect, and the table for the time zone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_written_as_the_standard_for_csv_has_it() {
    let context = TestContext::with_key(Dialect::V2).await;
    let arguments = ["insights", "get", LOG, "-r", "lastHourLowRes", "--csv"];
    let output = feed(&mut context.command(&arguments), "");
    assert_snapshot!(String::from_utf8_lossy(&output.stdout).replace('\r', "<CR>"), @"
    time,value,unit<CR>
    2026-03-10T11:05:00Z,9.3,°C<CR>
    2026-03-10T11:10:00Z,9.3,°C<CR>
    2026-03-10T11:15:00Z,9.4,°C<CR>
    2026-03-10T11:20:00Z,9.4,°C<CR>
    2026-03-10T11:25:00Z,9.5,°C<CR>
    2026-03-10T11:30:00Z,9.5,°C<CR>
    2026-03-10T11:35:00Z,9.6,°C<CR>
    2026-03-10T11:40:00Z,9.6,°C<CR>
    2026-03-10T11:45:00Z,9.6,°C<CR>
    2026-03-10T11:50:00Z,9.7,°C<CR>
    2026-03-10T11:55:00Z,9.8,°C<CR>
    2026-03-10T12:00:00Z,,°C<CR>
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_drawn_in_the_terminal() {
    let context = TestContext::with_key(Dialect::V2).await;
    assert_snapshot!(get(&context, &[LOG, "--plot"]), @"
    exit: 0
    stdout:
    Temperature (°C)  Weather station
    last24Hours  9 Mar 13:05 – 10 Mar 2026 13:02  Europe/Amsterdam
    10 ┤                                                                         ⢀⣀⠆
       │⢀⣠⠤⠔⠒⠊⠉⠉⠉⠒⠢⠤⢄                                                          ⢠⠴⠋
       │⠉            ⠉⠙⠦⣄                                                    ⡠⠎⠁
     8 ┤                ⠈⠱⠤⡀                                               ⡤⠋
       │                   ⠈⠢⡀                                          ⢀⣠⠋
       │                     ⠈⠲⣀                                      ⢀⡰⠊
     6 ┤                        ⠓⣄                                   ⣠⠊
       │                          ⠳⡄                               ⡠⠚
       │                           ⠈⠑⢤                           ⡠⠎
       │                              ⠉⠦⡀                     ⣀⠤⠋
     4 ┤                                ⠈⠒⢤⣀⡀              ⢀⣠⠖⠁
       │                                    ⠙⠒⢦⣀⣀      ⣀⣀⠔⠒⠋
       │                                         ⠉⠉⠒⠒⠉⠉
     2 ┤
       └──────┬────────┬─────────┬────────┬─────────┬────────┬─────────┬────────┬───
            15:00    18:00     21:00   10 Mar     03:00    06:00     09:00    12:00
    min 2.9 °C (02:40)  max 9.8 °C (12:55)  mean 6.3 °C  last 9.8 °C
    stderr: nothing
    ");
    assert_snapshot!(get(&context, &["Bedroom/Bedroom lamp/onoff", "--plot", "-r", "yesterday"]), @"
    exit: 0
    stdout:
    Power switch  Bedroom/Bedroom lamp
    yesterday  9 Mar 00:00 – 10 Mar 2026 00:00  Europe/Amsterdam
    Yes ┤                                                                   ⣿⣿⣿⣿⣿⡇
        │                                                                   ⣿⣿⣿⣿⣿⡇
        │                                                                  ⢀⣿⣿⣿⣿⣿⡇
     No ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸⣿⣿⣿⣿⣿⣇⣀⡀
        └┬─────────────────┬──────────────────┬──────────────────┬─────────────────┬
         9 Mar           06:00              12:00              18:00          10 Mar
    Yes 7 % of the time  last No
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_written_as_a_whole() {
    let context = TestContext::with_key(Dialect::Local).await;
    let file = context.directory().join("day.svg");
    assert_snapshot!(get(&context, &[LOG, "--svg", "day.svg"]), @"
    exit: 0
    stdout: nothing
    stderr:
    The picture is in day.svg
    ");
    let picture = fs::read_to_string(&file).expect("a file");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
    assert!(picture.contains(">Temperature (°C)</text>"), "{picture}");
    // Standard output takes it too, and the same.
    assert_eq!(get(&context, &[LOG, "--svg", "-"]).stdout, picture);
    // Beside a drawing, into a file that is there.
    let said = get(&context, &[LOG, "--svg", "day.svg", "--plot", "-r", "lastHour"]);
    assert_eq!(said.exit, 0);
    assert!(said.stdout.contains('┤'), "{}", said.stdout);
    assert_ne!(fs::read_to_string(&file).expect("a file"), picture);
    assert_snapshot!(get(&context, &[LOG, "--svg", "not/there.svg"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot write not/there.svg
      caused by: entity not found
    hint: check that the directory is there and is yours, and whether the disk is full
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_are_seen_and_no_values_are_said() {
    let context = TestContext::with_key(Dialect::Local).await;
    let entries = |values: Value| {
        json!({
            "start": "2026-03-10T00:00:00.000Z", "end": "2026-03-10T06:00:00.000Z",
            "step": 3_600_000, "values": values, "lastValue": null, "updatesIn": 1000,
        })
    };
    let at =
        |hour: u8, v: Value| json!({ "t": format!("2026-03-10T{hour:02}:00:00.000Z"), "v": v });
    let some = entries(json!([
        at(0, json!(5)),
        at(1, json!(6.5)),
        at(2, json!(null)),
        at(3, json!(null)),
        at(4, json!(9)),
        at(5, json!(8)),
    ]));
    context.world().script("insights.getLogEntries").reply(200).body(some);
    assert_snapshot!(get(&context, &[LOG, "--plot"]), @"
    exit: 0
    stdout:
    Temperature (°C)  Weather station
    last24Hours  10 Mar 2026 01:00 – 07:00  Europe/Amsterdam
    9 ┤                                                         ⠈⠒⠤⣀
      │                                                             ⠉⠢⢄⡀
      │                                                                ⠈⠑⠤⣀
    8 ┤                                                                    ⠉⠒⠄
      │
      │
    7 ┤
      │
      │                  ⢀⠄
      │                ⡠⠒⠁
    6 ┤             ⢀⠤⠊
      │           ⣀⠔⠁
      │         ⡠⠊
    5 ┤      ⢀⠔⠉
      └┬───────────┬────────────╷╌╌╌╌╌╌╌╌╌╌╌╌╷╌╌╌╌╌╌╌╌╌╌╌╌╷────────────┬───────────┬
       01:00     02:00        03:00        04:00        05:00        06:00     07:00
    min 5 °C (01:00)  max 9 °C (05:00)  mean 7.1 °C  last 8 °C  ╌ no values for 2 h
    stderr: nothing
    ");
    context.world().script("insights.getLogEntries").reply(200).body(entries(json!([]))).times(2);
    assert!(get(&context, &[LOG, "--plot"]).stdout.contains("no values"));
    assert!(get(&context, &[LOG, "--svg", "-"]).stdout.contains("no values</text>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_before_anything_is_asked() {
    let context = TestContext::with_key(Dialect::Local).await;
    assert_snapshot!(get(&context, &[LOG, "--resolution", "last24hours"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: invalid value 'last24hours' for '--resolution <RESOLUTION>'
      [possible values: lastHour, lastHourLowRes, last6Hours, last6HoursLowRes, last24Hours, last3Days, last7Days, last14Days, last31Days, last3Months, last6Months, last2Years, today, yesterday, thisWeek, lastWeek, thisMonth, lastMonth, thisYear, lastYear]

      tip: a similar value exists: 'last24Hours'

    For more information, try '--help'.
    ");
    assert_snapshot!(get(&context, &[LOG, "--plot", "--json"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: standard output can take only one form
    hint: leave out all but one of `--json`, `--csv`, `--plot` and `--svg -`
    ");
    assert_eq!(context.world().calls("insights.getLogs"), 0);
    assert_snapshot!(get(&context, &["Weather station"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no log "Weather station"
    hint: there is: Garden/Weather station/measure_temperature, Garden/Weather station/measure_humidity, Garden/Weather station/measure_pressure, Garden/Weather station/measure_wind_strength, Garden/Weather station/measure_wind_angle, Garden/Weather station/measure_luminance, Garden/Weather station/measure_battery
    "#);
    assert_snapshot!(get(&context, &["Kitchen/Weather station/measure_humidity"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no log "Kitchen/Weather station/measure_humidity"
    hint: did you mean Garden/Weather station/measure_humidity or Garden/Weather station/measure_luminance or Garden/Weather station/measure_battery?
    "#);
    assert_eq!(context.world().calls("insights.getLogEntries"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_time_zone_of_the_home_times_are_utc() {
    let context = TestContext::with_key(Dialect::Local).await;
    context
        .world()
        .script("system.getInfo")
        .reply(403)
        .body(json!({ "error": "Missing Scopes" }))
        .times(9);
    let said = get(&context, &[LOG, "--plot", "-r", "lastHour"]);
    assert_eq!(said.exit, 0, "{said}");
    assert!(said.stdout.contains("11:03 – 12:02  UTC"), "{said}");
    assert!(said.stderr.contains("Times are in UTC"), "{said}");
}
