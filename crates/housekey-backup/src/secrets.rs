//! Secrets in the set-up of a home: found, and replaced by a mark that says where they were.
//!
//! A tree of files is meant for version control, so no password, key or token is ever in it. The mark
//! `{"$secret": "devices/<id>/settings/password"}` stands in its place; it is never written back to a Homey.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::{Part, setup};

/// The key of the mark that stands for a secret.
pub const MARK: &str = "$secret";

/// Secrets by the place they were found at.
pub type Secrets = BTreeMap<String, Value>;

/// Words in the names of fields that hold a secret; a name is split at capitals, digits and punctuation.
const SECRET_WORDS: &[&str] = &[
    "apikey",
    "authorization",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "pin",
    "pincode",
    "psk",
    "pwd",
    "secret",
    "token",
];

/// Pairs of words that say the same.
const SECRET_PAIRS: &[(&str, &str)] = &[
    ("access", "key"),
    ("api", "key"),
    ("auth", "key"),
    ("client", "key"),
    ("network", "key"),
    ("pass", "code"),
    ("pass", "word"),
    ("pin", "code"),
    ("private", "key"),
    ("security", "key"),
];

/// The shortest text that can be a token by its letters alone; shorter ones are ids and numbers.
const TOKEN_CHARS: usize = 40;

/// What is known of a home's secrets besides how they look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownSecrets {
    /// Settings of devices that their app calls passwords: the id of the device, the name of the setting.
    pub settings: BTreeSet<(String, String)>,
    /// Variables whose value is a token, by id or name.
    pub variables: BTreeSet<String>,
}

/// Replaces the secrets of an item by marks, and adds them to `found`.
pub(crate) fn redact(
    part: Part,
    id: &str,
    item: &mut Value,
    known: &KnownSecrets,
    found: &mut Secrets,
) {
    let mut walk = Walk { part, id, known, found, place: format!("{}/{id}", part.name()) };
    match (part, item) {
        (Part::Scripts, item) => walk.script(item),
        (Part::Variables, Value::Object(fields)) => {
            let is_known = known.variables.contains(id)
                || fields
                    .get("name")
                    .and_then(Value::as_str)
                    .is_some_and(|name| known.variables.contains(name));
            walk.fields(fields, |key| is_known && key == "value");
        }
        (_, item) => walk.value(item),
    }
}

/// Whether a value holds a mark anywhere.
pub fn is_redacted(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key(MARK) || fields.values().any(is_redacted),
        Value::Array(items) => items.iter().any(is_redacted),
        Value::String(text) => text.contains(SCRIPT_MARK),
        _ => false,
    }
}

/// The same value with its marks replaced: by what `secrets` holds for the place, else by what stands at the same
/// place of `present`, the item on the Homey. `None` where one has neither.
pub fn restored(wanted: &Value, present: Option<&Value>, secrets: &Secrets) -> Option<Value> {
    Some(match wanted {
        Value::Object(fields) => match fields.get(MARK).and_then(Value::as_str) {
            Some(place) => secrets.get(place).or(present)?.clone(),
            None => {
                let mut whole = Map::new();
                for (key, value) in fields {
                    let present = present.and_then(|present| present.get(key));
                    whole.insert(key.clone(), restored(value, present, secrets)?);
                }
                whole.into()
            }
        },
        Value::Array(items) => {
            let present = present.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let items = items.iter();
            let items = items.map(|item| restored(item, counterpart(item, present), secrets));
            Value::Array(items.collect::<Option<_>>()?)
        }
        Value::String(text) if text.contains(SCRIPT_MARK) => restored_script(text, secrets)?.into(),
        value => value.clone(),
    })
}

/// The item of a list on the Homey that one of the files stands for, whatever its place: the one that is alike but
/// for the marks, else the one with the same id. Of several the one at the place that the mark names.
fn counterpart<'p>(wanted: &Value, present: &'p [Value]) -> Option<&'p Value> {
    let (place, depth) = first_mark(wanted, 0)?;
    let mut found: Vec<(usize, &Value)> =
        present.iter().enumerate().filter(|(_, item)| is_alike(wanted, item)).collect();
    if found.is_empty() {
        let has_id =
            |(_, item): &(usize, &Value)| wanted["id"].is_string() && wanted["id"] == item["id"];
        found = present.iter().enumerate().filter(has_id).collect();
    }
    match found.as_slice() {
        [] => None,
        [(_, one)] => Some(one),
        several => {
            let index: usize = place.rsplit('/').nth(depth)?.parse().ok()?;
            several.iter().find(|(at, _)| *at == index).map(|(_, one)| *one)
        }
    }
}

