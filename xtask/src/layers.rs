//! `cargo xtask layers`: who may import whom, and a check that it is so.
//!
//! The rules are the tables below. A new crate, or a new module of a crate that has a table, needs a line in
//! them. In no crate may files import each other in a circle.

mod breach;
mod circles;
#[cfg(test)]
mod tests;

use std::path::Path;

use self::breach::Breach;
use crate::failure::Failure;
use crate::sources::imports::Import;
use crate::sources::{self, Crate, Files, Module};

/// Crate, the crates of ours it may import, and those that only its tests may import besides.
///
/// The emulator shares no wire code with the library, so the two judge each other.
const CRATES: &[(&str, &[&str], &[&str])] = &[
    ("housekey", &[], &["housekey-emulator"]),
    ("housekey-emulator", &["housekey"], &[]),
    (
        "housekey-agent",
        &[
            "housekey",
            "housekey-backup",
            "housekey-history",
            "housekey-mcp",
            "housekey-mqtt",
            "housekey-web",
        ],
        &["housekey-emulator"],
    ),
    ("housekey-backup", &["housekey"], &["housekey-emulator"]),
    ("housekey-chart", &[], &[]),
    ("housekey-history", &["housekey"], &["housekey-emulator"]),
    ("housekey-mcp", &["housekey", "housekey-backup", "housekey-history"], &["housekey-emulator"]),
    ("housekey-web", &["housekey", "housekey-backup", "housekey-chart"], &["housekey-emulator"]),
    ("housekey-mqtt", &["housekey"], &[]),
    (
        "housekey-cli",
        &[
            "housekey",
            "housekey-agent",
            "housekey-backup",
            "housekey-chart",
            "housekey-emulator",
            "housekey-history",
            "housekey-mqtt",
            "housekey-mcp",
        ],
        &[],
    ),
    ("xtask", &[], &[]),
];

/// The crates that are pure as a whole: see [`IMPURE`].
const PURE_CRATES: &[&str] = &["housekey-chart"];

/// Where one crate may be imported in certain modules only, or only in part. Tests are free.
const NARROWED: &[Narrowed] = &[
    Narrowed::Names {
        of: "housekey",
        by: "housekey-emulator",
        only: &["catalogue", "clock", "secret"],
    },
    Narrowed::Modules {
        of: "housekey-emulator",
        by: "housekey-cli",
        only: &["commands::emulate", "commands::demo", "commands::doctor"],
    },
];

/// The crates whose modules have a table.
const MODULES: &[(&str, Table)] = &[
    ("housekey", LIBRARY),
    ("housekey-agent", AGENT),
    ("housekey-backup", BACKUP),
    ("housekey-emulator", EMULATOR),
    ("housekey-history", HISTORY),
    ("housekey-mcp", MCP),
    ("housekey-web", WEB),
    ("housekey-mqtt", MQTT),
];

/// The modules of `housekey`; for a module with several lines the longest counts.
///
/// A pure module imports pure ones alone. A doing module imports pure ones, the clock, itself, and
/// the doing ones with a smaller number:
/// `resolve` <- `http` <- `discovery` <- `auth` <- `realtime` <- `client` <- `mirror`, `config`.
/// (`auth` stands on `discovery` because its last step asks the Homey itself, wherever that is.)
const LIBRARY: Table = &[
    ("catalogue", Layer::Pure),
    ("request", Layer::Pure),
    // The macro of `request`: an exported macro stands at the root, wherever it is defined.
    ("args", Layer::Pure),
    ("openapi", Layer::Pure),
    ("model", Layer::Pure),
    ("error", Layer::Pure),
    ("mutex", Layer::Pure),
    ("secret", Layer::Pure),
    ("redaction", Layer::Pure),
    ("retry", Layer::Pure),
    ("auth::policy", Layer::Pure),
    ("auth::token", Layer::Pure),
    ("discovery::candidates", Layer::Pure),
    ("discovery::preference", Layer::Pure),
    ("realtime::packet", Layer::Pure),
    ("realtime::session", Layer::Pure),
    ("mirror::change", Layer::Pure),
    ("mirror::home", Layer::Pure),
    ("mirror::item", Layer::Pure),
    ("mirror::kind", Layer::Pure),
    ("mirror::machine", Layer::Pure),
    ("mirror::status", Layer::Pure),
    ("mirror::item_event", Layer::Pure),
    ("mirror::window", Layer::Pure),
    ("clock", Layer::Clock),
    ("resolve", Layer::Doing(0)),
    ("whole_file", Layer::Doing(0)),
    ("http", Layer::Doing(1)),
    ("discovery", Layer::Doing(2)),
    ("auth", Layer::Doing(3)),
    ("realtime", Layer::Doing(4)),
    ("client", Layer::Doing(5)),
    ("mirror", Layer::Doing(6)),
    ("config", Layer::Doing(6)),
    // For fuzzers alone; stands above everything that it feeds.
    ("fuzzing", Layer::Doing(7)),
];

