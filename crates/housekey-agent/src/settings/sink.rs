//! The tables `[[sink]]`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::unistd::{Group, User};

use super::path;
use super::reader::{Table, Text};
use super::reference;
use crate::credential::Format;

const KINDS: &str = "write \"file\", \"variable\" or \"command\"";

/// One place that tokens are handed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkSettings {
    /// The short name of the Homey whose token it is.
    pub homey: String,
    /// The kind of sink.
    pub target: SinkTarget,
}

/// A kind of place that tokens are handed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkTarget {
    /// A file, replaced as a whole.
    File {
        /// The path.
        path: PathBuf,
        /// The format of the token.
        format: Format,
        /// The permissions, as in `chmod`.
        mode: u32,
        /// The owner; the agent's own user by default.
        owner: Owner,
    },
    /// A logic variable on the Homey itself.
    Variable {
        /// Its name.
        name: String,
    },
    /// A command, with the token in its environment.
    Command {
        /// The program and its arguments; at least the program.
        run: Vec<String>,
        /// How long it may take.
        timeout: Duration,
    },
}

/// User and group by their ids; `None` leaves it as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Owner {
    /// The user.
    pub user: Option<u32>,
    /// The group.
    pub group: Option<u32>,
}

impl fmt::Display for SinkTarget {
    /// The kind of sink, and its target.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.name())
    }
}

impl SinkTarget {
    /// `file`, `variable` or `command`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Variable { .. } => "variable",
            Self::Command { .. } => "command",
        }
    }

    /// Which one: the path, the name, or the program without its arguments.
    pub fn name(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Variable { name } => name.clone(),
            Self::Command { run, .. } => run.first().cloned().unwrap_or_default(),
        }
    }
}

/// All sinks that are as they should be; each place stands there once.
pub(super) fn all(root: &Table<'_, '_>, directory: &Path, homeys: &[String]) -> Vec<SinkSettings> {
    let mut sinks: Vec<SinkSettings> = Vec::new();
    for table in root.tables("sink") {
        let homey =
            table.needed("homey", "the name of one of the [[homey]]").and_then(
                |homey| match homeys.contains(&homey.text) {
                    true => Some(homey.text),
                    false => homey.wrong(format!(
                        "no [[homey]] is called \"{}\"; there is: {}",
                        homey.text,
                        homeys.join(", ")
                    )),
                },
            );
        let Some(kind) = table.needed("kind", KINDS) else { continue };
        let target = match kind.text.as_str() {
            "file" => file(&table, directory),
            "variable" => variable(&table),
            "command" => command(&table, directory),
            other => kind.wrong(format!("\"{other}\" is no kind of sink: {KINDS}")),
        };
        let (Some(homey), Some(target)) = (homey, target) else { continue };
        let sink = SinkSettings { homey, target };
        if sinks.iter().any(|other| same_place(other, &sink)) {
            kind.note(format!("another sink has the {} already: take one out", sink.target));
        }
        sinks.push(sink);
    }
    sinks
}

/// Whether two sinks would write over each other. A command may run for several Homeys.
fn same_place(one: &SinkSettings, other: &SinkSettings) -> bool {
    match (&one.target, &other.target) {
        (SinkTarget::File { path, .. }, SinkTarget::File { path: other, .. }) => path == other,
        _ => one == other,
    }
}

fn file(table: &Table<'_, '_>, directory: &Path) -> Option<SinkTarget> {
    table.only(&reference::FILE_SINK.names());
    let path = table.needed("path", "where the token is written");
    let format = match table.text("format") {
        None => Some(Format::Raw),
        Some(name) => name.text.parse().map_or_else(|error| name.wrong(format!("{error}")), Some),
    };
    let mode = match table.text("mode") {
        None => Some(0o600),
        Some(mode) => mode_of(&mode),
    };
    let owner = match table.text("owner") {
        None => Some(Owner::default()),
        Some(owner) => owner_of(&owner),
    };
    Some(SinkTarget::File {
        path: path::of(&path?, directory)?,
        format: format?,
        mode: mode?,
        owner: owner?,
    })
}

fn variable(table: &Table<'_, '_>) -> Option<SinkTarget> {
    table.only(&reference::VARIABLE_SINK.names());
    let name = table.needed("name", "the name of the logic variable")?;
    Some(SinkTarget::Variable { name: name.text })
}

fn command(table: &Table<'_, '_>, directory: &Path) -> Option<SinkTarget> {
    table.only(&reference::COMMAND_SINK.names());
    let right = "write the program and its arguments, as in [\"./on-new-token.sh\", \"now\"]";
    if !table.has("run") {
        table.missing(&format!("[[sink]] has no `run`: {right}"));
    }
    let timeout = match table.has("timeout") {
        false => Some(Duration::from_secs(30)),
        true => table.duration("timeout"),
    };
    let texts = table.texts("run")?;
    let path = match texts.first() {
        // A bare name is looked for in PATH.
        Some(program) if program.text.contains('/') => Some(path::of(program, directory)?),
        _ => None,
    };
    let mut run: Vec<_> = texts.into_iter().map(|text| text.text).collect();
    match run.first_mut() {
        Some(program) if path.is_some() => {
            let path: PathBuf = path.iter().flat_map(|path| path.components()).collect();
            *program = path.display().to_string();
        }
        Some(program) if !program.is_empty() => {}
        _ => {
            table.missing(&format!("`run` names no program: {right}"));
            return None;
        }
    }
    Some(SinkTarget::Command { run, timeout: timeout? })
}

fn mode_of(mode: &Text<'_, '_>) -> Option<u32> {
    match u32::from_str_radix(&mode.text, 8) {
        Ok(bits) if bits & 0o007 != 0 && bits <= 0o777 => mode.wrong(format!(
            "with the mode \"{}\" every user could use the token: write \"0600\", or \"0640\" for a group",
            mode.text
        )),
        Ok(bits) if bits & 0o600 == 0o600 && bits <= 0o777 => Some(bits),
        _ => mode.wrong(format!("\"{}\" is no mode of such a file: write \"0600\" or \"0640\"", mode.text)),
    }
}

/// `user`, `user:group` or `:group`, each by name or by id.
fn owner_of(owner: &Text<'_, '_>) -> Option<Owner> {
    let (user, group) = owner.text.split_once(':').unwrap_or((&owner.text, ""));
    let user = match user {
        "" => None,
        name => Some(user_id(name).or_else(|| {
            owner.wrong(format!("there is no user \"{name}\": write \"user:group\""))
        })?),
    };
    let group = match group {
        "" => None,
        name => Some(group_id(name).or_else(|| {
            owner.wrong(format!("there is no group \"{name}\": write \"user:group\""))
        })?),
    };
    Some(Owner { user, group })
}

/// The id of a user, by name or by id.
pub(super) fn user(user: Text<'_, '_>) -> Option<u32> {
    let name = &user.text;
    user_id(name).or_else(|| {
        user.wrong(format!("there is no user \"{name}\": write a name or an id, as in \"1001\""))
    })
}

fn user_id(name: &str) -> Option<u32> {
    let known = || Some(User::from_name(name).ok()??.uid.as_raw());
    name.parse().ok().or_else(known)
}

fn group_id(name: &str) -> Option<u32> {
    let known = || Some(Group::from_name(name).ok()??.gid.as_raw());
    name.parse().ok().or_else(known)
}
