//! Writes docs/conformance.md from the results of a conformance run.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

const DOCUMENT: &str = "docs/conformance.md";

const HEAD: &str = "\
# The vendor's own programs and the virtual Homey

The vendor publishes a client, the npm package `homey-api`, and a command-line tool, the package `homey`. Both were
written for the real cloud and real Homeys and know nothing of housekey. `cargo xtask conformance` runs them,
unmodified, against `housekey emulate`, signed in as a user. This page contains the results of such a run. It is
written by `cargo xtask conformance --write`, and a run with other results fails.
";

const CLIENTS: &str = "
## Third-party clients

Each runs unmodified, at the Homey itself and through the gateway with its own key. If one of them fails, the run
fails; the table contains the results of the last successful run. *Session ends*: the session behind the connection is
ended twice.

| client | from | Homeys | reads, writes, events | session ends | restart | remarks |
|---|---|---|---|---|---|---|
| `homey-api` 3.20.0 | npm | `local` | ok | not noticed | reconnects | |
| `homey-api` 3.17.0 | npm | `local` | ok | not noticed | needs a new client | |
| `athom-api` 3.9.2 | npm | `v2`, `local` | ok | not noticed | | a write with a read-only key is refused in the form of a Homey |
| `python-socketio` 5.18.1 over Engine.IO 4 | PyPI | `v2`, `local`, `cloud` | ok | not noticed | | the answer to the handshake contains the key that was sent, and no token of the Homey |
| `homey-wss-python` 0.1.2 | PyPI | `local`, `cloud` | ok, no events | | | |
| `athom-api` 1.1.0 | PyPI | `v2`, `local`, `cloud` | ok, no events | | | |

*Not noticed* applies to the gateway: at the Homey itself, `homey-api` shows the refusal to its caller. After a connection
loss, 3.17.0 repeats the handshake but does not subscribe again, so programs have to make a new client. `athom-api` 1.1.0
does not support Python 3.12.
";

const READS: &str = "
## Reads

Every operation that reads, of every manager in the client's own specification, for every item of the virtual home. An
answer is *ok* if the client decodes it, finds in it what it requested, and the types of its fields are those of the
specification, except where real Homeys were observed to answer otherwise. *Nothing there*: the home has no such item,
and answers accordingly for a made-up id. *No state*: refused with status 501, which names the operation. Any other
result fails the run, and so does an answer or refusal that differs between HTTP and the live connection.
";

const LEFT: &str = "
## Reads that were refused or found nothing
";

const ITEMS: &str = "
## Items

Create, update and delete of every kind of item in the specification, over HTTP and over the live connection. After each
step the item is read again, and a deleted item must be gone.
";

const OPTIONS: &str = "
## Options

Every option that can be set: set, read, and unset again.
";

const COMMANDS: &str = "
## The command-line tool

Its commands, signed in to a Homey of each dialect with `homey login`, and with an API key (`--token` and `--address`,
which it supports for newer Homeys only). *Ok*: it succeeds or fails as it should, and prints the existing data, as text
and as JSON. The addresses by which `api diagnose` reaches a Homey depend on the network of the machine that ran it.
";

const TOOL_READS: &str = "
## Reads by the command-line tool

One read of every manager for which the tool has a command and that the Homey has. *Ok*: it prints what the client decodes
from the same answer. *No state*: refused with status 501, as above.
";

/// The columns of the client's tables, in the words of `--dialect`.
const DIALECTS: [&str; 3] = ["v2", "local", "cloud"];

/// The columns of the tool's tables.
const TARGETS: [&str; 4] = ["v2", "local", "cloud", "key"];

/// The results of one part of a run: operation, item or option, and its outcome.
type Part = BTreeMap<String, String>;

