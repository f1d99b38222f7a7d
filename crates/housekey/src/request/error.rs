//! Errors in the arguments of a call.

use crate::catalogue::{self, Dialect, Operation, ValueType};

/// The call was not sent, because its arguments are wrong. No text holds a value.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArgumentError {
    /// There is no operation of that name on any dialect.
    #[error("there is no operation `{name}`{}", meant_in_words(meant))]
    Unknown {
        /// The name, as given.
        name: String,
        /// The operations that were probably meant, closest first.
        meant: Vec<&'static str>,
    },
    /// Homeys of that dialect do not have the operation.
    #[error("a `{dialect}` Homey has no {operation}; it is there on {}", list(on, "and"))]
    Absent {
        /// The operation's id.
        operation: &'static str,
        /// The dialect of the Homey.
        dialect: Dialect,
        /// The dialects that have it.
        on: Vec<Dialect>,
    },
    /// A required argument is missing.
    #[error("{operation} needs `{name}`, which takes {}", kinds_in_words(takes))]
    Missing {
        /// The operation's id.
        operation: &'static str,
        /// The argument.
        name: &'static str,
        /// The types it may have; empty for any.
        takes: &'static [ValueType],
    },
    /// The operation has no such argument.
    #[error("{operation} has no argument `{name}`{}", known_in_words(*meant, known))]
    Surplus {
        /// The operation's id.
        operation: &'static str,
        /// The argument, as given.
        name: String,
        /// The argument that was probably meant.
        meant: Option<&'static str>,
        /// All arguments of the operation on this dialect.
        known: Vec<&'static str>,
    },
    /// The argument has the wrong type.
    #[error("`{name}` of {operation} takes {}, not {given}", kinds_in_words(takes))]
    Mistyped {
        /// The operation's id.
        operation: &'static str,
        /// The argument, or a key of it as `argument.key`.
        name: String,
        /// The types it may have.
        takes: &'static [ValueType],
        /// The type that was given, in words: `a number`.
        given: &'static str,
    },
    /// The argument is part of the path and has a value that no path can hold.
    #[error("`{name}` of {operation} stands in the path, where it cannot be {what}")]
    NotForPath {
        /// The operation's id.
        operation: &'static str,
        /// The argument.
        name: &'static str,
        /// The value in words: `empty`, `.` or `..`.
        what: &'static str,
    },
}

impl ArgumentError {
    /// For an operation that the catalogue does not have.
    pub fn unknown(name: &str) -> Self {
        Self::Unknown { name: name.to_owned(), meant: catalogue::suggest(name) }
    }

    pub(super) fn absent(operation: &'static Operation, dialect: Dialect) -> Self {
        let has = |dialect: &Dialect| operation.on(*dialect).is_some();
        let on = Dialect::ALL.into_iter().filter(has).collect();
        Self::Absent { operation: operation.id, dialect, on }
    }
}

fn kinds_in_words(kinds: &[ValueType]) -> String {
    if kinds.is_empty() {
        return "any value".to_owned();
    }
    list(&kinds.iter().map(|kind| kind.with_article()).collect::<Vec<_>>(), "or")
}

fn meant_in_words(meant: &[&str]) -> String {
    match meant {
        [] => String::new(),
        _ => format!("; did you mean {}?", list(meant, "or")),
    }
}

fn known_in_words(meant: Option<&str>, known: &[&str]) -> String {
    let quoted: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    match (meant, known) {
        (Some(name), _) => format!("; did you mean `{name}`?"),
        (None, []) => "; it takes none".to_owned(),
        (None, _) => format!("; it takes {}", list(&quoted, "and")),
    }
}

/// `a, b and c`
fn list<T: ToString>(items: &[T], word: &str) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
