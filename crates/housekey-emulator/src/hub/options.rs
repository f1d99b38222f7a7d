//! Options, which work alike in every manager: `GET`, `PUT` and `DELETE .../option/<name>`.
//!
//! Inferred: that `GET` answers an object with `value`. The defaults are those the vendor's older
//! client lists.

use housekey::catalogue::{Method, Operation};
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handler, HubError};
use crate::state::{ChangeKind, Home};

/// The handler of an operation that is about an option.
pub(super) fn handler(operation: &'static Operation) -> Option<Handler> {
    let variant = operation.variants.first()?;
    variant.path.contains("/option/").then_some(match variant.method {
        Method::Get => get as Handler,
        Method::Put => set,
        _ => unset,
    })
}

/// `manager/name` of the option a call is about.
fn key(home: &Home, call: &Call<'_>) -> String {
    let path = call.operation.on(home.dialect).map_or("", |variant| variant.path);
    let name = path.rsplit('/').next().unwrap_or_default();
    format!("{}/{name}", call.operation.manager)
}

/// The value of an option, which is the default until it is set.
pub(super) fn value(home: &Home, key: &str) -> Value {
    home.options.get(key).cloned().unwrap_or_else(|| default(key))
}

/// Sets a value that is part of the state of its manager.
pub(super) fn set_state(home: &mut Home, key: &'static str, value: impl Into<Value>) -> Answer {
    home.options.insert(key.to_owned(), value.into());
    let manager = key.split('/').next().unwrap_or_default();
    home.changed(manager, "state", "state", ChangeKind::Updated);
    Answer::NOTHING
}

/// Those options of a manager, by name.
pub(super) fn values(home: &Home, manager: &str, names: &[&str]) -> Value {
    let value = |name: &&str| ((*name).to_owned(), value(home, &format!("{manager}/{name}")));
    Value::Object(names.iter().map(value).collect())
}

fn default(key: &str) -> Value {
    match key {
        "geolocation/mode" => json!("auto"),
        // The middle of the town the home lies in.
        "geolocation/location" => {
            json!({ "latitude": 52.0907, "longitude": 5.1214, "accuracy": 20 })
        }
        "geolocation/address" => json!("1 Example Street, Utrecht"),
        "i18n/language" => json!("en"),
        "i18n/units" => json!("metric"),
        "ledring/brightness" => json!(1),
        "ledring/screensaver" => json!({ "uri": "homey:manager:ledring", "id": "rainbow" }),
        "audio/volume" => json!(0.75),
        "speech-output/speed" => json!("normal"),
        "speech-output/voice" => json!("en-1"),
        "updates/channel" => json!("stable"),
        "updates/autoupdate" | "backup/automaticBackupsEnabled" => json!(true),
        "updates/updateNotifications" => json!([]),
        "energy/kWhCost" => json!(0.24),
        "energy/currency" => json!("EUR"),
        "energy/electricityPriceFixed" => json!(0.28),
        "energy/gasPriceFixed" => json!(1.35),
        "energy/waterPriceFixed" => json!(1.1),
        "google-assistant/enabled" => json!(false),
        _ => Value::Null,
    }
}

/// The expected value, if the value does not fit the option; checked beyond the type where that is known.
fn wrong(key: &str, value: &Value) -> Option<&'static str> {
    let one_of = |texts: &[&str]| value.as_str().is_some_and(|text| texts.contains(&text));
    let share = value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number));
    match key {
        "geolocation/mode" if !one_of(&["auto", "manual"]) => Some("auto or manual"),
        "geolocation/location" => {
            let number = |name: &str, most: f64| {
                value.get(name).and_then(Value::as_f64).is_some_and(|number| number.abs() <= most)
            };
            (!number("latitude", 90.0) || !number("longitude", 180.0))
                .then_some("an object with latitude and longitude")
        }
        "i18n/language" if value.as_str().is_none_or(|text| text.len() != 2) => {
            Some("a language of two letters")
        }
        "i18n/units" if !one_of(&["metric", "imperial"]) => Some("metric or imperial"),
        "ledring/brightness" | "audio/volume" if !share => Some("a number from 0 to 1"),
        "speech-output/speed" if !one_of(&["very_slow", "slow", "normal", "fast", "very_fast"]) => {
            Some("very_slow, slow, normal, fast or very_fast")
        }
        "updates/channel" if !one_of(&["stable", "beta"]) => Some("stable or beta"),
        _ => None,
    }
}

fn get(home: &mut Home, call: &Call<'_>) -> Answered {
    Ok(json!({ "value": value(home, &key(home, call)) }).into())
}

fn set(home: &mut Home, call: &Call<'_>) -> Answered {
    let key = key(home, call);
    let value = call.value("value");
    if let Some(expected) = wrong(&key, &value) {
        return Err(HubError::invalid(format!("value should be {expected}")));
    }
    home.changed(call.operation.manager, "option", &key, ChangeKind::Updated);
    home.options.insert(key, value);
    Ok(Answer::NOTHING)
}

fn unset(home: &mut Home, call: &Call<'_>) -> Answered {
    let key = key(home, call);
    home.changed(call.operation.manager, "option", &key, ChangeKind::Deleted);
    home.options.shift_remove(&key);
    Ok(Answer::NOTHING)
}
