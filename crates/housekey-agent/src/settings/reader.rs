//! Reads values from TOML, and notes every faulty line.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use jiff::SignedDuration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The longest that anything may be made to take.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Something in the file that is not right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SettingsFault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what is expected.
    pub what: String,
}

/// The file, and what was found wrong in it so far.
pub(super) struct Reader<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
    /// Whether it is no TOML in places: then what is missing may only not have been understood.
    torn: bool,
    wrong: RefCell<Vec<SettingsFault>>,
}

/// A table of the file.
pub(super) struct Table<'r, 't> {
    reader: &'r Reader<'t>,
    keys: &'r DeTable<'t>,
    /// `[[sink]]`, or nothing for the file itself.
    head: String,
    span: Range<usize>,
}

/// A text, and where it stands.
pub(super) struct Text<'r, 't> {
    reader: &'r Reader<'t>,
    pub(super) text: String,
    span: Range<usize>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let reader = Self { text, root, torn: !errors.is_empty(), wrong: RefCell::default() };
        for error in errors {
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            reader.note(error.span().unwrap_or(0..0), format!("this is no TOML: {message}"));
        }
        reader
    }

    pub(super) fn root(&self) -> Table<'_, 't> {
        Table { reader: self, keys: self.root.get_ref(), head: String::new(), span: 0..0 }
    }

    /// All faults, in the order of the lines.
    pub(super) fn into_wrong(self) -> Vec<SettingsFault> {
        let mut wrong = self.wrong.into_inner();
        wrong.sort();
        wrong.dedup();
        wrong
    }

    fn note(&self, span: Range<usize>, what: String) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        self.wrong.borrow_mut().push(SettingsFault { line, what });
    }

    fn note_kind(&self, value: &Spanned<DeValue<'_>>, key: &str, right: &str) {
        self.note(value.span(), format!("`{key}` has a wrong value: write {right}"));
    }
}

impl<'r, 't> Table<'r, 't> {
    /// Notes every key but these.
    pub(super) fn only(&self, known: &[&str]) {
        for key in self.keys.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let near = known.iter().map(|known| (strsim::damerau_levenshtein(known, name), known));
            let right = match near.min() {
                Some((..=2, near)) => format!("did you mean `{near}`?"),
                _ => format!("there is: {}", known.join(", ")),
            };
            let place = if self.head.is_empty() { "here" } else { &self.head };
            self.reader.note(key.span(), format!("`{name}` means nothing in {place}; {right}"));
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    /// Notes that something is missing, unless torn lines may hold it.
    pub(super) fn missing(&self, what: &str) {
        if !self.reader.torn {
            self.reader.note(self.span.clone(), what.to_owned());
        }
    }

    /// The text of a key, if it is there.
    pub(super) fn text(&self, key: &str) -> Option<Text<'r, 't>> {
        let value = self.keys.get(key)?;
        let text = self.as_text(value);
        if text.is_none() {
            self.reader.note_kind(value, key, "a text in quotes");
        }
        text
    }

    /// The text of a required key; `right` describes the expected value.
    pub(super) fn needed(&self, key: &str, right: &str) -> Option<Text<'r, 't>> {
        if !self.has(key) {
            self.missing(&format!("{} has no `{key}`: {right}", self.head));
        }
        let text = self.text(key)?;
        match text.text.is_empty() {
            true => text.wrong(format!("`{key}` is empty: {right}")),
            false => Some(text),
        }
    }

    /// The texts of a key that holds a list of them, if it is there.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<Text<'r, 't>>> {
        let value = self.keys.get(key)?;
        let list = value.get_ref().as_array();
        let texts = list.and_then(|list| list.iter().map(|value| self.as_text(value)).collect());
        if texts.is_none() {
            self.reader.note_kind(value, key, "a list of texts, as in [\"one\", \"two\"]");
        }
        texts
    }

