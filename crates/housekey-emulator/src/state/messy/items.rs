//! The items of the messy home beside its flows: some are gone, some in what is gone, some unused.

use serde_json::{Value, json};

use super::super::app::App;
use super::super::card::CardKind;
use super::super::items::object;
use super::super::variable::{Variable, VariableType};
use super::super::zone::Zone;
use super::Messy;

/// An app with very many actions.
const TOOLBOX: &str = "com.example.toolbox";
/// An app that is disabled.
pub(super) const STOPPED: &str = "com.example.idle";
/// An app that is not installed.
pub(super) const GONE_APP: &str = "com.example.gone";
/// An app without devices that no flow uses.
const SPARE: &str = "com.example.spare";

/// The device of the plan whose app is disabled.
pub(super) const OF_STOPPED: &str = "Robot vacuum 2";
/// The device of the plan that cannot be reached.
pub(super) const UNREACHABLE: &str = "Floor lamp 3";

impl Messy<'_> {
    /// Makes an app offer what is missing to that number of cards.
    pub(super) fn offer_cards(&mut self, count: usize) {
        let kinds = [CardKind::Trigger, CardKind::Condition, CardKind::Action];
        let cards: usize = kinds.into_iter().map(|kind| self.home.cards(kind).len()).sum();
        if let Some(toolbox) = self.home.apps.get_mut(TOOLBOX) {
            toolbox.tools += count.saturating_sub(cards);
        }
    }

    pub(super) fn items(&mut self) {
        for (id, name) in [(TOOLBOX, "Toolbox"), (STOPPED, "Idle"), (SPARE, "Spare")] {
            let app = App { enabled: id != STOPPED, ..App::new(id, name, "1.0.0") };
            self.home.apps.insert(id.to_owned(), app);
        }
        self.has_fault("HK310", "app", SPARE, None);
        if let Some(device) = self.home.named(OF_STOPPED)
            && let Some(device) = self.home.devices.get_mut(&device)
        {
            STOPPED.clone_into(&mut device.app);
        }
        if let Some(device) = self.home.named(UNREACHABLE) {
            let why = "The device could not be reached. Is it powered on?";
            self.home.set_unavailable(&device, Some(why.to_owned()));
        }
        self.lost_places();
        self.mood();
    }

    /// Items in zones and folders that are gone.
    fn lost_places(&mut self) {
        let gone = self.gone("zone");
        let attic = self.home.seed.uuid("messy/zone/attic");
        let order = u32::try_from(self.home.zones.len()).unwrap_or_default();
        let zone = Zone {
            id: attic.clone(),
            name: "Attic".to_owned(),
            icon: "default".to_owned(),
            parent: Some(gone.clone()),
            order,
        };
        self.home.zones.insert(attic.clone(), zone);
        self.has_fault("HK209", "zone", &attic, Some(&gone));
        if let Some(device) = self.home.named("Smoke alarm 4") {
            if let Some(device) = self.home.devices.get_mut(&device) {
                gone.clone_into(&mut device.zone);
            }
            self.has_fault("HK209", "device", &device, Some(&gone));
        }
        let (folder, gone) = (self.home.seed.uuid("messy/folder/inner"), self.gone("folder"));
        let inner = json!({ "id": folder, "name": "Inner", "parent": gone, "order": 1 });
        self.home.folders.insert(folder.clone(), object(inner));
        self.has_fault("HK209", "folder", &folder, Some(&gone));
    }

    /// A mood with a device that is gone.
    fn mood(&mut self) {
        let (id, gone) = (self.home.seed.uuid("messy/mood/old"), self.gone("device"));
        let lamp = self.home.named("Floor lamp 2").unwrap_or_default();
        let on = json!({ "state": { "onoff": true } });
        let zone = self.home.root_zone().map(|root| root.id.clone());
        let mood = json!({
            "id": id, "name": "Old days", "preset": null, "zone": zone,
            "devices": { lamp: on, gone.as_str(): on },
        });
        self.home.moods.insert(id.clone(), object(mood));
        self.has_fault("HK101", "mood", &id, Some(&gone));
    }

    /// A new variable.
    pub(super) fn variable(&mut self, name: &str, value: Value) -> String {
        let id = self.home.seed.uuid(&format!("messy/variable/{name}"));
        let kind = match value {
            Value::Bool(_) => VariableType::Boolean,
            Value::String(_) => VariableType::String,
            _ => VariableType::Number,
        };
        let variable = Variable { id: id.clone(), name: name.to_owned(), kind, value };
        self.home.variables.insert(id.clone(), variable);
        id
    }
}
