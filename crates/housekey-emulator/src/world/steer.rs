//! The actions of tests and of `/_emulator/`.

use std::io;

use jiff::SignedDuration;
use serde::Deserialize;

use super::{State, World};
use crate::connections::Interruption;
use crate::fault::Fault;
use crate::hub::Hub;
use crate::quirk::Quirk;
use crate::seen::Seen;
use crate::state::availability::DeviceChange;

/// Which tokens expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expire {
    /// The session tokens of every Homey; API keys stay good.
    Session,
    /// The access tokens of the cloud.
    Access,
    /// The refresh tokens of the cloud.
    Refresh,
    /// All three.
    All,
}

impl World {
    /// Changes a device of a Homey, the first one where no cloud id is given.
    pub(crate) fn change_device(
        &self,
        homey: Option<&str>,
        id: &str,
        change: DeviceChange,
    ) -> Result<(), String> {
        let place = {
            let state = self.state();
            let mut ids = state.cloud.account.homeys.iter().map(|homey| homey.id.as_str());
            match homey {
                Some(homey) => ids.position(|known| known == homey),
                None => Some(0),
            }
        };
        let place = place.ok_or("There is no Homey of this cloud id.")?;
        let found = self.at_hub(place, |hub, now, _| hub.change_device(id, change, now.moved));
        if found { Ok(()) } else { Err(format!("There is no device {id}.")) }
    }

    pub(crate) fn add_fault(&self, fault: Fault) {
        self.state().faults.push(fault);
    }

    pub(crate) fn set_quirk(&self, quirk: Quirk, on: bool) {
        let State { quirks, hubs, .. } = &mut *self.state();
        if on {
            quirks.insert(quirk);
        } else {
            quirks.remove(&quirk);
        }
        hubs.iter_mut().for_each(|hub| hub.set_quirks(quirks));
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.tick();
    }

    pub(crate) fn expire(&self, what: Expire) {
        let state = &mut *self.state();
        if matches!(what, Expire::Session | Expire::All) {
            state.hubs.iter_mut().for_each(Hub::expire_sessions);
        }
        if matches!(what, Expire::Access | Expire::All) {
            state.cloud.expire_access();
        }
        if matches!(what, Expire::Refresh | Expire::All) {
            state.cloud.expire_refresh();
        }
    }

    /// A new API key of the first Homey.
    pub(crate) fn new_api_key(&self, scopes: &[&str]) -> String {
        self.at_hub(0, |hub, now, _| hub.new_api_key(scopes, now.moved))
    }

    /// Returns to the initial state, with the same addresses, account and Homeys.
    pub(crate) fn reset(&self) -> io::Result<()> {
        self.clock.reset();
        let mut state = self.state();
        let mut fresh = State::new(&self.options, &self.url, &self.clock, state.resets + 1)?;
        fresh.retired = state.secrets();
        *state = fresh;
        drop(state);
        self.seen.send_replace(Seen::nothing());
        self.connections.interrupt(Interruption::Drop);
        Ok(())
    }
}
