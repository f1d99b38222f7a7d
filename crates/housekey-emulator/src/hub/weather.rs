//! The weather outside, which is the same that the home's weather station measures.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers};
use crate::state::Home;
use crate::state::pattern::{Moment, outdoor};
use crate::state::value::number;

pub(super) const HANDLERS: Handlers = &[
    ("weather.getWeather", now),
    ("weather.getWeatherHourly", |home, _| {
        Ok((1..=24).map(|hour| point(home, ahead(home, hour))).collect::<Value>().into())
    }),
];

fn ahead(home: &Home, hours: i64) -> Timestamp {
    let whole = home.now.as_second().div_euclid(3600) * 3600;
    Timestamp::from_second(whole + hours * 3600).unwrap_or(home.now)
}

fn tenth(degrees: f64) -> Value {
    number((degrees * 10.0).round() / 10.0)
}

/// The coldest and the warmest of the day that begins at a time.
fn extremes(home: &Home, from: Timestamp) -> (f64, f64) {
    let hours = (0..24).filter_map(|hour| from.checked_add(SignedDuration::from_hours(hour)).ok());
    hours
        .map(|at| outdoor(&home.seed, Moment::at(at)))
        .fold((f64::MAX, f64::MIN), |(low, high), now| (low.min(now), high.max(now)))
}

/// The sky of three hours: text and icon.
fn sky(home: &Home, at: Timestamp) -> (&'static str, &'static str) {
    let clouds = home.seed.noise(5, at.as_second() / 10_800);
    match clouds {
        clouds if clouds < 0.4 => ("Clear", "clear"),
        clouds if clouds < 0.75 => ("Partly cloudy", "partly-cloudy"),
        clouds if clouds < 0.9 => ("Overcast", "cloudy"),
        _ => ("Rain", "rain"),
    }
}

/// One point of a forecast; its time is in seconds, unlike all other times.
fn point(home: &Home, at: Timestamp) -> Value {
    let (low, high) = extremes(home, at);
    json!({
        "time": at.as_second(),
        "temperature": tenth(outdoor(&home.seed, Moment::at(at))),
        "temperatureMin": tenth(low),
        "temperatureMax": tenth(high),
        "iconId": sky(home, at).1,
    })
}

fn now(home: &mut Home, _: &Call<'_>) -> Answered {
    let (state, icon) = sky(home, home.now);
    let (low, high) = extremes(home, home.now);
    let share = |thing| home.seed.noise(thing, home.now.as_second() / 3600);
    let hundredth = |value: f64| number((value * 100.0).round() / 100.0);
    Answer::json(json!({
        "city": "Utrecht",
        "country": "NL",
        "state": state,
        "iconId": icon,
        "when": super::time(home.now),
        "temperature": tenth(outdoor(&home.seed, Moment::at(home.now))),
        "temperatureUnits": "metric",
        "temperatureMin": tenth(low),
        "temperatureMax": tenth(high),
        "humidity": hundredth(0.55 + 0.4 * share(6)),
        "pressure": number(((1.0 + 0.03 * share(7)) * 10_000.0).round() / 10_000.0),
        "forecast": (1..=5).map(|day| point(home, ahead(home, day * 24))).collect::<Value>(),
        "forecastHourly": (1..=5).map(|hour| point(home, ahead(home, hour))).collect::<Value>(),
    }))
}
