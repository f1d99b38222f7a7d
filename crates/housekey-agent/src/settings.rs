//! `agent.toml`: which Homeys are kept, where their tokens go, who may ask.

mod access;
mod gateway;
mod path;
mod reader;
mod sink;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};

pub use self::access::{AccessSettings, KeySettings};
pub use self::gateway::{Certificate, GatewaySettings, HomeySettings, Listen};
pub(crate) use self::path::MAX_SOCKET_BYTES;
use self::reader::{Reader, Table};
use crate::credential::Format;

/// What stands in the file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where HTTP is answered.
    pub listen: Vec<Listen>,
    /// Where `housekey agent status` finds the agent, unless it is beside the store.
    pub socket: Option<PathBuf>,
    /// Ids of the users who may read the status besides the agent's own and the superuser.
    pub readers: Vec<u32>,
    /// The Homeys that are kept; at least one. The first is the gateway's unless another is named.
    pub homeys: Vec<HomeySettings>,
    /// Where their tokens are handed to.
    pub sinks: Vec<SinkSettings>,
    /// Who may use the gateway.
    pub access: AccessSettings,
    /// How the gateway serves.
    pub gateway: GatewaySettings,
}

/// One place that tokens are handed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkSettings {
    /// The short name of the Homey whose token it is.
    pub homey: String,
    /// What kind of place.
    pub place: Place,
}

/// A kind of place that tokens are handed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file, replaced as a whole.
    File {
        /// Where.
        path: PathBuf,
        /// How the token is written.
        format: Format,
        /// The permissions, as in `chmod`.
        mode: u32,
        /// Whose it is to be; ours where nobody is named.
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

/// Something in the file that is not right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wrong {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub what: String,
}

/// Why the settings cannot be used.
#[derive(Debug)]
pub enum SettingsError {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// It says something that makes no sense: all of it, in the order of the lines.
    Wrong(Vec<Wrong>),
}

impl fmt::Display for Place {
    /// What kind of place, and which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.target())
    }
}

impl Place {
    /// `file`, `variable` or `command`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Variable { .. } => "variable",
            Self::Command { .. } => "command",
        }
    }

    /// Which one: the path, the name, or the program without its arguments.
    pub fn target(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Variable { name } => name.clone(),
            Self::Command { run, .. } => run.first().cloned().unwrap_or_default(),
        }
    }
}

impl Settings {
    /// Reads the file and checks everything in it. Relative paths begin at its directory.
    ///
    /// # Errors
    /// [`SettingsError`]. `stored` are the short names of the Homeys that could be kept.
    pub fn read(path: &Path, stored: &[String]) -> Result<Self, SettingsError> {
        let text = whole_file::read_text(path, SETTINGS_LIMIT_BYTES);
        let text = text.map_err(SettingsError::Unreadable)?;
        Self::check(&text, path, stored)
    }

    /// The same for a text that is about to be written to that file.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn check(text: &str, path: &Path, stored: &[String]) -> Result<Self, SettingsError> {
        let absolute = std::path::absolute(path).map_err(SettingsError::Unreadable)?;
        let directory = absolute.parent().unwrap_or(Path::new("/"));
        Self::parse(text, directory, stored).map_err(SettingsError::Wrong)
    }

    fn parse(text: &str, directory: &Path, stored: &[String]) -> Result<Self, Vec<Wrong>> {
        let reader = Reader::new(text);
        let settings = Self::of(&reader.root(), directory, stored);
        match reader.into_wrong() {
            wrong if wrong.is_empty() => Ok(settings),
            wrong => Err(wrong),
        }
    }

    /// What is wrong is noted in the reader and left out here.
    fn of(root: &Table<'_, '_>, directory: &Path, stored: &[String]) -> Self {
        let known = ["listen", "socket", "readers", "homey", "sink", "gateway"];
        root.only(&[&known[..], &access::KEYS[..]].concat());
        let homeys = gateway::homeys(root, stored);
        let names: Vec<_> = homeys.iter().map(|homey| homey.name.clone()).collect();
        Self {
            listen: gateway::listen(root, directory),
            socket: root.text("socket").and_then(|socket| path::of_socket(&socket, directory)),
            readers: root.texts("readers").into_iter().flatten().filter_map(sink::user).collect(),
            sinks: sink::all(root, directory, &names),
            access: access::all(root, &names),
            gateway: gateway::settings(root, directory),
            homeys,
        }
    }
}
