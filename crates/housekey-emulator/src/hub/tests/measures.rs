//! Insights, energy, weather, images and the radios.

use housekey::catalogue::Dialect;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Bench;

/// The path of a log: owner and short id, or owner and the whole id.
pub(super) fn log(dialect: Dialect, device: &str, capability: &str) -> String {
    let owner = format!("homey:device:{device}");
    if dialect == Dialect::V2 {
        format!("insights/log/{owner}/{capability}")
    } else {
        format!("insights/log/{owner}/{owner}:{capability}")
    }
}

const RESOLUTIONS: [&str; 20] = [
    "lastHour",
    "lastHourLowRes",
    "last6Hours",
    "last6HoursLowRes",
    "last24Hours",
    "last3Days",
    "last7Days",
    "last14Days",
    "last31Days",
    "last3Months",
    "last6Months",
    "last2Years",
    "today",
    "yesterday",
    "thisWeek",
    "lastWeek",
    "thisMonth",
    "lastMonth",
    "thisYear",
    "lastYear",
];

#[test]
fn logs_are_listed_as_an_array_with_their_owner() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let device = bench.device("Weather station");
        let all = bench.get("insights/log");
        let owner = format!("homey:device:{device}");
        let found = |log: &&Value| match dialect {
            Dialect::V2 => log["uri"] == owner.as_str() && log["id"] == "measure_temperature",
            _ => log["id"] == format!("{owner}:measure_temperature"),
        };
        let found = all.as_array().unwrap().iter().find(found).expect("the log is listed");
        assert_eq!((&found["type"], &found["units"]), (&json!("number"), &json!("°C")));
        let path = if dialect == Dialect::V2 {
            format!("insights/log/{owner}/measure_temperature")
        } else {
            format!("insights/log/{owner}:measure_temperature")
        };
        assert_eq!(bench.get(&path), *found);
    }
}

#[test]
fn entries_of_every_resolution_are_steps_of_the_past() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let path = log(dialect, &bench.device("Weather station"), "measure_temperature");
        let path = format!("{path}/entry");
        for resolution in RESOLUTIONS {
            let answer = bench.get(&format!("{path}?resolution={resolution}"));
            let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
            let (start, end) = (time(&answer["start"]), time(&answer["end"]));
            let step = SignedDuration::from_millis(answer["step"].as_i64().unwrap());
            let values = answer["values"].as_array().unwrap();
            assert!(values.len() > 10 && values.len() < 800, "{resolution} {}", values.len());
            let mut at = start;
            for value in values {
                assert_eq!(time(&value["t"]), at, "{resolution}");
                at = at.saturating_add(step).unwrap();
                if !value["v"].is_null() {
                    assert!(at <= bench.now, "a bucket that is not over has no value");
                    assert!((-25.0..40.0).contains(&value["v"].as_f64().unwrap()), "{value}");
                }
            }
            assert!(at >= end && at <= end.saturating_add(step).unwrap(), "{resolution}");
            assert!(answer["lastValue"].is_number());
            let left = answer["updatesIn"].as_i64().unwrap();
            assert!(left > 0 && left <= step.as_millis() as i64);
        }
        let unknown = bench.get(&format!("{path}?resolution=lastCentury"));
        assert_eq!(unknown, bench.get(&format!("{path}?resolution=last24Hours")));
        assert_eq!(unknown, bench.get(&path));
    }
}

#[test]
fn the_past_is_what_was_shown_and_what_was_written() {
    let mut bench = Bench::new(Dialect::Local);
    let lamp = bench.device("Fridge");
    let switch = format!("devices/device/{lamp}/capability/onoff");
    bench.now = "2026-03-10T20:00:00Z".parse().unwrap();
    bench.put(&switch, json!({ "value": false }));
    bench.advance(SignedDuration::from_mins(30));
    bench.put(&switch, json!({ "value": true }));
    bench.advance(SignedDuration::from_mins(30));
    let entries =
        bench.get(&format!("{}/entry?resolution=lastHour", log(Dialect::Local, &lamp, "onoff")));
    let values: Vec<Option<f64>> =
        entries["values"].as_array().unwrap().iter().map(|value| value["v"].as_f64()).collect();
    assert_eq!(values[0..29], [Some(0.0); 29]);
    assert_eq!(values[29..59], [Some(1.0); 30]);
    assert_eq!(values[59], None, "the last bucket is not over");
    let entries =
        bench.get(&format!("{}/entry?resolution=last14Days", log(Dialect::Local, &lamp, "onoff")));
    assert_eq!(entries["values"][335 - 1]["v"], 0.5, "a bucket of both is a share");
}

