//! What people type behind an operation: `name=value`, `name=@file`, `name:=json`, `name:=@file`.

use std::io;

use housekey::catalogue::{ValueType, Variant};
use housekey::request::{Arguments, accepts};
use serde_json::Value;

use crate::error::{Failure, Outcome};

/// Arguments as they were typed, with the files in place of their names.
#[derive(Debug)]
pub(in crate::commands) struct Typed(Vec<(String, Given)>);

/// The value of one argument, before its type is known.
#[derive(Debug)]
enum Given {
    /// The value of `name=value`, which may be a number or another type.
    Text(String),
    /// The value of `name:=json`.
    Json(Value),
}

impl Typed {
    /// Takes the words apart; `read` gives the text of a file by its name.
    ///
    /// # Errors
    /// Usage, with the argument's name and never its value.
    pub(in crate::commands) fn read(
        words: &[String],
        mut read: impl FnMut(&str) -> io::Result<String>,
    ) -> Outcome<Self> {
        let mut typed: Vec<(String, Given)> = Vec::new();
        for word in words {
            let (name, value) = word.split_once('=').ok_or_else(|| {
                Failure::usage(format!("`{word}` has no value"))
                    .hint("write `name=value`, `name=@file` or `name:=json`")
            })?;
            let (name, is_json) = match name.strip_suffix(':') {
                Some(name) => (name, true),
                None => (name, false),
            };
            if typed.iter().any(|(known, _)| known == name) {
                return Err(Failure::usage(format!("`{name}` is given twice"))
                    .hint("give each argument once"));
            }
            let text = match value.strip_prefix('@') {
                None => value.to_owned(),
                Some(file) => read(file).map_err(|error| {
                    Failure::usage(format!("cannot read `{file}` for `{name}`")).because(&error)
                })?,
            };
            let given = if is_json { Given::Json(json(name, &text)?) } else { Given::Text(text) };
            typed.push((name.to_owned(), given));
        }
        Ok(Self(typed))
    }

    /// The arguments with the types that an operation takes. What fits no type, and what is no
    /// argument of it, stays a text: the library says better what is wrong with it.
    pub(in crate::commands) fn arguments(self, variant: Option<&Variant>) -> Arguments {
        let parameters = variant.map_or(&[][..], |variant| variant.parameters);
        let kinds =
            |name: &str| parameters.iter().find(|p| p.name == name).map_or(&[][..], |p| p.kinds);
        self.0
            .into_iter()
            .map(|(name, given)| {
                let value = given.typed(kinds(&name));
                (name, value)
            })
            .collect()
    }
}

impl Given {
    /// A text is read as JSON where that has a type that is taken, unless only texts are.
    fn typed(self, kinds: &[ValueType]) -> Value {
        let text = match self {
            Self::Json(value) => return value,
            Self::Text(text) => text,
        };
        match serde_json::from_str(&text) {
            Ok(value) if kinds != [ValueType::String] && accepts(kinds, &value) => value,
            _ => Value::String(text),
        }
    }
}

fn json(name: &str, text: &str) -> Outcome<Value> {
    serde_json::from_str(text).map_err(|error| {
        Failure::usage(format!("the value of `{name}:=` is not JSON"))
            .because(&error)
            .hint(format!("for a text write `{name}=...`"))
    })
}

#[cfg(test)]
mod tests {
    use ValueType::{Array, Boolean, Number, Object, String as Text};
    use serde_json::json;

    use super::*;

    fn read(words: &[&str]) -> Outcome<Typed> {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        Typed::read(&words, |file| match file {
            "flow.json" => Ok("{\"name\": \"Night\"}\n".to_owned()),
            "level" => Ok("0.5\n".to_owned()),
            "-" => Ok("from stdin".to_owned()),
            _ => Err(io::ErrorKind::NotFound.into()),
        })
    }

    /// The value of the only argument, for an argument of those types.
    fn value(word: &str, kinds: &[ValueType]) -> Value {
        read(&[word]).unwrap().0.remove(0).1.typed(kinds)
    }

    #[test]
    fn values_take_the_type_that_is_asked_for() {
        const EACH: &[ValueType] = &[Text, Number, Boolean];
        for (word, kinds, want) in [
            ("v=5", &[Text][..], json!("5")),
            ("v=", &[Text], json!("")),
            ("v=a=b", &[Text], json!("a=b")),
            ("v=5", &[Number], json!(5)),
            ("v=-0.5", &[Number], json!(-0.5)),
            ("v=five", &[Number], json!("five")),
            ("v=007", &[Number], json!("007")),
            ("v=1e999", &[Number], json!("1e999")),
            ("v=true", &[Boolean], json!(true)),
            ("v=on", &[Boolean], json!("on")),
            ("v=true", &[Number], json!("true")),
            ("v=5", EACH, json!(5)),
            ("v=heat", EACH, json!("heat")),
            ("v=\"5\"", EACH, json!("5")),
            ("v=null", EACH, json!("null")),
            ("v=null", &[], json!(null)),
            ("v=5", &[], json!(5)),
            ("v=heat", &[], json!("heat")),
            ("v={\"a\":1}", &[], json!({"a": 1})),
            ("v={\"a\":1}", &[Object], json!({"a": 1})),
            ("v={\"a\":1}", EACH, json!("{\"a\":1}")),
            ("v={a:1}", &[Object], json!("{a:1}")),
            ("v:={\"a\":1}", &[Object], json!({"a": 1})),
            ("v:=[1]", &[Array], json!([1])),
            ("v:=\"5\"", &[Text], json!("5")),
            ("v:=5", &[Text], json!(5)),
            ("v=@flow.json", &[Object], json!({"name": "Night"})),
            ("v=@flow.json", &[], json!({"name": "Night"})),
            ("v=@flow.json", &[Text], json!("{\"name\": \"Night\"}\n")),
            ("v:=@flow.json", &[Text], json!({"name": "Night"})),
            ("v=@level", &[Number], json!(0.5)),
            ("v=@-", &[Text], json!("from stdin")),
        ] {
            assert_eq!(value(word, kinds), want, "{word} as {kinds:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_without_its_value() {
        for (words, want) in [
            (&["secret"][..], "`secret` has no value"),
            (&["a=1", "a:=2"], "`a` is given twice"),
            (&["a:={secret"], "the value of `a:=` is not JSON"),
            (&["a=@missing"], "cannot read `missing` for `a`"),
        ] {
            let failure = read(words).unwrap_err();
            let lines: Vec<&str> = failure.lines().map(|(_, text)| text).collect();
            assert_eq!(lines[0], want);
            assert!(!lines[1..].concat().contains("secret"), "{lines:?}");
            assert_eq!(failure.exit(), crate::error::Exit::Usage);
        }
    }
}
