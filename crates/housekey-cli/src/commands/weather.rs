//! `housekey weather`: the weather where the Homey is.

use housekey::model::{Field, Forecast, Items, Weather, number_text};
use jiff::tz::TimeZone;
use serde_json::Number;

use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::home_time;
use crate::output::HumanText as _;
use crate::output::table::Table;
use crate::output::when;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey weather
  housekey weather --jq .temperature
  housekey weather --hourly")]
pub(crate) struct Args {
    /// Hour by hour (not on v2)
    #[arg(long)]
    hourly: bool,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let zone = home_time::zone_for_people(&target, context).await;
    if args.hourly {
        let answer = target.homey.weather().get_weather_hourly().bytes().await?;
        // The unit stands with the weather alone.
        return context
            .out
            .shown(&answer, "a forecast", |hours: Items<Forecast>| forecast(&hours.0, "", &zone));
    }
    let answer = target.homey.weather().get_weather().bytes().await?;
    context.out.shown(&answer, "the weather", |weather: Weather| text(&weather, &zone))
}

fn text(weather: &Weather, zone: &TimeZone) -> String {
    let unit = match weather.temperature_units.text() {
        Some("metric") => " °C",
        Some("imperial") => " °F",
        _ => "",
    };
    let place: Vec<&str> =
        [weather.city.text(), weather.country.text()].into_iter().flatten().collect();
    let rows = [
        ("place", Some(place.join(", ")).filter(|place| !place.is_empty())),
        ("when", weather.when.get().map(|time| when::in_zone(time, zone))),
        ("state", weather.state.text().map(str::to_owned)),
        ("temperature", degrees(&weather.temperature, unit)),
        ("lowest", degrees(&weather.temperature_min, unit)),
        ("highest", degrees(&weather.temperature_max, unit)),
        ("humidity", number(&weather.humidity).map(|share| format!("{:.0} %", share * 100.0))),
        ("pressure", number(&weather.pressure).map(|bar| format!("{:.0} hPa", bar * 1000.0))),
    ];
    let mut now = Table::new(["what", "value"]);
    for (what, value) in rows {
        if let Some(value) = value {
            now.row([what.to_owned(), value]);
        }
    }
    let ahead = weather.forecast_hourly.get().into_iter().chain(weather.forecast.get());
    let ahead: Vec<Forecast> = ahead.flatten().cloned().collect();
    match ahead.is_empty() {
        true => now.text(),
        false => format!("{}\n{}", now.text(), forecast(&ahead, unit, zone)),
    }
}

fn forecast(ahead: &[Forecast], unit: &str, zone: &TimeZone) -> String {
    let mut table = Table::new(["expected", "temperature", "lowest", "highest", "sky"]);
    for point in ahead {
        let cell = |field| degrees(field, unit).unwrap_or_else(|| "-".to_owned());
        table.row([
            point.time.get().map_or("-".to_owned(), |time| when::in_zone(time, zone)),
            cell(&point.temperature),
            cell(&point.temperature_min),
            cell(&point.temperature_max),
            point.icon_id.text().unwrap_or_default().to_owned(),
        ]);
    }
    table.text()
}

fn degrees(field: &Field<Number>, unit: &str) -> Option<String> {
    number(field).map(|degrees| format!("{}{unit}", number_text(degrees, None)))
}

fn number(field: &Field<Number>) -> Option<f64> {
    field.get().and_then(Number::as_f64)
}