/// The place that the first mark in a value names, and how deep in the value it stands.
fn first_mark(value: &Value, depth: usize) -> Option<(&str, usize)> {
    match value {
        Value::Object(fields) => match fields.get(MARK).and_then(Value::as_str) {
            Some(place) => Some((place, depth)),
            None => fields.values().find_map(|value| first_mark(value, depth + 1)),
        },
        Value::Array(items) => items.iter().find_map(|item| first_mark(item, depth + 1)),
        _ => None,
    }
}

/// Whether a value is that of the files, with any secret where a mark is.
fn is_alike(wanted: &Value, present: &Value) -> bool {
    match (wanted, present) {
        (Value::Object(wanted), present) if wanted.contains_key(MARK) => is_filled(present),
        (Value::Object(wanted), Value::Object(present)) => {
            let is_there = |(key, value): (&String, &Value)| {
                present.get(key).is_some_and(|there| is_alike(value, there))
            };
            wanted.len() == present.len() && wanted.iter().all(is_there)
        }
        (Value::Array(wanted), Value::Array(present)) => {
            wanted.len() == present.len()
                && wanted.iter().zip(present).all(|(wanted, present)| is_alike(wanted, present))
        }
        (wanted, present) => setup::is_same(wanted, present),
    }
}

/// Before the place of a secret in the text of a script.
const SCRIPT_MARK: &str = "$secret:";

/// Walks through an item.
struct Walk<'a> {
    part: Part,
    id: &'a str,
    known: &'a KnownSecrets,
    found: &'a mut Secrets,
    place: String,
}

impl Walk<'_> {
    fn value(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) if fields.contains_key(MARK) => {}
            Value::Object(fields) => self.fields(fields, |_| false),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.below(&index.to_string(), |walk| walk.value(item));
                }
            }
            Value::String(text) if is_secret_text(text) => self.replace(value),
            _ => {}
        }
    }

    fn fields(&mut self, fields: &mut Map<String, Value>, is_known: impl Fn(&str) -> bool) {
        let in_settings = self.part == Part::Devices && self.place.ends_with("/settings");
        for (key, value) in fields {
            let is_setting =
                || in_settings && self.known.settings.contains(&(self.id.to_owned(), key.clone()));
            let is_secret = is_filled(value)
                && !matches!(key.as_str(), "id" | "name" | "type")
                && (is_known(key) || is_secret_name(key) || is_setting());
            self.below(key, |walk| if is_secret { walk.replace(value) } else { walk.value(value) });
        }
    }

    /// The text of a script stays text: only its tokens are replaced.
    fn script(&mut self, item: &mut Value) {
        let Some(Value::String(code)) = item.get_mut("code") else { return };
        // Numbered within the script: secrets elsewhere must not change its text.
        let mut count = 0;
        let mut text = String::with_capacity(code.len());
        for piece in code.split_inclusive(|c: char| !is_token_char(c)) {
            let token = piece.trim_end_matches(|c: char| !is_token_char(c));
            if token.len() >= TOKEN_CHARS && is_token(token) {
                let place = format!("{}/code/{count}", self.place);
                count += 1;
                text.push_str(&format!("{SCRIPT_MARK}{place}$"));
                self.found.insert(place, token.into());
                text.push_str(&piece[token.len()..]);
            } else {
                text.push_str(piece);
            }
        }
        *code = text;
    }

    fn replace(&mut self, value: &mut Value) {
        let mark = json!({ MARK: self.place });
        let secret = std::mem::replace(value, mark);
        self.found.insert(self.place.clone(), secret);
    }

    fn below(&mut self, key: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.place.len();
        self.place.push('/');
        self.place.push_str(key);
        walk(self);
        self.place.truncate(length);
    }
}

