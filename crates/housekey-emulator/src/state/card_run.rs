//! What it means to run a card: whether a condition holds, and what an action does.

use serde_json::{Map, Value};

use super::card::{Card, Kind, Line, Source};
use super::local_time::{time_of_day, zone};
use super::value::{misfit, number};
use super::{Home, definition};

/// What cards can use in their arguments: the tokens of the own trigger, or those of the nodes of an
/// advanced flow, by the name that stands in double brackets.
pub(crate) type Tokens = Map<String, Value>;

impl Home {
    /// Whether a condition card holds, not regarding `inverted`.
    pub(crate) fn holds(
        &self,
        card: &Card,
        args: &Map<String, Value>,
        dropped: Option<&str>,
        tokens: &Tokens,
    ) -> Result<bool, String> {
        let args = self.filled(args, tokens);
        if let Source::Capability { device, capability, line } = &card.source {
            let value = self.value_of(device, capability)?;
            return Ok(match argument_name(line) {
                Some(name) => args.get(name) == Some(value),
                None => *value == true,
            });
        }
        let dropped = dropped.map(|dropped| self.dropped(dropped, tokens)).unwrap_or_default();
        let comparator = args.get("comparator").cloned().unwrap_or_default();
        let compare = || {
            let missing = || "A number is missing".to_owned();
            Ok::<_, String>((
                as_number(&dropped).ok_or_else(missing)?,
                as_number(&comparator).ok_or_else(missing)?,
            ))
        };
        match card.id.as_str() {
            "equal" => Ok(as_text(&dropped) == as_text(&comparator)),
            "lt" => compare().map(|(one, other)| one < other),
            "gt" => compare().map(|(one, other)| one > other),
            "time_between" => {
                let time = |name: &str| {
                    let time = args.get(name).and_then(Value::as_str).and_then(time_of_day);
                    time.ok_or_else(|| format!("{name} should be HH:MM"))
                };
                let (from, to) = (time("from")?, time("to")?);
                let now = self.now.to_zoned(zone()).time();
                // From evening to morning goes over midnight.
                Ok(if from <= to { from <= now && now < to } else { now >= from || now < to })
            }
            "user_is_present" => {
                let user = self.users.get(chosen(&args, "user")?);
                Ok(user.ok_or("The user does not exist")?.present)
            }
            other => Err(format!("{other} cannot be run")),
        }
    }

    /// Does what an action card says.
    pub(crate) fn act(
        &mut self,
        card: &Card,
        args: &Map<String, Value>,
        tokens: &Tokens,
    ) -> Result<(), String> {
        let args = self.filled(args, tokens);
        if let Source::Capability { device, capability, line } = &card.source {
            let current = self.value_of(device, capability)?;
            let random = self.seed.noise(3, self.now.as_second());
            for (target, value) in wanted(line, capability, current, &args, random)? {
                self.write_checked(device, &target, value)?;
            }
            return Ok(());
        }
        match card.id.as_str() {
            "programmatic_trigger" => {
                let flow = chosen(&args, "flow")?.to_owned();
                if self.start(&flow, &Tokens::new()) {
                    Ok(())
                } else {
                    Err("The flow does not exist".to_owned())
                }
            }
            "variable_set" => {
                let id = chosen(&args, "variable")?;
                let variable = self.variables.get(id).ok_or("The variable does not exist")?;
                let value = args.get("value").cloned().unwrap_or_default();
                let value =
                    variable.kind.read(&value).ok_or("The value does not fit the variable")?;
                let id = variable.id.clone();
                self.set_variable(&id, value);
                Ok(())
            }
            "create_notification" => {
                let text = args.get("text").map(as_text).unwrap_or_default();
                self.notify("homey:manager:flow", "Flow", &text);
                Ok(())
            }
            other => Err(format!("{other} cannot be run")),
        }
    }

    fn value_of(&self, device: &str, capability: &str) -> Result<&Value, String> {
        let device = self.devices.get(device).ok_or("The device does not exist")?;
        let capability =
            device.capability(capability).ok_or("The device has lost the capability")?;
        Ok(&capability.value)
    }

