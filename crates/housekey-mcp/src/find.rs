//! Items by what people and models call them: a name, `Zone/Name`, an id, or the first digits of one.

use housekey::model::name::{self, Called, as_seen};

use crate::answer::{Outcome, Refused};
use crate::quote::{quoted, short_id, word};

/// The most candidates that are named.
const CANDIDATES: usize = 8;

/// The least digits of an id that find it.
const ID_DIGITS: usize = 8;

/// The place of the item that is meant. Several, or none, are an answer that names candidates: nothing is guessed.
///
/// # Errors
/// When it is not one of them.
pub(crate) fn find<'a>(
    kind: &str,
    things: impl Iterator<Item = Called<'a>> + Clone,
    wanted: &str,
) -> Outcome<usize> {
    let wanted = unquoted(wanted);
    let mut places = name::find(things.clone(), &wanted);
    if places.is_empty() && is_digits(&wanted) {
        let wanted = wanted.to_ascii_lowercase();
        let found = things.clone().enumerate().filter(|(_, one)| one.id.starts_with(&wanted));
        places = found.map(|(place, _)| place).collect();
    }
    match places[..] {
        [place] => Ok(place),
        [] => Err(missing(kind, &things.collect::<Vec<_>>(), &wanted)),
        _ => {
            let all: Vec<_> = things.collect();
            let found = places.iter().take(CANDIDATES + 1);
            let found: Vec<_> = found.map(|place| candidate(&all[*place], &all)).collect();
            Err(Refused::new(format!(
                "{} {kind}s are called {}: {}. Call again with the id.",
                places.len(),
                quoted(&wanted),
                listed(&found)
            )))
        }
    }
}

fn missing(kind: &str, all: &[Called<'_>], wanted: &str) -> Refused {
    let seen = as_seen(wanted);
    let words: Vec<&str> = seen.split([' ', '/']).filter(|word| word.chars().count() > 2).collect();
    let hits = |one: &Called<'_>| {
        let name = as_seen(&one.full());
        words.iter().filter(|word| name.contains(**word)).count()
    };
    let mut near: Vec<_> =
        all.iter().map(|one| (hits(one), one)).filter(|(hits, _)| *hits > 0).collect();
    near.sort_by_key(|(hits, _)| std::cmp::Reverse(*hits));
    let near = near.iter().take(CANDIDATES + 1).map(|(_, one)| candidate(one, all));
    let near: Vec<_> = near.collect();
    let hint = match near.is_empty() {
        true => String::new(),
        false => format!(" Like it: {}.", listed(&near)),
    };
    Refused::new(format!("There is no {kind} {}.{hint}", quoted(wanted)))
}

/// A candidate with its id: eight digits, or all where another one shares them.
fn candidate(one: &Called<'_>, all: &[Called<'_>]) -> String {
    let short = short_id(one.id);
    let has_twin = all.iter().any(|other| other.id != one.id && other.id.starts_with(&short));
    let id = if has_twin { word(one.id) } else { short };
    match one.group {
        Some(group) => format!("{} / {} ({id})", quoted(group), quoted(one.name)),
        None => format!("{} ({id})", quoted(one.name)),
    }
}

fn listed(candidates: &[String]) -> String {
    let shown = candidates.iter().take(CANDIDATES).cloned().collect::<Vec<_>>().join(", ");
    if candidates.len() > CANDIDATES { format!("{shown} and more") } else { shown }
}

fn is_digits(text: &str) -> bool {
    text.len() >= ID_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// `"Kitchen" / "Lamp"`, as answers show it, is `Kitchen/Lamp`.
fn unquoted(wanted: &str) -> String {
    let wanted = wanted.trim();
    let inner = wanted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner {
        Some(inner) => inner.replace("\" / \"", "/"),
        None => wanted.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THINGS: &[(&str, &str, Option<&str>)] = &[
        ("e98fe6a3-1111-4e5f-8a9b-0c1d2e3f4a5b", "Ceiling lamp", Some("Kitchen")),
        ("b0b0b0b0-1111-4e5f-8a9b-0c1d2e3f4a5b", "Ceiling lamp", Some("Upstairs")),
        ("b0b0b0b0-2222-4e5f-8a9b-0c1d2e3f4a5b", "Say \"hi\"", None),
    ];

    fn found(wanted: &str) -> String {
        let things = THINGS.iter().map(|(id, name, group)| Called { id, name, group: *group });
        match find("device", things, wanted) {
            Ok(place) => place.to_string(),
            Err(Refused(why)) => why,
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for (wanted, want) in [
            ("Kitchen/Ceiling lamp", "0"),
            ("\"Kitchen\" / \"Ceiling lamp\"", "0"),
            ("kitchen/ceiling LAMP", "0"),
            ("E98FE6A3", "0"),
            ("b0b0b0b0-2222-4e5f-8a9b-0c1d2e3f4a5b", "2"),
            ("e98fe6a", "There is no device \"e98fe6a\"."),
            (
                "b0b0b0b0",
                "2 devices are called \"b0b0b0b0\": \"Upstairs\" / \"Ceiling lamp\" \
                 (b0b0b0b0-1111-4e5f-8a9b-0c1d2e3f4a5b), \"Say 'hi'\" (b0b0b0b0-2222-4e5f-8a9b-0c1d2e3f4a5b). \
                 Call again with the id.",
            ),
            (
                "Ceiling lamp",
                "2 devices are called \"Ceiling lamp\": \"Kitchen\" / \"Ceiling lamp\" (e98fe6a3), \"Upstairs\" / \
                 \"Ceiling lamp\" (b0b0b0b0-1111-4e5f-8a9b-0c1d2e3f4a5b). Call again with the id.",
            ),
            (
                "the kitchen lamp",
                "There is no device \"the kitchen lamp\". Like it: \"Kitchen\" / \"Ceiling lamp\" (e98fe6a3), \
                 \"Upstairs\" / \"Ceiling lamp\" (b0b0b0b0-1111-4e5f-8a9b-0c1d2e3f4a5b).",
            ),
            ("", "There is no device \"\"."),
        ] {
            assert_eq!(found(wanted), want, "{wanted}");
        }
    }
}