/// The parts of one kind, each with the head of its column.
type Parts = Vec<(&'static str, Part)>;

/// Writes the document.
pub(super) fn write(workspace: &Path, results: &Path) -> Result<(), Failure> {
    Ok(fs::write(workspace.join(DOCUMENT), render(results)?)?)
}

/// Fails if the document differs from the results.
pub(super) fn check(workspace: &Path, results: &Path) -> Result<(), Failure> {
    let written = fs::read_to_string(workspace.join(DOCUMENT)).unwrap_or_default();
    // A checkout on Windows may have changed the ends of the lines.
    match written.replace("\r\n", "\n") == render(results)? {
        true => Ok(()),
        false => Err(format!(
            "{DOCUMENT} differs from the results of this run: run `cargo xtask conformance --write` and review \
             the difference"
        )
        .into()),
    }
}

fn render(results: &Path) -> Result<String, Failure> {
    let reads = parts(results, "reads", &DIALECTS)?;
    let mut text = HEAD.to_owned();
    text.push_str(CLIENTS);
    text.push_str(READS);
    by_manager(&mut text, &reads)?;
    text.push_str(LEFT);
    let mut left = reads;
    for (_, part) in &mut left {
        part.retain(|_, what| what != "ok");
    }
    table(&mut text, "operation", &left)?;
    for (head, what, kind, columns) in [
        (ITEMS, "item", "items", DIALECTS.as_slice()),
        (OPTIONS, "option", "options", &DIALECTS),
        (COMMANDS, "command", "tool", &TARGETS),
        (TOOL_READS, "command", "tool-reads", &TARGETS),
    ] {
        text.push_str(head);
        table(&mut text, what, &parts(results, kind, columns)?)?;
    }
    Ok(text)
}

/// Reads `reads-v2.json` and so on, which the test files have written.
fn parts(results: &Path, kind: &str, columns: &[&'static str]) -> Result<Parts, Failure> {
    let part = |column: &&'static str| {
        let file = format!("{kind}-{column}.json");
        let source = fs::read(results.join(&file))
            .map_err(|cause| format!("the run has not written {file}: {cause}"))?;
        let part = serde_json::from_slice(&source).map_err(|cause| format!("{file}: {cause}"))?;
        Ok((*column, part))
    };
    columns.iter().map(part).collect()
}

/// One row for each manager, with the number of its operations by outcome; the last row is the sum.
fn by_manager(text: &mut String, parts: &Parts) -> Result<(), Failure> {
    let count = |belongs: &dyn Fn(&str) -> bool| {
        let cell = |(_, part): &(&str, Part)| {
            let mut counts = BTreeMap::<&str, usize>::new();
            for (_, what) in part.iter().filter(|(id, _)| belongs(id)) {
                *counts.entry(what).or_default() += 1;
            }
            let order = ["ok", "nothing there", "no state"];
            let cells =
                order.iter().filter_map(|what| Some(format!("{} {what}", counts.get(what)?)));
            cells.collect::<Vec<_>>().join(", ")
        };
        parts.iter().map(cell).collect::<Vec<_>>()
    };
    let manager = |id: &str| id.split('.').next().unwrap_or_default().to_owned();
    let mut managers: Vec<String> = names(parts).into_iter().map(manager).collect();
    managers.dedup();
    head(text, "manager", parts)?;
    for name in managers {
        row(text, &format!("`{name}`"), &count(&|id| manager(id) == name))?;
    }
    row(text, "all", &count(&|_| true))
}

/// One row for each name that occurs in a column.
fn table(text: &mut String, what: &str, parts: &Parts) -> Result<(), Failure> {
    head(text, what, parts)?;
    for name in names(parts) {
        let cell = |(_, part): &(&str, Part)| part.get(name).cloned().unwrap_or_default();
        row(text, &format!("`{name}`"), &parts.iter().map(cell).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// The names of all columns, sorted, each once.
fn names(parts: &Parts) -> BTreeSet<&str> {
    parts.iter().flat_map(|(_, part)| part.keys()).map(String::as_str).collect()
}

fn head(text: &mut String, what: &str, parts: &Parts) -> Result<(), Failure> {
    let columns: Vec<&str> = parts.iter().map(|(column, _)| *column).collect();
    writeln!(text, "\n| {what} | {} |", columns.join(" | "))?;
    Ok(writeln!(text, "|---|{}", "---|".repeat(columns.len()))?)
}

fn row(text: &mut String, name: &str, cells: &[String]) -> Result<(), Failure> {
    Ok(writeln!(text, "| {name} | {} |", cells.join(" | "))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for column in TARGETS {
            for kind in ["items", "options", "tool", "tool-reads"] {
                fs::write(folder.path().join(format!("{kind}-{column}.json")), "{}").unwrap();
            }
        }
        let keep = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        keep("reads-v2.json", r#"{"zones.getZones":"ok","zones.getZone":"ok"}"#);
        keep("reads-local.json", r#"{"zones.getZones":"ok","zones.getState":"no state"}"#);
        keep("reads-cloud.json", r#"{"videos.getVideo":"nothing there"}"#);
        keep("items-v2.json", r#"{"Zone":"create, update, delete"}"#);
        keep("tool-cloud.json", r#"{"api diagnose":"reached by cloud"}"#);
        keep("tool-key.json", r#"{"api raw":"ok"}"#);
        folder
    }

    #[test]
    fn the_tables_have_the_outcome_of_each_part_on_each_homey() {
        let text = render(results().path()).unwrap();
        for row in [
            "| manager | v2 | local | cloud |",
            "| `videos` |  |  | 1 nothing there |",
            "| `zones` | 2 ok | 1 ok, 1 no state |  |",
            "| all | 2 ok | 1 ok, 1 no state | 1 nothing there |",
            "| `zones.getState` |  | no state |  |",
            "| `Zone` | create, update, delete |  |  |",
            "| command | v2 | local | cloud | key |",
            "| `api diagnose` |  |  | reached by cloud |  |",
            "| `api raw` |  |  |  | ok |",
        ] {
            assert!(text.lines().any(|line| line == row), "{row}\n{text}");
        }
        assert!(!text.contains("`zones.getZones`"), "operations that are ok are only counted");
    }

    #[test]
    fn a_document_that_differs_from_the_results_is_reported() {
        let (workspace, results) = (tempfile::tempdir().unwrap(), results());
        fs::create_dir(workspace.path().join("docs")).unwrap();
        let error = check(workspace.path(), results.path()).unwrap_err().to_string();
        assert!(error.contains("conformance --write"), "{error}");
        write(workspace.path(), results.path()).unwrap();
        check(workspace.path(), results.path()).unwrap();
        fs::write(results.path().join("reads-v2.json"), "{}").unwrap();
        check(workspace.path(), results.path()).unwrap_err();
    }

    #[test]
    fn a_part_that_was_not_run_is_reported() {
        let results = results();
        fs::remove_file(results.path().join("items-local.json")).unwrap();
        let error = render(results.path()).unwrap_err().to_string();
        assert!(error.contains("items-local.json"), "{error}");
    }
}
