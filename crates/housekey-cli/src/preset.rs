//! Presets of scopes, as the command line takes them.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use housekey::catalogue::Preset;

/// Reads a preset by its name.
pub(crate) fn parser() -> impl TypedValueParser<Value = Preset> {
    PossibleValuesParser::new(Preset::ALL.map(Preset::as_str))
        .try_map(|word| word.parse::<Preset>())
}