    /// The names in `homeys`, if it is there; each of those Homeys.
    pub(super) fn homeys(&self, known: &[String]) -> Option<Vec<String>> {
        Some(self.texts("homeys")?.into_iter().filter_map(|name| name.homey(known)).collect())
    }

    /// The value of a key that is `true` or `false`, if it is there.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.keys.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.reader.note_kind(value, key, "true or false");
        }
        flag
    }

    /// The texts of a key that holds one or a list of them, if it is there.
    pub(super) fn text_or_texts(&self, key: &str) -> Option<Vec<Text<'r, 't>>> {
        match self.keys.get(key)?.get_ref().is_str() {
            true => Some(vec![self.text(key)?]),
            false => self.texts(key),
        }
    }

    /// The whole number of a key within those bounds, if it is there.
    pub(super) fn number(&self, key: &str, bounds: RangeInclusive<i64>) -> Option<i64> {
        let value = self.keys.get(key)?;
        let number = value.get_ref().as_integer();
        let number =
            number.and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| bounds.contains(number));
        if number.is_none() {
            let right = format!("a whole number from {} to {}", bounds.start(), bounds.end());
            self.reader.note_kind(value, key, &right);
        }
        number
    }

    /// The length of time of a key, if it is there; above zero and no longer than an hour.
    pub(super) fn duration(&self, key: &str) -> Option<Duration> {
        let text = self.text(key)?;
        let length = text.text.parse::<SignedDuration>().ok();
        let length = length.filter(|length| length.is_positive() && *length <= LONGEST);
        length.and_then(|length| Duration::try_from(length).ok()).or_else(|| {
            text.wrong(format!("\"{}\" is no time limit: write \"30s\" or \"5m\"", text.text))
        })
    }

    /// The table of a key that is written `[key]`, if it is there.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'r, 't>> {
        let value = self.keys.get(key)?;
        let Some(keys) = value.get_ref().as_table() else {
            self.reader.note_kind(value, key, &format!("[{key}] above its lines"));
            return None;
        };
        Some(Table { reader: self.reader, keys, head: format!("[{key}]"), span: value.span() })
    }

    /// The tables of a key that is written `[[key]]`; none if it is not there.
    pub(super) fn tables(&self, key: &'static str) -> Vec<Table<'r, 't>> {
        let Some(value) = self.keys.get(key) else { return Vec::new() };
        let head = match self.head.trim_matches(['[', ']']) {
            "" => format!("[[{key}]]"),
            outer => format!("[[{outer}.{key}]]"),
        };
        let list = value.get_ref().as_array();
        let tables: Option<Vec<_>> = list.and_then(|list| {
            let table = |value: &'r Spanned<DeValue<'t>>| {
                let keys = value.get_ref().as_table()?;
                Some(Table { reader: self.reader, keys, head: head.clone(), span: value.span() })
            };
            list.iter().map(table).collect()
        });
        tables.unwrap_or_else(|| {
            self.reader.note_kind(value, key, &format!("{head} above its lines"));
            Vec::new()
        })
    }

    fn as_text(&self, value: &Spanned<DeValue<'_>>) -> Option<Text<'r, 't>> {
        let text = value.get_ref().as_str()?.to_owned();
        Some(Text { reader: self.reader, text, span: value.span() })
    }
}

impl Text<'_, '_> {
    /// Notes what is wrong with it.
    pub(super) fn note(&self, what: String) {
        self.reader.note(self.span.clone(), what);
    }

    /// The same where there is no value then.
    pub(super) fn wrong<T>(&self, what: String) -> Option<T> {
        self.note(what);
        None
    }

    /// The short name of a Homey that is known.
    pub(super) fn homey(self, known: &[String]) -> Option<String> {
        if known.contains(&self.text) {
            return Some(self.text);
        }
        let (name, known) = (&self.text, known.join(", "));
        self.wrong(format!("no [[homey]] is called \"{name}\"; there is: {known}"))
    }
}
