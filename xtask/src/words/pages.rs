//! The prose of the documentation pages: Markdown without code and quotes.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The pages at the root of the repository; all pages of the folders below come in addition.
const ROOT: &[&str] =
    &["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

const FOLDERS: &[&str] = &["docs", "bench", "conformance", "fuzz", "xtask", "crates"];

/// Folders without pages of our own.
const FOREIGN: &[&str] = &["target", "node_modules", "corpus"];

/// The section of CONTRIBUTING.md that lists the banned words.
const RULES: &str = "## Wording";

/// A line of prose with its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ProseLine {
    pub(super) number: usize,
    pub(super) text: String,
}

/// The paths of all pages, relative to the workspace, sorted.
pub(super) fn paths(workspace: &Path) -> Result<Vec<String>, Failure> {
    let mut found: Vec<PathBuf> = ROOT.iter().map(|page| workspace.join(page)).collect();
    for folder in FOLDERS {
        collect(&workspace.join(folder), &mut found)?;
    }
    let relative = |path: PathBuf| {
        path.strip_prefix(workspace).unwrap_or(&path).to_string_lossy().replace('\\', "/")
    };
    let mut paths: Vec<String> = found.into_iter().map(relative).collect();
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if !FOREIGN.iter().any(|foreign| path.ends_with(foreign)) {
                collect(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    Ok(())
}

/// The prose of a page: without code, without quotes, and without the rules of wording themselves.
pub(super) fn prose(text: &str) -> Vec<ProseLine> {
    let mut lines = Vec::new();
    let (mut in_code, mut in_rules) = (false, false);
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if !in_code && line.starts_with("## ") {
            in_rules = line == RULES;
        }
        if !in_code && !in_rules && !line.starts_with('>') {
            lines.push(ProseLine { number: index + 1, text: without_quotes(line) });
        }
    }
    lines
}

/// A line without code in backticks and without texts in double quotes.
fn without_quotes(line: &str) -> String {
    let prose: String = line.split('`').step_by(2).collect();
    prose.split('"').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_quotes_and_the_rules_are_left_out() {
        let page = "# Title\n\nRun `tell` or \"ask\".\n> told\n  ```\n## code\n```\nafter\n## Wording\ntell\n## Next\nend";
        let lines = prose(page);
        let texts: Vec<(usize, &str)> =
            lines.iter().map(|line| (line.number, &*line.text)).collect();
        assert_eq!(
            texts,
            [(1, "# Title"), (2, ""), (3, "Run  or ."), (8, "after"), (11, "## Next"), (12, "end"),]
        );
    }

    #[test]
    fn the_pages_of_this_repository_are_found() {
        let pages = paths(&crate::workspace::workspace()).unwrap();
        for page in
            ["README.md", "docs/agent.md", "docs/decisions/README.md", "crates/housekey/README.md"]
        {
            assert!(pages.iter().any(|found| found == page), "{page} is not among {pages:?}");
        }
        assert!(pages.iter().all(|page| !page.contains("node_modules")));
    }
}
