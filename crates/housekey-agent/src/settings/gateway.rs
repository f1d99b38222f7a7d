//! The gateway: its listeners, its Homeys and its limits, in `listen`, `[[homey]]`, `[gateway]`.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::path;
use super::reader::{Table, Text};
use super::reference;

/// The most requests that one Homey may get at once.
const MOST_IN_FLIGHT: i64 = 10_000;

/// A place to listen at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// An address: of this machine alone, or with a certificate any.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

/// A Homey that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeySettings {
    /// Its short name.
    pub name: String,
    /// How many requests the gateway sends it at once; by default what its kind can handle.
    pub in_flight: Option<usize>,
}

/// Settings of the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatewaySettings {
    /// How long a request waits in total: for its permit, for a token and for a Homey that is unreachable.
    pub wait: Duration,
    /// How long a Homey may take to begin its answer.
    pub answer: Duration,
    /// How long a client may be silent between two requests, or read nothing of its response.
    pub idle: Duration,
    /// The certificate for callers over TCP, who have to use TLS then.
    pub certificate: Option<Certificate>,
    /// How many bytes of a request body are kept so that it can be sent again.
    pub kept_body: usize,
    /// How many clients may be connected at once; a default if it is not set.
    pub connections: Option<usize>,
}

/// A certificate, in two files as PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate, and those it was signed with.
    pub chain: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(30),
            answer: Duration::from_secs(60),
            idle: Duration::from_secs(75),
            certificate: None,
            kept_body: 64 * 1024,
            connections: None,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}

pub(super) fn listen(root: &Table<'_, '_>, directory: &Path) -> Vec<Listen> {
    let secret = root.table("gateway").is_some_and(|table| table.has("certificate"));
    let places = root.text_or_texts("listen").into_iter().flatten();
    places.filter_map(|place| listen_at(&place, directory, secret)).collect()
}

/// Addresses of other machines are allowed only with TLS: `secret`.
fn listen_at(place: &Text<'_, '_>, directory: &Path, secret: bool) -> Option<Listen> {
    if place.text.contains('/') {
        return path::of_socket(place, directory).map(Listen::Unix);
    }
    match place.text.parse::<SocketAddr>() {
        Ok(address) if secret || address.ip().is_loopback() => Some(Listen::Tcp(address)),
        _ => place.wrong(format!(
            "\"{}\" is no address of this machine alone: write \"127.0.0.1:4747\", the path of a \
             socket, or any address and a `certificate` in [gateway]",
            place.text
        )),
    }
}

pub(super) fn homeys(root: &Table<'_, '_>, stored: &[String]) -> Vec<HomeySettings> {
    let mut homeys: Vec<HomeySettings> = Vec::new();
    for homey in root.tables("homey") {
        homey.only(&reference::HOMEY.names());
        let Some(name) = homey.needed("name", "its short name, as `housekey status` shows it")
        else {
            continue;
        };
        if homeys.iter().any(|other| other.name == name.text) {
            name.note(format!("the Homey \"{}\" stands here twice: take one out", name.text));
        } else if !stored.contains(&name.text) {
            let known = match stored.is_empty() {
                true => "run `housekey login`".to_owned(),
                false => format!("there is: {}", stored.join(", ")),
            };
            name.note(format!("no Homey \"{}\" is configured; {known}", name.text));
        }
        let in_flight = homey.number("in_flight", 1..=MOST_IN_FLIGHT);
        let in_flight = in_flight.and_then(|number| usize::try_from(number).ok());
        homeys.push(HomeySettings { name: name.text, in_flight });
    }
    if homeys.is_empty() && !root.has("homey") {
        root.missing("there is no Homey: write [[homey]] and below it name = \"…\"");
    }
    homeys
}

fn certificate(table: &Table<'_, '_>, directory: &Path) -> Option<Certificate> {
    if !table.has("certificate") && !table.has("private_key") {
        return None;
    }
    let chain = table.needed("certificate", "the PEM file of the certificate and its chain");
    let key = table.needed("private_key", "the PEM file of the key of the certificate");
    Some(Certificate { chain: path::of(&chain?, directory)?, key: path::of(&key?, directory)? })
}

/// The table `[gateway]`; defaults for the rest.
pub(super) fn settings(root: &Table<'_, '_>, directory: &Path) -> GatewaySettings {
    let usual = GatewaySettings::default();
    let Some(table) = root.table("gateway") else { return usual };
    table.only(&reference::GATEWAY.names());
    let length = |key, usual| table.duration(key).unwrap_or(usual);
    let connections = table.number("connections", 1..=1_000_000);
    GatewaySettings {
        wait: length("wait", usual.wait),
        answer: length("answer", usual.answer),
        idle: length("idle", usual.idle),
        certificate: certificate(&table, directory),
        connections: connections.and_then(|number| usize::try_from(number).ok()),
        ..usual
    }
}