fn restored_script(text: &str, secrets: &Secrets) -> Option<String> {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(SCRIPT_MARK) {
        let (place, after) = after.split_once('$')?;
        whole.push_str(before);
        whole.push_str(secrets.get(place)?.as_str()?);
        rest = after;
    }
    whole.push_str(rest);
    Some(whole)
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty(),
        Value::Number(_) => true,
        _ => false,
    }
}

fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| SECRET_WORDS.contains(&word.as_str()))
        || words
            .windows(2)
            .any(|pair| SECRET_PAIRS.iter().any(|(a, b)| pair[0] == *a && pair[1] == *b))
}

/// The words of a name in lower case: `clientSecret`, `client_secret` and `client-secret` have the same two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a text holds a secret whatever its field is called: a URL with a password or a key, a header with a
/// token, or a token by its letters.
fn is_secret_text(text: &str) -> bool {
    let lower = text.to_lowercase();
    has_credentials(text)
        || ["bearer ", "basic ", "authorization:"].iter().any(|scheme| {
            lower
                .split(scheme)
                .skip(1)
                .any(|rest| rest.split_whitespace().next().is_some_and(|word| word.len() >= 8))
        })
        || text
            .split(|c: char| !is_token_char(c))
            .any(|word| word.len() >= TOKEN_CHARS && is_token(word))
}

/// A URL with a user and password, or with a parameter whose name says that it is secret.
fn has_credentials(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = &text[at + 3..];
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let url = &rest[..end];
        let host_end = url.find(['/', '?', '#']).unwrap_or(url.len());
        let (host, after) = url.split_at(host_end);
        let has_user = host.split_once('@').is_some_and(|(user, _)| user.contains(':'));
        let is_secret = |pair: &str| {
            pair.split_once('=').is_some_and(|(name, value)| {
                let name = name.to_lowercase();
                value.len() >= 4 && (is_secret_name(&name) || name == "key" || name == "auth")
            })
        };
        has_user || after.split(['?', '&', '#']).skip(1).any(is_secret)
    })
}

fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}

