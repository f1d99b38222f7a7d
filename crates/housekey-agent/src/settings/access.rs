//! Access to the gateway: the tables `[[key]]`, and which hosts and origins are allowed.

use housekey::catalogue::Permission;
use jiff::Timestamp;

use super::mcp::{self, McpKeySettings};
use super::reader::{Table, Text};
use super::reference;
use crate::key::KeyDigest;

/// Access to the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessSettings {
    /// Its keys.
    pub keys: Vec<KeySettings>,
    /// Whether callers over TCP need a key; those on this machine can be exempt.
    pub require_key: bool,
    /// Host names besides those of this machine; lower case, no ports.
    pub hosts: Vec<String>,
    /// Origins of other web pages that may use it: `https://board.example`.
    pub origins: Vec<String>,
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySettings {
    /// Its name, which is unique.
    pub name: String,
    /// Its digest.
    pub hash: KeyDigest,
    /// Its scopes.
    pub scopes: Vec<Permission>,
    /// The short names of the Homeys it is for; `None` for all.
    pub homeys: Option<Vec<String>>,
    /// When it ends.
    pub expires: Option<Timestamp>,
    /// What it may do at `/mcp`; `None` where it may not use that.
    pub mcp: Option<McpKeySettings>,
}

impl Default for AccessSettings {
    fn default() -> Self {
        Self { keys: Vec::new(), require_key: true, hosts: Vec::new(), origins: Vec::new() }
    }
}

/// All of it; what is wrong is noted and left out.
pub(super) fn all(root: &Table<'_, '_>, homeys: &[String]) -> AccessSettings {
    let mut keys: Vec<KeySettings> = Vec::new();
    for table in root.tables("key") {
        table.only(&reference::KEY.names());
        let name = table.needed("name", "what the key is for").and_then(|name| {
            match keys.iter().any(|other| other.name == name.text) {
                true => {
                    name.wrong(format!("the key \"{}\" stands here twice: take one out", name.text))
                }
                false => Some(name.text),
            }
        });
        let hash = table.needed("hash", "run `housekey agent key create`").and_then(|hash| {
            hash.text.parse::<KeyDigest>().map_or_else(|error| hash.wrong(error.to_string()), Some)
        });
        let scopes = scopes(&table);
        let homeys = table.homeys(homeys);
        let expires = table.text("expires").map(expires).unwrap_or_default();
        let mcp = mcp::of_key(&table);
        if let (Some(name), Some(hash), Some(scopes)) = (name, hash, scopes) {
            keys.push(KeySettings { name, hash, scopes, homeys, expires, mcp });
        }
    }
    AccessSettings {
        keys,
        require_key: root.flag("require_key").unwrap_or(true),
        hosts: root.texts("hosts").into_iter().flatten().filter_map(host).collect(),
        origins: root.texts("origins").into_iter().flatten().filter_map(origin).collect(),
    }
}

fn scopes(table: &Table<'_, '_>) -> Option<Vec<Permission>> {
    if !table.has("scopes") {
        table.missing(
            "[[key]] has no `scopes`: write [\"readonly\"], [\"control\"], [\"full\"], or scopes",
        );
    }
    let words = table.texts("scopes")?;
    if words.is_empty() {
        table.missing("`scopes` is empty: a key that may do nothing is of no use");
    }
    let grant = |word: &Text<'_, '_>| word.text.parse().map_err(|error| word.note(error)).ok();
    Some(words.iter().filter_map(grant).collect())
}

fn expires(text: Text<'_, '_>) -> Option<Timestamp> {
    text.text.parse().ok().or_else(|| {
        text.wrong(format!("\"{}\" is no time: write \"2027-01-31T00:00:00Z\"", text.text))
    })
}

fn host(host: Text<'_, '_>) -> Option<String> {
    let name = host.text.to_ascii_lowercase();
    let plain = name.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-' | b'_'));
    let bracketed = name.starts_with('[') && name.ends_with(']');
    if !name.is_empty() && (plain || bracketed) {
        return Some(name);
    }
    host.wrong(format!(
        "\"{}\" is no name of a machine: write \"homey.lan\", without a port",
        host.text
    ))
}

fn origin(origin: Text<'_, '_>) -> Option<String> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| origin.text.strip_prefix(scheme));
    let plain = |rest: &str| !rest.is_empty() && !rest.contains(['/', '*', ' ', '?', '#']);
    if rest.is_some_and(plain) && origin.text == origin.text.to_ascii_lowercase() {
        return Some(origin.text);
    }
    origin.wrong(format!(
        "\"{}\" is no origin: write it as browsers do, \"https://board.example\"",
        origin.text
    ))
}
