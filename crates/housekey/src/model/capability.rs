//! A capability of a device: one value it reports or takes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::name::as_seen;
use super::read::read_item;
use super::{Field, Time, ValueError, ValueKind};

/// A capability with its value, an entry of a device's `capabilitiesObj`; the same type holds the
/// definitions that V2 lists, which have no value.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capability {
    /// `onoff`, `measure_power.phase1`: what stands before the dot says what is measured.
    pub id: String,
    /// `boolean`, `number`, `string` or `enum`; see [`Capability::kind`].
    #[serde(rename = "type")]
    pub kind: Field<String>,
    /// Its name, in the language of the home.
    pub title: Field<String>,
    /// The value. `null` until the device has reported one, and for buttons.
    pub value: Field<Value>,
    /// When the value was reported; `null` or missing (on V2) when it never was.
    pub last_updated: Field<Time>,
    /// Whether it can be read.
    pub getable: Field<bool>,
    /// Whether it can be written.
    pub setable: Field<bool>,
    /// The unit as people read it. `%` stands beside ranges of 0 to 1 as well.
    pub units: Field<String>,
    /// The smallest number it takes.
    pub min: Field<Number>,
    /// The largest number it takes.
    pub max: Field<Number>,
    /// The step between two numbers. Homeys were not seen to insist on it.
    pub step: Field<Number>,
    /// The number of decimals to show. Values have more.
    pub decimals: Field<Number>,
    /// The choices of an `enum`.
    pub values: Field<Vec<Choice>>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

read_item!(Capability needs { id: "id" } and {
    kind: "type", title: "title", value: "value", last_updated: "lastUpdated",
    getable: "getable", setable: "setable", units: "units", min: "min", max: "max",
    step: "step", decimals: "decimals", values: "values",
});