    fn write_checked(&mut self, device: &str, id: &str, value: Value) -> Result<(), String> {
        let found = self.devices.get(device).and_then(|device| device.capability(id));
        let capability = found.ok_or_else(|| format!("The device has no {id}"))?;
        if let Some(text) = misfit(&value, capability) {
            return Err(text);
        }
        self.write_capability(device, id, value);
        Ok(())
    }

    /// The arguments with their tokens filled in.
    fn filled(&self, args: &Map<String, Value>, tokens: &Tokens) -> Map<String, Value> {
        let fill = |value: &Value| match value {
            Value::String(text) => self.text(text, tokens),
            other => other.clone(),
        };
        args.iter().map(|(name, value)| (name.clone(), fill(value))).collect()
    }

    /// A text whose `[[token]]`s are replaced; a text that is one token alone keeps the token's type.
    fn text(&self, text: &str, tokens: &Tokens) -> Value {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("[[") {
            let Some((name, behind)) = after.split_once("]]") else { break };
            let value = self.dropped(name, tokens);
            if before.is_empty() && behind.is_empty() && out.is_empty() && !value.is_null() {
                return value;
            }
            out.push_str(before);
            match value {
                Value::Null => out.push_str(&format!("[[{name}]]")),
                value => out.push_str(&as_text(&value)),
            }
            rest = behind;
        }
        out.push_str(rest);
        out.into()
    }

    /// The value of `owner uri|id`, a global token, or of a local one by its bare name.
    fn dropped(&self, name: &str, tokens: &Tokens) -> Value {
        match name.split_once('|') {
            Some((owner, id)) => {
                self.token(&format!("{owner}:{id}")).map(|token| token.value).unwrap_or_default()
            }
            None => tokens.get(name).cloned().unwrap_or_default(),
        }
    }
}

/// The id of what was chosen for an argument: flows hold the whole object that was offered.
fn chosen<'a>(args: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    let id = args.get(name).and_then(|chosen| chosen.get("id")).and_then(Value::as_str);
    id.ok_or_else(|| format!("{name} is not chosen"))
}

pub(crate) fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn as_number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn argument_name(line: &Line) -> Option<&'static str> {
    line.argument.split_once(':').map(|(name, _)| name)
}

/// What an action card of a capability writes: capabilities and their values.
fn wanted(
    line: &Line,
    capability: &str,
    current: &Value,
    args: &Map<String, Value>,
    random: f64,
) -> Result<Vec<(String, Value)>, String> {
    let own = |value: Value| Ok(vec![(capability.to_owned(), value)]);
    if let Some((name, kind)) = line.argument.split_once(':') {
        let given = args.get(name).ok_or_else(|| format!("{name} is missing"))?;
        let kind = kind.split(';').next().unwrap_or_default();
        return match kind {
            "color" => {
                let (hue, saturation) =
                    given.as_str().and_then(colour).ok_or("The colour should be #rrggbb")?;
                Ok(vec![
                    (capability.to_owned(), number(hue)),
                    (capability.replacen("light_hue", "light_saturation", 1), number(saturation)),
                ])
            }
            "time" => {
                let time =
                    given.as_str().and_then(time_of_day).ok_or("The time should be HH:MM")?;
                own((i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60).into())
            }
            _ if line.id.ends_with("_relative") => {
                let by = as_number(given).ok_or_else(|| format!("{name} should be a number"))?;
                let sum = current.as_f64().unwrap_or_default() + by;
                own(number((sum.clamp(0.0, 1.0) * 100.0).round() / 100.0))
            }
            "range" => {
                own(number(as_number(given).ok_or_else(|| format!("{name} should be a number"))?))
            }
            _ => own(given.clone()),
        };
    }
    let flipped = Value::Bool(*current != true);
    own(match (line.capability, line.id) {
        (_, id) if id.starts_with("toggle") || id.ends_with("toggle") => flipped,
        ("garagedoor_closed" | "windowcoverings_closed", "open") => false.into(),
        ("garagedoor_closed" | "windowcoverings_closed", "close") => true.into(),
        ("vacuumcleaner_state", "clean") => "cleaning".into(),
        ("vacuumcleaner_state", "spot_clean") => "spot_cleaning".into(),
        ("vacuumcleaner_state", "dock") | ("mower_state", "mower_state_dock") => "docked".into(),
        ("vacuumcleaner_state", "stop") => "stopped".into(),
        ("mower_state", "mower_state_mow") => "mowing".into(),
        ("mower_state", "mower_state_pause") => "paused".into(),
        ("light_hue", "color_random") => number((random * 100.0).round() / 100.0),
        (
            _,
            "off"
            | "close"
            | "unlock"
            | "pause"
            | "volume_unmute"
            | "set_shuffle_false"
            | "disable"
            | "disable_oscillating"
            | "evcharger_charging_stop",
        ) => false.into(),
        // On, open, lock, play, mute, enable, start, and every button.
        _ => true.into(),
    })
}

