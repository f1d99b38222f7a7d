//! The help of the whole program, with its commands in groups.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};

use crate::args::Cli;
use crate::output::table::folded;
use crate::output::terminal_width;

/// The heading of each group, and its commands in order.
const GROUPS: &[(&str, &[&str])] = &[
    ("Start", &["demo", "login", "status", "doctor"]),
    (
        "Home",
        &[
            "overview",
            "devices",
            "zones",
            "moods",
            "energy",
            "insights",
            "history",
            "images",
            "users",
            "presence",
            "weather",
            "notifications",
        ],
    ),
    ("Automation", &["flows", "folders", "variables", "tokens", "alarms", "reminders"]),
    (
        "Homey",
        &[
            "backup",
            "plan",
            "apply",
            "migrate",
            "apps",
            "system",
            "cloud",
            "zwave",
            "zigbee",
            "ledring",
            "location",
            "language",
            "mobile",
            "experiments",
        ],
    ),
    ("Sign-in", &["homeys", "accounts", "token", "exec", "keys", "sessions", "logout"]),
    ("Service", &["agent", "mqtt", "mcp"]),
    (
        "Tools",
        &[
            "watch",
            "call",
            "api",
            "operations",
            "emulate",
            "open",
            "config",
            "completions",
            "man",
            "help",
        ],
    ),
];

/// The tree of commands whose own help shows the groups. Putting it together is left to a start that
/// prints it.
pub(crate) fn tree() -> Command {
    let tree = Cli::command();
    let groups = groups(&tree);
    tree.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}\
         Options of every command:\n{{options}}{{after-help}}"
    ))
}

/// Before a command, and between it and what it does.
const INDENT: &str = "  ";
const GAP: &str = "  ";

/// How narrow the column of what commands do may become.
const NARROWEST: usize = 20;

/// A line for each command, group by group.
fn groups(tree: &Command) -> String {
    let width = GROUPS.iter().flat_map(|(_, names)| *names).map(|name| name.len()).max();
    let width = width.unwrap_or_default();
    let indent = INDENT.len() + width + GAP.len();
    let room =
        terminal_width().map_or(usize::MAX, |columns| usize::from(columns).saturating_sub(indent));
    let mut text = String::new();
    for (heading, names) in GROUPS {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{heading}:");
        // A build without a feature has no command for it.
        let is_there = |name: &&&str| **name == "help" || tree.find_subcommand(name).is_some();
        for name in names.iter().filter(is_there) {
            let about =
                folded(&about(tree, name), room.max(NARROWEST)).join(&format!("\n{:indent$}", ""));
            let _ = writeln!(text, "{INDENT}{name:width$}{GAP}{about}");
        }
        text.push('\n');
    }
    text
}

/// What a command does, in a line.
fn about(tree: &Command, name: &str) -> String {
    match tree.find_subcommand(name).and_then(Command::get_about) {
        Some(about) => about.to_string(),
        None => "Print this help, or that of a command".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_command_is_in_one_group() {
        let tree = Cli::command();
        let known: BTreeSet<&str> = tree.get_subcommands().map(Command::get_name).collect();
        let mut grouped = BTreeSet::from(["help"]);
        for name in GROUPS.iter().flat_map(|(_, names)| *names).filter(|name| **name != "help") {
            let is_left_out = cfg!(not(feature = "mcp")) && *name == "mcp";
            assert!(known.contains(name) || is_left_out, "{name} is no command");
            assert!(grouped.insert(name), "{name} is in two groups");
        }
        let left_out: Vec<_> = known.difference(&grouped).collect();
        assert!(left_out.is_empty(), "in no group: {left_out:?}");
    }
}