/// One thing an `enum` capability may be.
#[serde_with::apply(Field<_> => #[serde(default, skip_serializing_if = "Field::is_missing")])]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The id, which is written as the value.
    pub id: String,
    /// Its title, in the language of the home.
    pub title: Field<String>,
    /// All other fields.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Capability {
    /// The type of the value; `None` for one we do not know.
    pub fn kind(&self) -> Option<ValueKind> {
        self.kind.text().and_then(ValueKind::parse)
    }

    /// The value; `null` when there is none.
    pub fn value(&self) -> &Value {
        self.value.get().unwrap_or(&Value::Null)
    }

    /// The text for a choice of an `enum`: its title, or its id with blanks.
    pub fn choice_text(&self, id: &str) -> String {
        let choice = self.choices().iter().find(|choice| choice.id == id);
        match choice.and_then(|choice| choice.title.label()) {
            Some(title) => title.to_owned(),
            None => id.replace('_', " "),
        }
    }

    /// Whether the value may be written. Where the capability does not say, the Homey decides, as
    /// it does in any case.
    ///
    /// # Errors
    /// See [`ValueError`]; its text says what the capability takes.
    pub fn check(&self, value: &Value) -> Result<(), ValueError> {
        let name = || self.id.clone();
        if self.setable == Field::Is(false) {
            return Err(ValueError::NotSetable { name: name() });
        }
        let Some(kind) = self.kind() else { return Ok(()) };
        if !kind.fits(value) {
            let given = value.to_string();
            return Err(ValueError::Mistyped { name: name(), takes: self.takes(kind), given });
        }
        match (kind, value) {
            (ValueKind::Number, Value::Number(given)) if !self.in_range(given) => {
                let (takes, given) = (self.takes(kind), given.clone());
                Err(ValueError::OutOfRange { name: name(), takes, given })
            }
            (ValueKind::Enum, Value::String(given)) if !self.is_choice(given) => {
                let (takes, given) = (self.takes(kind), given.clone());
                Err(ValueError::NotAChoice { name: name(), takes, given })
            }
            _ => Ok(()),
        }
    }

    /// The value that a person means by a text, checked: numbers and `true`, `on`, `yes` by the type,
    /// an `enum` by the id or the title of a choice.
    ///
    /// # Errors
    /// As [`Capability::check`].
    pub fn read(&self, text: &str) -> Result<Value, ValueError> {
        let kind = self.kind().unwrap_or(ValueKind::String);
        let choice = self.choices().iter().find(|choice| {
            kind == ValueKind::Enum
                && choice.title.label().is_some_and(|title| as_seen(title) == as_seen(text))
        });
        let value = match choice {
            Some(choice) if !self.is_choice(text) => Value::String(choice.id.clone()),
            _ => kind.read(text).unwrap_or_else(|| text.into()),
        };
        self.check(&value).map(|()| value)
    }

    fn in_range(&self, given: &Number) -> bool {
        let number = |field: &Field<Number>| field.get().and_then(Number::as_f64);
        let Some(given) = given.as_f64() else { return true };
        number(&self.min).is_none_or(|min| min <= given)
            && number(&self.max).is_none_or(|max| given <= max)
    }

    /// Whether it is listed, or nothing is.
    fn is_choice(&self, given: &str) -> bool {
        let choices = self.choices();
        choices.is_empty() || choices.iter().any(|choice| choice.id == given)
    }

    /// The values of an `enum`; empty where none are listed.
    fn choices(&self) -> &[Choice] {
        self.values.get().map_or(&[], Vec::as_slice)
    }

    /// What it accepts, in words: `a number from 5 to 30 °C`.
    fn takes(&self, kind: ValueKind) -> String {
        match kind {
            ValueKind::Enum if !self.choices().is_empty() => {
                let ids: Vec<&str> = self.choices().iter().map(|c| c.id.as_str()).collect();
                format!("one of {}", ids.join(", "))
            }
            ValueKind::Number => match (self.min.get(), self.max.get()) {
                (Some(min), Some(max)) => format!("a number from {min} to {max}{}", self.unit()),
                (Some(min), None) => format!("a number from {min}{} up", self.unit()),
                (None, Some(max)) => format!("a number up to {max}{}", self.unit()),
                (None, None) => kind.in_words().to_owned(),
            },
            _ => kind.in_words().to_owned(),
        }
    }

    /// The unit behind a number; none for shares of one, which Homeys call `%`.
    fn unit(&self) -> String {
        let share = self.max.get().and_then(Number::as_f64).is_some_and(|max| max <= 1.0);
        match self.units.label().map(str::trim) {
            None | Some("") => String::new(),
            Some("%") if share => String::new(),
            Some(unit) => format!(" {unit}"),
        }
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

    fn outcome(result: Result<impl ToString, ValueError>) -> String {
        result.map_or_else(|error| error.to_string(), |value| value.to_string())
    }

    #[test]
    fn checks_values() {
        let dim = json!({"type": "number", "min": 0, "max": 1, "units": "%"});
        let warmth = json!({"type": "number", "min": 5, "max": 30.5, "units": "°C"});
        let mode =
            json!({"type": "enum", "values": [{"id": "heat", "title": "Heat"}, {"id": "off"}]});
        let rows = [
            (&dim, json!(0), "ok"),
            (&dim, json!(0.5), "ok"),
            (&dim, json!(1.0), "ok"),
            (&dim, json!(1.01), "`c` takes a number from 0 to 1, and 1.01 is outside"),
            (&dim, json!(-1), "`c` takes a number from 0 to 1, and -1 is outside"),
            (&dim, json!("0.5"), "`c` takes a number from 0 to 1, not \"0.5\""),
            (&dim, Value::Null, "`c` takes a number from 0 to 1, not null"),
            (&warmth, json!(31), "`c` takes a number from 5 to 30.5 °C, and 31 is outside"),
            (&json!({"type": "number"}), json!(1e9), "ok"),
            (&json!({"type": "number"}), json!(true), "`c` takes a number, not true"),
            (
                &json!({"type": "number", "min": 2}),
                json!(1),
                "`c` takes a number from 2 up, and 1 is outside",
            ),
            (
                &json!({"type": "number", "max": 200, "units": "%"}),
                json!(201),
                "`c` takes a number up to 200 %, and 201 is outside",
            ),
            (&mode, json!("heat"), "ok"),
            (&mode, json!("Heat"), "`c` takes one of heat, off, not `Heat`"),
            (&mode, json!(1), "`c` takes one of heat, off, not 1"),
            (&json!({"type": "enum"}), json!("anything"), "ok"),
            (&json!({"type": "enum", "values": []}), json!(1), "`c` takes a text, not 1"),
            (&json!({"type": "boolean"}), json!(false), "ok"),
            (&json!({"type": "boolean"}), json!(1), "`c` takes true or false, not 1"),
            (&json!({"type": "string"}), json!(""), "ok"),
            (&json!({"type": "boolean", "setable": false}), json!(true), "`c` cannot be set"),
            // What it does not tell is left to the Homey.
            (&json!({"type": "colour"}), json!([1]), "ok"),
            (&json!({"setable": null}), json!(1), "ok"),
            (&json!({"type": "number", "min": "low", "max": null}), json!(-5), "ok"),
        ];
        for (fields, value, want) in rows {
            let got = capability(fields.clone()).check(&value);
            assert_eq!(outcome(got.map(|()| "ok")), want, "{fields} {value}");
        }
    }

    #[test]
    fn reads_what_people_write() {
        let mode = json!({"type": "enum", "values": [
            {"id": "off", "title": "Aus"}, {"id": "heat", "title": "Off"},
        ]});
        let rows = [
            (json!({"type": "boolean"}), "on", "true"),
            (json!({"type": "boolean"}), " NO ", "false"),
            (json!({"type": "boolean"}), "1", "`c` takes true or false, not \"1\""),
            (json!({"type": "number", "max": 100}), "21", "21"),
            (json!({"type": "number"}), "-0.5", "-0.5"),
            (json!({"type": "number"}), "warm", "`c` takes a number, not \"warm\""),
            (json!({"type": "number"}), "NaN", "`c` takes a number, not \"NaN\""),
            (
                json!({"type": "number", "max": 100}),
                "101",
                "`c` takes a number up to 100, and 101 is outside",
            ),
            (json!({"type": "string"}), "21", "\"21\""),
            (json!({"type": "colour"}), "21", "\"21\""),
            // An id wins over the same word as a title.
            (mode.clone(), "off", "\"off\""),
            (mode.clone(), "OFF", "\"heat\""),
            (mode.clone(), "aus", "\"off\""),
            (mode, "on", "`c` takes one of off, heat, not `on`"),
        ];
        for (fields, text, want) in rows {
            assert_eq!(outcome(capability(fields.clone()).read(text)), want, "{fields} {text}");
        }
    }
}
