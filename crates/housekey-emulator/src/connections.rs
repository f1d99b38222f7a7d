//! Live connections: sessions, subscriptions, and the events sent to them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;

use crate::fault::Fault;
use crate::faulty_stream::StreamControl;
use crate::hub::HubEvent;

/// How long a farewell may take to leave before the transport is closed.
const FAREWELL: Duration = Duration::from_millis(50);

/// An interruption of all live connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interruption {
    /// The server disconnects them from the namespace; the transport stays open.
    Kick,
    /// The server disconnects them from the root alone, and they stay in the namespace: a state that a
    /// server should not cause, and that clients have to leave.
    Root,
    /// Both namespaces are closed with a farewell, then the transport.
    Disconnect,
    /// The transport breaks without a closing frame.
    Drop,
    /// All output is held, even the answers to pings; input is still read.
    Hold,
    /// Output that was held is sent.
    Release,
}

/// All live connections.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<Sid, Connection>>);

struct Connection {
    control: Arc<StreamControl>,
    /// Its socket in the root; `None` when it was disconnected from the root alone.
    root: Option<SocketRef>,
    /// The position of its Homey, and its token; `None` before the handshake.
    session: Option<(usize, String)>,
    /// Its socket in the namespace; `None` outside.
    api: Option<SocketRef>,
    uris: BTreeSet<String>,
    /// Whether it is disconnected from the namespace as soon as it has joined.
    kick_on_join: bool,
}

impl Connection {
    fn leave(&mut self) {
        (self.session, self.api) = (None, None);
        self.uris.clear();
    }
}

impl Connections {
    fn all(&self) -> MutexGuard<'_, HashMap<Sid, Connection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a new connection.
    pub(crate) fn open(&self, control: Arc<StreamControl>, root: SocketRef) {
        let id = root.id;
        let (root, uris) = (Some(root), BTreeSet::new());
        let connection =
            Connection { control, root, session: None, api: None, uris, kick_on_join: false };
        self.all().insert(id, connection);
    }

    /// Records that a connection has left the root. Mostly it is closed by that; one that is still in the
    /// namespace goes on.
    pub(crate) fn close(&self, id: Sid) {
        self.change(id, |connection| connection.root = None);
    }

    /// Changes a connection, and removes it if it is in neither namespace any more.
    fn change(&self, id: Sid, change: impl FnOnce(&mut Connection)) {
        let mut connections = self.all();
        let Some(connection) = connections.get_mut(&id) else { return };
        change(connection);
        if connection.root.is_none() && connection.api.is_none() {
            connections.remove(&id);
        }
    }

    /// Records the session of a handshake.
    pub(crate) fn admit(&self, id: Sid, place: usize, token: &str) {
        if let Some(connection) = self.all().get_mut(&id) {
            connection.session = Some((place, token.to_owned()));
        }
    }

    /// The Homey and the token of a connection after its handshake.
    pub(crate) fn session(&self, id: Sid) -> Option<(usize, String)> {
        self.all().get(&id)?.session.clone()
    }

    /// Disconnects a connection from the namespace as soon as it has joined.
    pub(crate) fn kick_on_join(&self, id: Sid) {
        self.change(id, |connection| connection.kick_on_join = true);
    }

    /// Records that a connection has joined the namespace. Returns whether it may stay.
    pub(crate) fn join(&self, api: SocketRef) -> bool {
        let mut stays = true;
        self.change(api.id, |connection| {
            stays = !std::mem::take(&mut connection.kick_on_join);
            connection.api = Some(api);
        });
        stays
    }

    /// Records that a connection has left the namespace, which ends its session.
    pub(crate) fn leave(&self, id: Sid) {
        self.change(id, Connection::leave);
    }

    /// Disconnects a connection from the namespace.
    pub(crate) fn kick(&self, id: Sid) {
        self.change(id, |connection| disconnect(connection.api.clone()));
    }

    /// Adds a subscription.
    pub(crate) fn subscribe(&self, id: Sid, uri: &str) {
        self.change(id, |connection| connection.uris.extend([uri.to_owned()]));
    }

    /// Removes a subscription.
    pub(crate) fn unsubscribe(&self, id: Sid, uri: &str) {
        self.change(id, |connection| connection.uris.retain(|known| known != uri));
    }

