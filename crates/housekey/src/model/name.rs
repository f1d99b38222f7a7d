//! Display names: which text of several is shown, and when two names look the same.

use std::collections::BTreeSet;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde_json::Value;

/// What is compared of a name, so that two names that look the same are the same: case, blanks at the
/// ends and how many stand in a row do not count, nor how blanks, hyphens and letters with accents are
/// encoded, nor what is not seen at all (variation selectors, marks of the writing direction).
///
/// ```
/// use housekey::model::name::as_seen;
/// assert_eq!(as_seen(" Cafe\u{301}\u{a0}lamp"), as_seen("café  LAMP"));
/// assert_ne!(as_seen("m²"), as_seen("m2"));
/// ```
pub fn as_seen(name: &str) -> String {
    let mut seen = String::with_capacity(name.len());
    let mut blank = false;
    for letter in name.chars().filter(|letter| !is_unseen(*letter)) {
        if letter.is_whitespace() {
            blank = !seen.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            seen.push(' ');
        }
        match letter {
            '\u{2010}' | '\u{2011}' => seen.push('-'),
            // The one small letter that depends on its place in the word.
            'Σ' | 'ς' => seen.push('σ'),
            letter => seen.extend(letter.to_lowercase()),
        }
    }
    ComposingNormalizerBorrowed::new_nfc().normalize(&seen).into_owned()
}

/// Whether a letter leaves no trace on paper.
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// The names of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// The name of its group, such as its zone.
    pub group: Option<&'a str>,
}

