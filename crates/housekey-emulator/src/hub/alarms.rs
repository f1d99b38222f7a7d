//! Alarms: a time of day on days of the week.

use jiff::Timestamp;
use jiff::civil::Weekday;
use serde_json::{Map, Value, json};

use super::call::{Answered, Call, Handlers, HubError, name_in};
use super::items::{self, ItemKind};
use crate::state::local_time::{self, time_of_day};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("alarms.getAlarms", |home, call| ALARM.list(home, call)),
    ("alarms.getAlarm", |home, call| ALARM.get(home, call)),
    ("alarms.createAlarm", create),
    ("alarms.updateAlarm", |home, call| {
        // An unknown alarm is refused before the body is.
        ALARM.find(home, call.text("id")?)?;
        ALARM.update(home, call)
    }),
    ("alarms.deleteAlarm", |home, call| ALARM.delete(home, call)),
];

const ALARM: ItemKind = ItemKind {
    manager: "alarms",
    item: "alarm",
    name: "Alarm",
    all: |home| &home.alarms,
    all_mut: |home| &mut home.alarms,
    keys: &["name", "time", "enabled", "repetition"],
    check,
    view,
};

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The alarm with its next time, under the name that real Homeys give it.
fn view(_: &Home, call: &Call<'_>, alarm: &Map<String, Value>) -> Value {
    let mut view = alarm.clone();
    view.insert("nextOccurance".to_owned(), next(alarm, call.now).map(super::time).into());
    Value::Object(view)
}

/// The next time of an alarm. An alarm without days rings once, at the next such time.
fn next(alarm: &Map<String, Value>, now: Timestamp) -> Option<Timestamp> {
    if alarm.get("enabled")? != true {
        return None;
    }
    let time = time_of_day(alarm.get("time")?.as_str()?)?;
    let on = |day: Weekday| {
        let name = DAYS.iter().find(|(_, weekday)| *weekday == day).map_or("", |(name, _)| name);
        alarm.get("repetition").and_then(|days| days.get(name)).is_some_and(|on| on == true)
    };
    let once = !DAYS.iter().any(|(_, day)| on(*day));
    local_time::next(time, now, |date| once || on(date.weekday()))
}

fn check(_: &Home, alarm: &Map<String, Value>) -> Result<(), HubError> {
    let wrong = |text: &str| Err(HubError::invalid(text));
    name_in(alarm, "name")?;
    if alarm.get("time").and_then(Value::as_str).and_then(time_of_day).is_none() {
        return wrong("time should be HH:MM");
    }
    if !alarm.get("enabled").is_some_and(Value::is_boolean) {
        return wrong("enabled should be a boolean");
    }
    let repetition = alarm.get("repetition").and_then(Value::as_object);
    let day =
        |name: &str| repetition.and_then(|days| days.get(name)).is_some_and(Value::is_boolean);
    if !DAYS.iter().all(|(name, _)| day(name)) {
        return wrong("repetition should hold a boolean for each day");
    }
    Ok(())
}

/// An alarm has a name without being given one.
fn create(home: &mut Home, call: &Call<'_>) -> Answered {
    let body = call.object("alarm")?;
    let id = items::new_id(home, body, "alarm");
    let never: Map<String, Value> =
        DAYS.iter().map(|(day, _)| ((*day).to_owned(), false.into())).collect();
    let mut alarm = items::object(json!({
        "id": id,
        "name": "Alarm",
        "time": null,
        "enabled": true,
        "repetition": never,
    }));
    items::merge(&mut alarm, body, ALARM.keys);
    ALARM.put(home, call, &id, alarm, ChangeKind::Created)
}
