//! `housekey energy report`.

use serde_json::Value;

use crate::context::{Context, Purpose};
use crate::decode;
use crate::error::Outcome;
use crate::home_time;
use crate::output::unknown;

/// Show what was used in a day, a week, a month or a year (not on v2)
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey energy report 2026-01-31
  housekey energy report 2026-W05
  housekey energy report 2026-01
  housekey energy report 2026 --jq .electricity.consumedPeriod")]
pub(crate) struct Args {
    /// A day (2026-01-31), a week (2026-W05), a month (2026-01) or a year (2026)
    #[arg(value_parser = period)]
    period: Period,
}

/// A period, as the API writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Period {
    Day(String),
    Week(String),
    Month(String),
    Year(String),
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let energy = target.homey.energy();
    let call = match &args.period {
        Period::Day(day) => energy.get_report_day(day),
        Period::Week(week) => energy.get_report_week(week),
        Period::Month(month) => energy.get_report_month(month),
        Period::Year(year) => energy.get_report_year(year),
    };
    let answer = call.bytes().await?;
    if context.out.is_json() {
        return context.out.answer(&answer);
    }
    let mut report: Value = decode::read_bytes(&answer, "a report")?;
    // Costs without their currency are still costs.
    if let Ok(Value::String(currency)) = energy.get_currency().read_as::<Value>().await {
        name_currency(&mut report, &currency);
    }
    home_time::localize(&mut report, &target, context).await;
    context.out.text(&unknown::shown(&report))
}

/// Puts the currency behind every cost.
fn name_currency(report: &mut Value, currency: &str) {
    match report {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field {
                    Value::Number(_) if name.to_lowercase().contains("cost") => {
                        *field = format!("{} {currency}", unknown::text(field)).into();
                    }
                    field => name_currency(field, currency),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| name_currency(item, currency)),
        _ => {}
    }
}

/// Reads a period by its form; the Homey checks that it exists.
fn period(text: &str) -> Result<Period, String> {
    let form: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect();
    let text = text.to_owned();
    match form.as_str() {
        "9999-99-99" => Ok(Period::Day(text)),
        "9999-W99" => Ok(Period::Week(text)),
        "9999-99" => Ok(Period::Month(text)),
        "9999" => Ok(Period::Year(text)),
        _ => Err("write it as 2026-01-31, 2026-W05, 2026-01 or 2026".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_currency_stands_behind_costs_alone() {
        let mut report = json!({"costPeriod": 1.5, "used": 2, "devices": [{"cost": 0, "a": null}]});
        name_currency(&mut report, "EUR");
        assert_eq!(
            report,
            json!({"costPeriod": "1.5 EUR", "used": 2, "devices": [{"cost": "0 EUR", "a": null}]})
        );
    }

    #[test]
    fn a_period_is_known_by_its_form() {
        for (text, want) in [
            ("2026-01-31", Some(Period::Day as fn(_) -> _)),
            ("2026-W05", Some(Period::Week)),
            ("2026-01", Some(Period::Month)),
            ("2026", Some(Period::Year)),
            ("26", None),
            ("2026-1", None),
            ("today", None),
            ("", None),
        ] {
            assert_eq!(period(text).ok(), want.map(|want| want(text.to_owned())), "{text}");
        }
    }
}
