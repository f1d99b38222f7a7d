//! The JSON text of a device, quickly: a template that lasts until the device itself changes, into
//! which the values of the moment are put.
//!
//! A thousand devices are three megabytes, and a home's values change all the time, so making the
//! whole text anew for each request would be what an answer mostly waits for.

use serde_json::{Value, json};

use super::device_view;
use crate::state::Home;
use crate::state::device::{Device, Part, Slot};
use crate::state::value::number;

/// Begins the text that stands for a slot in the view the template is made of. Its first character
/// comes out of JSON as an escape, so that it is not found in what people write.
const MARK: &str = "\u{1}slot:";
const ESCAPED: &str = "\"\\u0001slot:";

/// What to put into a view in place of something that changes with time.
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

/// The device's JSON text as it is now.
pub(super) fn text<'a>(home: &Home, device: &'a Device) -> &'a str {
    device.text.get_or_init(|| {
        let template =
            device.template.get_or_init(|| cut(&device_view::view(home, device).to_string()));
        let mut text = String::with_capacity(4096);
        for part in template {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Slot(slot) => put(&mut text, home, device, *slot),
            }
        }
        text
    })
}

/// Cuts a text at its marks. What only looks like one stays as it is.
fn cut(text: &str) -> Vec<Part> {
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

fn put(text: &mut String, home: &Home, device: &Device, slot: Slot) {
    let time = |text: &mut String, at: Option<jiff::Timestamp>| match at {
        Some(at) => {
            text.push('"');
            text.push_str(&super::time(at));
            text.push('"');
        }
        None => text.push_str("null"),
    };
    match slot {
        Slot::Value(index) => match device.capabilities.get(index) {
            Some(capability) => text.push_str(&capability.value.to_string()),
            None => text.push_str("null"),
        },
        Slot::Updated(index) => {
            time(text, device.capabilities.get(index).and_then(|one| one.last_updated));
        }
        Slot::Seen => {
            time(text, device.capabilities.iter().filter_map(|one| one.last_updated).max());
        }
        Slot::Watts => text.push_str(&json!(device_view::watts(device).map(number)).to_string()),
        Slot::Images => text.push_str(&device_view::images(home, device).to_string()),
    }
}

#[cfg(test)]
mod tests {
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
        // Somebody's text that looks like a mark is no slot.
        let view = json!({ "name": "\u{1}slot:x\"", "d": mark(Slot::Seen) }).to_string();
        let parts = cut(&view);
        assert_eq!(parts[0], Part::Text("{\"name\":\"\\u0001slot:x\\\"\",\"d\":".to_owned()));
        assert_eq!(parts[1..], [Part::Slot(Slot::Seen), Part::Text("}".to_owned())]);
    }
}