#[test]
fn logs_and_entries_are_deleted() {
    let mut bench = Bench::new(Dialect::Cloud);
    let path = log(Dialect::Cloud, &bench.device("Fridge"), "measure_power");
    bench.delete(&format!("{path}/entry"));
    let entries = bench.get(&format!("{path}/entry?resolution=lastHour"));
    assert!(entries["values"].as_array().unwrap().iter().all(|value| value["v"].is_null()));
    bench.advance(SignedDuration::from_mins(10));
    let entries = bench.get(&format!("{path}/entry?resolution=lastHour"));
    assert!(entries["values"].as_array().unwrap().iter().any(|value| value["v"].is_number()));
    let before = bench.get("insights/log").as_array().unwrap().len();
    bench.delete(&path);
    assert_eq!(bench.get("insights/log").as_array().unwrap().len(), before - 1);
    assert_eq!(bench.ask("GET", &format!("{path}/entry"), None).0, 404);
    for id in ["x", "homey:device:x:onoff", "homey:manager:apps:cpu"] {
        assert_eq!(bench.ask("GET", &format!("insights/log/{id}"), None).0, 404);
    }
}

#[test]
fn live_energy_adds_up() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        bench.now = "2026-03-11T11:00:00Z".parse().unwrap();
        let report = bench.get("energy/live");
        let items = report["items"].as_array().unwrap();
        let sum = |kind: &str| -> f64 {
            let of =
                items.iter().filter(|item| item["type"] == kind && item["values"]["W"].is_number());
            let consumers = of.filter(|item| item["id"] != json!(bench_solar(items)));
            consumers.map(|item| item["values"]["W"].as_f64().unwrap()).sum()
        };
        let total = report["totalConsumed"]["W"].as_f64().unwrap();
        assert!((sum("zone") - total).abs() < 0.5, "{} {total}", sum("zone"));
        assert!((sum("device") - total).abs() < 0.5, "{} {total}", sum("device"));
        assert!(report["totalGenerated"]["W"].as_f64().unwrap() > 100.0);
        assert!(report["totalCumulative"]["cost"].is_number());
        let kitchen = bench.id("zones/zone", "Kitchen");
        let part = bench.get(&format!("energy/live?zone={kitchen}"));
        assert_eq!(
            (&part["zoneName"], &part["totalGenerated"]["W"]),
            (&json!("Kitchen"), &Value::Null)
        );
        assert!(part["totalConsumed"]["W"].as_f64().unwrap() < total);
        assert_eq!(bench.ask("GET", "energy/live?zone=x", None).0, 404);
    }
}

fn bench_solar(items: &[Value]) -> String {
    let solar = items.iter().find(|item| item["name"] == "Solar panels").unwrap();
    solar["id"].as_str().unwrap().to_owned()
}

#[test]
fn reports_of_days_make_their_week_and_year() {
    let mut bench = Bench::new(Dialect::Local);
    bench.now = "2026-04-01T12:00:00Z".parse().unwrap();
    let used = |bench: &mut Bench, query: &str| {
        let report = bench.get(&format!("energy/report/{query}"));
        report["electricity"]["consumedPeriod"].as_f64().unwrap()
    };
    let days: f64 =
        (9..16).map(|day| used(&mut bench, &format!("day?date=2026-03-{day:02}"))).sum();
    let week = used(&mut bench, "week?isoWeek=2026-W11");
    assert!((days - week).abs() < 0.05 && week > 1.0, "{days} {week}");
    assert!(used(&mut bench, "month?yearMonth=2026-03") > 4.0 * week);
    assert!(used(&mut bench, "year?year=2026") > used(&mut bench, "month?yearMonth=2026-03"));
    assert_eq!(used(&mut bench, "year?year=2031"), 0.0);
    for query in ["day", "day?date=yesterday", "week?isoWeek=2026-W60", "month?yearMonth=2026"] {
        assert_eq!(bench.ask("GET", &format!("energy/report/{query}"), None).0, 400, "{query}");
    }
    let days = bench.get("energy/reports/available");
    assert_eq!(days.as_array().unwrap().last().unwrap(), "2026-04-01");
    assert_eq!(bench.get("energy/currency"), "EUR");
    bench.put("energy/price/electricity/dynamic", json!({}));
    assert_eq!(bench.get("energy/price/electricity/type"), "dynamic");
    assert_eq!(Bench::new(Dialect::V2).ask("GET", "energy/reports/available", None).0, 500);
}