impl Called<'_> {
    /// `Group/Name`.
    pub fn full(&self) -> String {
        match self.group {
            Some(group) => format!("{group}/{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// The places of the things that are called so: the one of that id; else those of exactly that name or
/// `Group/Name`; else those whose name or `Group/Name` looks the same.
pub fn find<'a>(things: impl Iterator<Item = Called<'a>> + Clone, wanted: &str) -> Vec<usize> {
    let places = |fits: &dyn Fn(&Called<'_>) -> bool| -> Vec<usize> {
        things.clone().enumerate().filter(|(_, one)| fits(one)).map(|(place, _)| place).collect()
    };
    if wanted.is_empty() {
        return Vec::new();
    }
    let by_id = places(&|one| one.id == wanted);
    if !by_id.is_empty() {
        return by_id;
    }
    let exact = places(&|one| one.name == wanted || one.full() == wanted);
    if !exact.is_empty() {
        return exact;
    }
    match as_seen(wanted) {
        nothing if nothing.is_empty() => Vec::new(),
        seen => places(&|one| as_seen(one.name) == seen || as_seen(&one.full()) == seen),
    }
}

/// The indices of the items whose `Group/Name` is not unique.
pub fn ambiguous<'a>(things: impl Iterator<Item = Called<'a>> + Clone) -> BTreeSet<usize> {
    let mut known = std::collections::BTreeMap::<String, Vec<usize>>::new();
    for (place, one) in things.clone().enumerate() {
        let (name, full) = (as_seen(one.name), as_seen(&one.full()));
        if full != name {
            known.entry(full).or_default().push(place);
        }
        known.entry(name).or_default().push(place);
    }
    let unclear = |(place, one): (usize, Called<'a>)| {
        let full = as_seen(&one.full());
        let alone = !full.is_empty() && known.get(&full).is_some_and(|all| all.len() == 1);
        (!alone).then_some(place)
    };
    things.enumerate().filter_map(unclear).collect()
}

/// A text people read: of an object of texts by language the English one, else the first.
pub fn label(value: &Value) -> Option<&str> {
    match value {
        Value::Object(texts) => {
            let text = |text: &'_ Value| text.as_str().is_some_and(|text| !text.trim().is_empty());
            let english = texts.get("en").filter(|value| text(value));
            english.or_else(|| texts.values().find(|value| text(value)))?.as_str()
        }
        value => value.as_str(),
    }
}

/// The name, or the id where there is no name to see.
pub fn or_id<'a>(name: Option<&'a str>, id: &'a str) -> &'a str {
    let is_seen = |name: &&str| name.chars().any(|c| !c.is_whitespace() && !is_unseen(c));
    name.filter(is_seen).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_look_the_same_are_the_same() {
        for (one, other) in [
            ("Lamp", "lamp"),
            ("Lamp ", "Lamp"),
            ("\tLamp\n", "Lamp"),
            ("Living\u{a0}room", "Living room"),
            ("Living\u{202f}\u{2007}room", "Living  room"),
            ("Cafe\u{301}", "Café"),
            ("e\u{323}\u{307}", "e\u{307}\u{323}"),
            ("Heart \u{2764}\u{fe0f}", "Heart \u{2764}"),
            ("Lamp\u{200b}\u{feff}", "Lamp"),
            ("\u{202e}Lamp\u{202c}", "Lamp"),
            ("Wi\u{2011}Fi", "Wi-Fi"),
            ("ΟΔΟΣ", "οδος"),
            ("İstanbul", "i\u{307}stanbul"),
            ("각", "\u{1100}\u{1161}\u{11a8}"),
        ] {
            assert_eq!(as_seen(one), as_seen(other), "{one:?} {other:?}");
        }
        for (one, other) in [
            ("m2", "m²"),
            ("Cafe", "Café"),
            ("Living room", "Livingroom"),
            ("👨\u{200d}👩", "👨👩"),
            ("Straße", "Strasse"),
        ] {
            assert_ne!(as_seen(one), as_seen(other), "{one:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_compared_looks_like_itself(name in any::<String>()) {
            let seen = as_seen(&name);
            prop_assert_eq!(as_seen(&seen), seen);
        }
    }

    const THINGS: [Called<'_>; 9] = [
        Called { id: "1", name: "Lamp", group: Some("Kitchen") },
        Called { id: "2", name: "lamp ", group: Some("Bedroom") },
        Called { id: "3", name: "Twin", group: Some("Hall") },
        Called { id: "4", name: "Twin\u{a0}", group: Some("Hall") },
        Called { id: "5", name: "3", group: None },
        Called { id: "6", name: "Hall/Clock", group: None },
        Called { id: "7", name: "Clock", group: Some("Hall") },
        Called { id: "8", name: " ", group: None },
        Called { id: "", name: "", group: None },
    ];

    #[test]
    fn an_id_comes_first_then_the_exact_name_then_what_looks_like_it() {
        for (wanted, want) in [
            ("3", &[2][..]),
            ("Lamp", &[0]),
            ("LAMP", &[0, 1]),
            ("lamp", &[0, 1]),
            ("lamp ", &[1]),
            ("bedroom/Lamp", &[1]),
            ("Twin", &[2]),
            ("twin", &[2, 3]),
            ("hall/clock", &[5, 6]),
            ("", &[]),
            (" ", &[7]),
            ("  ", &[]),
            ("Lam", &[]),
        ] {
            assert_eq!(find(THINGS.into_iter(), wanted), want, "{wanted:?}");
        }
        let unclear: Vec<_> = ambiguous(THINGS.into_iter()).into_iter().collect();
        assert_eq!(unclear, [2, 3, 5, 6, 7, 8]);
    }

    #[test]
    fn a_text_by_language_is_the_english_one_or_the_first() {
        for (value, want) in [
            (json!("Dim"), Some("Dim")),
            (json!({"nl": "Dimmen", "en": "Dim"}), Some("Dim")),
            (json!({"nl": "Dimmen", "de": "Dimmer"}), Some("Dimmen")),
            (json!({"en": "", "nl": "Dimmen"}), Some("Dimmen")),
            (json!({"en": null, "nl": 3}), None),
            (json!({}), None),
            (json!(null), None),
            (json!(["Dim"]), None),
        ] {
            assert_eq!(label(&value), want, "{value}");
        }
        for (name, want) in [(Some("Lamp"), "Lamp"), (Some(" \u{200b}"), "id"), (None, "id")] {
            assert_eq!(or_id(name, "id"), want, "{name:?}");
        }
    }
}
