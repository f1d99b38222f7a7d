//! Dynamic prices of electricity: the zone, the prices of a day, and the extra costs of the user.
//!
//! Inferred: the shapes. The prices are a function of the day and the hour, so the same day always has
//! the same ones.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::options;
use crate::state::history::midnight;
use crate::state::local_time::zone;
use crate::state::value::number;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("energy.fetchDynamicElectricityPrices", prices),
    ("energy.getDynamicPricesElectricityZones", |_, _| Ok(zones().into())),
    ("energy.getDynamicPricesElectricityZone", |home, _| Ok(options::value(home, ZONE).into())),
    ("energy.setDynamicPricesElectricityZone", set_zone),
    (
        "energy.getDynamicElectricityPriceUserCosts",
        |home, _| Ok(options::value(home, COSTS).into()),
    ),
    ("energy.setDynamicElectricityPriceUserCosts", set_costs),
    ("energy.unsetDynamicElectricityPriceUserCosts", |home, _| {
        home.options.shift_remove(COSTS);
        Ok(changed(home, COSTS))
    }),
    ("energy.deleteReports", |home, _| {
        home.reports_since = Some(home.now);
        Ok(changed(home, "energy/reports"))
    }),
    // The reports of a virtual home are made up as it is.
    ("energy.enableDummyEnergyReports", |_, _| Ok(Answer::NOTHING)),
    ("energy.disableDummyEnergyReports", |_, _| Ok(Answer::NOTHING)),
    ("energy.resetReportDayCategories", reset_categories),
];

const ZONE: &str = "energy/dynamicZone";
const COSTS: &str = "energy/dynamicUserCosts";

/// Id, name, country.
const ZONES: [(&str, &str, &str); 3] =
    [("NL", "Netherlands", "NL"), ("BE", "Belgium", "BE"), ("DE-LU", "Germany, Luxembourg", "DE")];

fn changed(home: &mut Home, key: &str) -> Answer {
    home.changed("energy", "option", key, ChangeKind::Updated);
    Answer::NOTHING
}

fn zones() -> Value {
    let one = |(id, name, country): &(&str, &str, &str)| {
        let zone = json!({
            "zoneId": id,
            "zoneName": name,
            "zoneCountryKey": country,
            "zoneVersion": "1",
            "priceIntervals": ["PT60M", "PT15M"],
        });
        ((*id).to_owned(), zone)
    };
    Value::Object(ZONES.iter().map(one).collect())
}

fn set_zone(home: &mut Home, call: &Call<'_>) -> Answered {
    let wanted = call.object("options")?;
    let id = wanted.get("zoneId").and_then(Value::as_str).unwrap_or_default();
    let known = zones().get(id).cloned().ok_or_else(|| HubError::not_found("Zone", id))?;
    let mut zone = super::items::object(known);
    let interval = wanted.get("priceInterval").and_then(Value::as_str).unwrap_or("PT60M");
    if !["PT60M", "PT15M"].contains(&interval) {
        return Err(HubError::invalid("options.priceInterval should be PT60M or PT15M"));
    }
    zone.shift_remove("priceIntervals");
    zone.insert("priceInterval".to_owned(), interval.into());
    home.options.insert(ZONE.to_owned(), Value::Object(zone));
    Ok(changed(home, ZONE))
}

fn set_costs(home: &mut Home, call: &Call<'_>) -> Answered {
    let expression = call.text("mathExpression")?;
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "+-*/().,_ ".contains(letter);
    if expression.trim().is_empty() || !expression.chars().all(allowed) {
        return Err(HubError::invalid("mathExpression should be a calculation"));
    }
    let costs = json!({ "mathExpression": expression, "type": call.value("type") });
    home.options.insert(COSTS.to_owned(), costs);
    Ok(changed(home, COSTS))
}

/// Price of a kWh in that interval of the day: cheap at noon and at night, dear in the evening.
fn price(home: &Home, date: Date, hour: f64) -> f64 {
    let evening = (-((hour - 18.5) / 2.5).powi(2)).exp();
    let noon = (-((hour - 13.0) / 3.0).powi(2)).exp();
    let day = i64::from(date.day_of_year()) + 400 * i64::from(date.year());
    let noise = home.seed.noise(77, day * 24 + hour as i64) - 0.5;
    0.09 + 0.14 * evening - 0.08 * noon + 0.04 * noise
}

fn prices(home: &mut Home, call: &Call<'_>) -> Answered {
    let text = call.text("date")?;
    let wrong = || HubError::invalid(format!("date cannot be {text}"));
    let date: Date = text.parse().map_err(|_| wrong())?;
    let zone_set = options::value(home, ZONE);
    if zone_set.is_null() {
        return Err(HubError::refused(400, "no_zone", "No zone is set for dynamic prices"));
    }
    // The prices of a day come out in the afternoon before it.
    let today = home.now.to_zoned(zone()).datetime();
    let known = if today.hour() >= 13 { today.date().tomorrow().ok() } else { Some(today.date()) };
    let start = midnight(date).ok_or_else(wrong)?;
    let end = date.tomorrow().ok().and_then(midnight).ok_or_else(wrong)?;
    let minutes: i64 = if zone_set["priceInterval"] == "PT15M" { 15 } else { 60 };
    let count = end.duration_since(start).as_mins() / minutes;
    let price = |slot: i64| {
        let at = start.saturating_add(jiff::SignedDuration::from_mins(slot * minutes)).ok()?;
        let hour = at.to_zoned(zone()).hour();
        let value = (price(home, date, f64::from(hour)) * 10_000.0).round() / 10_000.0;
        Some(json!({ "periodStart": super::time(at), "value": number(value) }))
    };
    let all: Vec<Value> = match known {
        Some(known) if date <= known => (0..count).filter_map(price).collect(),
        _ => Vec::new(),
    };
    Answer::json(json!({
        "date": text,
        "zoneId": zone_set["zoneId"],
        "priceUnit": "EUR/kWh",
        "interval": zone_set["priceInterval"],
        "prices": all,
    }))
}

/// The categories of a day's report are those of its devices, so resetting them changes nothing.
fn reset_categories(home: &mut Home, call: &Call<'_>) -> Answered {
    let date = call.object("options")?.get("date").and_then(Value::as_str).unwrap_or_default();
    if date.parse::<Date>().is_err() {
        return Err(HubError::invalid("options.date should be a day such as 2026-03-10"));
    }
    Ok(changed(home, "energy/reports"))
}
