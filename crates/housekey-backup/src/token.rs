//! Tokens in the arguments of cards: values that are filled in when the flow runs.

use serde_json::Value;

/// What a token refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRef<'a> {
    /// `owner|token`: the value of a device, a variable, an app or a manager.
    Global {
        /// `homey:device:<id>`.
        owner: &'a str,
        /// The id of the token.
        token: &'a str,
        /// Whether a colon separates the two, which is stored without complaint and never works.
        has_colon: bool,
    },
    /// `trigger::node::token`: what another node of an advanced flow gives.
    Node {
        /// `trigger`, `action` or `card`.
        kind: &'a str,
        /// The key of the node.
        node: &'a str,
        /// The id of the token; `error` for the text of a failed card.
        token: &'a str,
    },
    /// What the trigger of the flow gives.
    Own(&'a str),
}

impl<'a> TokenRef<'a> {
    /// Reads what stands between the brackets.
    pub fn read(text: &'a str) -> Self {
        if let Some((owner, token)) = text.split_once('|') {
            return Self::Global { owner, token, has_colon: false };
        }
        if text.starts_with("homey:")
            && let Some((place, _)) = text.match_indices(':').nth(2)
        {
            let (owner, token) = (&text[..place], &text[place + 1..]);
            return Self::Global { owner, token, has_colon: true };
        }
        let mut parts = text.splitn(3, "::");
        match (parts.next(), parts.next(), parts.next()) {
            (Some(kind), Some(node), Some(token)) => Self::Node { kind, node, token },
            _ => Self::Own(text),
        }
    }
}

/// The texts between `[[` and `]]`, in order.
pub fn in_text(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|(_, token)| token)
}

/// A text cut at its tokens: what comes before each, and the token; at the end the rest.
pub fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let here = rest?;
        let cut = here.find("[[").and_then(|start| {
            let inner = &here[start + 2..];
            Some((start, inner.find("]]")?))
        });
        let Some((start, length)) = cut else {
            rest = None;
            return Some((here, None));
        };
        let token = &here[start + 2..start + 2 + length];
        rest = Some(&here[start + 2 + length + 2..]);
        Some((&here[..start], Some(token)))
    })
}

/// Calls `see` with every text in a value, however deep.
pub fn each_text<'v>(value: &'v Value, see: &mut impl FnMut(&'v str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(values) => values.iter().for_each(|value| each_text(value, see)),
        Value::Object(fields) => fields.values().for_each(|value| each_text(value, see)),
        _ => {}
    }
}

/// The length of a UUID as text.
const UUID: usize = 36;

/// Whether a text is a UUID.
pub fn is_uuid(text: &str) -> bool {
    text.len() == UUID
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The UUIDs in a text.
pub fn uuids(text: &str) -> impl Iterator<Item = &str> {
    // The first hyphen of a UUID is its ninth letter.
    text.match_indices('-').filter_map(|(place, _)| {
        let start = place.checked_sub(8)?;
        text.get(start..start + UUID).filter(|part| is_uuid(part))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tokens_are_read_by_their_form() {
        for (text, want) in [
            (
                "homey:manager:logic|v",
                TokenRef::Global { owner: "homey:manager:logic", token: "v", has_colon: false },
            ),
            (
                "homey:device:d:measure_power",
                TokenRef::Global {
                    owner: "homey:device:d",
                    token: "measure_power",
                    has_colon: true,
                },
            ),
            ("trigger::n::t", TokenRef::Node { kind: "trigger", node: "n", token: "t" }),
            ("card::n::error", TokenRef::Node { kind: "card", node: "n", token: "error" }),
            ("weight", TokenRef::Own("weight")),
            ("homey:odd", TokenRef::Own("homey:odd")),
            ("", TokenRef::Own("")),
        ] {
            assert_eq!(TokenRef::read(text), want, "{text}");
        }
    }

    #[test]
    fn texts_are_cut_at_their_tokens() {
        for (text, want) in [
            ("", &[("", None)][..]),
            ("plain", &[("plain", None)]),
            ("a [[b]] c", &[("a ", Some("b")), (" c", None)]),
            ("[[a]][[b]]", &[("", Some("a")), ("", Some("b")), ("", None)]),
            ("a [[b", &[("a [[b", None)]),
        ] {
            assert_eq!(pieces(text).collect::<Vec<_>>(), want, "{text}");
        }
    }

    #[test]
    fn uuids_are_found_in_texts() {
        let id = "0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30";
        let text = format!("a-b {id}, \"{id}\" é{id}x {}", &id[1..]);
        assert_eq!(uuids(&text).collect::<Vec<_>>(), [id, id, id]);
    }

    proptest! {
        #[test]
        fn no_text_is_lost_by_cutting(text in "[\\[\\]a-c|:]{0,24}") {
            let joined: String = pieces(&text)
                .map(|(before, token)| match token {
                    Some(token) => format!("{before}[[{token}]]"),
                    None => before.to_owned(),
                })
                .collect();
            prop_assert_eq!(joined, text);
        }

        #[test]
        fn odd_texts_are_no_trouble(text in any::<String>()) {
            let _ = (TokenRef::read(&text), uuids(&text).count(), in_text(&text).count());
        }
    }
}