/// Whether a long word is a token: forty or more hexadecimal digits in a row, or three parts of a JSON web token.
fn is_token(word: &str) -> bool {
    let is_hex = word.split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() >= TOKEN_CHARS);
    is_hex || (word.starts_with("eyJ") && word.split('.').count() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(part: Part, item: Value) -> (Value, Secrets) {
        let known = KnownSecrets {
            settings: [("d".to_owned(), "access".to_owned())].into(),
            variables: ["Hub token".to_owned()].into(),
        };
        let (mut item, mut found) = (item, Secrets::new());
        redact(part, "d", &mut item, &known, &mut found);
        (item, found)
    }

    #[test]
    fn secrets_are_found_by_name_by_description_and_by_look() {
        let hex = "0123456789abcdef0123456789abcdef01234567";
        let token = format!("[[x]] {hex}");
        for (part, item, places) in [
            (
                Part::Devices,
                json!({ "name": "Pin token", "settings": { "password": "hunter2", "clientSecret": "s", "pin": 1234,
                    "api_key": "k", "access": "x", "address": "10.0.0.2", "spinning": "fast", "token": true,
                    "empty_password": "" } }),
                vec!["access", "api_key", "clientSecret", "password", "pin"],
            ),
            (Part::Variables, json!({ "name": "Hub token", "value": "abc" }), vec!["value"]),
            (Part::Variables, json!({ "name": "Text", "value": token }), vec!["value"]),
            (Part::Variables, json!({ "name": "Text", "value": "[[x]] good evening" }), vec![]),
            (
                Part::Flows,
                json!({ "actions": [{ "args": { "url": "https://robin:pw@host/x" } },
                    { "args": { "url": "https://host/x?token=abcd", "body": "bearer of news" } },
                    { "args": { "url": "https://host/x?page=abcd", "headers": "Authorization: Bearer abcdefgh" } },
                    { "droptoken": "homey:manager:logic|0d2a4c1e-9b7f-4a55-8f60-2c4b7d9e1a30" }] }),
                vec!["0/args/url", "1/args/url", "2/args/headers"],
            ),
        ] {
            let (item, found) = redacted(part, item);
            let ends: Vec<&str> = found.keys().map(String::as_str).collect();
            assert_eq!(ends.len(), places.len(), "{item}: {ends:?}");
            for (end, place) in ends.iter().zip(&places) {
                assert!(end.ends_with(place), "{end} {place}");
            }
            assert_eq!(is_redacted(&item), !places.is_empty());
        }
    }

    #[test]
    fn a_script_keeps_its_text_but_for_the_tokens() {
        let hex = "0123456789abcdef0123456789abcdef01234567";
        let code = format!("const key = '{hex}'; // then\nawait fetch(url);");
        let (item, found) = redacted(Part::Scripts, json!({ "code": code }));
        assert_eq!(
            item["code"],
            "const key = '$secret:scripts/d/code/0$'; // then\nawait fetch(url);"
        );
        assert_eq!(
            restored(&item, None, &found).map(|item| item["code"].clone()),
            Some(code.into())
        );
        assert_eq!(restored(&item, None, &Secrets::new()), None);
    }

    #[test]
    fn the_marks_of_a_script_do_not_depend_on_other_secrets() {
        let script = json!({ "code": "key = '0123456789abcdef0123456789abcdef01234567'" });
        let (want, _) = redacted(Part::Scripts, script.clone());
        let mut item = script;
        let mut found = Secrets::from([("devices/x/settings/pin".to_owned(), json!(1))]);
        redact(Part::Scripts, "d", &mut item, &KnownSecrets::default(), &mut found);
        assert_eq!(item, want);
    }

    #[test]
    fn a_mark_is_replaced_by_the_secret_or_by_what_is_there() {
        let item = json!({ "settings": { "password": "hunter2", "level": 3 } });
        let (wanted, found) = redacted(Part::Devices, item.clone());
        assert_eq!(restored(&wanted, None, &found), Some(item.clone()));
        let present = json!({ "settings": { "password": "other", "level": 1 } });
        let want = json!({ "settings": { "password": "other", "level": 3 } });
        assert_eq!(restored(&wanted, Some(&present), &Secrets::new()), Some(want));
        assert_eq!(restored(&wanted, None, &Secrets::new()), None);
    }

    #[test]
    fn a_secret_in_a_list_is_that_of_the_same_item_wherever_it_stands() {
        let card = |id: &str, host: &str, text: &str| json!({ "id": id, "args": { "url": format!("https://u:p@{host}"), "text": text } });
        let [one, two, three] =
            [card("get", "one", "a"), card("get", "two", "b"), card("put", "three", "c")];
        let twin = card("get", "twin", "a");
        let plain = json!({ "id": "plain" });
        for (base, files, present, want) in [
            // An action was put before the others, in the files or on the Homey.
            (
                vec![&one, &two],
                vec![None, Some(0), Some(1)],
                vec![&one, &two],
                Some(vec![None, Some(&one), Some(&two)]),
            ),
            (
                vec![&one, &two],
                vec![Some(0), Some(1)],
                vec![&plain, &one, &two],
                Some(vec![Some(&one), Some(&two)]),
            ),
            // They were sorted, or one was removed.
            (
                vec![&one, &two],
                vec![Some(1), Some(0)],
                vec![&one, &two],
                Some(vec![Some(&two), Some(&one)]),
            ),
            (vec![&one, &three], vec![Some(1)], vec![&one, &three], Some(vec![Some(&three)])),
            (vec![&one, &three], vec![Some(1)], vec![&one], None),
            // Of those that are alike the place decides.
            (
                vec![&one, &twin],
                vec![Some(1), Some(0)],
                vec![&one, &twin],
                Some(vec![Some(&twin), Some(&one)]),
            ),
        ] {
            let flow = |cards: Vec<&Value>| json!({ "actions": cards });
            let (marked, _) = redacted(Part::Flows, flow(base));
            let card =
                |place: &Option<usize>| place.map_or(&plain, |place| &marked["actions"][place]);
            let wanted = flow(files.iter().map(card).collect());
            let got = restored(&wanted, Some(&flow(present)), &Secrets::new());
            let want = want
                .map(|cards| flow(cards.into_iter().map(|card| card.unwrap_or(&plain)).collect()));
            assert_eq!(got, want, "{wanted}");
        }
    }
}
