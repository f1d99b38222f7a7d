//! `cargo xtask words`: names and words that a reader would stumble over.
//!
//! A type has its name alone within its crate, and summaries, help, messages and documentation pages are free
//! of the words in [`BANNED`], for each of which the field has a better one.

mod pages;
mod texts;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use self::texts::{Kind, Text, Texts};
use crate::failure::Failure;
use crate::sources::{self, Crate, Files};

/// Type names that several modules of a crate may have, since they are only used as `module::Name`.
const SHARED_NAMES: &[&str] = &["Args", "Command", "Error", "Builder"];

/// Words that stand nowhere in the sources of the crates, tests included.
const NOWHERE: &[&str] = &["told", "whoever", "doorman", "stranger", "strangers"];

/// Words that stand in no summary, help or message.
const BANNED: &[&str] = &[
    "tell",
    "tells",
    "telling",
    "ask",
    "asks",
    "asked",
    "somebody",
    "nobody",
    "is to be",
    "are to be",
    "of old",
    "mended",
    "let in",
    "lets in",
    "stands behind",
    "stand behind",
    "in the place of",
    "by itself",
    "by themselves",
    "so many",
    "so long",
    "is no more",
];

/// Texts that programs read, so that they keep their words.
const PROTOCOL: &[&str] = &[
    "ask",
    // Titles of flow cards, which copy what real Homeys show.
    "Somebody came home",
    "Somebody left",
    "Somebody is at home",
    // An answer of `/_emulator/emit`.
    "Nobody listens to a device of the first Homey.",
    // The label of a seeded id of the emulator: another label would change the id.
    "told",
];

/// Where the lists stand.
const LISTS: &str = "xtask/src/words";

pub(crate) fn run(workspace: &Path) -> Result<(), Failure> {
    let mut faults = faults(&sources::read(workspace)?)?;
    for page in pages::paths(workspace)? {
        let text = fs::read_to_string(workspace.join(&page))?;
        faults.extend(faults_of_page(&page, &text));
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    match faults.len() {
        0 => Ok(()),
        count => Err(format!("{count} names or words, by the lists in xtask/src/words.rs").into()),
    }
}

/// `file:line: what is wrong`.
fn faults(files: &Files) -> Result<Vec<String>, Failure> {
    let mut faults = Vec::new();
    for one in &sources::crates(files)? {
        if one.name != "xtask" {
            faults.extend(nowhere(one, files));
        }
        let texts = texts_of(one, files)?;
        faults.extend(names_used_twice(&texts));
        for (file, texts) in texts.iter().filter(|(file, _)| !file.starts_with(LISTS)) {
            faults.extend(texts.texts.iter().filter_map(|text| banned(file, text)));
        }
    }
    Ok(faults)
}

/// The words of [`NOWHERE`] and [`BANNED`] in the prose of a documentation page.
fn faults_of_page(page: &str, text: &str) -> Vec<String> {
    let fault = |line: pages::ProseLine| {
        let mut words = NOWHERE.iter().chain(BANNED);
        let word = words.find(|word| has_phrase(&line.text, word))?;
        Some(format!("{page}:{}: `{word}`: {}", line.number, line.text.trim()))
    };
    pages::prose(text).into_iter().filter_map(fault).collect()
}

/// What is said in each file of a crate.
fn texts_of<'f>(one: &'f Crate, files: &Files) -> Result<Vec<(&'f str, Texts)>, Failure> {
    let read = |file: &'f str| Ok((file, texts::read(files.get(file).map_or("", |text| text))?));
    one.modules.iter().map(|module| read(&module.file)).collect()
}

/// The lines of a crate with a word of [`NOWHERE`].
fn nowhere(one: &Crate, files: &Files) -> Vec<String> {
    let folder = one.manifest.trim_end_matches("Cargo.toml");
    let sources =
        files.iter().filter(|(path, _)| path.starts_with(folder) && path.ends_with(".rs"));
    let lines = sources.flat_map(|(path, text)| {
        text.lines().enumerate().map(move |(index, line)| (path, index + 1, line))
    });
    lines
        .filter_map(|(path, line, text)| {
            let protocol = |text: String, literal| text.replace(&format!("\"{literal}\""), "");
            let text = PROTOCOL.iter().fold(text.to_owned(), protocol);
            let word = NOWHERE.iter().find(|word| has_phrase(&text, word))?;
            Some(format!("{path}:{line}: `{word}`"))
        })
        .collect()
}

