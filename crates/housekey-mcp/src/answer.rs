//! What a tool answers.

use serde_json::{Map, Value};

/// The answer of a tool: text for the model, and values for programs where they need some.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Answer {
    /// Lines of text.
    pub(crate) text: String,
    /// `structuredContent`; left out where it is empty.
    pub(crate) values: Map<String, Value>,
    /// Whether nothing was done, for the reason in the text.
    pub(crate) is_error: bool,
}

/// Why a tool has no answer, in a sentence that a model can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused(pub(crate) String);

/// What a tool comes to.
pub(crate) type Outcome<T = Answer> = Result<T, Refused>;

impl Answer {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.values.insert(key.to_owned(), value.into());
        self
    }
}

impl From<Refused> for Answer {
    fn from(Refused(text): Refused) -> Self {
        Self { text, is_error: true, ..Self::default() }
    }
}

impl Refused {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
