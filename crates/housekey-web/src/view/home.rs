//! The home page: what needs attention, who is home, moods, and the zones with their tiles.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use housekey::mirror::{Home, Item, ItemKind};
use housekey::model::name::as_seen;
use housekey::model::{Device, Mood, User, Zone};

use super::icon::Icon;
use super::phrase;
use super::tile::Tile;
use super::when::Now;

/// What the home page shows of a device.
#[derive(Debug, PartialEq)]
pub struct DeviceFacts {
    /// Its tile.
    pub tile: Tile,
    /// The id of its zone.
    pub zone: Option<String>,
    /// What of it needs attention.
    pub notices: Vec<Notice>,
    /// What it measures of the temperature of its zone.
    pub temperature: Option<String>,
    /// Whether it is on.
    pub on: bool,
}

/// Something that needs attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// How much.
    pub severity: Severity,
    /// The id of the device; none for what is not about one.
    pub device: Option<String>,
    /// Its icon.
    pub icon: Icon,
    /// What it is about.
    pub subject: String,
    /// What is the matter: `open since 22:14`.
    pub text: String,
}

/// How much attention something needs; the first needs the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// People may be in danger, or something may break.
    Alarm,
    /// Something is open.
    Open,
    /// Something does not work.
    Broken,
}

/// Someone who lives here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// `home`, `away`, `asleep`; empty where it is not known.
    pub state: &'static str,
}

/// A mood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoodChip {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the home is like that now.
    pub active: bool,
}

/// A zone with its tiles.
#[derive(Debug, Clone)]
pub struct Section {
    /// The id of the zone; none for devices without one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The names of the zones it is in, the outermost first, without the home itself.
    pub path: Vec<String>,
    /// `21.5 °C · 2 on`.
    pub summary: String,
    /// Its devices, by name.
    pub devices: Vec<Arc<DeviceFacts>>,
}

/// The home page.
#[derive(Debug, Clone, Default)]
pub struct HomeView {
    /// What needs attention, the most urgent first.
    pub notices: Vec<Notice>,
    /// Who lives here.
    pub people: Vec<Person>,
    /// The moods.
    pub moods: Vec<MoodChip>,
    /// The zones, in the order of the home's tree.
    pub sections: Vec<Section>,
}

/// This number of low batteries, or more, is one notice.
const FEW_BATTERIES: usize = 3;

/// What a visitor may see of a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names of the lists")]
pub struct Sees {
    pub devices: bool,
    pub zones: bool,
    pub people: bool,
    pub moods: bool,
    pub flows: bool,
}

/// Facts of devices, made again only for those that changed.
#[derive(Debug, Default)]
pub struct FactsCache {
    day: Option<jiff::civil::Date>,
    devices: HashMap<Arc<str>, (Arc<Item>, Arc<DeviceFacts>)>,
}

impl FactsCache {
    /// The facts of every device of a home.
    fn all(&mut self, home: &Home, now: &Now) -> Vec<Arc<DeviceFacts>> {
        // Texts such as `yesterday` change with the day.
        if self.day.replace(now.day()) != Some(now.day()) {
            self.devices.clear();
        }
        let mut facts = Vec::new();
        let mut next = HashMap::with_capacity(self.devices.len());
        for (id, item) in home.items(ItemKind::Device) {
            let known = self.devices.remove(id).filter(|(known, _)| Arc::ptr_eq(known, item));
            let fact = match known {
                Some((_, fact)) => fact,
                None => match home.get::<Device>(id) {
                    Some(device) => Arc::new(DeviceFacts::of(&device, now)),
                    None => continue,
                },
            };
            next.insert(id.clone(), (item.clone(), fact.clone()));
            facts.push(fact);
        }
        self.devices = next;
        facts
    }
}

impl DeviceFacts {
    fn of(device: &Device, now: &Now) -> Self {
        let tile = Tile::of(device, now);
        let notices = notices(device, &tile, now);
        let there = !device.is_unavailable();
        let temperature = device.room_temperature().filter(|one| there && one.value().is_number());
        Self {
            zone: device.zone.text().map(str::to_owned),
            notices,
            temperature: temperature.map(phrase::state),
            on: there && device.is_on(),
            tile,
        }
    }
}