/// The modules of `housekey-agent`: each imports those with a smaller number, which may be several files of
/// one purpose.
const AGENT: Table = &[
    ("advice", Layer::Doing(0)),
    ("child", Layer::Doing(0)),
    ("credential", Layer::Doing(0)),
    ("error_chain", Layer::Doing(0)),
    ("key", Layer::Doing(0)),
    ("lock", Layer::Doing(0)),
    ("mutex", Layer::Doing(0)),
    ("redaction", Layer::Doing(0)),
    ("status", Layer::Doing(0)),
    ("served_homey", Layer::Doing(2)),
    ("write_log", Layer::Doing(1)),
    ("settings", Layer::Doing(1)),
    ("security", Layer::Doing(1)),
    ("token_variables", Layer::Doing(1)),
    ("access", Layer::Doing(2)),
    ("counters", Layer::Doing(2)),
    ("error", Layer::Doing(2)),
    ("file_limit", Layer::Doing(2)),
    ("route_log", Layer::Doing(2)),
    ("status_board", Layer::Doing(2)),
    ("unit", Layer::Doing(2)),
    ("listeners", Layer::Doing(3)),
    ("metrics", Layer::Doing(3)),
    ("supervisor", Layer::Doing(3)),
    ("http", Layer::Doing(4)),
    ("keeper", Layer::Doing(4)),
    ("local_api", Layer::Doing(4)),
    ("service_manager", Layer::Doing(4)),
    ("sinks", Layer::Doing(4)),
    ("snapshot_keeper", Layer::Doing(4)),
    ("events", Layer::Doing(5)),
    ("home_metrics", Layer::Doing(5)),
    ("influx", Layer::Doing(5)),
    ("mqtt", Layer::Doing(5)),
    ("recorder", Layer::Doing(4)),
    ("components", Layer::Doing(5)),
    ("dashboard", Layer::Doing(3)),
    ("gateway", Layer::Doing(6)),
    ("agent", Layer::Doing(7)),
    // For fuzzers alone; above everything that it feeds.
    ("fuzzing", Layer::Doing(8)),
];

/// The modules of `housekey-backup`.
const BACKUP: Table = &[
    ("part", Layer::Pure),
    ("home", Layer::Pure),
    ("setup", Layer::Pure),
    ("secrets", Layer::Pure),
    ("refs", Layer::Pure),
    ("snapshot", Layer::Pure),
    ("file_names", Layer::Pure),
    ("error", Layer::Pure),
    ("layout", Layer::Pure),
    ("diff", Layer::Pure),
    ("writable", Layer::Pure),
    ("plan", Layer::Pure),
    ("read", Layer::Doing(1)),
    ("disk", Layer::Doing(1)),
    ("archive", Layer::Doing(2)),
    ("retention", Layer::Pure),
    ("authors", Layer::Pure),
    ("snapshot_store", Layer::Doing(3)),
    ("apply", Layer::Doing(2)),
    ("capability_card", Layer::Pure),
    ("card", Layer::Pure),
    ("cards", Layer::Pure),
    ("check", Layer::Pure),
    ("graph", Layer::Pure),
    ("heal", Layer::Pure),
    ("known_devices", Layer::Pure),
    ("label", Layer::Pure),
    ("last_names", Layer::Pure),
    ("picture", Layer::Pure),
    ("portable", Layer::Pure),
    ("token", Layer::Pure),
    ("transfer", Layer::Pure),
    ("words", Layer::Pure),
];

