//! `--jq` and `--until`: filters JSON inside the process.
//!
//! The language is that of jq 1.7: the builtins of jaq, with `prelude.jq` before them. What is missing has its
//! reason in `left_out`.

mod left_out;
mod native;

use jaq_core::data::JustLut;
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::Val;
use serde::{Deserialize as _, Deserializer};

use crate::error::{Failure, Outcome};

/// Definitions beside those of jaq, which win over them.
const PRELUDE: &str = include_str!("jq/prelude.jq");

/// A filter that was understood.
pub(crate) struct Filter {
    /// The flag it was given with.
    flag: &'static str,
    compiled: jaq_core::Filter<JustLut<Val>>,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// Usage, with the place that was not understood.
    pub(crate) fn parse(flag: &'static str, code: &str) -> Outcome<Self> {
        let refused = |why| refused(flag, code, why);
        let kept = |name: &str| left_out::reason(name).is_none() && name != "debug_empty";
        let prelude = jaq_core::load::parse(PRELUDE, |parser| parser.defs()).unwrap_or_default();
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
        let arena = Arena::default();
        let loaded =
            Loader::new(definitions.filter(|definition| kept(definition.name)).chain(prelude))
                .load(&arena, File { code, path: () })
                .map_err(|errors| refused(errors.first().map(|(_, error)| place(error))))?;
        let compiled = Compiler::default()
            .with_funs(functions.filter(|(name, ..)| kept(name)).chain(native::functions()))
            .compile(loaded)
            .map_err(|errors| {
                let first = errors.first().and_then(|(_, errors)| errors.first());
                let text = first.map(|(name, what)| match left_out::reason(name) {
                    Some(reason) => format!("`{name}` is left out, since {reason}"),
                    None => format!("no {} `{name}`", what.as_str()),
                });
                refused(text)
            })?;
        Ok(Self { flag, compiled })
    }

    /// Every result, as a line of its own: texts as they are, all else as JSON.
    ///
    /// # Errors
    /// Failed, when the filter does not fit the value.
    pub(crate) fn lines<'de, D: Deserializer<'de>>(&self, value: D) -> Outcome<Vec<String>> {
        let results = self.results(value).map_err(|why| self.failed(&why))?;
        let text = |result| match result {
            Val::TStr(text) => String::from_utf8_lossy(&text).into_owned(),
            other => other.to_string(),
        };
        Ok(results.into_iter().map(text).collect())
    }

    /// Whether any result is neither `false` nor `null`.
    ///
    /// # Errors
    /// Failed, when the filter does not fit the value.
    pub(crate) fn holds<'de, D: Deserializer<'de>>(&self, value: D) -> Outcome<bool> {
        let results = self.results(value).map_err(|why| self.failed(&why))?;
        Ok(results.iter().any(|result| !matches!(result, Val::Null | Val::Bool(false))))
    }

    fn failed(&self, why: &str) -> Failure {
        Failure::failed(format!("{} failed: {why}", self.flag))
    }

    fn results<'de, D: Deserializer<'de>>(&self, value: D) -> Result<Vec<Val>, String> {
        let value = Val::deserialize(value).map_err(|error| error.to_string())?;
        let context = Ctx::<JustLut<Val>>::new(&self.compiled.lut, Vars::new([]));
        self.compiled
            .id
            .run((context, value))
            .map(|result| jaq_core::unwrap_valr(result).map_err(|e| shortened(&e.to_string())))
            .collect()
    }
}

/// The beginning and the end of a text that may quote a whole value.
fn shortened(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match chars.len() {
        0..=160 => text.to_owned(),
        length => chars[..80].iter().chain(&['…']).chain(&chars[length - 60..]).collect(),
    }
}

fn refused(flag: &str, code: &str, why: Option<String>) -> Failure {
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    Failure::usage(format!("{flag} does not understand `{code}`{why}"))
        .hint("the language is that of jq, as in `--jq '.[].name'`")
}

fn place(error: &jaq_core::load::Error<&str>) -> String {
    use jaq_core::load::Error;
    let (expected, found) = match error {
        Error::Io(_) => return "there are no modules".to_owned(),
        Error::Lex(errors) => match errors.first() {
            Some((expected, found)) => (expected.as_str(), *found),
            None => return String::new(),
        },
        Error::Parse(errors) => match errors.first() {
            Some((expected, found)) => (expected.as_str(), *found),
            None => return String::new(),
        },
    };
    match found {
        "" => format!("it ends where {expected} should follow"),
        found => format!("{expected} should stand where `{found}` does"),
    }
}

#[cfg(test)]
mod against_jq;
#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(code: &str) -> Vec<String> {
        let value =
            json!({"b": [{"name": "Lamp", "on": true}, {"name": "Écran", "on": null}], "a": 1.5});
        Filter::parse("--jq", code).unwrap().lines(&value).unwrap()
    }

    #[test]
    fn texts_come_bare_and_all_else_as_json() {
        assert_eq!(lines(".b[].name"), ["Lamp", "Écran"]);
        assert_eq!(lines(".b | map(.on)"), ["[true,null]"]);
        assert_eq!(lines(".a, (.b | length), empty"), ["1.5", "2"]);
        assert_eq!(lines("keys_unsorted"), [r#"["b","a"]"#]);
    }

    #[test]
    fn what_reaches_out_of_the_filter_does_not_exist() {
        for code in ["env", "env.HOME", "$ENV", "halt", "halt(3)", "halt_error", "input", "stderr"]
        {
            let failure = Filter::parse("--jq", code).err().expect(code);
            assert_eq!(failure.exit(), crate::error::Exit::Usage, "{code}");
        }
    }

    #[test]
    fn a_wrong_filter_is_told_with_its_place() {
        let text =
            |code| Filter::parse("--jq", code).err().unwrap().lines().next().unwrap().1.to_owned();
        insta::assert_snapshot!(text(".a |"), @"--jq does not understand `.a |`: it ends where term should follow");
        insta::assert_snapshot!(text("[.a"), @"--jq does not understand `[.a`: it ends where closing bracket should follow");
        insta::assert_snapshot!(text("env"), @"--jq does not understand `env`: `env` is left out, since the environment may hold secrets");
        insta::assert_snapshot!(text(".a | nmae"), @"--jq does not understand `.a | nmae`: no filter `nmae`");
    }

    #[test]
    fn a_filter_that_does_not_fit_fails() {
        let failure =
            Filter::parse("--jq", ".a | keys").unwrap().lines(json!({"a": 1})).unwrap_err();
        assert_eq!(failure.exit(), crate::error::Exit::Failed);
    }

    #[test]
    fn what_is_neither_false_nor_null_holds() {
        for (code, want) in [
            (".value == true", true),
            (".value", true),
            (".missing", false),
            ("empty", false),
            ("false, null", false),
            ("false, 0", true),
        ] {
            let filter = Filter::parse("--until", code).unwrap();
            assert_eq!(filter.holds(json!({ "value": true })).unwrap(), want, "{code}");
        }
        let failure = Filter::parse("--until", ".a.b").unwrap().holds(json!({"a": 1})).unwrap_err();
        assert!(failure.to_string().starts_with("--until failed: "), "{failure}");
    }
}
