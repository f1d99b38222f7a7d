//! Who is connected, as whom, and listens to what.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use socketioxide::extract::SocketRef;
use socketioxide::socket::Sid;

use super::Interruption;
use crate::fault::Fault;
use crate::faulty_stream::StreamControl;
use crate::hub::HubEvent;

/// How long a farewell has to leave before the transport is closed behind it.
const FAREWELL: Duration = Duration::from_millis(50);

/// All live connections.
#[derive(Default)]
pub(crate) struct Links(Mutex<HashMap<Sid, Link>>);

struct Link {
    control: Arc<StreamControl>,
    /// Its place in the root; `None` when it was thrown out of that alone.
    root: Option<SocketRef>,
    /// Which Homey let it in, with which token; `None` before the handshake.
    session: Option<(usize, String)>,
    /// Its place in the namespace; `None` outside.
    api: Option<SocketRef>,
    uris: BTreeSet<String>,
    /// Whether it is to be thrown out as soon as it has joined.
    unwelcome: bool,
}

impl Link {
    fn leave(&mut self) {
        (self.session, self.api) = (None, None);
        self.uris.clear();
    }
}

impl Links {
    fn links(&self) -> MutexGuard<'_, HashMap<Sid, Link>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody has connected.
    pub(super) fn open(&self, control: Arc<StreamControl>, root: SocketRef) {
        let id = root.id;
        let (root, uris) = (Some(root), BTreeSet::new());
        let link = Link { control, root, session: None, api: None, uris, unwelcome: false };
        self.links().insert(id, link);
    }

    /// Somebody has left the root. Mostly the connection is gone by that; who is still in the
    /// namespace may go on.
    pub(super) fn close(&self, id: Sid) {
        self.change(id, |link| link.root = None);
    }

    /// Changes what is known of somebody, and forgets whoever is nowhere any more.
    fn change(&self, id: Sid, change: impl FnOnce(&mut Link)) {
        let mut links = self.links();
        let Some(link) = links.get_mut(&id) else { return };
        change(link);
        if link.root.is_none() && link.api.is_none() {
            links.remove(&id);
        }
    }

    /// Somebody has shaken hands.
    pub(super) fn admit(&self, id: Sid, place: usize, token: &str) {
        if let Some(link) = self.links().get_mut(&id) {
            link.session = Some((place, token.to_owned()));
        }
    }

    /// The Homey and the token of a connection that has shaken hands.
    pub(super) fn session(&self, id: Sid) -> Option<(usize, String)> {
        self.links().get(&id)?.session.clone()
    }

    /// Somebody is to be thrown out as soon as they have joined.
    pub(super) fn expect_unwelcome(&self, id: Sid) {
        self.change(id, |link| link.unwelcome = true);
    }

    /// Somebody has joined the namespace. Tells whether they may stay.
    pub(super) fn join(&self, api: SocketRef) -> bool {
        let mut stays = true;
        self.change(api.id, |link| {
            stays = !std::mem::take(&mut link.unwelcome);
            link.api = Some(api);
        });
        stays
    }

    /// Somebody has left the namespace; the next handshake begins anew.
    pub(super) fn leave(&self, id: Sid) {
        self.change(id, Link::leave);
    }

    /// Throws somebody out of the namespace.
    pub(super) fn kick(&self, id: Sid) {
        self.change(id, |link| leave(link.api.clone()));
    }

    /// Somebody listens to a URI.
    pub(super) fn listen(&self, id: Sid, uri: &str) {
        self.change(id, |link| link.uris.extend([uri.to_owned()]));
    }

    /// Somebody listens to it no more.
    pub(super) fn forget(&self, id: Sid, uri: &str) {
        self.change(id, |link| link.uris.retain(|known| known != uri));
    }

    /// Whether anybody listens to a URI of a Homey.
    pub(crate) fn listened(&self, place: usize, uri: &str) -> bool {
        self.links().values().any(|link| link.is_at(place) && link.uris.contains(uri))
    }

    /// How many connections listen to each URI, and how many are in the namespace.
    pub(crate) fn counts(&self) -> (BTreeMap<String, u64>, u64) {
        let links = self.links();
        let mut counts = BTreeMap::new();
        for uri in links.values().flat_map(|link| &link.uris) {
            *counts.entry(uri.clone()).or_default() += 1;
        }
        (counts, links.values().filter(|link| link.api.is_some()).count() as u64)
    }

    /// Whether there is anybody at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.links().is_empty()
    }

    /// Those in the namespace of a Homey, with the devices they listen to.
    pub(super) fn listeners(&self, place: usize) -> Vec<(SocketRef, Vec<String>)> {
        let links = self.links();
        let of_devices = |link: &Link| {
            link.uris.iter().filter(|uri| uri.starts_with("homey:device:")).cloned().collect()
        };
        let here = links.values().filter(|link| link.is_at(place));
        here.filter_map(|link| Some((link.api.clone()?, of_devices(link)))).collect()
    }

    /// Sends events to those who listen. Each is asked about, once for each connection, whether a
    /// fault strikes it. Tells how many were sent.
    pub(crate) fn deliver(
        &self,
        place: usize,
        events: &[HubEvent],
        mut fault: impl FnMut() -> Option<Fault>,
    ) -> u64 {
        let mut sent = 0;
        let links = self.links();
        for event in events {
            for link in
                links.values().filter(|link| link.is_at(place) && link.uris.contains(&event.uri))
            {
                let Some(api) = &link.api else { continue };
                sent += deliver(api, &link.control, event, fault());
            }
        }
        sent
    }

    /// Does it to everybody.
    pub(crate) fn interrupt(&self, how: Interruption) {
        // Taken out first: leaving calls back into here.
        let all: Vec<_> = self
            .links()
            .values()
            .map(|link| (link.control.clone(), link.root.clone(), link.api.clone()))
            .collect();
        for (control, root, api) in all {
            match how {
                Interruption::Kick => leave(api),
                Interruption::Root => leave(root),
                Interruption::Disconnect => {
                    leave(root);
                    leave(api);
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

impl Link {
    fn is_at(&self, place: usize) -> bool {
        self.session.as_ref().is_some_and(|(at, _)| *at == place)
    }
}

/// Throws somebody out of a namespace; one who is out already does not mind.
pub(super) fn leave(socket: Option<SocketRef>) {
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
        leave(Some(api.clone()));
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

/// Whoever does not take what is sent loses the connection, as at a server that runs out of patience:
/// a gap in the middle of a connection that goes on would be worse.
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
