//! Templates of the JSON text of a device, with marks for the values that change with time.

use serde_json::Value;

use crate::state::device::{Part, Slot};

/// Begins the text that stands for a slot in the view the template is made of. Its first character
/// comes out of JSON as an escape, so that it is not found in what people write.
const MARK: &str = "\u{1}slot:";
const ESCAPED: &str = "\"\\u0001slot:";

/// The mark for a value that changes with time.
pub(super) fn mark(slot: Slot) -> Value {
    let name = match slot {
        Slot::Value(index) => format!("value:{index}"),
        Slot::Updated(index) => format!("updated:{index}"),
        Slot::Watts => "watts".to_owned(),
        Slot::Seen => "seen".to_owned(),
        Slot::Images => "images".to_owned(),
    };
    Value::String(format!("{MARK}{name}"))
}

fn slot(name: &str) -> Option<Slot> {
    let (name, index) = name.split_once(':').unwrap_or((name, ""));
    Some(match name {
        "value" => Slot::Value(index.parse().ok()?),
        "updated" => Slot::Updated(index.parse().ok()?),
        "watts" => Slot::Watts,
        "seen" => Slot::Seen,
        "images" => Slot::Images,
        _ => return None,
    })
}

/// Splits a text at its marks. Text that only resembles a mark stays as it is.
pub(super) fn cut(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(ESCAPED) {
        literal.push_str(before);
        rest = after;
        let found = after.split_once('"').and_then(|(name, behind)| Some((slot(name)?, behind)));
        let Some((slot, behind)) = found else {
            literal.push_str(ESCAPED);
            continue;
        };
        parts.push(Part::Text(std::mem::take(&mut literal)));
        parts.push(Part::Slot(slot));
        rest = behind;
    }
    literal.push_str(rest);
    parts.push(Part::Text(literal));
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_cut_at_its_marks_alone() {
        let view = json!({
            "a": mark(Slot::Value(3)),
            "b": "\u{1}slot",
            "c": "slot:watts",
            "d": mark(Slot::Watts),
        });
        let parts = cut(&view.to_string());
        assert_eq!(
            parts,
            [
                Part::Text("{\"a\":".to_owned()),
                Part::Slot(Slot::Value(3)),
                Part::Text(",\"b\":\"\\u0001slot\",\"c\":\"slot:watts\",\"d\":".to_owned()),
                Part::Slot(Slot::Watts),
                Part::Text("}".to_owned()),
            ]
        );
        // A user's text that looks like a mark is no slot.
        let view = json!({ "name": "\u{1}slot:x\"", "d": mark(Slot::Seen) }).to_string();
        let parts = cut(&view);
        assert_eq!(parts[0], Part::Text("{\"name\":\"\\u0001slot:x\\\"\",\"d\":".to_owned()));
        assert_eq!(parts[1..], [Part::Slot(Slot::Seen), Part::Text("}".to_owned())]);
    }
}
