//! The clock that times are shown on: that of the home, unless `TZ` sets another.

use housekey::model::Time;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::context::{Context, Target};
use crate::env::TZ;
use crate::output::when;

/// The time zone of the home; UTC where the Homey sends none that is known, or the token may not read it,
/// which is noted. Times show the zone they are in.
pub(crate) async fn zone(target: &Target, context: &Context) -> TimeZone {
    if context.env.raw(&TZ).is_some() {
        return TimeZone::system();
    }
    match target.homey.system().get_info().await {
        Ok(system) => {
            let name = system.timezone.text();
            name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
        }
        Err(error) => {
            context
                .out
                .note(&format!("Times are in UTC, for the home's time zone is not known: {error}"));
            TimeZone::UTC
        }
    }
}

/// The same for a command whose times only people read: with `--json` nothing is requested.
pub(crate) async fn zone_for_people(target: &Target, context: &Context) -> TimeZone {
    if context.out.is_json() { TimeZone::UTC } else { zone(target, context).await }
}

/// Puts every time in a value that no document describes on that clock.
pub(crate) async fn localize(value: &mut Value, target: &Target, context: &Context) {
    if has_times(value) {
        put_into(value, &zone(target, context).await);
    }
}

/// Whether there is a point in time in the value.
pub(crate) fn has_times(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(has_times),
        Value::Array(items) => items.iter().any(has_times),
        value => read(value).is_some(),
    }
}

/// The point in time that a text is: `2026-03-10T12:00:00.000Z`.
pub(crate) fn read(value: &Value) -> Option<Time> {
    let text = value.as_str().filter(|text| text.parse::<Timestamp>().is_ok())?;
    Some(Time::Text(text.to_owned()))
}

fn put_into(value: &mut Value, zone: &TimeZone) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| put_into(field, zone)),
        Value::Array(items) => items.iter_mut().for_each(|item| put_into(item, zone)),
        value => {
            if let Some(time) = read(value) {
                *value = when::in_zone(&time, zone).into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_points_in_time_are_put_into_the_zone() {
        let zone = TimeZone::posix("CET-1").unwrap();
        let mut value = json!({
            "from": "2026-03-10T23:30:00.000Z", "day": "2026-03-10", "number": 20_260_310,
            "text": "at 2026-03-10T23:30:00Z", "items": [{"to": "2026-03-10T23:30:00+02:00"}],
        });
        assert!(has_times(&value) && !has_times(&value["day"]));
        put_into(&mut value, &zone);
        assert_eq!(
            value,
            json!({
                "from": "2026-03-11 00:30 CET", "day": "2026-03-10", "number": 20_260_310,
                "text": "at 2026-03-10T23:30:00Z", "items": [{"to": "2026-03-10 22:30 CET"}],
            })
        );
    }
}