#[test]
fn the_weather_is_what_the_station_measures() {
    let mut bench = Bench::new(Dialect::V2);
    let station = bench.device("Weather station");
    let device = bench.get(&format!("devices/device/{station}"));
    let measured = device["capabilitiesObj"]["measure_temperature"]["value"].as_f64().unwrap();
    let weather = bench.get("weather/weather");
    assert!((weather["temperature"].as_f64().unwrap() - measured).abs() < 1.0);
    assert!(weather["temperatureMin"].as_f64() <= weather["temperatureMax"].as_f64());
    let first = weather["forecastHourly"][0]["time"].as_i64().unwrap();
    assert_eq!(first, 1_773_169_200, "the next whole hour, in seconds");
    assert_eq!(bench.ask("GET", "weather/forecast/hourly", None).0, 500);
    let hourly = Bench::new(Dialect::Local).get("weather/forecast/hourly");
    assert_eq!(hourly.as_array().unwrap().len(), 24);
}

#[test]
fn images_have_bytes_that_change_with_time() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let all = bench.get("images/image");
        let image = all.as_object().unwrap().values().next().unwrap();
        assert_eq!(image["lastUpdated"].is_string(), dialect == Dialect::V2);
        let url = image["url"].as_str().unwrap();
        bench.token.clear();
        let reply = bench.reply("GET", url, None);
        assert_eq!((reply.status, super::content_type(&reply)), (200, "image/png"));
        assert!(reply.body.starts_with(b"\x89PNG\r\n\x1a\n") && reply.body.len() > 10_000);
        bench.advance(SignedDuration::from_mins(16));
        assert_ne!(bench.reply("GET", url, None).body, reply.body);
        assert_ne!(bench.reply("GET", "/api/image/none", None).status, 200);
        let icon = bench.reply("GET", "/api/icon/0123", None);
        assert_eq!(super::content_type(&icon), "image/svg+xml");
    }
    let mut bench = Bench::new(Dialect::Local);
    let bell = bench.device("Doorbell");
    let device = bench.get(&format!("devices/device/{bell}"));
    let id = device["images"][0]["imageObj"]["id"].as_str().unwrap().to_owned();
    assert!(bench.get("images/image").get(&id).is_some());
}

#[test]
fn zwave_takes_commands_for_its_nodes_in_both_forms() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let state = bench.get("zwave/state");
        let node = state["zw_state"]["nodes"][1].as_u64().unwrap();
        assert!(state["zw_state"]["nodeSettings"].get(node.to_string()).is_some());
        bench.put("zwave/log", json!({ "enabled": true }));
        for (body, status) in [
            (json!({ "command": "heal", "opts": { "nodeId": node } }), 200),
            (json!({ "command": "test", "opts": { "nodeId": node.to_string() } }), 200),
            (json!({ "command": "sendData", "opts": format!("{node},0x20,0x00") }), 200),
            (json!({ "command": "sendData", "opts": format!("{node},0x2000") }), 400),
            (json!({ "command": "sendData", "opts": "" }), 400),
            (json!({ "command": "heal", "opts": { "nodeId": 9999 } }), 404),
            (json!({ "command": "heal" }), 400),
            (json!({ "command": "explode", "opts": { "nodeId": node } }), 400),
        ] {
            assert_eq!(bench.ask("POST", "zwave/command", Some(body.clone())).0, status, "{body}");
        }
        let log = bench.get("zwave/log");
        assert_eq!(log.as_array().unwrap().len(), 3);
        assert_eq!(log[0]["log"], format!("heal node {node}"));
        let zigbee = bench.get("zigbee/state");
        assert!(zigbee["nodes"].as_object().unwrap().len() > 3);
    }
}

/// The roots that are in no specification.
#[test]
fn roots_of_managers_answer_those_who_are_signed_in() {
    let mut bench = Bench::new(Dialect::V2);
    assert_eq!(bench.get("i18n/"), json!({ "language": "en", "units": "metric" }));
    assert_eq!(bench.get("presence").as_object().unwrap().len(), 3);
    assert!(bench.get("geolocation/")["location"]["latitude"].is_number());
    assert_eq!((bench.get("mobile/"), bench.get("reminder/reminder/")), (json!({}), json!({})));
    assert_eq!(bench.ask("PUT", "i18n", Some(json!({}))).0, 500);
    bench.token.clear();
    assert_eq!(bench.ask("GET", "i18n", None).0, 401);
    assert_eq!(Bench::new(Dialect::Local).ask("GET", "reminder/reminder", None).0, 404);
}

