//! Energy: the present power, and the energy of a day, week, month or year.
//!
//! The live report is as measured; the reports hold the keys that clients read, the rest of their
//! shape is not known.

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::device_view::watts;
use super::{options, zones};
use crate::state::Home;
use crate::state::device::Device;
use crate::state::history::midnight;
use crate::state::local_time::zone;
use crate::state::value::number;

pub(super) const HANDLERS: Handlers = &[
    ("energy.getLiveReport", live),
    ("energy.getCurrency", |home, _| Ok(currency(home).into())),
    ("energy.getReportDay", |home, call| report(home, call, "date")),
    ("energy.getReportWeek", |home, call| report(home, call, "isoWeek")),
    ("energy.getReportMonth", |home, call| report(home, call, "yearMonth")),
    ("energy.getReportYear", |home, call| report(home, call, "year")),
    ("energy.getReportsAvailable", available),
    ("energy.getElectricityPriceType", |home, _| {
        let kind = home.options.get("energy/electricityPriceType");
        Ok(kind.cloned().unwrap_or_else(|| "fixed".into()).into())
    }),
    ("energy.setElectricityPriceType", |home, call| {
        let kind = call.text("type")?;
        if !["disabled", "fixed", "dynamic"].contains(&kind) {
            return Err(HubError::invalid("type should be disabled, fixed or dynamic"));
        }
        home.options.insert("energy/electricityPriceType".to_owned(), kind.into());
        Ok(Answer::NOTHING)
    }),
];

fn currency(home: &Home) -> Value {
    options::value(home, "energy/currency")
}

/// The price of a kWh; the option has another name on older Homeys.
fn price(home: &Home) -> f64 {
    let old = home.dialect == housekey::catalogue::Dialect::V2;
    let key = if old { "energy/kWhCost" } else { "energy/electricityPriceFixed" };
    options::value(home, key).as_f64().unwrap_or_default()
}

fn round(number_: f64, decimals: i32) -> Value {
    let scale = 10_f64.powi(decimals);
    number((number_ * scale).round() / scale)
}

/// The power in W, and its cost for an hour.
fn values(home: &Home, watts: Option<f64>) -> Value {
    let cost = watts.map(|watts| round(watts / 1000.0 * price(home), 4));
    json!({ "W": watts.map(|watts| round(watts, 2)), "cost": cost })
}

fn is_cumulative(device: &Device) -> bool {
    device.energy.get("cumulative").is_some_and(|is| *is == true)
}

fn live(home: &mut Home, call: &Call<'_>) -> Answered {
    let zone = match call.text_if_any("zone") {
        Some(id) => zones::find(home, id)?,
        None => home.root_zone().ok_or_else(|| HubError::not_found("Zone", "root"))?,
    };
    let mut items = Vec::new();
    let (mut consumed, mut generated, mut cumulative) = (0.0, None, None);
    let mut zone_sums: Map<String, Value> = Map::new();
    for device in home.devices.values().filter(|one| home.zone_is_within(&one.zone, &zone.id)) {
        let Some(drawn) = watts(device) else { continue };
        let generator = device.class == "solarpanel";
        if is_cumulative(device) {
            *cumulative.get_or_insert(0.0) += drawn;
        } else if generator {
            *generated.get_or_insert(0.0) += drawn;
        } else {
            consumed += drawn;
            let before = zone_sums.get(&device.zone).and_then(Value::as_f64).unwrap_or_default();
            let sum = before + drawn;
            zone_sums.insert(device.zone.clone(), sum.into());
        }
        items.push(json!({
            "type": if is_cumulative(device) { "cumulative" } else { "device" },
            "id": device.id,
            "name": device.name,
            "values": values(home, Some(drawn)),
            "isHomeBattery": false,
            "isEVCharger": device.class == "evcharger",
            "approximated": device.capability("measure_power").is_none(),
            "canApproximate": device.energy.get("approximation").is_some(),
            "includedInTotal": !is_cumulative(device),
        }));
    }
    let in_zones = zone_sums.iter().filter_map(|(id, sum)| {
        let zone = home.zones.get(id)?;
        Some(json!({
            "type": "zone",
            "id": id,
            "name": zone.name,
            "values": values(home, sum.as_f64()),
            "includedInTotal": true,
        }))
    });
    let items: Value = in_zones.chain(items).collect();
    Answer::json(json!({
        "zoneId": zone.id,
        "zoneName": zone.name,
        "zoneIcon": zone.icon,
        "currency": currency(home),
        "totalConsumed": values(home, Some(consumed)),
        "totalCumulative": values(home, cumulative),
        "totalGenerated": values(home, generated),
        "items": items,
    }))
}