/// The modules of `housekey-emulator`: each imports pure ones and those with a smaller number.
const EMULATOR: Table = &[
    ("model", Layer::Pure),
    ("quirk", Layer::Pure),
    ("hub_options", Layer::Pure),
    ("state", Layer::Pure),
    ("clock", Layer::Doing(0)),
    ("faulty_stream", Layer::Doing(0)),
    ("options", Layer::Doing(0)),
    ("reply", Layer::Doing(0)),
    ("request", Layer::Doing(0)),
    ("cors", Layer::Doing(1)),
    ("echo", Layer::Doing(1)),
    ("fault", Layer::Doing(1)),
    ("routing", Layer::Doing(1)),
    ("cloud", Layer::Doing(2)),
    ("hub", Layer::Doing(2)),
    ("call_names", Layer::Doing(3)),
    ("connection_info", Layer::Doing(3)),
    ("connections", Layer::Doing(3)),
    ("seen", Layer::Doing(4)),
    ("world", Layer::Doing(5)),
    ("fault_builder", Layer::Doing(6)),
    ("realtime", Layer::Doing(6)),
    ("control", Layer::Doing(7)),
    ("exchange", Layer::Doing(8)),
    ("server", Layer::Doing(9)),
    ("emulator", Layer::Doing(10)),
];

/// The modules of `housekey-history`.
const HISTORY: Table = &[
    ("value", Layer::Pure),
    ("series", Layer::Pure),
    ("meter", Layer::Pure),
    ("step", Layer::Pure),
    ("pieces", Layer::Pure),
    ("reading", Layer::Pure),
    ("rules", Layer::Pure),
    ("metrics", Layer::Pure),
    ("influx::answer", Layer::Pure),
    ("influx::layout", Layer::Pure),
    ("influx::line", Layer::Pure),
    ("influx", Layer::Doing(0)),
    ("keep", Layer::Pure),
    ("insights", Layer::Pure),
    ("store", Layer::Doing(1)),
    ("export", Layer::Doing(3)),
    ("import", Layer::Doing(2)),
    ("query", Layer::Doing(2)),
    ("recorder", Layer::Doing(2)),
];

/// The modules of `housekey-mcp`.
const MCP: Table = &[
    ("answer", Layer::Pure),
    ("arguments", Layer::Pure),
    ("find", Layer::Pure),
    ("group", Layer::Pure),
    ("guard", Layer::Pure),
    ("limits", Layer::Pure),
    ("lines", Layer::Pure),
    ("quote", Layer::Pure),
    ("read", Layer::Pure),
    ("tools", Layer::Pure),
    ("view", Layer::Pure),
    ("write", Layer::Pure),
    ("approvals", Layer::Doing(0)),
    ("write_log", Layer::Doing(0)),
    ("homes", Layer::Doing(1)),
    ("server", Layer::Doing(2)),
];

/// The modules of `housekey-web`.
const WEB: Table = &[
    ("view", Layer::Pure),
    ("rights", Layer::Pure),
    ("assets", Layer::Pure),
    ("page", Layer::Pure),
    ("PATH", Layer::Pure),
    // A row of it is what a page shows.
    ("session::SessionRow", Layer::Pure),
    ("session", Layer::Doing(0)),
    ("server", Layer::Doing(1)),
];

/// The modules of `housekey-mqtt`.
const MQTT: Table = &[
    ("pattern", Layer::Pure),
    ("options", Layer::Pure),
    ("slug", Layer::Pure),
    ("payload", Layer::Pure),
    ("view", Layer::Pure),
    ("topics", Layer::Pure),
    ("home_assistant", Layer::Pure),
    ("shape", Layer::Pure),
    ("outbox", Layer::Pure),
    ("rate", Layer::Pure),
    ("bridge", Layer::Pure),
    ("preview", Layer::Pure),
    ("tls", Layer::Doing(0)),
    ("connection", Layer::Doing(1)),
    ("client", Layer::Doing(2)),
    ("leftovers", Layer::Doing(2)),
    ("task", Layer::Doing(2)),
];

