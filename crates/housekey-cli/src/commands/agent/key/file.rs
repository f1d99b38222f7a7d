//! The keys in `agent.toml`: whatever else stands there stays as it is, comments too.

use std::fs;
use std::path::{Path, PathBuf};

use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use housekey_agent::AgentError;
use housekey_agent::settings::{KeySettings, Listen, Settings, SettingsError};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::file;

/// The settings, as they were read.
pub(super) struct KeyFile {
    path: PathBuf,
    document: DocumentMut,
    stored: Vec<String>,
    /// Where an agent that works by it listens, if the settings say.
    pub(super) socket: Option<PathBuf>,
    /// Where the gateway listens first; nothing without `listen`.
    pub(super) gateway: Option<String>,
    /// The keys that stand there.
    pub(super) keys: Vec<KeySettings>,
    /// The short names of the Homeys that stand there.
    pub(super) homeys: Vec<String>,
}

impl KeyFile {
    /// Reads the file, which has to be right in every line.
    ///
    /// # Errors
    /// Usage, with every wrong line.
    pub(super) fn open(path: PathBuf, context: &Context) -> Outcome<Self> {
        let text = whole_file::read_text(&path, SETTINGS_LIMIT_BYTES)
            .map_err(|error| wrong(&path, SettingsError::Unreadable(error)))?;
        let stored =
            context.store.homeys().map_err(|error| Failure::from(housekey::Error::from(error)))?;
        let settings = checked(&path, &text, &stored)?;
        let document = text.parse().map_err(|error: toml_edit::TomlError| {
            Failure::usage(format!("{} cannot be understood", path.display())).because(&error)
        })?;
        let gateway = gateway(&settings);
        let socket = settings.socket;
        let homeys = settings.homeys.into_iter().map(|homey| homey.name).collect();
        let keys = settings.access.keys;
        Ok(Self { path, document, stored, socket, gateway, keys, homeys })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is that one.
    pub(super) fn is(&self, other: &Path) -> bool {
        let same = |one: &Path| fs::canonicalize(one).ok();
        same(&self.path).is_some_and(|path| same(other) == Some(path))
    }

    /// The key of that name.
    ///
    /// # Errors
    /// Usage, with the names there are.
    pub(super) fn key(&self, name: &str) -> Outcome<&KeySettings> {
        self.keys.iter().find(|key| key.name == name).ok_or_else(|| {
            let names: Vec<_> = self.keys.iter().map(|key| key.name.as_str()).collect();
            let hint = match names.is_empty() {
                true => "there is none yet".to_owned(),
                false => format!("there is: {}", names.join(", ")),
            };
            Failure::usage(format!("no key is called \"{name}\"")).hint(hint)
        })
    }

    /// Adds a key and writes the file.
    ///
    /// # Errors
    /// Usage, if the settings would not be right with it; nothing is written then.
    pub(super) fn add(&mut self, key: &KeySettings) -> Outcome {
        let list = |words: Vec<String>| value(words.into_iter().collect::<toml_edit::Array>());
        let mut table = Table::new();
        table["name"] = value(&key.name);
        table["hash"] = value(key.hash.to_string());
        table["scopes"] = list(key.scopes.iter().map(ToString::to_string).collect());
        if let Some(homeys) = &key.homeys {
            table["homeys"] = list(homeys.clone());
        }
        if let Some(expires) = key.expires {
            table["expires"] = value(expires.to_string());
        }
        if let Some(mcp) = &key.mcp {
            table["mcp"] = list(mcp.groups.clone());
        }
        let keys = self.document.entry("key").or_insert_with(|| ArrayOfTables::new().into());
        match keys {
            Item::ArrayOfTables(keys) => {
                if keys.is_empty() {
                    table.decor_mut().set_prefix("\n");
                }
                keys.push(table);
            }
            // `key = [{ … }]` means the same.
            keys => {
                if let Some(keys) = keys.as_array_mut() {
                    keys.push(table.into_inline_table());
                }
            }
        }
        self.write()
    }

    /// Takes the key of that name out and writes the file.
    ///
    /// # Errors
    /// Failed, if it cannot be written.
    pub(super) fn remove(&mut self, name: &str) -> Outcome {
        match self.document.get_mut("key") {
            Some(Item::ArrayOfTables(keys)) => {
                keys.retain(|key| key.get("name").and_then(Item::as_str) != Some(name));
            }
            Some(keys) => {
                if let Some(keys) = keys.as_array_mut() {
                    let named = |key: &toml_edit::Value| {
                        key.as_inline_table()?.get("name")?.as_str().map(|one| one == name)
                    };
                    keys.retain(|key| named(key) != Some(true));
                }
            }
            None => {}
        }
        self.write()
    }

    fn write(&mut self) -> Outcome {
        let text = self.document.to_string();
        self.keys = checked(&self.path, &text, &self.stored)?.access.keys;
        file::write(&self.path, text.as_bytes())
    }
}

fn gateway(settings: &Settings) -> Option<String> {
    let scheme = if settings.gateway.certificate.is_some() { "https" } else { "http" };
    settings.listen.first().map(|listen| match listen {
        Listen::Tcp(address) => format!("{scheme}://{address}"),
        Listen::Unix(path) => format!("the socket {}", path.display()),
    })
}

fn checked(path: &Path, text: &str, stored: &[String]) -> Outcome<Settings> {
    Settings::check(text, path, stored).map_err(|error| wrong(path, error))
}

fn wrong(path: &Path, error: SettingsError) -> Failure {
    let unreadable = matches!(error, SettingsError::Unreadable(_));
    let error = AgentError::Settings(error);
    let hint = if unreadable { error.advice() } else { None };
    Failure::usage(error.lines(path).join("\n"))
        .hint(hint.unwrap_or_else(|| "correct that first; nothing was changed".to_owned()))
}