/// The first day of a period and the first day after it.
fn period(kind: &str, text: &str) -> Option<(Date, Date)> {
    let number = |text: &str| text.parse::<i16>().ok();
    let (from, length) = match kind {
        "date" => (text.parse::<Date>().ok()?, Span::new().days(1)),
        "isoWeek" => {
            let (year, week) = text.split_once("-W")?;
            let week = week.parse::<i8>().ok()?;
            let date =
                jiff::civil::ISOWeekDate::new(number(year)?, week, jiff::civil::Weekday::Monday);
            (date.ok()?.date(), Span::new().weeks(1))
        }
        "yearMonth" => {
            let (year, month) = text.split_once('-')?;
            (Date::new(number(year)?, month.parse().ok()?, 1).ok()?, Span::new().months(1))
        }
        _ => (Date::new(number(text)?, 1, 1).ok()?, Span::new().years(1)),
    };
    Some((from, from.checked_add(length).ok()?))
}

fn report(home: &mut Home, call: &Call<'_>, kind: &str) -> Answered {
    let text = call.text(kind)?;
    let wrong = || HubError::invalid(format!("{kind} cannot be {text}"));
    let (from, to) = period(kind, text).ok_or_else(wrong)?;
    let (from, to) = (midnight(from).ok_or_else(wrong)?, midnight(to).ok_or_else(wrong)?);
    // What was deleted is gone.
    let from = from.max(home.reports_since.unwrap_or(from));
    let used = |device: &Device, meter: &str| home.metered(device, meter, from, to);
    let periods: Vec<Value> =
        parts(kind, from, to).into_iter().map(|(from, to)| part(home, from, to)).collect();
    let (mut consumed, mut generated) = (0.0, 0.0);
    let (mut imported, mut exported) = (0.0, 0.0);
    let mut devices = Map::new();
    for device in home.devices.values() {
        imported += used(device, "meter_power.imported").unwrap_or_default();
        exported += used(device, "meter_power.exported").unwrap_or_default();
        let Some(sum) = used(device, "meter_power") else { continue };
        if device.class == "solarpanel" {
            generated += sum;
        } else {
            consumed += sum;
        }
        let total = device.capability("meter_power").map(|meter| meter.value.clone());
        let entry = json!({
            "id": device.id,
            "name": device.name,
            "period": round(sum, 3),
            "total": total,
        });
        devices.insert(device.id.clone(), entry);
    }
    Answer::json(json!({
        "date": text,
        "electricity": {
            "consumedPeriod": round(consumed, 3),
            "generatedPeriod": round(generated, 3),
            "importedPeriod": round(imported, 3),
            "exportedPeriod": round(exported, 3),
            "costPeriod": round(consumed * price(home), 2),
            "periods": periods,
            "devices": devices,
        },
    }))
}

/// The parts of a period: the hours of a day, the days of a week or a month, the months of a year.
fn parts(kind: &str, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let step = match kind {
        "date" => Span::new().hours(1),
        "isoWeek" | "yearMonth" => Span::new().days(1),
        _ => Span::new().months(1),
    };
    let next = |at: &Timestamp| Some(at.to_zoned(zone()).checked_add(step).ok()?.timestamp());
    let starts = std::iter::successors(Some(from), next).take_while(|at| *at < to);
    // No more than the days of a month.
    starts.take(31).filter_map(|at| Some((at, next(&at)?.min(to)))).collect()
}

/// The energy of one part, in kWh.
fn part(home: &Home, from: Timestamp, to: Timestamp) -> Value {
    let sum = |meter: &str, generator: bool| -> f64 {
        let of = home.devices.values().filter(|one| (one.class == "solarpanel") == generator);
        of.filter_map(|one| home.metered(one, meter, from, to)).sum()
    };
    json!({
        "from": super::time(from),
        "to": super::time(to),
        "consumed": round(sum("meter_power", false), 3),
        "generated": round(sum("meter_power", true), 3),
        "imported": round(sum("meter_power.imported", false), 3),
        "exported": round(sum("meter_power.exported", false), 3),
    })
}

/// The days there are reports of: since the first device joined. Inferred: the shape.
fn available(home: &mut Home, _: &Call<'_>) -> Answered {
    let first = home.devices.values().map(|device| device.paired).min().unwrap_or(home.now);
    let first = first.max(home.reports_since.unwrap_or(first));
    let day = |at: Timestamp| at.to_zoned(zone()).date();
    let last = day(home.now);
    let days = std::iter::successors(Some(day(first)), |date| date.tomorrow().ok());
    Ok(days.take_while(|date| *date <= last).map(|date| date.to_string()).collect::<Value>().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read() {
        for (kind, text, want) in [
            ("date", "2026-03-10", Some(("2026-03-10", "2026-03-11"))),
            ("isoWeek", "2026-W11", Some(("2026-03-09", "2026-03-16"))),
            ("yearMonth", "2026-12", Some(("2026-12-01", "2027-01-01"))),
            ("year", "2026", Some(("2026-01-01", "2027-01-01"))),
            ("date", "10 March", None),
            ("isoWeek", "2026-W54", None),
            ("isoWeek", "2026-11", None),
            ("yearMonth", "2026-13", None),
            ("year", "soon", None),
            ("year", "9999", None),
        ] {
            let want = want.map(|(from, to)| (from.parse().unwrap(), to.parse().unwrap()));
            assert_eq!(period(kind, text), want, "{kind} {text}");
        }
    }
}
