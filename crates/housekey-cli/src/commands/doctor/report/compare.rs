//! How an answer differs from what is known, in lines that hold no value.

use std::collections::{BTreeSet, HashSet};

use super::shape::{JsonShape, JsonType, Keys, is_name};

/// What stands for a key that is not named.
const SOME_KEY: &str = "<key>";

/// The names that may be written.
pub(super) struct Vocabulary<'a> {
    /// The names of all known fields.
    pub(super) known: BTreeSet<&'a str>,
    /// The texts of this home, in lower case: a key that is one of them is not named.
    pub(super) values: HashSet<String>,
}

impl Vocabulary<'_> {
    /// The name of a new field in an object whose keys the Homey chose.
    fn new_name<'k>(&self, key: &'k str) -> &'k str {
        let is_value = self.values.contains(&key.to_lowercase());
        if self.known.contains(key) || is_name(key) && !is_value { key } else { SOME_KEY }
    }

    /// The name of a key in any other object.
    fn known_name<'k>(&self, key: &'k str) -> &'k str {
        if self.known.contains(key) { key } else { SOME_KEY }
    }
}

/// The differences of an answer of a Homey. `keys` and `each` as in [`JsonShape::add`].
pub(super) fn differences(
    known: &JsonShape,
    found: &JsonShape,
    keys: Keys,
    each: Keys,
    vocabulary: &Vocabulary<'_>,
) -> BTreeSet<String> {
    let mut comparison = Comparison { vocabulary, lines: BTreeSet::new() };
    comparison.compare("", known, found, keys, each);
    comparison.lines
}

/// The types of an answer of which nothing is known.
pub(super) fn description(found: &JsonShape, vocabulary: &Vocabulary<'_>) -> BTreeSet<String> {
    let mut comparison = Comparison { vocabulary, lines: BTreeSet::new() };
    comparison.describe("answer", "", found);
    comparison.lines
}

struct Comparison<'a> {
    vocabulary: &'a Vocabulary<'a>,
    lines: BTreeSet<String>,
}

impl Comparison<'_> {
    fn compare(
        &mut self,
        path: &str,
        known: &JsonShape,
        found: &JsonShape,
        keys: Keys,
        each: Keys,
    ) {
        self.compare_kinds(path, known, found);
        for (key, (shape, _)) in &found.fields {
            match known.fields.get(key) {
                Some((known, _)) => {
                    let path = below(path, key);
                    let (keys, each) = Keys::of_field(key);
                    self.compare(&path, known, shape, keys, each);
                }
                None => {
                    let name = match keys {
                        Keys::Names => self.vocabulary.new_name(key),
                        Keys::Unsure | Keys::Data => self.vocabulary.known_name(key),
                    };
                    self.describe("new field", &below(path, name), shape);
                }
            }
        }
        if found.objects > 0 {
            let always = known.fields.iter().filter(|(_, (_, seen))| *seen == known.objects);
            for (key, _) in always.filter(|(key, _)| !found.fields.contains_key(*key)) {
                self.lines.insert(format!("missing: {}", below(path, key)));
            }
        }
        match (&known.each, &found.each) {
            (Some(known), Some(found)) => {
                self.compare(&below(path, "*"), known, found, each, Keys::Unsure);
            }
            // An empty list is known, and says nothing about what may be in it.
            (None, Some(found)) => self.describe("new items", &below(path, "*"), found),
            (_, None) => {}
        }
    }

    fn compare_kinds(&mut self, path: &str, known: &JsonShape, found: &JsonShape) {
        let new: Vec<_> = found.kinds.difference(&known.kinds).copied().collect();
        if new.is_empty() || known.kinds.is_empty() {
            return;
        }
        let path = if path.is_empty() { "the answer" } else { path };
        let known = known.words();
        self.lines.insert(match new.as_slice() {
            [JsonType::Null] => format!("null: {path}, known as {known}"),
            new => {
                let words: Vec<_> = new.iter().map(|kind| kind.word()).collect();
                format!("other type: {path}: {}, known as {known}", words.join("|"))
            }
        });
    }

    /// Names what is below something new only where the name is known.
    fn describe(&mut self, what: &str, path: &str, found: &JsonShape) {
        let shown = if path.is_empty() { "" } else { " " };
        self.lines.insert(format!("{what}:{shown}{path}: {}", found.words()).replace(":: ", ": "));
        for (key, (shape, _)) in &found.fields {
            self.describe(what, &below(path, self.vocabulary.known_name(key)), shape);
        }
        if let Some(each) = &found.each {
            self.describe(what, &below(path, "*"), each);
        }
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
