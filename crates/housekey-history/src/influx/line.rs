//! One line of the protocol: `measurement,tag=value field=value time`.

use std::fmt::Write as _;

/// The longest text of a field, in bytes; the protocol allows 64 KB.
const MAX_TEXT_BYTES: usize = 32 * 1024;

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum FieldValue<'a> {
    /// Always as a float: the server fixes the type of a field with its first value.
    Number(f64),
    Text(&'a str),
}

/// Writes a line and a line feed. Tags stand in the order of their keys, which is faster for the server;
/// those without a value are left out, since the protocol has none.
pub(super) fn write(
    to: &mut String,
    measurement: &str,
    tags: &[(&str, &str)],
    (field, value): (&str, FieldValue<'_>),
    time_ms: i64,
) {
    debug_assert!(tags.is_sorted());
    // The system's own measurements begin with an underscore.
    let measurement = measurement.trim_start_matches('_');
    let measurement = if measurement.is_empty() { "unnamed" } else { measurement };
    escape(to, measurement, &[',', ' ']);
    for (key, value) in tags {
        let value = without_end(value);
        if !value.is_empty() {
            to.push(',');
            escape(to, key, NAMES);
            to.push('=');
            escape(to, value, NAMES);
        }
    }
    to.push(' ');
    escape(to, field, NAMES);
    to.push('=');
    match value {
        FieldValue::Number(number) => {
            let _ = write!(to, "{number}");
        }
        FieldValue::Text(text) => {
            to.push('"');
            escape(to, truncated(text), &['"', '\\']);
            to.push('"');
        }
    }
    let _ = writeln!(to, " {time_ms}");
}

const NAMES: &[char] = &[',', '=', ' '];

/// A backslash at the end would escape what follows.
fn without_end(name: &str) -> &str {
    name.trim_end_matches(['\\', '\n', '\r'])
}

fn truncated(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Line breaks become blanks: no line of ours has one inside.
fn escape(to: &mut String, text: &str, special: &[char]) {
    for mut c in text.chars() {
        if matches!(c, '\n' | '\r') {
            c = ' ';
        }
        if special.contains(&c) {
            to.push('\\');
        }
        to.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::FieldValue::{Number, Text};
    use super::*;

    #[test]
    fn each_part_is_escaped_in_its_own_way() {
        let long = "é".repeat(MAX_TEXT_BYTES);
        let cut = format!("m v=\"{}\" 7\n", "é".repeat(MAX_TEXT_BYTES / 2));
        for (measurement, tags, field, value, want) in [
            ("m", &[][..], "v", Number(1.0), "m v=1 7\n"),
            ("a b,c=d", &[], "v", Number(0.1), "a\\ b\\,c=d v=0.1 7\n"),
            ("_internal", &[], "v", Number(-2.5), "internal v=-2.5 7\n"),
            ("__", &[], "v", Number(1e21), "unnamed v=1000000000000000000000 7\n"),
            (
                "m",
                &[("k", "a b"), ("l", "x=y,z")],
                "v",
                Number(1.0),
                "m,k=a\\ b,l=x\\=y\\,z v=1 7\n",
            ),
            ("m", &[("k", ""), ("l", "\\")], "v", Number(1.0), "m v=1 7\n"),
            ("m", &[("k", "end\\")], "v", Number(1.0), "m,k=end v=1 7\n"),
            ("m", &[("k", "a\nb\r")], "v", Number(1.0), "m,k=a\\ b v=1 7\n"),
            ("m", &[("k", "\"\u{1F600}\"")], "v", Number(1.0), "m,k=\"\u{1F600}\" v=1 7\n"),
            (
                "m",
                &[],
                "a b",
                Text("say \"hi\"\\ a,b=c\n"),
                "m a\\ b=\"say \\\"hi\\\"\\\\ a,b=c \" 7\n",
            ),
            ("m", &[], "v", Text(""), "m v=\"\" 7\n"),
            ("m", &[], "v", Text(&long), &cut),
        ] {
            let mut line = String::new();
            write(&mut line, measurement, tags, (field, value), 7);
            assert_eq!(line, want);
        }
    }
}
