//! The flow cards of a home: those of its managers, of its apps and of its devices.

use super::Home;
use super::capability_card::of_device;
use super::card::{Card, CardKind};
use super::device::Device;
use super::manager_card::{CARDS, is_on};
use super::value::sentence;

impl Home {
    /// All cards of a kind, those of the managers first. Those of an app and of its devices are there only while
    /// it runs.
    pub(crate) fn cards(&self, kind: CardKind) -> Vec<Card> {
        let apps = self.apps.values().flat_map(|app| app.cards(kind));
        let devices = self.devices.values().filter(|device| self.does_app_run(device));
        let devices = devices.flat_map(|device| of_device(device, kind));
        self.of_managers(kind).chain(apps).chain(devices).collect()
    }

    /// The card with that full id.
    pub(crate) fn card(&self, kind: CardKind, full_id: &str) -> Option<Card> {
        let owner = |of: &str| full_id.strip_prefix(of)?.split(':').next();
        let is = |card: &Card| card.full_id() == full_id;
        if let Some(id) = owner("homey:device:") {
            let device = self.devices.get(id).filter(|device| self.does_app_run(device))?;
            return of_device(device, kind).find(is);
        }
        match owner("homey:app:") {
            Some(app) => self.apps.get(app)?.cards(kind).find(is),
            None => self.of_managers(kind).find(is),
        }
    }

    fn does_app_run(&self, device: &Device) -> bool {
        self.apps.get(&device.app).is_none_or(|app| app.enabled)
    }

    fn of_managers(&self, kind: CardKind) -> impl Iterator<Item = Card> {
        let own = move |card: &&_| is_on(card, self.dialect);
        let cards = CARDS.iter().filter(move |card| card.kind == kind).filter(own);
        cards.map(|card| card.card(&sentence(card.owner.trim_start_matches("manager:"))))
    }
}
