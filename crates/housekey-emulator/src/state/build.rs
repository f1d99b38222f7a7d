//! Builds the home from the plan of the house, the seed and the wanted number of devices.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::app::App;
use super::capability::Capability;
use super::device::Device;
use super::house::{APPS, DEVICES, Energy, Plan, ZONES};
use super::ids::Seed;
use super::items::Items;
use super::radio::Radio;
use super::session::Sessions;
use super::user::{Role, User};
use super::value::tidy;
use super::variable::{Variable, VariableType};
use super::zone::Zone;
use super::{Home, messy};
use crate::hub_options::{HomeKind, HubOptions};

/// How long before the first request the devices joined and the Homey was started.
const PAIRED_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 90);
const BOOTED_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 6 + 5);

impl Home {
    pub(crate) fn build(options: &HubOptions, now: Timestamp) -> Self {
        let seed = Seed::new(options.seed, &options.cloud_id);
        let zones = zones(&seed);
        let zone_ids: Vec<String> = zones.keys().cloned().collect();
        let paired = now.saturating_sub(PAIRED_BEFORE).unwrap_or(now);
        let devices = match options.home {
            HomeKind::Family => options.devices,
            HomeKind::Messy => options.devices.max(messy::DEVICES),
        };
        let devices = (0..devices)
            .filter_map(|number| numbered(number, &seed, &zone_ids, paired))
            .map(|device| (device.id.clone(), device))
            .collect();
        let mut home = Self {
            dialect: options.model.dialect(),
            model: options.model,
            cloud_id: options.cloud_id.clone(),
            name: options.name.clone(),
            now: Timestamp::MIN,
            booted: now.saturating_sub(BOOTED_BEFORE).unwrap_or(now),
            zones,
            devices,
            variables: variables(&seed),
            users: users(&seed, options),
            sessions: Sessions::default(),
            apps: apps(),
            flows: Items::new(),
            advanced_flows: Items::new(),
            folders: Items::new(),
            moods: Items::new(),
            scripts: Items::new(),
            alarms: Items::new(),
            notifications: Items::new(),
            notification_owners: IndexMap::new(),
            options: Map::new(),
            pair_sessions: Items::new(),
            dashboards: Items::new(),
            experiments: HashSet::new(),
            deleted_logs: HashSet::new(),
            cleared_logs: HashMap::new(),
            radio: Radio::default(),
            groups: IndexMap::new(),
            reports_since: None,
            client: options.client.clone(),
            session_life: options.session_life,
            new_ids: Seed::new(options.new_ids, &options.cloud_id),
            quirks: options.quirks.clone(),
            home_faults: Vec::new(),
            given: 0,
            changes: Vec::new(),
            reacted: 0,
            starts_left: 0,
            pending: Vec::new(),
            runs: HashMap::new(),
            seed,
        };
        home.advance(now);
        home.add_seed_data();
        if options.home == HomeKind::Messy {
            home.make_messy();
        }
        home.take_changes();
        home
    }
}

fn zones(seed: &Seed) -> IndexMap<String, Zone> {
    let id = |number: usize| seed.uuid(&format!("zone/{number}"));
    (0_u32..)
        .zip(ZONES.iter().enumerate())
        .map(|(order, (number, (name, icon, parent)))| Zone {
            id: id(number),
            name: (*name).to_owned(),
            icon: (*icon).to_owned(),
            parent: parent.map(id),
            order,
        })
        .map(|zone| (zone.id.clone(), zone))
        .collect()
}

/// The device of that number. Beyond the plan, the plan is gone through again with numbered names.
fn numbered(number: usize, seed: &Seed, zones: &[String], paired: Timestamp) -> Option<Device> {
    let plan = DEVICES.get(number % DEVICES.len())?;
    let round = number / DEVICES.len();
    let id = seed.uuid(&format!("device/{number}"));
    let mut device = device(plan, number, id, zones.get(plan.zone)?.clone(), paired);
    if round > 0 {
        device.name = format!("{} {}", plan.name, round + 1);
    }
    Some(device)
}

