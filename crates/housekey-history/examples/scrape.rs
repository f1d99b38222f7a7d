//! The cost of a scrape, for `bench/README.md`: `scrape [DEVICES]` prints one line of JSON for each round.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a tool for measurements"
)]

use std::sync::Arc;
use std::time::Instant;

use housekey::mirror::{
    Change, ChangeKind, Home, Item, ItemKind, Kinds, MirrorState, MirrorStatus, Origin,
};
use housekey_history::metrics::{Format, HomeMetrics, MetricsOptions};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Capabilities as a sensor, a plug and a thermostat have them.
fn capabilities(value: u32) -> Value {
    let number = |id: &str, units: &str| {
        json!({"id": id, "type": "number", "title": id, "units": units, "getable": true, "setable": false,
               "value": f64::from(value) / 7.0, "lastUpdated": 1_764_500_000_000_i64})
    };
    let boolean = |id: &str| json!({"id": id, "type": "boolean", "title": id, "value": value.is_multiple_of(2)});
    let modes = ["off", "heat", "cool", "auto"].map(|mode| json!({"id": mode, "title": mode}));
    json!({
        "measure_temperature": number("measure_temperature", "°C"),
        "measure_humidity": number("measure_humidity", "%"),
        "measure_power": number("measure_power", "W"),
        "meter_power": number("meter_power", "kWh"),
        "measure_battery": number("measure_battery", "%"),
        "alarm_motion": boolean("alarm_motion"),
        "onoff": boolean("onoff"),
        "thermostat_mode": {"id": "thermostat_mode", "type": "enum", "value": "heat", "values": modes},
    })
}

fn home(devices: u32) -> Home {
    let mut home = Home::default();
    let mut add = |kind, item: Value| {
        let (id, item) = Item::of(kind, &item.to_string()).unwrap();
        let what = ChangeKind::Added(item.into());
        home.apply(&Change { seq: home.seq() + 1, origin: Origin::Live, kind, id, what });
    };
    for zone in 0..20 {
        add(
            ItemKind::Zone,
            json!({"id": format!("zone-{zone:032}"), "name": format!("Room {zone}")}),
        );
    }
    for device in 0..devices {
        add(
            ItemKind::Device,
            json!({
                "id": format!("{device:036}"), "name": format!("Device number {device}"),
                "zone": format!("zone-{:032}", device % 20), "class": "sensor", "available": true,
                "driverId": "homey:app:com.example:sensor", "capabilitiesObj": capabilities(device),
            }),
        );
    }
    home
}

fn main() {
    let devices = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1400);
    let home = Arc::new(home(devices));
    let options = MetricsOptions { max_series: usize::MAX, ..MetricsOptions::default() };
    let metrics = Arc::new(HomeMetrics::new("home", options));
    let (state, now) = (MirrorState::Live, Timestamp::UNIX_EPOCH);
    let status = MirrorStatus { state, reason: None, since: now, complete: true };
    for round in 0..20 {
        let began = Instant::now();
        let page =
            metrics.page(home.clone(), status.clone(), now, Kinds::all(), Format::Text).unwrap();
        let took = began.elapsed();
        let per_series = took.as_secs_f64() * 1e6 / page.series as f64;
        println!(
            "{}",
            json!({"round": round, "series": page.series, "bytes": page.text.len(),
                   "ms": took.as_secs_f64() * 1e3, "us_per_series": per_series})
        );
    }
}
