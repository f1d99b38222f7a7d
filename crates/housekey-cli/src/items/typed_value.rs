//! A value of a capability as people type it: as it is shown, with its unit, or as a step from the value
//! that is there.

use housekey::model::{Capability, Measure, ValueError, ValueKind};
use serde_json::{Number, Value};

use crate::error::{Failure, Outcome};
use crate::nearness;
use crate::written_number::{Written, is_share};

/// The value that a text means, checked. Texts are never converted.
///
/// # Errors
/// Usage, with what the capability takes or what was probably meant.
pub(crate) fn read(capability: &Capability, text: &str) -> Outcome<Value> {
    match capability.kind() {
        Some(ValueKind::Number) => number(capability, text),
        kind => capability.read(text).map_err(|error| match nearest(capability, kind, text) {
            near if near.is_empty() => error.into(),
            near => Failure::usage(error.to_string())
                .hint(format!("did you mean {}? Nothing was sent", near.join(" or "))),
        }),
    }
}

/// The words of a capability that look like the text.
fn nearest(capability: &Capability, kind: Option<ValueKind>, text: &str) -> Vec<String> {
    let words: Vec<&str> = match kind {
        Some(ValueKind::Boolean) => vec!["on", "off", "true", "false", "yes", "no"],
        Some(ValueKind::Enum) => {
            let choices = capability.values.get().into_iter().flatten();
            choices.flat_map(|one| [Some(one.id.as_str()), one.title.label()]).flatten().collect()
        }
        _ => Vec::new(),
    };
    nearness::nearest(text, words).into_iter().map(str::to_owned).collect()
}

fn number(capability: &Capability, text: &str) -> Outcome<Value> {
    let measure = Measure::of_capability(capability);
    let limit = |field: &housekey::model::Field<Number>| field.get().and_then(Number::as_f64);
    let (min, max) = (limit(&capability.min), limit(&capability.max));
    let typed = text.trim().replace('\u{2212}', "-");
    let (step, typed) = match (typed.strip_prefix("+="), typed.strip_prefix("-=")) {
        (Some(up), _) => (true, up.to_owned()),
        (_, Some(down)) => (true, format!("-{}", down.trim())),
        _ => (typed.starts_with('+'), typed),
    };
    // The library words what is no number.
    let Some(written) = Written::read(&typed) else { return Ok(capability.read(text)?) };
    let Some(given) = written.in_measure(&measure) else {
        let Written { unit, .. } = written;
        let own = match measure.unit() {
            Some(own) => format!("is in {own}, and {unit} is another unit"),
            None => format!("has no unit, and {unit} is one"),
        };
        return Err(Failure::usage(format!("`{}` {own}", capability.id)).hint("nothing was sent"));
    };
    // Where no value is below zero, a size with its unit below zero is a step down.
    let step = step || given < 0.0 && !written.unit.is_empty() && min.is_some_and(|min| min >= 0.0);
    let number = match step {
        true => {
            let now = capability.value().as_f64().ok_or_else(|| {
                Failure::usage(format!("`{}` has no value to count from", capability.id))
                    .hint("set it to a value; nothing was sent")
            })?;
            // The last digits of 0.30000000000000004 come from the addition.
            let moved = ((now + given) * 1e10).round() / 1e10;
            moved.max(min.unwrap_or(moved)).min(max.unwrap_or(f64::MAX))
        }
        false => given,
    };
    let value = match (step, typed.parse::<Number>()) {
        (false, Ok(number)) => Value::Number(number),
        _ => whole_or_not(number),
    };
    match capability.check(&value) {
        Ok(()) => Ok(value),
        Err(error @ ValueError::OutOfRange { .. }) => Err(out_of_range(error, number, &measure)),
        Err(error) => Err(error.into()),
    }
}

fn out_of_range(error: ValueError, number: f64, measure: &Measure) -> Failure {
    let failure = Failure::usage(error.to_string());
    match number {
        number if is_share(measure) && number > 1.0 && number <= 100.0 => {
            failure.hint(format!("did you mean {number}%? Nothing was sent"))
        }
        number if number < 0.0 => {
            failure.hint(format!("`-={}` lowers it by that much; nothing was sent", -number))
        }
        _ => failure.hint("nothing was sent"),
    }
}

/// A whole number without decimals, as Homeys write them.
fn whole_or_not(number: f64) -> Value {
    match number.fract() == 0.0 && number.abs() < 1e15 {
        true => Value::from(number as i64),
        false => Value::from(number),
    }
}

/// What a capability can be set to: `0 to 100 %, step 1`, `heat, cool, off`; `-` where it cannot.
pub(crate) fn takes(capability: &Capability) -> String {
    if !capability.setable.is_true() {
        return "-".to_owned();
    }
    match capability.kind() {
        Some(ValueKind::Boolean) if capability.id.starts_with("onoff") => "on, off".to_owned(),
        Some(ValueKind::Boolean) => "yes, no".to_owned(),
        Some(ValueKind::Enum) => {
            let ids: Vec<&str> =
                capability.values.get().into_iter().flatten().map(|one| one.id.as_str()).collect();
            if ids.is_empty() { "a word".to_owned() } else { ids.join(", ") }
        }
        Some(ValueKind::Number) => range(capability),
        Some(ValueKind::String) => "a text".to_owned(),
        None => "a value".to_owned(),
    }
}

