//! `[mcp]`: homes for assistants at `/mcp` of the gateway, and what a key may do there.

use super::reader::{Table, Text};
use super::reference;

/// The groups of tools that a key may have.
pub const MCP_GROUPS: [&str; 4] = ["read", "control", "edit", "admin"];

/// The table `[mcp]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct McpSettings {
    /// What needs a person besides the built-in list: `Device`, `Zone/Device`, `*/capability`.
    pub guarded: Vec<String>,
}

/// What a key may do at `/mcp`, besides its scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct McpKeySettings {
    /// Some of [`MCP_GROUPS`].
    pub groups: Vec<String>,
    /// The devices that exist for it: `Zone/Device`, `class:light`; `None` for all.
    pub expose: Option<Vec<String>>,
    /// Whether its writes are only described.
    pub dry_run: bool,
}

/// The table `[mcp]`; `None` where there is none.
pub(super) fn settings(root: &Table<'_, '_>) -> Option<McpSettings> {
    let table = root.table("mcp")?;
    table.only(&reference::MCP.names());
    if !root.has("listen") {
        table.missing("[mcp] needs the gateway: write `listen` above the first heading");
    }
    let guarded = table.texts("guarded").into_iter().flatten().filter_map(pattern).collect();
    Some(McpSettings { guarded })
}

/// What `mcp` and its companions in a `[[key]]` say.
pub(super) fn of_key(table: &Table<'_, '_>) -> Option<McpKeySettings> {
    let Some(words) = table.texts("mcp") else {
        if table.has("mcp_expose") || table.flag("mcp_dry_run") == Some(true) {
            table.missing("[[key]] has no `mcp`: write [\"read\"], or more groups");
        }
        return None;
    };
    let groups = words.into_iter().filter_map(group).collect();
    let expose = table
        .text_or_texts("mcp_expose")
        .map(|list| list.into_iter().filter_map(pattern).collect::<Vec<_>>());
    let expose = expose.filter(|list| *list != ["all"]);
    Some(McpKeySettings { groups, expose, dry_run: table.flag("mcp_dry_run").unwrap_or(false) })
}

fn group(word: Text<'_, '_>) -> Option<String> {
    match MCP_GROUPS.contains(&word.text.as_str()) {
        true => Some(word.text),
        false => {
            let known = MCP_GROUPS.join(", ");
            word.wrong(format!("\"{}\" is no group of tools; there is: {known}", word.text))
        }
    }
}

fn pattern(text: Text<'_, '_>) -> Option<String> {
    match text.text.trim().is_empty() {
        true => text.wrong("an empty text names no device: write \"Zone/Device\"".to_owned()),
        false => Some(text.text),
    }
}