/// What a pure module may not name, since time, chance, files and the network come from outside.
const IMPURE: &[(&str, &str)] = &[
    ("tokio", "the runtime"),
    ("reqwest", "HTTP"),
    ("rustls", "TLS"),
    ("rand", "chance"),
    ("std::fs", "files"),
    ("std::net", "the network"),
    ("std::env", "the environment"),
    ("std::process", "processes"),
    ("std::thread", "threads"),
    ("std::time::SystemTime", "the clock"),
    ("std::time::Instant", "the clock"),
    ("jiff::Timestamp::now", "the clock"),
    ("jiff::Zoned::now", "the clock"),
];

/// Modules of a crate, each with its layer.
type Table = &'static [(&'static str, Layer)];

/// What a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    /// Computes.
    Pure,
    /// The one place that reads the clock of the system.
    Clock,
    /// Touches network, disk or time.
    Doing(u8),
}

/// An import that is allowed in part.
enum Narrowed {
    /// `by` may import only these names from the root of `of`.
    Names { of: &'static str, by: &'static str, only: &'static [&'static str] },
    /// `by` may import `of` only in these modules.
    Modules { of: &'static str, by: &'static str, only: &'static [&'static str] },
}

pub(crate) fn run(workspace: &Path) -> Result<(), Failure> {
    let breaches = breaches(&sources::read(workspace)?)?;
    for breach in &breaches {
        eprintln!("{breach}");
    }
    match breaches.len() {
        0 => Ok(()),
        count => Err(format!(
            "{count} imports against the rules, which stand at the top of xtask/src/layers.rs"
        )
        .into()),
    }
}

/// Holds the files against the rules.
fn breaches(files: &Files) -> Result<Vec<Breach>, Failure> {
    let crates = sources::crates(files)?;
    let root_names = root_names(&crates);
    let mut breaches = Vec::new();
    for one in &crates {
        check_manifest(one, &crates, &mut breaches);
        for module in &one.modules {
            for import in &module.imports {
                if let Some(text) = check_import(one, import, &crates, &root_names) {
                    breaches.push(Breach { file: module.file.clone(), line: import.line, text });
                }
            }
        }
        breaches.extend(circles::breaches(one));
    }
    Ok(breaches)
}

/// The dependencies of the manifest against [`CRATES`].
fn check_manifest(one: &Crate, crates: &[Crate], breaches: &mut Vec<Breach>) {
    let mut breach = |text| breaches.push(Breach { file: one.manifest.clone(), line: 0, text });
    let Some((_, program, tests)) = CRATES.iter().find(|(name, ..)| *name == one.name) else {
        return breach(format!("{} has no line in the table of crates", one.name));
    };
    let ours = |name: &&String| crates.iter().any(|other| other.name == **name);
    for name in one.dependencies.iter().filter(ours) {
        if !program.contains(&name.as_str()) {
            breach(format!("{} may not depend on {name}", one.name));
        }
    }
    for name in one.test_dependencies.iter().filter(ours) {
        if !program.contains(&name.as_str()) && !tests.contains(&name.as_str()) {
            breach(format!("the tests of {} may not depend on {name}", one.name));
        }
    }
}

/// One import against all the tables: nothing, or what is wrong with it.
fn check_import(
    one: &Crate,
    import: &Import,
    crates: &[Crate],
    root_names: &[RootName],
) -> Option<String> {
    let (first, rest) = import.path.split_first()?;
    let here = import.module.join("::");
    let target = crates.iter().find(|other| other.name.replace('-', "_") == *first);
    match target {
        Some(target) if target.name != one.name => check_other_crate(
            &one.name,
            &here,
            &target.name,
            &defining(&target.name, rest, root_names),
        ),
        Some(_) => check_layers(modules(&one.name)?, &here, &defining(&one.name, rest, root_names)),
        None if PURE_CRATES.contains(&one.name.as_str()) => impure(&import.path.join("::"))
            .map(|found| format!("{} is pure and may not use {found}", one.name)),
        None => check_purity(modules(&one.name)?, &here, &import.path.join("::")),
    }
}

