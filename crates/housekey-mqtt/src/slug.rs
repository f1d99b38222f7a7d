//! Names as levels of topics.

use std::collections::BTreeMap;

use icu_normalizer::DecomposingNormalizerBorrowed;

/// A name in small letters, digits and hyphens; empty where nothing of it is left.
pub(crate) fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut slug = String::with_capacity(lower.len());
    for letter in DecomposingNormalizerBorrowed::new_nfd().normalize(&lower).chars() {
        match letter {
            'a'..='z' | '0'..='9' => slug.push(letter),
            ' ' | '_' | '-' | '/' | '.' if !slug.ends_with('-') && !slug.is_empty() => {
                slug.push('-')
            }
            _ => {}
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// The last level of a topic of ours: the id of a capability without what topics may not hold.
pub(crate) fn leaf(id: &str) -> String {
    let known = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    id.chars().map(|letter| if known(letter) { letter } else { '-' }).collect()
}

/// An id within Home Assistant's letters.
pub(crate) fn object_id(id: &str) -> String {
    let known = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    id.chars().map(|letter| if known(letter) { letter } else { '_' }).collect()
}

/// The first letters of an id.
pub(crate) fn short(id: &str) -> String {
    leaf(id).chars().filter(|letter| *letter != '.').take(8).collect()
}

/// The levels of devices, `zone/device`, by id: those that are empty or not unique get the beginning of
/// the id.
pub(crate) fn levels<'a>(
    devices: impl Iterator<Item = (&'a str, &'a str, &'a str)> + Clone,
) -> BTreeMap<String, String> {
    let level = |(_, zone, name): (&str, &str, &str)| {
        let zone = slug(zone);
        format!("{}/{}", if zone.is_empty() { "home" } else { &zone }, slug(name))
    };
    let mut count = BTreeMap::<String, usize>::new();
    for device in devices.clone() {
        *count.entry(level(device)).or_default() += 1;
    }
    let unique = |device: (&str, &str, &str)| {
        let mut level = level(device);
        if level.ends_with('/') {
            level += &short(device.0);
        } else if count.get(&level).is_some_and(|count| *count > 1) {
            level = format!("{level}-{}", short(device.0));
        }
        (device.0.to_owned(), level)
    };
    devices.map(unique).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_levels() {
        for (name, want) in [
            ("Ceiling lamp", "ceiling-lamp"),
            ("Café_2", "cafe-2"),
            ("#1 +", "1"),
            ("  A / B  ", "a-b"),
            ("灯", ""),
            ("Straße", "strae"),
        ] {
            assert_eq!(slug(name), want, "{name}");
        }
    }

    #[test]
    fn doubles_and_empty_names_get_their_id() {
        let devices = [
            ("11111111-aa", "Kitchen", "Lamp"),
            ("22222222-aa", "Kitchen", "lamp"),
            ("33333333-aa", "Hall", "Lamp"),
            ("44444444-aa", "", "灯"),
        ];
        let levels = levels(devices.into_iter());
        let levels: Vec<_> = levels.values().map(String::as_str).collect();
        let want = ["kitchen/lamp-11111111", "kitchen/lamp-22222222", "hall/lamp", "home/44444444"];
        assert_eq!(levels, want);
    }

    proptest! {
        #[test]
        fn no_name_makes_a_wildcard_or_another_level(name in any::<String>()) {
            let slug = slug(&name);
            prop_assert!(slug.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'));
            prop_assert_eq!(super::slug(&slug), slug);
            prop_assert!(!leaf(&name).contains(['/', '+', '#']));
        }
    }
}
