//! Drivers: what the installed apps can pair.

use serde_json::{Map, Value};

use super::house::{DEVICES, Energy, Plan};
use super::{ChangeKind, Home, build};

/// A driver of an installed app.
#[derive(Debug, Clone)]
pub(crate) struct Driver {
    pub(crate) app: String,
    pub(crate) app_name: String,
    /// Without the app.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) class: &'static str,
    pub(crate) connectivity: &'static str,
}

impl Driver {
    /// The app and the short id in one, as newer Homeys write it.
    pub(crate) fn full_id(&self) -> String {
        format!("homey:app:{}:{}", self.app, self.id)
    }
}

impl Home {
    /// The drivers of the apps that run, each once.
    pub(crate) fn drivers(&self) -> Vec<Driver> {
        let mut drivers: Vec<Driver> = Vec::new();
        for plan in &DEVICES {
            let Some(app) = self.apps.get(plan.app).filter(|app| app.enabled) else { continue };
            if drivers.iter().any(|driver| driver.id == plan.driver && driver.app == plan.app) {
                continue;
            }
            drivers.push(Driver {
                app: app.id.clone(),
                app_name: app.name.clone(),
                id: plan.driver.to_owned(),
                name: super::value::sentence(plan.driver),
                class: plan.class,
                connectivity: connectivity(plan),
            });
        }
        drivers
    }

    /// Adds a device as its driver makes it, and returns its id.
    pub(crate) fn add_device(
        &mut self,
        driver: &Driver,
        name: String,
        zone: String,
        data: Map<String, Value>,
    ) -> String {
        let id = self.new_id("device");
        let plan = DEVICES.iter().find(|plan| plan.driver == driver.id && plan.app == driver.app);
        if let Some(plan) = plan {
            let mut device = build::device(plan, self.devices.len(), id.clone(), zone, self.now);
            device.name = name;
            if !data.is_empty() {
                device.data = data;
            }
            self.devices.insert(id.clone(), device);
            self.settle_again();
            self.changed("devices", "device", &id, ChangeKind::Created);
        }
        id
    }
}

/// How devices of a plan are reached.
pub(super) fn connectivity(plan: &Plan) -> &'static str {
    match plan.energy {
        Energy::Batteries(_) => "zwave",
        Energy::Approximated { .. } => "zigbee",
        _ => "lan",
    }
}
