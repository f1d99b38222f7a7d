//! Findings that are not to be shown: a list in a file, and notes in advanced flows.

use housekey::model::name::as_seen;
use serde::Deserialize;

use super::fault::Fault;
use super::finding::Finding;
use crate::{Home, Part};

/// What a note in an advanced flow begins with: `housekey: ignore HK101 HK112`.
const NOTE: &str = "housekey: ignore";

/// A list of findings to leave out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IgnoreList(Vec<IgnoreEntry>);

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct IgnoreEntry {
    /// A code; all where it is missing.
    code: Option<String>,
    /// A name, `Folder/Name` or id; all where it is missing.
    flow: Option<String>,
    /// Why, for people.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

/// A file that is no list of findings to leave out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// It is not written as such a list.
    #[error("{0}")]
    Form(String),
    /// An entry leaves out everything.
    #[error("entry {0} has neither `code` nor `flow`")]
    Everything(usize),
    /// There is no such code.
    #[error("entry {entry}: there is no check {code}")]
    UnknownCode {
        /// Its place in the list.
        entry: usize,
        /// What it names.
        code: String,
    },
}

impl IgnoreList {
    /// Reads a list: `[[ignore]]` with `code`, `flow` or both, and `reason`.
    ///
    /// # Errors
    /// [`IgnoreError`] with what is wrong and where.
    pub fn read(text: &str) -> Result<Self, IgnoreError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            ignore: Vec<IgnoreEntry>,
        }
        let file: File =
            toml::from_str(text).map_err(|error| IgnoreError::Form(error.to_string()))?;
        for (entry, one) in (1..).zip(&file.ignore) {
            match (&one.code, &one.flow) {
                (None, None) => return Err(IgnoreError::Everything(entry)),
                (Some(code), _) if Fault::by_code(code).is_none() => {
                    return Err(IgnoreError::UnknownCode { entry, code: code.clone() });
                }
                _ => {}
            }
        }
        Ok(Self(file.ignore))
    }

    /// Whether a finding is left out.
    pub fn has(&self, home: &Home, finding: &Finding) -> bool {
        self.0.iter().any(|entry| entry.is_of(finding)) || is_noted(home, finding)
    }
}

impl IgnoreEntry {
    fn is_of(&self, finding: &Finding) -> bool {
        let is_code = |code: &String| code.eq_ignore_ascii_case(finding.fault.code());
        let is_flow = |flow: &String| {
            let names = [finding.name.clone(), finding.full_name()];
            *flow == finding.item.id || names.iter().any(|name| as_seen(name) == as_seen(flow))
        };
        self.code.as_ref().is_none_or(is_code) && self.flow.as_ref().is_none_or(is_flow)
    }
}

/// Whether a note in the flow says that the finding is left out.
fn is_noted(home: &Home, finding: &Finding) -> bool {
    let flow = match finding.item.part {
        Part::AdvancedFlows => home.item(Part::AdvancedFlows, &finding.item.id),
        _ => None,
    };
    let nodes = flow.and_then(|flow| flow["cards"].as_object()).into_iter().flatten();
    let notes = nodes.filter(|(_, node)| node["type"] == "note");
    notes.filter_map(|(_, note)| note["value"].as_str()).flat_map(str::lines).any(|line| {
        let line = line.trim().to_lowercase();
        let codes = line.strip_prefix(NOTE).unwrap_or_default();
        codes
            .split(|letter: char| !letter.is_alphanumeric())
            .any(|code| code.eq_ignore_ascii_case(finding.fault.code()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_list_is_said() {
        for (text, want) in [
            ("", Ok(0)),
            ("[[ignore]]\ncode = \"HK101\"\n[[ignore]]\nflow = \"A\"\nreason = \"b\"", Ok(2)),
            ("[[ignore]]\nreason = \"b\"", Err("entry 1 has neither `code` nor `flow`")),
            ("[[ignore]]\ncode = \"HK999\"", Err("entry 1: there is no check HK999")),
            ("[[ignore]]\nflows = \"A\"", Err("unknown field `flows`")),
            ("ignore = 1", Err("invalid type")),
        ] {
            match (IgnoreList::read(text), want) {
                (Ok(list), Ok(count)) => assert_eq!(list.0.len(), count, "{text}"),
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{text}: {error}");
                }
                (got, want) => panic!("{text}: {got:?}, not {want:?}"),
            }
        }
    }
}
