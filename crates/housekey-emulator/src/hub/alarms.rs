//! Alarms: a time of day on days of the week.

use jiff::Timestamp;
use jiff::civil::Weekday;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Handlers, name_in};
use super::error::HubError;
use super::items;
use crate::state::local_time::{self, time_of_day};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("alarms.getAlarms", |home, call| {
        let all = home.alarms.iter().map(|(id, alarm)| (id.clone(), view(alarm, call.now)));
        Ok(Value::Object(all.collect()).into())
    }),
    ("alarms.getAlarm", |home, call| {
        Ok(view(items::find(&home.alarms, "Alarm", call.text("id")?)?, call.now).into())
    }),
    ("alarms.createAlarm", create),
    ("alarms.updateAlarm", update),
    ("alarms.deleteAlarm", |home, call| {
        let id = call.text("id")?;
        items::find(&home.alarms, "Alarm", id)?;
        home.alarms.shift_remove(id);
        home.changed("alarms", "alarm", id, ChangeKind::Deleted);
        Ok(Answer::NOTHING)
    }),
];

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// The alarm with its next time, under the name it really has.
fn view(alarm: &Map<String, Value>, now: Timestamp) -> Value {
    let mut view = alarm.clone();
    view.insert("nextOccurance".to_owned(), next(alarm, now).map(super::time).into());
    Value::Object(view)
}

/// When it rings next: on no day at all means once, at the next such time.
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

fn check(alarm: &Map<String, Value>) -> Result<(), HubError> {
    let wrong = |text: &str| Err(HubError::Argument(format!("Invalid Argument: {text}")));
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

const KEYS: [&str; 4] = ["name", "time", "enabled", "repetition"];

fn create(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let body = call.object("alarm")?;
    let id = home.new_id("alarm");
    let never: Map<String, Value> =
        DAYS.iter().map(|(day, _)| ((*day).to_owned(), false.into())).collect();
    let mut alarm = items::object(json!({
        "id": id,
        "name": "Alarm",
        "time": null,
        "enabled": true,
        "repetition": never,
    }));
    items::merge(&mut alarm, body, &KEYS);
    put(home, &id, alarm, ChangeKind::Created, call.now)
}

fn update(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let id = call.text("id")?;
    let mut alarm = items::find(&home.alarms, "Alarm", id)?.clone();
    items::merge(&mut alarm, call.object("alarm")?, &KEYS);
    put(home, id, alarm, ChangeKind::Updated, call.now)
}

fn put(
    home: &mut Home,
    id: &str,
    alarm: Map<String, Value>,
    what: ChangeKind,
    now: Timestamp,
) -> Result<Answer, HubError> {
    check(&alarm)?;
    let answer = view(&alarm, now);
    home.alarms.insert(id.to_owned(), alarm);
    home.changed("alarms", "alarm", id, what);
    Ok(answer.into())
}
