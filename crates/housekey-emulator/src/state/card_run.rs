//! What it means to run a card: whether a condition holds, and what an action does.

use serde_json::{Map, Value};

use super::capability::misfit;
use super::card::{CapabilityCard, Card, CardKind, CardSource};
use super::card_effect::wanted;
use super::flow_state::Tokens;
use super::local_time::{time_of_day, zone};
use super::value::{as_number, as_text};
use super::{ChangeKind, Home, definition};

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
        if let CardSource::Capability { device, capability, line } = &card.source {
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
            "eq" => Ok(as_text(&dropped) == as_text(&comparator)),
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
            "noone_athome" => Ok(!self.users.values().any(|user| user.present)),
            "is_night" => {
                let hour = self.now.to_zoned(zone()).hour();
                Ok(!NOT_NIGHT.contains(&hour))
            }
            "variable_text_is" | "variable_boolean_is" => {
                let variable = self.variables.get(chosen(&args, "variable")?);
                let value = &variable.ok_or("The variable does not exist")?.value;
                Ok(match card.id.as_str() {
                    "variable_text_is" => args.get("value").is_some_and(|wanted| wanted == value),
                    _ => *value == true,
                })
            }
            "zone_is_active" => Ok(!self.activity(chosen(&args, "zone")?).origins.is_empty()),
            "flow_is_enabled" => {
                let id = chosen(&args, "flow")?;
                let flow = self.flows.get(id).or_else(|| self.advanced_flows.get(id));
                Ok(is_on(flow.ok_or("The flow does not exist")?))
            }
            "alarm_is_enabled" => {
                let alarm = self.alarms.get(chosen(&args, "alarm")?);
                Ok(is_on(alarm.ok_or("The alarm does not exist")?))
            }
            // What apps do is not modelled.
            _ if card.owner_uri.starts_with("homey:app:") => Ok(false),
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
        if let CardSource::Capability { device, capability, line } = &card.source {
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
                match self.start(&flow) {
                    true => Ok(()),
                    false => Err("The flow does not exist".to_owned()),
                }
            }
            "enable_flow" | "disable_flow" => {
                let id = chosen(&args, "flow")?;
                let (items, item) = match self.flows.contains_key(id) {
                    true => (&mut self.flows, "flow"),
                    false => (&mut self.advanced_flows, "advancedflow"),
                };
                let flow = items.get_mut(id).ok_or("The flow does not exist")?;
                flow.insert("enabled".to_owned(), (card.id == "enable_flow").into());
                self.changed("flow", item, id, ChangeKind::Updated);
                Ok(())
            }
            "enable_alarm" | "disable_alarm" => {
                let id = chosen(&args, "alarm")?;
                let alarm = self.alarms.get_mut(id).ok_or("The alarm does not exist")?;
                alarm.insert("enabled".to_owned(), (card.id == "enable_alarm").into());
                self.changed("alarms", "alarm", id, ChangeKind::Updated);
                Ok(())
            }
            "set_mood" => self.set_mood(chosen(&args, "mood")?),
            "lights_on" | "lights_off" => {
                let zone = chosen(&args, "zone")?;
                let lights = self.devices.values().filter(|one| one.class == "light");
                let lights = lights.filter(|one| self.zone_is_within(&one.zone, zone));
                let lights: Vec<String> = lights.map(|light| light.id.clone()).collect();
                for light in lights {
                    self.write_checked(&light, "onoff", (card.id == "lights_on").into())?;
                }
                Ok(())
            }
            "push_text" => match self.users.contains_key(chosen(&args, "user")?) {
                true => Ok(()),
                false => Err("The user does not exist".to_owned()),
            },
            "say" => Ok(()),
            "set_variable_text" | "set_variable_number" | "set_variable_boolean" => {
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
            // What apps do is not modelled.
            _ if card.owner_uri.starts_with("homey:app:") => Ok(()),
            other => Err(format!("{other} cannot be run")),
        }
    }

    /// Sets the states of a mood; those of devices that are gone are left out.
    pub(crate) fn set_mood(&mut self, id: &str) -> Result<(), String> {
        let mood = self.moods.get(id).ok_or("The mood does not exist")?;
        let devices = mood.get("devices").and_then(Value::as_object).cloned().unwrap_or_default();
        for (device, held) in &devices {
            if !self.devices.contains_key(device) {
                continue;
            }
            let states = held.get("state").and_then(Value::as_object).into_iter().flatten();
            for (capability, value) in states {
                self.write_checked(device, capability, value.clone())?;
            }
        }
        self.mood_was_set(id);
        Ok(())
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

/// The hours that are no night, the whole year (inferred: real Homeys go by the sun).
const NOT_NIGHT: std::ops::Range<i8> = 7..21;

fn is_on(item: &Map<String, Value>) -> bool {
    item.get("enabled").is_some_and(|on| *on == true)
}

/// The id of what was chosen for an argument: flows hold the whole object that was offered.
fn chosen<'a>(args: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    let id = args.get(name).and_then(|chosen| chosen.get("id")).and_then(Value::as_str);
    id.ok_or_else(|| format!("{name} is not chosen"))
}

pub(super) fn argument_name(line: &CapabilityCard) -> Option<&'static str> {
    line.argument.split_once(':').map(|(name, _)| name)
}

/// Whether a change of a capability to `value` is what a trigger card waits for.
pub(crate) fn triggers(line: &CapabilityCard, value: &Value, args: &Map<String, Value>) -> bool {
    if line.kind != CardKind::Trigger {
        return false;
    }
    let yes_no = definition::of(line.capability)
        .is_some_and(|definition| definition.kind == definition::ValueType::Boolean);
    let fits = match line.id {
        id if yes_no && id.ends_with("_true") => *value == true,
        id if yes_no && id.ends_with("_false") => *value == false,
        _ => true,
    };
    // A trigger with an argument waits for that value; without one chosen, for any.
    fits && argument_name(line).and_then(|name| args.get(name)).is_none_or(|wanted| wanted == value)
}