/// Types that share a name with another of the crate.
fn names_used_twice(texts: &[(&str, Texts)]) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (file, texts) in texts {
        for (name, line) in &texts.types {
            places.entry(name).or_default().push(format!("{file}:{line}"));
        }
    }
    places.retain(|name, places| places.len() > 1 && !SHARED_NAMES.contains(name));
    let fault = |(name, places): (&str, Vec<String>)| {
        format!("{}: the name `{name}` is taken by {}", places[0], places[1..].join(" and "))
    };
    places.into_iter().map(fault).collect()
}

/// A word of [`BANNED`] in a text.
fn banned(file: &str, text: &Text) -> Option<String> {
    if text.kind == Kind::Literal && PROTOCOL.contains(&&*text.text) {
        return None;
    }
    let prose = without_code(&text.text);
    let word = BANNED.iter().find(|word| has_phrase(&prose, word))?;
    let what = match text.kind {
        Kind::Summary => "summary",
        Kind::Literal => "text",
    };
    Some(format!("{file}:{}: `{word}` in a {what}: {}", text.line, text.text.trim()))
}

/// A text without what stands in backticks.
fn without_code(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

/// Whether a text has these words, in whatever case, each as a whole.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_in_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(phrase).any(|(start, _)| {
        let end = start + phrase.len();
        !text[..start].ends_with(is_in_word) && !text[end..].starts_with(is_in_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The faults of a crate with this one file.
    fn found(text: &str) -> Vec<String> {
        let manifest = ("crates/a/Cargo.toml".to_owned(), "[package]\nname = 'a'".to_owned());
        let source = ("crates/a/src/lib.rs".to_owned(), text.to_owned());
        faults(&Files::from([manifest, source])).unwrap()
    }

    #[test]
    fn a_name_or_a_word_of_the_lists_is_found_with_its_line() {
        for (text, want) in [
            ("\n/// Reads what it is told.\nfn f() {}", "lib.rs:2: `told`"),
            ("//! Asks the Homey.", "lib.rs:1: `asks` in a summary"),
            ("/// Reads\n/// by itself.\nfn f() {}", "lib.rs:1: `by itself` in a summary"),
            ("fn f() { g(\"nobody is here\") }", "lib.rs:1: `nobody` in a text"),
            ("#[command(after_help = \"So many\")] struct S;", "`so many` in a text"),
            ("struct A; mod b { enum A {} }", "lib.rs:1: the name `A` is taken by"),
            ("#[cfg(test)] mod tests { // whoever\n }", "lib.rs:1: `whoever`"),
        ] {
            let found = found(text);
            assert!(
                found.len() == 1 && found[0].contains(want),
                "{text}: want {want}, got {found:?}"
            );
        }
    }

    #[test]
    fn a_word_of_the_lists_is_found_on_a_page() {
        let page = "# Title\n\nIt asks `whoever`.\nIt was told.\n```\nask\n```\n";
        let want = ["a.md:3: `asks`: It asks .", "a.md:4: `told`: It was told."];
        assert_eq!(faults_of_page("a.md", page), want);
    }

    #[test]
    fn what_is_no_fault_is_let_be() {
        let text = "
            //! Requests tokens.
            /// Reads them.
            ///
            /// The Homey is asked once.
            struct Task;
            // It asks nobody.
            impl Iterator for Task { type Item = u8; fn next() { let task = \"tasks\"; } }
            impl Other for Task { type Item = u8; }
            /// The user `nobody`, no more than once.
            struct Args; mod b { struct Args; }
            #[cfg(test)] mod tests { /// Asks.\n struct Task; }
        ";
        assert_eq!(found(text), Vec::<String>::new());
    }
}
