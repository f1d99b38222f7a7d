//! `housekey energy live`.

use housekey::model::{Field, LiveItem, LiveReport, Power, Zone, number_text};
use serde_json::Number;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::items::Collection;
use crate::output::HumanText as _;
use crate::output::table::Table;

/// Show what is used and generated now
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey energy live
  housekey energy live --zone Kitchen --jq .totalConsumed.W")]
pub(crate) struct Args {
    /// Only in this zone: name, Parent/Name or id
    #[arg(long)]
    zone: Option<String>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let zone = match &args.zone {
        Some(wanted) => {
            let zones = Collection::<Zone>::read(&target, &context.out).await?;
            Some(zones.find(wanted)?.id.clone())
        }
        None => None,
    };
    let answer = target.homey.energy().get_live_report().with("zone", zone).bytes().await?;
    context.out.shown(&answer, "a report", |report: LiveReport| text(&report))
}

/// The totals, then the devices that use most, then the zones.
fn text(report: &LiveReport) -> String {
    let currency = report.currency.text().unwrap_or_default();
    let mut totals = Table::new(["total", "power", "per hour"]);
    for (what, power) in [
        ("used", &report.total_consumed),
        ("generated", &report.total_generated),
        ("meter", &report.total_cumulative),
    ] {
        if watts(power).is_some() {
            totals.row([what.to_owned(), power_text(power), cost(power, currency)]);
        }
    }
    let mut parts = Table::new(["device or zone", "type", "power", "per hour"]);
    let mut items: Vec<&LiveItem> = report.items.get().into_iter().flatten().collect();
    let is_zone = |item: &LiveItem| item.kind.text() == Some("zone");
    let drawn = |item: &LiveItem| item.values.get().map_or(0.0, drawn);
    items.sort_by(|one, other| {
        is_zone(one).cmp(&is_zone(other)).then(drawn(other).total_cmp(&drawn(one)))
    });
    for item in items {
        let guessed = if item.approximated.is_true() { "about " } else { "" };
        parts.row([
            item.name.label().or(item.id.text()).unwrap_or("-").to_owned(),
            item.kind.text().unwrap_or_default().to_owned(),
            format!("{guessed}{}", power_text(&item.values)),
            cost(&item.values, currency),
        ]);
    }
    format!("{}\n{}", totals.text(), parts.text())
}

fn watts(power: &Field<Power>) -> Option<&Number> {
    power.get()?.watts.get()
}

fn drawn(power: &Power) -> f64 {
    power.watts.get().and_then(Number::as_f64).unwrap_or_default()
}

fn power_text(power: &Field<Power>) -> String {
    let number = watts(power).and_then(Number::as_f64);
    number.map_or_else(|| "-".to_owned(), |watts| format!("{} W", number_text(watts, None)))
}

fn cost(power: &Field<Power>, currency: &str) -> String {
    let cost = power.get().and_then(|power| power.cost.get()).and_then(Number::as_f64);
    cost.map_or_else(String::new, |cost| format!("{cost:.3} {currency}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn devices_that_use_most_stand_first_and_zones_last() {
        let report = json!({
            "currency": "EUR",
            "totalConsumed": {"W": 130.5, "cost": 0.0365},
            "totalCumulative": {"W": -20, "cost": null},
            "totalGenerated": {"W": null, "cost": null},
            "items": [
                {"type": "zone", "name": "Kitchen", "values": {"W": 130.5, "cost": 0.0365}},
                {"type": "device", "name": "Lamp", "values": {"W": 10.5, "cost": 0.003},
                    "approximated": true},
                {"type": "device", "name": "Fridge", "values": {"W": 120, "cost": 0.0335}},
                {"type": "device", "id": "d", "values": null},
            ],
        });
        insta::assert_snapshot!(text(&serde_json::from_value(report).unwrap()), @"
        TOTAL  POWER    PER HOUR
        used   130.5 W  0.036 EUR
        meter  -20 W

        DEVICE OR ZONE  TYPE    POWER         PER HOUR
        Fridge          device  120 W         0.034 EUR
        Lamp            device  about 10.5 W  0.003 EUR
        d               device  -
        Kitchen         zone    130.5 W       0.036 EUR
        ");
    }
}
