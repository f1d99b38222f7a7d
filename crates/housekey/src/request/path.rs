//! The path with its arguments.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

use super::{ArgumentError, Arguments, check::given};
use crate::catalogue::{Operation, Place, Variant};

/// Characters that would end the segment or the path, start an escape, or may not be on a request
/// line. All others are sent raw, colons above all: the vendor's client does not encode them, and
/// Homeys expect ids in that form. The backslash is here because URL parsers read it as a slash.
const ENCODED: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The variant's path with the arguments in it.
pub(super) fn filled(
    operation: &'static Operation,
    variant: &'static Variant,
    arguments: &Arguments,
) -> Result<String, ArgumentError> {
    let mut path = String::with_capacity(variant.path.len() * 2);
    for segment in variant.path.split('/').skip(1) {
        path.push('/');
        let parameter = variant
            .parameters
            .iter()
            .find(|p| p.place == Place::Path && segment.strip_prefix(':') == Some(p.name));
        match parameter {
            None => path.push_str(segment),
            Some(parameter) => {
                let text = given(parameter, arguments).map(text).unwrap_or_default();
                if let Some(what) = unfit(&text) {
                    let (operation, name) = (operation.id, parameter.name);
                    return Err(ArgumentError::NotForPath { operation, name, what });
                }
                path.extend(utf8_percent_encode(&text, &ENCODED));
            }
        }
    }
    Ok(path)
}

/// A value as it is written in path or query.
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}

/// Values that no segment can have: servers and URL parsers remove such a segment from the path.
fn unfit(text: &str) -> Option<&'static str> {
    match text {
        "" => Some("empty"),
        "." => Some("`.`"),
        ".." => Some("`..`"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        args,
        catalogue::{Dialect, find},
    };

    fn path(arguments: &Arguments) -> Result<String, ArgumentError> {
        let operation = find("insights.getLogEntries").unwrap();
        filled(operation, operation.on(Dialect::V2).unwrap(), arguments)
    }

    #[test]
    fn encodes_only_what_would_break_out() {
        let rows = [
            ("measure_power.l1", "measure_power.l1"),
            ("a:b@c!$&'()*+,;=[]~-_", "a:b@c!$&'()*+,;=[]~-_"),
            ("a/b?c#d%e", "a%2Fb%3Fc%23d%25e"),
            ("%2e%2e", "%252e%252e"),
            ("..\\..", "..%5C.."),
            ("a b\tc\n", "a%20b%09c%0A"),
            ("Küche", "K%C3%BCche"),
            // Looks like a name of the path, and is none.
            (":id", ":id"),
            ("...", "..."),
        ];
        for (id, want) in rows {
            let got = path(&args! { "uri" => ":id:x", "id" => id });
            assert_eq!(got, Ok(format!("/api/manager/insights/log/:id:x/{want}/entry")), "{id}");
        }
    }

    #[test]
    fn refuses_what_no_segment_can_be() {
        for (id, want) in [("", "empty"), (".", "`.`"), ("..", "`..`")] {
            let error = path(&args! { "uri" => "u", "id" => id }).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!(
                    "`id` of insights.getLogEntries stands in the path, where it cannot be {want}"
                )
            );
        }
    }
}
