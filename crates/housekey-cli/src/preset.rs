//! Scopes and presets of them, as the command line takes them.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use housekey::catalogue::Preset;

use crate::error::{Failure, Outcome};

/// Reads a preset by its name.
pub(crate) fn parser() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::as_str))
        .try_map(|word| word.parse::<Preset>())
}

/// Refuses a scope that is given twice.
pub(crate) fn check_once<S: ToString>(scopes: &[S]) -> Outcome {
    let words: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    match words.iter().enumerate().find(|(place, word)| words[..*place].contains(word)) {
        Some((_, word)) => Err(Failure::usage(format!("the scope `{word}` is given twice"))
            .hint("give each scope once")),
        None => Ok(()),
    }
}
