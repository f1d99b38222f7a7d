//! The dashboard of `housekey-web`, with what it needs of the agent.

mod recorded;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use housekey::Secret;
use housekey::catalogue::Permission;
use housekey::clock::SharedClock;
use housekey_history::store::location::Place;
use housekey_web::{Dashboard, DashboardHomey, Grant, Recorded, Sessions};
use jiff::SignedDuration;
use tokio::runtime::Handle;

use self::recorded::RecordedHome;
use crate::access::Caller;
use crate::counters::GatewayCounters;
use crate::served_homey::ServedHomey;
use crate::settings::{DashboardSettings, KeySettings};
use crate::status::Status;
use crate::status_board::StatusBoard;

/// Starts the dashboard of these Homeys. Must be called within the runtime that follows them.
pub(crate) fn start(
    settings: DashboardSettings,
    homeys: &[(ServedHomey, Option<Place>)],
    (sessions, clock): (Sessions, SharedClock),
    (board, counts): (StatusBoard, Arc<GatewayCounters>),
) -> Dashboard {
    let life = SignedDuration::try_from(settings.session).unwrap_or(SignedDuration::from_hours(12));
    let status = Arc::new(move || {
        let status = Status { gateway: Some(counts.status()), ..board.status() };
        serde_json::to_value(status).unwrap_or_default()
    });
    let homeys = homeys.iter().map(|(served, history)| shown(served, history.clone())).collect();
    Dashboard::start(homeys, sessions, life, (clock, Handle::current()), status)
}

/// `history` is where its values are recorded.
fn shown(served: &ServedHomey, history: Option<Place>) -> DashboardHomey {
    let writes = served.writes.clone();
    DashboardHomey {
        name: served.name.clone(),
        title: served.title.clone(),
        dialect: served.dialect,
        homey: served.homey.clone(),
        mirror: Arc::new(served.mirror_source()),
        recorded: history
            .map(|place| Arc::new(RecordedHome::new(&served.name, place)) as Arc<dyn Recorded>),
        wrote: Arc::new(move |who, method, path| writes.add(who, method, path)),
    }
}

/// What a key is good for on the dashboard.
pub(crate) fn grant(caller: &Caller, key: &KeySettings) -> Grant {
    Grant {
        who: caller.name().to_owned(),
        scopes: key.scopes.clone(),
        homeys: key.homeys.clone(),
        expires: key.expires,
        key: Some(mark(key)),
    }
}

/// Names a key with what it may do: a session ends where any of it changes.
pub(crate) fn mark(key: &KeySettings) -> String {
    format!("{} {:?} {:?} {:?}", key.hash, key.scopes, key.homeys, key.expires)
}

/// Makes links for the user that runs the agent.
#[derive(Debug, Clone)]
pub(crate) struct LinkMaker {
    pub(crate) sessions: Sessions,
    pub(crate) clock: SharedClock,
    /// Where a browser on this machine reaches the dashboard.
    pub(crate) address: String,
}

impl LinkMaker {
    /// A link that is good once.
    pub(crate) fn link(&self, scopes: Option<Vec<Permission>>) -> Secret {
        let code = self.sessions.new_link(Grant::link(scopes), self.clock.now());
        Secret::new(format!("{}{}/open#{}", self.address, housekey_web::PATH, code.expose()))
    }
}

/// The address for a browser on this machine: over TLS by the name that the certificate is for.
pub(crate) fn browser_address(address: SocketAddr, tls: bool, hosts: &[String]) -> String {
    let ip = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let own = SocketAddr::new(ip, address.port());
    match hosts.first().filter(|_| tls || !ip.is_loopback()) {
        Some(host) => format!("{}://{host}:{}", if tls { "https" } else { "http" }, address.port()),
        None => format!("{}://{own}", if tls { "https" } else { "http" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_one_that_the_guard_knows() {
        let hosts = ["homey.lan".to_owned()];
        for (address, tls, hosts, want) in [
            ("127.0.0.1:4747", false, &hosts[..], "http://127.0.0.1:4747"),
            ("127.0.0.1:4747", true, &hosts[..], "https://homey.lan:4747"),
            ("0.0.0.0:443", true, &hosts[..], "https://homey.lan:443"),
            ("0.0.0.0:80", false, &[][..], "http://127.0.0.1:80"),
            ("192.0.2.1:80", false, &hosts[..], "http://homey.lan:80"),
            ("[::1]:80", false, &[][..], "http://[::1]:80"),
        ] {
            assert_eq!(browser_address(address.parse().unwrap(), tls, hosts), want, "{address}");
        }
    }
}
