//! What the action cards of capabilities write, as a function of the card, its arguments and the value
//! there is.

use serde_json::{Map, Value};

use super::card::CapabilityCard;
use super::local_time::time_of_day;
use super::value::{as_number, number};

/// What an action card of a capability writes: capabilities and their values.
pub(super) fn wanted(
    line: &CapabilityCard,
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::capability::{Capability, misfit};
    use super::super::capability_card::all;
    use super::super::card::CardKind;
    use super::super::definition;
    use super::super::pattern::Pattern;
    use super::*;

    /// Every action of the vendor's list writes something its capability takes.
    #[test]
    fn every_action_writes_what_fits() {
        for line in all().iter().filter(|line| line.kind == CardKind::Action) {
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