/// Hue and saturation, each from 0 to 1, of `#rrggbb`.
fn colour(text: &str) -> Option<(f64, f64)> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| {
        let part = digits.get(at..at + 2)?;
        u8::from_str_radix(part, 16).ok().map(|byte| f64::from(byte) / 255.0)
    };
    let (red, green, blue) = (part(0)?, part(2)?, part(4)?);
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    let spread = most - least;
    if spread == 0.0 {
        return Some((0.0, 0.0));
    }
    let sixth = if most == red {
        ((green - blue) / spread).rem_euclid(6.0)
    } else if most == green {
        (blue - red) / spread + 2.0
    } else {
        (red - green) / spread + 4.0
    };
    let round = |number: f64| (number * 100.0).round() / 100.0;
    Some((round(sixth / 6.0), round(spread / most)))
}

/// Whether a change of a capability to `value` is what a trigger card waits for.
pub(crate) fn triggers(line: &Line, value: &Value, args: &Map<String, Value>) -> bool {
    if line.kind != Kind::Trigger {
        return false;
    }
    let yes_no = definition::of(line.capability)
        .is_some_and(|definition| definition.kind == definition::Type::Boolean);
    let fits = match line.id {
        id if yes_no && id.ends_with("_true") => *value == true,
        id if yes_no && id.ends_with("_false") => *value == false,
        _ => true,
    };
    // A trigger with an argument waits for that value; without one chosen, for any.
    fits && argument_name(line).and_then(|name| args.get(name)).is_none_or(|wanted| wanted == value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::card::lines;
    use super::super::device::Capability;
    use super::super::pattern::Pattern;
    use super::*;

    /// Every action of the vendor's list writes something its capability takes.
    #[test]
    fn every_action_writes_what_fits() {
        for line in lines().iter().filter(|line| line.kind == Kind::Action) {
            let args = match line.argument.split_once(':') {
                None => json!({}),
                Some((name, kind)) => {
                    let definition = definition::of(line.capability).unwrap();
                    let value = match kind.split(';').next().unwrap() {
                        "range" => definition.max.unwrap().min(30.0).into(),
                        "dropdown" => definition.values[0].into(),
                        "color" => json!("#ff8000"),
                        "time" => json!("01:30"),
                        other => panic!("{other}"),
                    };
                    json!({ name: value })
                }
            };
            let args = args.as_object().unwrap();
            for (id, value) in wanted(line, line.capability, &Value::Null, args, 0.123).unwrap() {
                let capability =
                    Capability::new("device", &id, Pattern::Kept, Value::Null).unwrap();
                assert!(capability.definition.setable, "{id}");
                assert_eq!(misfit(&value, &capability), None, "{} {}", line.capability, line.id);
            }
        }
    }

    #[test]
    fn colours_become_hue_and_saturation() {
        for (text, want) in [
            ("#ff0000", Some((0.0, 1.0))),
            ("#00ff00", Some((0.33, 1.0))),
            ("#0000ff", Some((0.67, 1.0))),
            ("#ff00ff", Some((0.83, 1.0))),
            ("#808080", Some((0.0, 0.0))),
            ("#ff8080", Some((0.0, 0.5))),
            ("red", None),
            ("#ff00é", None),
        ] {
            assert_eq!(colour(text), want, "{text}");
        }
    }
}
