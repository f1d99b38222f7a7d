//! docs/conformance.md, made of what a conformance run found.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::failure::Failure;

const DOCUMENT: &str = "docs/conformance.md";

const HEAD: &str = "\
# What the vendor's own programs make of the virtual Homey

The vendor publishes a client, the npm package `homey-api`, and a command-line tool, the package `homey`.
Both were written against the real cloud and real Homeys and know nothing of housekey. `cargo xtask
conformance` runs them, unmodified, against `housekey emulate`, signed in as a person would be. This is what
such a run found; it is made by `cargo xtask conformance --write`, and a run that finds something else fails.
";

const CLIENTS: &str = "
## Clients of others

Unmodified, each at the Homey itself and through the gateway with a key of its own. A run in which one of them fails is
no run: what stands here is what held in the last one. *Session ends*: the session behind the connection is ended twice.

| client | from | Homeys | reads, writes, events | session ends | restart | besides |
|---|---|---|---|---|---|---|
| `homey-api` 3.20.0 | npm | `local` | ok | not noticed | comes back | |
| `homey-api` 3.17.0 | npm | `local` | ok | not noticed | a new client | |
| `athom-api` 3.9.2 | npm | `v2`, `local` | ok | not noticed | | a write with a key that only looks is refused as a Homey would |
| `python-socketio` 5.18.1 over Engine.IO 4 | PyPI | `v2`, `local`, `cloud` | ok | not noticed | | the handshake's answer holds the key that was sent, and nothing a token of the Homey |
| `homey-wss-python` 0.1.2 | PyPI | `local`, `cloud` | ok, no events | | | |
| `athom-api` 1.1.0 | PyPI | `v2`, `local`, `cloud` | ok, no events | | | |

*Not noticed* is said of the gateway: at the Homey itself `homey-api` shows the refusal to its caller. After a lost connection
3.17.0 shakes hands and does not subscribe again, so programs make a new client. Python 3.12 is too new for
`athom-api` 1.1.0.
";

const READS: &str = "
## Reads

Every operation that reads, of every manager in the client's own specification, called for everything that
the virtual home has. An answer is *ok* when the client decodes it, finds in it what it called for, and its
fields are of the types that the specification declares, except where real Homeys were seen to answer
otherwise. *Nothing there* means that the home has none, and says so for an id that was made up. *No state*
is a refusal with status 501 that names the operation. Anything else fails the run, and so does an answer, or a
refusal, that is another one over the live connection than over HTTP.
";

const LEFT: &str = "
## Reads that were refused, or found nothing
";

const ITEMS: &str = "
## Items

Every item of the specification that can be made, changed or deleted, through its whole life, over HTTP and over
the live connection; after each step it is read again, and what was deleted has to be gone.
";

const OPTIONS: &str = "
## Options

Every option that can be set: set, read, and unset again.
";

const COMMANDS: &str = "
## The command-line tool

Its commands, signed in to a Homey of each dialect as `homey login` does it, and with an API key: `--token` and
`--address`, which it has for newer Homeys alone. *Ok* is what does what it should, fails where it should, and
prints what is there, for people and as JSON. It was told nothing of the machine's network, so the ways by which
`api diagnose` can reach a Homey are those of this machine.
";

const TOOL_READS: &str = "
## Reads by the command-line tool

One read of every manager that it has a command for and that the Homey has. *Ok*: it prints what the client makes of
the same answer. *No state* is again a refusal that names the operation.
";

/// The columns of the client's tables, in the words of `--dialect`.
const DIALECTS: [&str; 3] = ["v2", "local", "cloud"];

/// The columns of the tool's tables.
const TARGETS: [&str; 4] = ["v2", "local", "cloud", "key"];

/// What one part of a run found: an operation, an item or an option, and what became of it.
type Part = BTreeMap<String, String>;

/// The parts of one kind, each with the head of its column.
type Parts = Vec<(&'static str, Part)>;

/// Writes the document.
pub(super) fn write(workspace: &Path, results: &Path) -> Result<(), Failure> {
    Ok(fs::write(workspace.join(DOCUMENT), render(results)?)?)
}

/// Fails when the document is not what would be written.
pub(super) fn check(workspace: &Path, results: &Path) -> Result<(), Failure> {
    let written = fs::read_to_string(workspace.join(DOCUMENT)).unwrap_or_default();
    // A checkout on Windows may have changed the ends of the lines.
    match written.replace("\r\n", "\n") == render(results)? {
        true => Ok(()),
        false => Err(format!(
            "{DOCUMENT} does not say what this run found: run `cargo xtask conformance --write`, and look \
             at what has changed"
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

/// `reads-v2.json` and so on: what the cases kept.
fn parts(results: &Path, kind: &str, columns: &[&'static str]) -> Result<Parts, Failure> {
    let part = |column: &&'static str| {
        let file = format!("{kind}-{column}.json");
        let source = fs::read(results.join(&file))
            .map_err(|cause| format!("the run left no {file} behind: {cause}"))?;
        let part = serde_json::from_slice(&source).map_err(|cause| format!("{file}: {cause}"))?;
        Ok((*column, part))
    };
    columns.iter().map(part).collect()
}

/// One row for each manager, with how often each thing became of its operations; the sum is the last.
fn by_manager(text: &mut String, parts: &Parts) -> Result<(), Failure> {
    let count = |belongs: &dyn Fn(&str) -> bool| {
        let cell = |(_, part): &(&str, Part)| {
            let mut counts = BTreeMap::<&str, usize>::new();
            for (_, what) in part.iter().filter(|(id, _)| belongs(id)) {
                *counts.entry(what).or_default() += 1;
            }
            let order = ["ok", "nothing there", "no state"];
            let told =
                order.iter().filter_map(|what| Some(format!("{} {what}", counts.get(what)?)));
            told.collect::<Vec<_>>().join(", ")
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

/// One row for each name that any column has.
fn table(text: &mut String, what: &str, parts: &Parts) -> Result<(), Failure> {
    head(text, what, parts)?;
    for name in names(parts) {
        let cell = |(_, part): &(&str, Part)| part.get(name).cloned().unwrap_or_default();
        row(text, &format!("`{name}`"), &parts.iter().map(cell).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// The names of all columns, in order, each once.
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
    fn the_tables_tell_what_became_of_what_on_which_homeys() {
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
        assert!(!text.contains("`zones.getZones`"), "what is ok is counted");
    }

    #[test]
    fn a_document_that_says_something_else_is_told() {
        let (workspace, results) = (tempfile::tempdir().unwrap(), results());
        fs::create_dir(workspace.path().join("docs")).unwrap();
        let told = check(workspace.path(), results.path()).unwrap_err().to_string();
        assert!(told.contains("conformance --write"), "{told}");
        write(workspace.path(), results.path()).unwrap();
        check(workspace.path(), results.path()).unwrap();
        fs::write(results.path().join("reads-v2.json"), "{}").unwrap();
        check(workspace.path(), results.path()).unwrap_err();
    }

    #[test]
    fn a_part_that_was_not_run_is_told() {
        let results = results();
        fs::remove_file(results.path().join("items-local.json")).unwrap();
        let told = render(results.path()).unwrap_err().to_string();
        assert!(told.contains("items-local.json"), "{told}");
    }
}