fn range(capability: &Capability) -> String {
    let measure = Measure::of_capability(capability);
    let bare = |field: &housekey::model::Field<Number>| {
        let number = field.get().and_then(Number::as_f64)?;
        Some(housekey::model::number_text(measure.scaled(number), None))
    };
    let unit = measure.unit().map(|unit| format!(" {unit}")).unwrap_or_default();
    let range = match (bare(&capability.min), bare(&capability.max)) {
        (Some(min), Some(max)) => format!("{min} to {max}{unit}"),
        (Some(min), None) => format!("{min}{unit} and more"),
        (None, Some(max)) => format!("up to {max}{unit}"),
        (None, None) => {
            format!("a number{}", if unit.is_empty() { unit } else { format!(" in{unit}") })
        }
    };
    match bare(&capability.step) {
        Some(step) => format!("{range}, step {step}"),
        None => range,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn capability(fields: Value) -> Capability {
        let mut all = json!({ "id": "c", "setable": true });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    fn outcome(fields: &Value, text: &str) -> String {
        match read(&capability(fields.clone()), text) {
            Ok(value) => value.to_string(),
            Err(failure) => failure.lines().map(|(_, text)| text).collect::<Vec<_>>().join(" | "),
        }
    }

    #[test]
    fn values_are_typed_as_they_are_shown() {
        let dim = json!({"type": "number", "min": 0, "max": 1, "units": "%", "value": 0.4});
        let warmth = json!({"type": "number", "min": 5, "max": 30, "units": "°C", "value": 20});
        let freezer = json!({"type": "number", "min": -30, "max": 5, "units": "°C", "value": -18});
        let volume = json!({"type": "number", "min": 0, "max": 100, "units": "%", "value": 95});
        let bare = json!({"type": "number", "value": null});
        let onoff = json!({"type": "boolean"});
        let mode =
            json!({"type": "enum", "values": [{"id": "heat", "title": "Heizen"}, {"id": "cool"}]});
        let text = json!({"type": "string"});
        for (fields, typed, want) in [
            (&dim, "50%", "0.5"),
            (&dim, "7 %", "0.07"),
            (&dim, "0.5", "0.5"),
            (&dim, "0,5", "0.5"),
            (&dim, "1", "1"),
            (&dim, "100%", "1"),
            (&dim, "+10%", "0.5"),
            (&dim, "-10%", "0.3"),
            (&dim, "\u{2212}10 %", "0.3"),
            (&dim, "+0.1", "0.5"),
            (&dim, "-=0.1", "0.3"),
            (&dim, "+=10%", "0.5"),
            (&dim, "+90%", "1"),
            (&dim, "-90%", "0"),
            (
                &dim,
                "50",
                "`c` takes a number from 0 to 1, and 50 is outside | did you mean 50%? Nothing was sent",
            ),
            (
                &dim,
                "-1",
                "`c` takes a number from 0 to 1, and -1 is outside | `-=1` lowers it by that much; nothing was sent",
            ),
            (&dim, "20°C", "`c` is in %, and °C is another unit | nothing was sent"),
            (&dim, "bright", "`c` takes a number from 0 to 1, not \"bright\" | nothing was sent"),
            (&warmth, "20,5", "20.5"),
            (&warmth, "20.5°C", "20.5"),
            (&warmth, "20.5 C", "20.5"),
            (&warmth, "+0.5", "20.5"),
            (&warmth, "-1°C", "19"),
            (&warmth, "70°F", "`c` is in °C, and °F is another unit | nothing was sent"),
            (
                &warmth,
                "50",
                "`c` takes a number from 5 to 30 °C, and 50 is outside | nothing was sent",
            ),
            (&freezer, "-20", "-20"),
            (&freezer, "-20 °C", "-20"),
            (&freezer, "-=2", "-20"),
            (&volume, "+10%", "100"),
            (&volume, "50", "50"),
            (&bare, "3", "3"),
            (&bare, "3 W", "`c` has no unit, and W is one | nothing was sent"),
            (&bare, "+3", "`c` has no value to count from | set it to a value; nothing was sent"),
            (&onoff, "ON", "true"),
            (&onoff, "no", "false"),
            (
                &onoff,
                "onn",
                "`c` takes true or false, not \"onn\" | did you mean on? Nothing was sent",
            ),
            (&onoff, "perhaps", "`c` takes true or false, not \"perhaps\" | nothing was sent"),
            (&mode, "heizen", "\"heat\""),
            (
                &mode,
                "heet",
                "`c` takes one of heat, cool, not `heet` | did you mean heat? Nothing was sent",
            ),
            (&text, "+10%", "\"+10%\""),
            (&text, " 20,5 ", "\" 20,5 \""),
            (&text, "on", "\"on\""),
        ] {
            assert_eq!(outcome(fields, typed), want, "{typed} for {fields}");
        }
    }

    #[test]
    fn what_a_capability_takes_is_said_in_its_unit() {
        for (fields, want) in [
            (
                json!({"type": "number", "min": 0, "max": 1, "step": 0.01, "units": "%"}),
                "0 to 100 %, step 1",
            ),
            (json!({"type": "number", "min": 5, "max": 30, "units": "°C"}), "5 to 30 °C"),
            (json!({"type": "number", "max": 9}), "up to 9"),
            (json!({"type": "number", "min": 1, "units": "W"}), "1 W and more"),
            (json!({"type": "number", "units": "W"}), "a number in W"),
            (json!({"type": "number"}), "a number"),
            (json!({"type": "boolean"}), "yes, no"),
            (json!({"type": "enum", "values": [{"id": "a"}, {"id": "b"}]}), "a, b"),
            (json!({"type": "string"}), "a text"),
            (json!({"type": "string", "setable": false}), "-"),
        ] {
            assert_eq!(takes(&capability(fields.clone())), want, "{fields}");
        }
    }
}
