//! `cargo xtask security`: every promise of docs/security.md names tests, and those exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

const DOCUMENT: &str = "docs/security.md";

/// The head of the column that names tests.
const COLUMN: &str = "test";

/// How many lines may stand between the attribute of a test and its name: other attributes.
const ATTRIBUTES: usize = 5;

pub(crate) fn run(workspace: &Path) -> Result<(), Failure> {
    let text = fs::read_to_string(workspace.join(DOCUMENT))?;
    let mut tests = BTreeSet::new();
    for folder in ["crates", "xtask"] {
        collect(&workspace.join(folder), &mut tests)?;
    }
    let exists = |name: &str| match name.contains('/') {
        true => workspace.join(name).is_file(),
        false => tests.contains(name),
    };
    let (promises, wrong) = check(&text, exists);
    for line in &wrong {
        eprintln!("{DOCUMENT}:{line}");
    }
    match (promises, wrong.len()) {
        (0, _) => Err(format!("{DOCUMENT} has no table with the column `{COLUMN}`").into()),
        (_, 0) => Ok(()),
        (_, count) => Err(format!("{count} promises of {DOCUMENT} are not proven").into()),
    }
}

/// How many promises there are, and what is wrong with some of them, each with its line.
fn check(text: &str, exists: impl Fn(&str) -> bool) -> (usize, Vec<String>) {
    let (mut promises, mut wrong) = (0, Vec::new());
    // The place of the column in the table that the line belongs to.
    let mut column = None;
    for (line, row) in (1..).zip(text.lines()) {
        let Some(row) = row.strip_prefix('|') else {
            column = None;
            continue;
        };
        let cells: Vec<&str> =
            row.trim_end().trim_end_matches('|').split('|').map(str::trim).collect();
        if let Some(place) = cells.iter().position(|cell| *cell == COLUMN) {
            column = Some(place);
            continue;
        }
        let Some(place) = column else { continue };
        if cells.iter().all(|cell| cell.trim_matches([':', '-']).is_empty()) {
            continue;
        }
        promises += 1;
        let cell = cells.get(place).copied().unwrap_or_default();
        // Every other part stands between two backticks.
        let mut names = cell.split('`').skip(1).step_by(2).peekable();
        if names.peek().is_none() {
            wrong.push(format!("{line}: a promise without a test"));
        }
        let missing = names.filter(|name| !exists(name));
        wrong.extend(missing.map(|name| format!("{line}: there is no test `{name}`")));
    }
    (promises, wrong)
}

/// The names of all tests below a folder.
pub(crate) fn collect(folder: &Path, tests: &mut BTreeSet<String>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, tests)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            tests.extend(names(&fs::read_to_string(path)?));
        }
    }
    Ok(())
}

/// The functions of a source file that are tests.
fn names(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    // How many lines the last attribute of a test is away.
    let mut away = usize::MAX;
    for line in source.lines().map(str::trim) {
        let attribute = line.strip_prefix("#[").unwrap_or_default();
        if attribute.starts_with("test]") || attribute.starts_with("tokio::test") {
            away = 0;
        } else {
            away = away.saturating_add(1);
        }
        let function = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        if let Some(function) = function.filter(|_| away <= ATTRIBUTES) {
            let end = function.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
            names.push(function[..end.unwrap_or(function.len())].to_owned());
            away = usize::MAX;
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_without_a_test_that_exists_is_named_with_its_line() {
        let text = "\
| asset | what it opens |
|---|---|
| a | `not_looked_at` |

| promise | test |
|---|:-:|
| one | `here`, `conformance/x.mjs` |
| two | `gone`, `here` |
| three | by hand |

| `not_looked_at` |
";
        let (promises, wrong) = check(text, |name| name == "here" || name.contains('/'));
        assert_eq!(promises, 3);
        assert_eq!(wrong, ["8: there is no test `gone`", "9: a promise without a test"]);
    }

    #[test]
    fn tests_are_known_by_their_attribute() {
        let source = "
            #[test]
            fn one() {}
            fn helper() {}
            #[tokio::test(flavor = \"multi_thread\")]
            #[ignore = \"slow\"]
            async fn two(x: u8) {}
            // #[test]
            fn three() {}
        ";
        assert_eq!(names(source), ["one", "two"]);
    }
}
