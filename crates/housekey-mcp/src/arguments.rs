//! The arguments of a call, checked against those of the tool.

use serde_json::{Map, Value};

use crate::answer::{Outcome, Refused};
use crate::quote::quoted;
use crate::tools::{Argument, Kind, LARGEST_OBJECT, LONGEST_ARGUMENT, Tool};

/// The arguments of a call, of the kinds that the tool takes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Checks them. Models write `"20"` for 20 and one text for a list of one: both are taken.
    pub(crate) fn of(tool: &Tool, given: Map<String, Value>) -> Outcome<Self> {
        let mut checked = Map::new();
        for (name, value) in given {
            let Some(argument) = tool.arguments.iter().find(|one| one.name == name) else {
                let known: Vec<_> = tool.arguments.iter().map(|one| one.name).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(Refused::new(format!(
                    "There is no argument {} of {}. It takes: {known}.",
                    quoted(&name),
                    tool.name
                )));
            };
            if value.is_null() {
                continue;
            }
            let value = argument
                .read(value)
                .map_err(|takes| Refused::new(format!("`{}` takes {takes}.", argument.name)))?;
            checked.insert(name, value);
        }
        match tool.arguments.iter().find(|one| one.is_needed && !checked.contains_key(one.name)) {
            Some(missing) => {
                let hint = if missing.hint.is_empty() { "" } else { ": " };
                Err(Refused::new(format!("`{}` is required{hint}{}.", missing.name, missing.hint)))
            }
            None => Ok(Self(checked)),
        }
    }

    /// All of them.
    pub(crate) fn all(&self) -> &Map<String, Value> {
        &self.0
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    /// The texts of a list; none where it was left out.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.get(name).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).collect()
    }
}

fn is_small(value: &Value) -> bool {
    value.to_string().len() <= LARGEST_OBJECT
}

impl Argument {
    /// The value, or what the argument takes.
    fn read(&self, value: Value) -> Result<Value, String> {
        let is_text =
            |value: &Value| value.as_str().is_some_and(|text| text.len() <= LONGEST_ARGUMENT);
        match (self.kind, value) {
            (Kind::Text, value) if is_text(&value) => Ok(value),
            (Kind::Text, Value::Number(number)) => Ok(number.to_string().into()),
            (Kind::Text, _) => Err(format!("a text of at most {LONGEST_ARGUMENT} bytes")),
            (Kind::Texts(_), value) if is_text(&value) => Ok(vec![value].into()),
            (Kind::Texts(most), Value::Array(list))
                if list.len() <= most && list.iter().all(is_text) =>
            {
                Ok(list.into())
            }
            (Kind::Texts(most), _) => Err(format!("a list of at most {most} texts")),
            (Kind::Choice(words), Value::String(word)) if words.contains(&word.as_str()) => {
                Ok(word.into())
            }
            (Kind::Choice(words), _) => Err(format!("one of {}", words.join(", "))),
            (Kind::Choices(words), value) => {
                let list = match value {
                    Value::Array(list) => list,
                    one => vec![one],
                };
                let is_known =
                    |value: &Value| value.as_str().is_some_and(|word| words.contains(&word));
                match list.iter().all(is_known) {
                    true => Ok(list.into()),
                    false => Err(format!("a list of {}", words.join(", "))),
                }
            }
            (Kind::Flag, value @ Value::Bool(_)) => Ok(value),
            (Kind::Flag, Value::String(text)) if text == "true" || text == "false" => {
                Ok((text == "true").into())
            }
            (Kind::Flag, _) => Err("true or false".to_owned()),
            (Kind::Count(most), value) => {
                let number = match &value {
                    Value::String(text) => text.trim().parse().ok(),
                    value => value.as_u64(),
                };
                match number.filter(|number| (1..=most).contains(number)) {
                    Some(number) => Ok(number.into()),
                    None => Err(format!("a whole number from 1 to {most}")),
                }
            }
            (Kind::Scalar, value @ (Value::Bool(_) | Value::Number(_))) => Ok(value),
            (Kind::Scalar, value) if is_text(&value) => Ok(value),
            (Kind::Scalar, _) => Err("true, false, a number or a text".to_owned()),
            (Kind::Object, value @ Value::Object(_)) if is_small(&value) => Ok(value),
            (Kind::Object, _) => Err(format!("an object of at most {LARGEST_OBJECT} bytes")),
            (Kind::Changes(most), Value::Array(list))
                if list.len() <= most
                    && list.iter().all(|one| one.is_object() && is_small(one)) =>
            {
                Ok(list.into())
            }
            (Kind::Changes(_), value @ Value::Object(_)) if is_small(&value) => {
                Ok(vec![value].into())
            }
            (Kind::Changes(most), _) => Err(format!(
                "a list of at most {most} changes {{\"kind\", \"action\", \"id\", \"set\"}}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::group::Groups;
    use crate::tools;

    fn read(tool: &str, given: Value) -> String {
        let tool = tools::find(Groups::default(), tool).unwrap();
        match Arguments::of(tool, given.as_object().unwrap().clone()) {
            Ok(Arguments(read)) => Value::from(read).to_string(),
            Err(Refused(why)) => why,
        }
    }

    #[test]
    fn arguments_are_those_of_the_tool() {
        for (given, want) in [
            (json!({ "q": "lamp", "limit": 5 }), r#"{"q":"lamp","limit":5}"#),
            (json!({ "limit": "5", "available": "true" }), r#"{"limit":5,"available":true}"#),
            (json!({ "q": null }), "{}"),
            (json!({ "limit": 0 }), "`limit` takes a whole number from 1 to 1000."),
            (json!({ "limit": -1 }), "`limit` takes a whole number from 1 to 1000."),
            (json!({ "q": ["a"] }), "`q` takes a text of at most 4096 bytes."),
            (json!({ "q": "x".repeat(5_000) }), "`q` takes a text of at most 4096 bytes."),
            (json!({ "available": 1 }), "`available` takes true or false."),
            (
                json!({ "name\"\n": 1 }),
                "There is no argument \"name'\" of homey_devices_search. It takes: q, zone, class, capability, \
                 where, available, limit, cursor.",
            ),
        ] {
            assert_eq!(read("homey_devices_search", given.clone()), want, "{given}");
        }
        for (given, want) in [
            (json!({}), "`device` is required: name, Zone/Name, id or its first 8 digits."),
            (json!({ "device": "a", "include": "flows" }), r#"{"device":"a","include":["flows"]}"#),
            (
                json!({ "device": "a", "include": ["flows", "all"] }),
                "`include` takes a list of settings, flows, energy, driver.",
            ),
        ] {
            assert_eq!(read("homey_device_get", given.clone()), want, "{given}");
        }
        assert_eq!(
            read("homey_doctor", json!({ "a": 1 })),
            "There is no argument \"a\" of homey_doctor. It takes: none."
        );
    }
}