fn notices(device: &Device, tile: &Tile, now: &Now) -> Vec<Notice> {
    let notice = |severity, text: String| Notice {
        severity,
        device: Some(device.id.clone()),
        icon: tile.icon,
        subject: device.name().to_owned(),
        text,
    };
    if let Some(why) = &tile.unavailable {
        return vec![notice(Severity::Broken, format!("unavailable: {why}"))];
    }
    let alarms = device.all_capabilities().filter_map(|one| {
        one.active_alarm()?;
        match one.base() {
            // People are in the room: nothing to do about it.
            "alarm_motion" | "alarm_occupancy" | "alarm_presence" => None,
            "alarm_contact" | "locked" | "garagedoor_closed" => {
                Some(notice(Severity::Open, phrase::sentence(one, now)))
            }
            _ => Some(notice(Severity::Alarm, phrase::sentence(one, now))),
        }
    });
    let mut notices: Vec<_> = alarms.collect();
    if let Some(battery) = device.low_battery() {
        let text = match battery.percent {
            Some(percent) => format!("battery at {percent:.0} %"),
            None => "battery low".to_owned(),
        };
        notices.push(Notice { icon: Icon::Battery, ..notice(Severity::Broken, text) });
    }
    notices
}

impl HomeView {
    /// The home as it is in the mirror.
    pub fn of(home: &Home, sees: Sees, cache: &mut FactsCache, now: &Now) -> Self {
        let facts = if sees.devices { cache.all(home, now) } else { Vec::new() };
        let zones: Vec<Zone> = if sees.zones { home.all().collect() } else { Vec::new() };
        let mut notices: Vec<Notice> =
            facts.iter().flat_map(|facts| facts.notices.iter().cloned()).collect();
        if sees.flows {
            notices.extend(broken_flows(home));
        }
        group_batteries(&mut notices);
        notices.sort_by(|a, b| {
            (a.severity, as_seen(&a.subject)).cmp(&(b.severity, as_seen(&b.subject)))
        });
        Self {
            notices,
            people: if sees.people { people(home) } else { Vec::new() },
            moods: if sees.moods { moods(home) } else { Vec::new() },
            sections: sections(&zones, facts),
        }
    }

    /// Every device on the page.
    pub fn devices(&self) -> impl Iterator<Item = &Arc<DeviceFacts>> {
        self.sections.iter().flat_map(|section| &section.devices)
    }

    /// Whether both consist of the same zones and devices in the same order.
    pub fn has_shape_of(&self, other: &Self) -> bool {
        fn shape(view: &HomeView) -> impl Iterator<Item = (&Option<String>, &str, Vec<&str>)> {
            view.sections.iter().map(|section| {
                let ids = section.devices.iter().map(|facts| facts.tile.id.as_str()).collect();
                (&section.id, section.name.as_str(), ids)
            })
        }
        shape(self).eq(shape(other))
    }
}

/// Many low batteries become one notice.
fn group_batteries(notices: &mut Vec<Notice>) {
    let is_battery =
        |notice: &Notice| notice.icon == Icon::Battery && notice.severity == Severity::Broken;
    let names: Vec<String> = notices
        .iter()
        .filter(|notice| is_battery(notice) && notice.text.starts_with("battery"))
        .map(|notice| notice.subject.clone())
        .collect();
    if names.len() < FEW_BATTERIES {
        return;
    }
    notices.retain(|notice| !(is_battery(notice) && notice.text.starts_with("battery")));
    notices.push(Notice {
        severity: Severity::Broken,
        device: None,
        icon: Icon::Battery,
        subject: format!("{} batteries are low:", names.len()),
        text: names.join(", "),
    });
}

fn broken_flows(home: &Home) -> Vec<Notice> {
    let flows = home.all::<housekey::model::Flow>().map(|flow| {
        (
            flow.broken.get() == Some(&true),
            flow.enabled.get() != Some(&false),
            flow.name().to_owned(),
        )
    });
    let advanced = home.all::<housekey::model::AdvancedFlow>().map(|flow| {
        (
            flow.broken.get() == Some(&true),
            flow.enabled.get() != Some(&false),
            flow.name().to_owned(),
        )
    });
    let broken = flows.chain(advanced).filter(|(broken, enabled, _)| *broken && *enabled);
    broken
        .map(|(_, _, name)| Notice {
            severity: Severity::Broken,
            device: None,
            icon: Icon::Flow,
            subject: name,
            text: "this flow is broken".to_owned(),
        })
        .collect()
}

