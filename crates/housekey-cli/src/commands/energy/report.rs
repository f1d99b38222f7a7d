//! `housekey energy report`.

use housekey::args;

use crate::context::Context;
use crate::error::Outcome;
use crate::raw_view;

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

/// Which report, and of when.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Period {
    operation: &'static str,
    argument: &'static str,
    text: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let Period { operation, argument, text } = args.period;
    raw_view::at(operation, &args! { argument => text }, context).await
}

/// Reads a period by its form; whether there is such a day the Homey says.
fn period(text: &str) -> Result<Period, String> {
    let form: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '9' } else { letter }).collect();
    let (operation, argument) = match form.as_str() {
        "9999-99-99" => ("energy.getReportDay", "date"),
        "9999-W99" => ("energy.getReportWeek", "isoWeek"),
        "9999-99" => ("energy.getReportMonth", "yearMonth"),
        "9999" => ("energy.getReportYear", "year"),
        _ => return Err("write it as 2026-01-31, 2026-W05, 2026-01 or 2026".to_owned()),
    };
    Ok(Period { operation, argument, text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_known_by_its_form() {
        for (text, want) in [
            ("2026-01-31", Some("energy.getReportDay")),
            ("2026-W05", Some("energy.getReportWeek")),
            ("2026-01", Some("energy.getReportMonth")),
            ("2026", Some("energy.getReportYear")),
            ("26", None),
            ("2026-1", None),
            ("today", None),
            ("", None),
        ] {
            assert_eq!(period(text).ok().map(|period| period.operation), want, "{text}");
        }
    }
}