#[test]
fn dynamic_prices_are_those_of_the_zone_and_the_day() {
    let mut bench = Bench::new(Dialect::Local);
    let path = "energy/price/electricity/dynamic";
    let day = |date: &str| format!("{path}?date={date}");
    assert_eq!(bench.ask("GET", &day("2026-03-10"), None).0, 400, "no zone yet");
    let zones = bench.get(&format!("{path}/zones"));
    let zone = zones.as_object().unwrap().keys().next().unwrap().clone();
    for (interval, count) in [("PT60M", 24), ("PT15M", 96)] {
        let options = json!({ "zoneId": zone, "zoneVersion": "1", "priceInterval": interval });
        bench.put(&format!("{path}/zone"), json!({ "options": options }));
        let prices = bench.get(&day("2026-03-10"));
        assert_eq!(prices["prices"].as_array().unwrap().len(), count);
        assert_eq!(bench.get(&day("2026-03-10")), prices, "the same day has the same prices");
    }
    // It is past one o'clock, so tomorrow's are out and no others.
    assert!(!bench.get(&day("2026-03-11"))["prices"].as_array().unwrap().is_empty());
    assert_eq!(bench.get(&day("2026-03-12"))["prices"], json!([]));
    assert_eq!(bench.ask("GET", &day("soon"), None).0, 400);
    assert_eq!(bench.get(&format!("{path}/user-costs")), Value::Null);
    bench.put(&format!("{path}/user-costs"), json!({ "mathExpression": "price * 1.21" }));
    assert_eq!(bench.get(&format!("{path}/user-costs"))["mathExpression"], "price * 1.21");
    bench.delete(&format!("{path}/user-costs"));
    assert_eq!(bench.get(&format!("{path}/user-costs")), Value::Null);
}

#[test]
fn a_report_has_periods_that_add_up() {
    let mut bench = Bench::new(Dialect::Local);
    for (path, count) in [
        ("day?date=2026-03-09", 24),
        ("week?isoWeek=2026-W10", 7),
        ("month?yearMonth=2026-02", 28),
        ("year?year=2025", 12),
    ] {
        let report = bench.get(&format!("energy/report/{path}"));
        let electricity = &report["electricity"];
        let periods = electricity["periods"].as_array().unwrap();
        assert_eq!(periods.len(), count, "{path}");
        let sum: f64 = periods.iter().map(|one| one["consumed"].as_f64().unwrap()).sum();
        let whole = electricity["consumedPeriod"].as_f64().unwrap();
        assert!((sum - whole).abs() < 0.05, "{path}: {sum} and {whole}");
    }
    bench.delete("energy/reports");
    let gone = bench.get("energy/report/day?date=2026-03-09");
    assert_eq!(gone["electricity"]["periods"], json!([]));
    assert_eq!(bench.get("energy/reports/available").as_array().unwrap().len(), 1, "today");
}

#[test]
fn the_state_of_a_manager_changes_with_the_home() {
    let mut bench = Bench::new(Dialect::Local);
    let before = bench.get("logic/state")["variables"].as_u64().unwrap();
    let variable = json!({ "variable": { "name": "x", "type": "boolean", "value": true } });
    bench.post("logic/variable", variable["variable"].clone());
    assert_eq!(bench.get("logic/state")["variables"], before + 1);
    assert_eq!(bench.get("safety/state")["alarm"], false);
    assert!(bench.get("security/state")["homealarmState"].is_string());
    assert_eq!(bench.get("clock/state")["timezone"], "Europe/Amsterdam");
    let app = "apps/app/com.example.lumen";
    bench.put(&format!("{app}/disable"), json!({}));
    assert_eq!(bench.get("apps/state")["com.example.lumen"]["state"], "stopped");
    assert!(bench.get("devices/state")["unavailable"].as_u64().unwrap() > 0);
    assert_eq!(bench.get("thread/state")["role"], "leader");
    bench.get("thread/disable");
    assert_eq!(bench.get("thread/state")["role"], "disabled");
}