fn people(home: &Home) -> Vec<Person> {
    let person = |user: User| Person {
        name: user.name().to_owned(),
        state: match (user.present.get(), user.asleep.get()) {
            (Some(true), Some(true)) => "asleep",
            (Some(true), _) => "home",
            (Some(false), _) => "away",
            _ => "",
        },
    };
    let mut people: Vec<_> = home.all().map(person).collect();
    people.sort_by_cached_key(|person| as_seen(&person.name));
    people
}

fn moods(home: &Home) -> Vec<MoodChip> {
    let chip = |mood: Mood| MoodChip {
        name: mood.name().to_owned(),
        active: mood.active.get() == Some(&true),
        id: mood.id,
    };
    let mut moods: Vec<_> = home.all().map(chip).collect();
    moods.sort_by_cached_key(|mood| as_seen(&mood.name));
    moods
}

/// The zones with devices, in the order of the tree; devices of no known zone come last.
fn sections(zones: &[Zone], facts: Vec<Arc<DeviceFacts>>) -> Vec<Section> {
    let known: HashSet<&str> = zones.iter().map(|zone| zone.id.as_str()).collect();
    let mut children: BTreeMap<Option<&str>, Vec<&Zone>> = BTreeMap::new();
    for zone in zones {
        // A parent that is in no list, or the zone itself, is none.
        let parent = zone.parent.text().filter(|id| known.contains(id) && *id != zone.id);
        children.entry(parent).or_default().push(zone);
    }
    for siblings in children.values_mut() {
        siblings.sort_by(|a, b| {
            let place = |zone: &Zone| zone.position().unwrap_or(f64::MAX);
            place(a).total_cmp(&place(b)).then_with(|| as_seen(a.name()).cmp(&as_seen(b.name())))
        });
    }
    let mut devices: HashMap<Option<String>, Vec<Arc<DeviceFacts>>> = HashMap::new();
    for fact in facts {
        let zone = fact.zone.clone().filter(|id| known.contains(id.as_str()));
        devices.entry(zone).or_default().push(fact);
    }
    let mut sections = Vec::new();
    let mut seen = HashSet::new();
    let mut open: Vec<(&Zone, Vec<String>)> = Vec::new();
    let roots = |open: &mut Vec<(_, Vec<String>)>, parent, path: &[String]| {
        let all = children.get(&parent).into_iter().flatten().rev();
        open.extend(all.map(|zone| (*zone, path.to_vec())));
    };
    roots(&mut open, None, &[]);
    while let Some((zone, path)) = open.pop() {
        if !seen.insert(zone.id.as_str()) {
            continue;
        }
        if let Some(devices) = devices.remove(&Some(zone.id.clone())) {
            sections.push(section(Some(zone), path.clone(), devices));
        }
        let mut below = path;
        if zone.parent.text().is_some() {
            below.push(zone.name().to_owned());
        }
        roots(&mut open, Some(zone.id.as_str()), &below);
    }
    // Zones in a circle, which no Homey should send, and devices without a zone.
    let mut rest: Vec<_> = devices.into_values().flatten().collect();
    if !rest.is_empty() {
        rest.sort_by(|a, b| a.tile.id.cmp(&b.tile.id));
        sections.push(section(None, Vec::new(), rest));
    }
    sections
}

fn section(zone: Option<&Zone>, path: Vec<String>, mut devices: Vec<Arc<DeviceFacts>>) -> Section {
    devices.sort_by_cached_key(|facts| (as_seen(&facts.tile.name), facts.tile.id.clone()));
    Section {
        id: zone.map(|zone| zone.id.clone()),
        name: zone.map_or("Without a zone", Zone::name).to_owned(),
        path,
        summary: summary(&devices),
        devices,
    }
}

/// The temperature of the first that measures it, and how many are on.
fn summary(devices: &[Arc<DeviceFacts>]) -> String {
    let temperature = devices.iter().find_map(|facts| facts.temperature.clone());
    let on = devices.iter().filter(|facts| facts.on).count();
    let on = (on > 0).then(|| format!("{on} on"));
    temperature.into_iter().chain(on).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests;
