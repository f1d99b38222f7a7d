//! Insights, energy and weather.

use housekey::model::{Field, LiveReport, Log, LogEntries, Power, Weather};
use insta::assert_snapshot;
use serde_json::Value;

use crate::{items, one};

#[test]
fn logs_of_both_generations_are_the_same() {
    let rendered = |answer| {
        items::<Log>(answer)
            .iter()
            .map(|log| {
                format!(
                    "{} of {} ({}): {} {:?} in {:?}\n",
                    log.id(),
                    log.owner().unwrap(),
                    log.owner_name().unwrap(),
                    log.kind.text().unwrap(),
                    log.title_true.text(),
                    log.units.text()
                )
            })
            .collect::<String>()
    };
    let local = rendered(sample!("logs-local"));
    assert_eq!(rendered(sample!("logs-v2")), local);
    assert_snapshot!(local, @r#"
    homey:device:550e8400-e29b-41d4-a716-446655440000:measure_power.lamp of homey:device:550e8400-e29b-41d4-a716-446655440000 (Reading lamp): number None in Some("W")
    homey:device:550e8400-e29b-41d4-a716-446655440000:onoff of homey:device:550e8400-e29b-41d4-a716-446655440000 (Reading lamp): boolean Some("Turned on") in None
    "#);
}

#[test]
fn entries_are_points_of_numbers() {
    let rendered = |answer| {
        let entries: LogEntries = one(answer);
        assert_eq!(entries.step.get().unwrap().as_f64(), Some(300_000.0));
        entries.points().map(|(at, value)| format!("{at} {value:?}\n")).collect::<String>()
    };
    assert_snapshot!(rendered(sample!("log-entries-v2")), @r"
    2026-01-31T07:45:00Z Some(7.1)
    2026-01-31T07:50:00Z Some(0.5)
    2026-01-31T07:55:00Z None
    ");
    assert_snapshot!(rendered(sample!("log-entries-local")), @r"
    2026-01-31T07:45:00Z Some(1.0)
    2026-01-31T07:50:00Z Some(0.0)
    2026-01-31T07:55:00Z Some(0.5)
    ");
}

#[test]
fn live_reports_tell_watts_and_cost() {
    let report: LiveReport = one(sample!("live-report-v2"));
    let watts = |power: &Field<Power>| power.get().unwrap().watts.get().unwrap().as_f64().unwrap();
    assert_eq!(watts(&report.total_consumed), 312.5);
    assert_eq!(report.total_generated.get().unwrap().cost, Field::Null);
    let counted: f64 = report
        .items
        .get()
        .unwrap()
        .iter()
        .filter(|item| item.included_in_total.is_true())
        .map(|item| watts(&item.values))
        .sum();
    assert_eq!(counted, 312.5);
}

#[test]
fn the_weather_has_times_of_two_kinds() {
    let weather: Weather = one(sample!("weather-v2"));
    let time =
        |time: &Field<housekey::model::Time>| time.get().unwrap().timestamp().unwrap().to_string();
    assert_eq!(time(&weather.when), "2026-01-31T07:58:12.345Z");
    assert_eq!(time(&weather.forecast.get().unwrap()[0].time), "2026-02-01T00:00:00Z");
    assert_eq!(time(&weather.forecast_hourly.get().unwrap()[0].time), "2026-01-31T08:00:00Z");
}