/// A device as its driver makes it.
pub(super) fn device(
    plan: &Plan,
    number: usize,
    id: String,
    zone: String,
    paired: Timestamp,
) -> Device {
    let capabilities = plan
        .parts
        .iter()
        .filter_map(|(part, pattern, start)| Capability::new(&id, part, *pattern, start.value()))
        .collect();
    Device {
        name: plan.name.to_owned(),
        zone,
        class: plan.class.to_owned(),
        virtual_class: (plan.name == "Coffee machine").then(|| "coffeemachine".to_owned()),
        app: plan.app.to_owned(),
        driver: plan.driver.to_owned(),
        icon_override: (plan.class == "light").then(|| "light-bulb".to_owned()),
        group: None,
        unavailable: None,
        note: None,
        hidden: false,
        ui_indicator: None,
        data: Map::from_iter([("id".to_owned(), Value::from(format!("{}-{number}", plan.driver)))]),
        settings: settings(plan, number),
        energy: energy(plan.energy),
        paired,
        capabilities,
        text: OnceCell::new(),
        template: OnceCell::new(),
        id,
    }
}

/// Settings as drivers have them: numbers, yes-no and text.
fn settings(plan: &Plan, number: usize) -> Map<String, Value> {
    let settings = match plan.energy {
        Energy::Batteries(_) => json!({
            "report_interval": 300,
            "led_enabled": true,
            "zw_node_id": (number + 2).to_string(),
        }),
        Energy::Approximated { on, off } => json!({
            "energy_value_on": on,
            "energy_value_off": off,
            "power_on_state": "restore",
        }),
        _ => json!({ "poll_interval": 30, "firmware": "1.4.2" }),
    };
    match tidy(settings) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn energy(energy: Energy) -> Value {
    tidy(match energy {
        Energy::Unknown | Energy::Mains => Value::Null,
        Energy::Batteries(batteries) => json!({ "batteries": batteries }),
        Energy::Approximated { on, off } => {
            json!({ "approximation": { "usageOn": on, "usageOff": off } })
        }
        Energy::Cumulative => json!({
            "cumulative": true,
            "cumulativeImportedCapability": "meter_power.imported",
            "cumulativeExportedCapability": "meter_power.exported",
        }),
        Energy::Generator => json!({ "meterPowerExportedCapability": "meter_power" }),
    })
}

fn apps() -> IndexMap<String, App> {
    APPS.iter().map(|(id, name, version)| ((*id).to_owned(), App::new(id, name, version))).collect()
}

fn variables(seed: &Seed) -> IndexMap<String, Variable> {
    [
        ("Holiday", VariableType::Boolean, json!(false)),
        ("Guests", VariableType::Number, json!(0)),
        ("Good morning", VariableType::String, json!("Have a good day")),
    ]
    .into_iter()
    .map(|(name, kind, value)| Variable {
        id: seed.uuid(&format!("variable/{name}")),
        name: name.to_owned(),
        kind,
        value,
    })
    .map(|variable| (variable.id.clone(), variable))
    .collect()
}

/// The owner, and two more with made-up accounts.
fn users(seed: &Seed, options: &HubOptions) -> IndexMap<String, User> {
    let user = |label: &str, athom_id: Option<String>, name: &str, role: Role| User {
        id: seed.uuid(&format!("user/{label}")),
        athom_id,
        name: name.to_owned(),
        role,
        enabled: true,
        present: role != Role::Guest,
        asleep: false,
        properties: Map::new(),
        local: None,
    };
    let account = |label: &str| Some(seed.secret(&format!("account/{label}"))[..24].to_owned());
    [
        user("owner", Some(options.owner.athom_id.clone()), &options.owner.name, Role::Owner),
        user("second", account("second"), "Robin", Role::User),
        user("third", account("third"), "Sam", Role::Guest),
    ]
    .into_iter()
    .map(|user| (user.id.clone(), user))
    .collect()
}