    /// Whether a URI of a Homey has subscribers.
    pub(crate) fn has_subscribers(&self, place: usize, uri: &str) -> bool {
        self.all()
            .values()
            .any(|connection| connection.is_at(place) && connection.uris.contains(uri))
    }

    /// How many connections are subscribed to each URI, and how many are in the namespace.
    pub(crate) fn counts(&self) -> (BTreeMap<String, u64>, u64) {
        let connections = self.all();
        let mut counts = BTreeMap::new();
        for uri in connections.values().flat_map(|connection| &connection.uris) {
            *counts.entry(uri.clone()).or_default() += 1;
        }
        (counts, connections.values().filter(|connection| connection.api.is_some()).count() as u64)
    }

    /// Whether there are no connections.
    pub(crate) fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// The connections in the namespace of a Homey, with the URIs of their devices.
    pub(crate) fn device_subscriptions(&self, place: usize) -> Vec<(SocketRef, Vec<String>)> {
        let connections = self.all();
        let of_devices = |connection: &Connection| {
            connection.uris.iter().filter(|uri| uri.starts_with("homey:device:")).cloned().collect()
        };
        let here = connections.values().filter(|connection| connection.is_at(place));
        here.filter_map(|connection| Some((connection.api.clone()?, of_devices(connection))))
            .collect()
    }

    /// Sends events to their subscribers, and returns how many were sent. `fault` is called once for each
    /// event to each connection.
    pub(crate) fn deliver(
        &self,
        place: usize,
        events: &[HubEvent],
        mut fault: impl FnMut() -> Option<Fault>,
    ) -> u64 {
        let mut sent = 0;
        let connections = self.all();
        for event in events {
            for connection in connections.values().filter(|connection| {
                connection.is_at(place) && connection.uris.contains(&event.uri)
            }) {
                let Some(api) = &connection.api else { continue };
                sent += deliver(api, &connection.control, event, fault());
            }
        }
        sent
    }

    /// Interrupts all connections.
    pub(crate) fn interrupt(&self, how: Interruption) {
        // Collected first: a disconnect calls back into this type.
        let all: Vec<_> = self
            .all()
            .values()
            .map(|connection| {
                (connection.control.clone(), connection.root.clone(), connection.api.clone())
            })
            .collect();
        for (control, root, api) in all {
            match how {
                Interruption::Kick => disconnect(api),
                Interruption::Root => disconnect(root),
                Interruption::Disconnect => {
                    disconnect(root);
                    disconnect(api);
                    tokio::spawn(async move {
                        tokio::time::sleep(FAREWELL).await;
                        control.cut();
                    });
                }
                Interruption::Drop => control.cut(),
                Interruption::Hold => control.hold(),
                Interruption::Release => control.release(),
            }
        }
    }
}

impl Connection {
    fn is_at(&self, place: usize) -> bool {
        self.session.as_ref().is_some_and(|(at, _)| *at == place)
    }
}

/// Disconnects a socket from its namespace, if it is in one.
pub(crate) fn disconnect(socket: Option<SocketRef>) {
    if let Some(Err(error)) = socket.map(SocketRef::disconnect) {
        tracing::debug!(%error, "a farewell could not be sent");
    }
}

fn deliver(
    api: &SocketRef,
    control: &Arc<StreamControl>,
    event: &HubEvent,
    fault: Option<Fault>,
) -> u64 {
    let Some(fault) = fault else { return emit(api, control, event) };
    if fault.cut {
        control.cut();
        return 0;
    }
    if fault.kick {
        disconnect(Some(api.clone()));
        return 0;
    }
    if fault.lose {
        return 0;
    }
    let times = if fault.duplicate { 2 } else { 1 };
    if fault.delay.is_zero() {
        return (0..times).map(|_| emit(api, control, event)).sum();
    }
    let (api, control, event) = (api.clone(), control.clone(), event.clone());
    tokio::spawn(async move {
        tokio::time::sleep(fault.delay).await;
        for _ in 0..times {
            emit(&api, &control, &event);
        }
    });
    times
}

/// Sends one event. A connection whose queue is full is cut: a gap in a connection that goes on would be
/// worse.
fn emit(api: &SocketRef, control: &StreamControl, event: &HubEvent) -> u64 {
    match api.emit(&event.uri, &(&event.name, &event.data)) {
        Ok(()) => 1,
        Err(error) => {
            tracing::warn!(%error, "an event could not be sent");
            control.cut();
            0
        }
    }
}
