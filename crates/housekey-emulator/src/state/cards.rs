//! The flow cards of a home: those of its managers and those of its devices.

use super::Home;
use super::capability_card::of_device;
use super::card::{Card, CardKind};
use super::manager_card::{CARDS, ManagerCard};

impl Home {
    /// All cards of a kind, those of the managers first.
    pub(crate) fn cards(&self, kind: CardKind) -> Vec<Card> {
        let devices = self.devices.values().flat_map(|device| of_device(device, kind));
        of_managers(kind).chain(devices).collect()
    }

    /// The card with that full id.
    pub(crate) fn card(&self, kind: CardKind, full_id: &str) -> Option<Card> {
        match full_id.strip_prefix("homey:device:").and_then(|rest| rest.split(':').next()) {
            Some(id) => {
                of_device(self.devices.get(id)?, kind).find(|card| card.full_id() == full_id)
            }
            None => of_managers(kind).find(|card| card.full_id() == full_id),
        }
    }
}

fn of_managers(kind: CardKind) -> impl Iterator<Item = Card> {
    CARDS.iter().filter(move |card| card.kind == kind).map(ManagerCard::card)
}