fn check_other_crate(by: &str, here: &str, of: &str, name: &str) -> Option<String> {
    let (_, program, _) = CRATES.iter().find(|(name, ..)| *name == by)?;
    if !program.contains(&of) {
        return Some(format!("{by} may not import {of}, outside its tests if at all"));
    }
    NARROWED.iter().find_map(|rule| match rule {
        Narrowed::Names { of: crate_, by: user, only } if (*crate_, *user) == (of, by) => {
            let allowed = only.iter().any(|allowed| is_within(name, allowed));
            (!allowed).then(|| {
                format!("{by} may import only {} from {of}, not `{name}`", only.join(", "))
            })
        }
        Narrowed::Modules { of: crate_, by: user, only } if (*crate_, *user) == (of, by) => {
            let allowed = only.iter().any(|allowed| is_within(here, allowed));
            (!allowed).then(|| format!("{by} may import {of} only in {}", only.join(", ")))
        }
        _ => None,
    })
}

/// Two modules of one crate.
fn check_layers(table: Table, here: &str, there: &str) -> Option<String> {
    // The root ties everything together.
    if here.is_empty() {
        return None;
    }
    let Some((here_row, here_layer)) = layer(table, here) else {
        return Some(format!("`{here}` has no line in the table of modules"));
    };
    let Some((there_row, there_layer)) = layer(table, there) else {
        return Some(format!("`{there}` has no line in the table of modules"));
    };
    let allowed = match (here_layer, there_layer) {
        (_, Layer::Pure) => true,
        _ if here_row == there_row => true,
        (Layer::Pure | Layer::Clock, _) => false,
        (Layer::Doing(_), Layer::Clock) => true,
        (Layer::Doing(mine), Layer::Doing(theirs)) => theirs < mine,
    };
    (!allowed).then(|| match here_layer {
        Layer::Pure => format!("`{here}` is pure and may not import `{there}`, which is not"),
        Layer::Clock => format!("`{here}` may not import `{there}`: it stands below it"),
        Layer::Doing(_) => format!("`{here}` may not import `{there}`: it does not stand below it"),
    })
}

fn check_purity(table: Table, here: &str, path: &str) -> Option<String> {
    let (_, layer) = layer(table, here)?;
    let found = impure(path)?;
    (layer == Layer::Pure).then(|| format!("`{here}` is pure and may not use {found}"))
}

/// What a path names that is not pure: `files (`std::fs`)`.
fn impure(path: &str) -> Option<String> {
    let (name, what) = IMPURE.iter().find(|(name, _)| is_within(path, name))?;
    Some(format!("{what} (`{name}`)"))
}

/// The table of a crate, if it has one.
fn modules(of: &str) -> Option<Table> {
    MODULES.iter().find(|(name, _)| *name == of).map(|(_, table)| *table)
}

/// The line of a table that a module or a name in it belongs to.
fn layer(table: Table, module: &str) -> Option<(&'static str, Layer)> {
    table.iter().filter(|(row, _)| is_within(module, row)).max_by_key(|(row, _)| row.len()).copied()
}

/// Whether a path is `outer` or something in it: `auth::policy` is within `auth`, `author` is not.
fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// A name that the root of a crate hands on as its own: `housekey::Secret` is `secret::Secret`.
struct RootName {
    of: String,
    alias: String,
    path: Vec<String>,
}

fn root_names(crates: &[Crate]) -> Vec<RootName> {
    let of_crate = |one: &Crate| {
        let roots = one.modules.iter().flat_map(|module: &Module| &module.imports);
        let handed_on = roots.filter(|import| import.module.is_empty()).filter_map(|import| {
            let own = import.path.strip_prefix(&[one.name.replace('-', "_")][..]);
            let path = own.unwrap_or(&import.path).to_vec();
            Some(RootName { of: one.name.clone(), alias: import.alias.clone()?, path })
        });
        handed_on.collect::<Vec<_>>()
    };
    crates.iter().flat_map(of_crate).collect()
}

/// The name of a crate from where it is defined, as text.
fn defining(of: &str, name: &[String], root_names: &[RootName]) -> String {
    let handed_on = name.split_first().and_then(|(first, rest)| {
        let is_it = |root: &&RootName| root.of == of && root.alias == *first;
        Some((root_names.iter().find(is_it)?, rest))
    });
    match handed_on {
        Some((root, rest)) => [root.path.as_slice(), rest].concat().join("::"),
        None => name.join("::"),
    }
}
