//! What `--jq` and `--template` make of JSON.

use serde::Deserializer;

use super::jq::Filter;
use super::template::Template;
use crate::error::Outcome;

/// Makes text of JSON.
pub(crate) enum Shape {
    Filter(Filter),
    Template(Template),
}

impl Shape {
    /// What becomes of a value.
    pub(super) fn text<'de, D: Deserializer<'de>>(&self, value: D) -> Outcome<String> {
        match self {
            Self::Filter(filter) => {
                Ok(filter.lines(value)?.into_iter().map(|line| line + "\n").collect())
            }
            Self::Template(template) => template.text(value),
        }
    }
}
