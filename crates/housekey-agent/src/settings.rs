//! `agent.toml`: which Homeys are kept, where their tokens go, and who has access.

mod access;
mod backup;
mod dashboard;
mod gateway;
mod history;
mod influx;
mod mcp;
#[cfg(feature = "mqtt")]
mod mqtt;
mod path;
mod prometheus;
mod reader;
mod reference;
mod sink;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use housekey_history::metrics::MetricsOptions;

pub use self::access::{AccessSettings, KeySettings};
pub use self::backup::BackupSettings;
pub use self::dashboard::DashboardSettings;
pub use self::gateway::{Certificate, GatewaySettings, HomeySettings, Listen};
pub use self::history::HistorySettings;
pub use self::influx::{InfluxSettings, Login};
pub use self::mcp::{MCP_GROUPS, McpKeySettings, McpSettings};
#[cfg(feature = "mqtt")]
pub use self::mqtt::MqttSettings;
pub(crate) use self::path::MAX_SOCKET_BYTES;
pub use self::reader::SettingsFault;
use self::reader::{Reader, Table};
pub use self::reference::{KeyReference, TABLES, TableReference, new_file};
pub use self::sink::{Owner, SinkSettings, SinkTarget};

/// The content of the file, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The addresses and sockets for HTTP.
    pub listen: Vec<Listen>,
    /// The socket of the local API, unless it is beside the store.
    pub socket: Option<PathBuf>,
    /// Ids of the users who may read the status besides the agent's own and the superuser.
    pub readers: Vec<u32>,
    /// The Homeys that are kept; at least one. The first is the gateway's unless another is named.
    pub homeys: Vec<HomeySettings>,
    /// The sinks.
    pub sinks: Vec<SinkSettings>,
    /// Access to the gateway.
    pub access: AccessSettings,
    /// The gateway.
    pub gateway: GatewaySettings,
    /// The dashboard, if there is one.
    pub dashboard: Option<DashboardSettings>,
    /// Snapshots, if any are made.
    pub backup: Option<BackupSettings>,
    /// The recorders, if there are any.
    pub history: Option<HistorySettings>,
    /// The metrics of the homes, if they are exported.
    pub prometheus: Option<MetricsOptions>,
    /// The servers that get every change as a line.
    pub influx: Vec<InfluxSettings>,
    /// The homes for assistants, if they are served.
    pub mcp: Option<McpSettings>,
    /// The brokers that homes are published on.
    #[cfg(feature = "mqtt")]
    pub mqtt: Vec<MqttSettings>,
}

/// Why the settings cannot be used.
#[derive(Debug)]
pub enum SettingsError {
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The content is wrong: all faults, in the order of the lines.
    Invalid(Vec<SettingsFault>),
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
        Self::parse(text, directory, stored).map_err(SettingsError::Invalid)
    }

    fn parse(text: &str, directory: &Path, stored: &[String]) -> Result<Self, Vec<SettingsFault>> {
        let reader = Reader::new(text);
        let settings = Self::of(&reader.root(), directory, stored);
        match reader.into_wrong() {
            wrong if wrong.is_empty() => Ok(settings),
            wrong => Err(wrong),
        }
    }

    /// Faults are noted in the reader; what they concern is left out here.
    fn of(root: &Table<'_, '_>, directory: &Path, stored: &[String]) -> Self {
        root.only(&[&reference::ROOT.names()[..], &reference::HEADINGS].concat());
        let homeys = gateway::homeys(root, stored);
        let names: Vec<_> = homeys.iter().map(|homey| homey.name.clone()).collect();
        #[cfg(not(feature = "mcp"))]
        if let Some(table) = root.table("mcp") {
            table.missing(
                "[mcp] is not part of this build, which was made without the feature `mcp`",
            );
        }
        #[cfg(not(feature = "mqtt"))]
        for table in root.tables("mqtt") {
            table.missing(
                "[[mqtt]] is not part of this build, which was made without the feature `mqtt`",
            );
        }
        Self {
            listen: gateway::listen(root, directory),
            socket: root.text("socket").and_then(|socket| path::of_socket(&socket, directory)),
            readers: root.texts("readers").into_iter().flatten().filter_map(sink::user).collect(),
            sinks: sink::all(root, directory, &names),
            access: access::all(root, &names),
            gateway: gateway::settings(root, directory),
            dashboard: dashboard::settings(root),
            backup: backup::settings(root),
            history: history::settings(root, directory, names.len()),
            prometheus: prometheus::options(root),
            influx: influx::all(root, directory, &names),
            mcp: mcp::settings(root),
            #[cfg(feature = "mqtt")]
            mqtt: mqtt::all(root, directory, &names),
            homeys,
        }
    }
}
