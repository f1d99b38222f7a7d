//! The status of the agent: one type for the agent, its local API and the command line.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of this type; a program that reads a greater one reports that instead of guessing.
pub const FORMAT: u32 = 1;

/// The status of the agent, without any secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// [`FORMAT`] of the agent that wrote it.
    pub format: u32,
    /// The version of the agent.
    pub version: String,
    /// Its process.
    pub pid: u32,
    /// When it was started, or its settings were read again.
    pub started_at: Timestamp,
    /// The file of its settings.
    pub settings: String,
    /// The address for health and metrics.
    pub listen: Option<SocketAddr>,
    /// The Homeys it keeps, in the order of the settings.
    pub homeys: Vec<HomeyStatus>,
    /// The sinks, in the order of the settings.
    pub sinks: Vec<SinkStatus>,
    /// The parts of the agent, in the order of their start.
    pub parts: Vec<PartStatus>,
    /// Activity of the gateway, if there is one; not written by earlier agents.
    #[serde(default)]
    pub gateway: Option<GatewayStatus>,
    /// The snapshots of each Homey, if any are made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub snapshots: Vec<SnapshotStatus>,
    /// The recorder of each Homey, if there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryStatus>,
}

/// A Homey that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeyStatus {
    /// Its short name.
    pub name: String,
    /// The name its owner gave it.
    pub title: String,
    /// Whether its token is good.
    pub state: HomeyState,
    /// When the session was made; none for an API key.
    pub issued_at: Option<Timestamp>,
    /// When the session ends.
    pub expires_at: Option<Timestamp>,
    /// When it is renewed next.
    pub renew_at: Option<Timestamp>,
    /// New tokens since the start.
    pub renewals: u64,
    /// Tries since the start that brought none.
    pub failures: u64,
    /// The error of the last attempt.
    pub trouble: Option<Trouble>,
}

/// Whether the token of a Homey is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HomeyState {
    /// It has not been checked yet.
    Starting,
    /// It is, and it is renewed in time.
    Fresh,
    /// It is due and could not be renewed for now; the old one is used as long as it lives.
    Failing,
    /// A new sign-in is required.
    SignedOut,
}

/// A place that tokens are handed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkStatus {
    /// The short name of the Homey.
    pub homey: String,
    /// `file`, `variable` or `command`.
    pub kind: String,
    /// The path, the name, or the program.
    pub target: String,
    /// Whether it has the token.
    pub state: SinkState,
    /// When it was last found to have it, or was given it.
    pub delivered_at: Option<Timestamp>,
    /// Tokens handed over since the start.
    pub deliveries: u64,
    /// Tries since the start that failed.
    pub failures: u64,
    /// The error of the last attempt.
    pub trouble: Option<Trouble>,
}

/// Whether a sink has the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SinkState {
    /// There is no good token to hand over yet.
    Waiting,
    /// It has the newest one.
    Delivered,
    /// It could not be given the newest one; it is tried again.
    Failing,
}

/// The recorder of a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryStatus {
    /// The short name of the Homey.
    pub homey: String,
    /// The file.
    pub file: String,
    /// How many series are recorded.
    pub series: u64,
    /// How many points were written by this agent.
    pub points: u64,
    /// How many rows wait to be written.
    pub waiting: u64,
    /// How many rows could not be written and are lost.
    pub lost: u64,
    /// When something was written last.
    pub written_at: Option<Timestamp>,
    /// Why nothing is written now.
    pub trouble: Option<Trouble>,
}

/// The snapshots of a home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotStatus {
    /// The short name of the Homey.
    pub homey: String,
    /// When the home was read last.
    pub looked_at: Option<Timestamp>,
    /// When a snapshot was kept last, by this agent.
    pub newest_at: Option<Timestamp>,
    /// How many there are.
    pub kept: u64,
    /// The error of the last attempt.
    pub trouble: Option<Trouble>,
}

/// A part of the agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartStatus {
    /// `keeper home`, `sink home file /run/home.token`, `gateway`, `local-api`.
    pub name: String,
    /// Whether it runs.
    pub state: PartState,
    /// How many times it was restarted.
    pub restarts: u64,
    /// Why it was started again last.
    pub trouble: Option<Trouble>,
}

/// Whether a part runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartState {
    /// It does.
    Running,
    /// It failed, and is started again after a wait.
    Waiting,
    /// It was stopped.
    Stopped,
}

/// Activity of the gateway now and since the start: the numbers of its metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayStatus {
    /// Callers that are connected now.
    pub connections: u64,
    /// Requests that were refused or malformed.
    pub refused: u64,
    /// Requests to each Homey, in the order of the settings.
    pub homeys: Vec<HomeyTraffic>,
}

/// Requests to a Homey through the gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeyTraffic {
    /// Its short name.
    pub name: String,
    /// Answers by their class: `2xx`. The gateway's own in the Homey's place are among them.
    pub answers: BTreeMap<String, u64>,
    /// Requests that hold a permit.
    pub in_flight: u64,
    /// Requests that wait for one.
    pub waiting: u64,
    /// Requests that were sent again with a new token.
    pub renewed: u64,
    /// Requests that were sent again because the Homey was away or broke off.
    pub repeated: u64,
}

/// A failure, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What failed, and why.
    pub text: String,
    /// How to fix it.
    pub advice: Option<String>,
    /// When it happened last.
    pub at: Timestamp,
    /// When the agent tries again; not written by earlier agents.
    #[serde(default)]
    pub next_attempt_at: Option<Timestamp>,
}

impl HomeyStatus {
    /// The row of a Homey that was not checked yet.
    pub(crate) fn starting(name: String, title: String) -> Self {
        Self {
            name,
            title,
            state: HomeyState::Starting,
            issued_at: None,
            expires_at: None,
            renew_at: None,
            renewals: 0,
            failures: 0,
            trouble: None,
        }
    }
}

impl SinkStatus {
    /// The row of a sink that got no token yet.
    pub(crate) fn waiting(homey: String, kind: String, target: String) -> Self {
        Self {
            homey,
            kind,
            target,
            state: SinkState::Waiting,
            delivered_at: None,
            deliveries: 0,
            failures: 0,
            trouble: None,
        }
    }
}

impl Status {
    /// Whether every part runs and has looked at its work once: what a service manager waits for.
    pub fn is_up(&self) -> bool {
        self.parts.iter().all(|part| part.state == PartState::Running)
            && self.homeys.iter().all(|homey| homey.state != HomeyState::Starting)
    }

    /// What prevents the agent from being ready, a line each; empty if every token is good and every sink
    /// has it.
    pub fn lacking(&self) -> Vec<String> {
        let homeys = self.homeys.iter().filter(|homey| homey.state != HomeyState::Fresh);
        let homeys = homeys.map(|homey| format!("homey {}", homey.name));
        let sinks = self.sinks.iter().filter(|sink| sink.state != SinkState::Delivered);
        let sinks = sinks.map(|sink| format!("sink {} {} {}", sink.homey, sink.kind, sink.target));
        let parts = self.parts.iter().filter(|part| part.state != PartState::Running);
        let parts = parts.map(|part| format!("part {}", part.name));
        homeys.chain(sinks).chain(parts).collect()
    }
}
