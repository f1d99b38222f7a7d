//! What the things of a home are called in texts for people.

use serde_json::Value;

use crate::graph::{EdgeTarget, ItemRef};
use crate::{Home, Part};

/// `Zone/Name` of a device or a mood, `Folder/Name` of a flow, the name of anything else; the id of what is not
/// there.
pub fn item(home: &Home, item: &ItemRef) -> String {
    let name = home.name(item.part, &item.id);
    let outer = match item.part {
        Part::Zones | Part::Folders => None,
        part => part.container().and_then(|(key, container)| {
            let id = home.item(item.part, &item.id)?[key].as_str()?;
            home.item(container, id).map(|_| home.name(container, id))
        }),
    };
    outer.map_or_else(|| name.to_owned(), |outer| format!("{outer}/{name}"))
}

/// What a reference leads to, in words.
pub fn target(home: &Home, target: &EdgeTarget) -> String {
    match target {
        EdgeTarget::Item(one) => item(home, one),
        EdgeTarget::Capability { device, capability } => {
            let title = capability_title(home, device, capability);
            format!("{}: {title}", item(home, &ItemRef::new(Part::Devices, device)))
        }
        EdgeTarget::Manager(name) => readable(name),
        EdgeTarget::Token { owner, token } => {
            format!("{}: {}", self::owner(home, owner), readable(token))
        }
        EdgeTarget::OfApp { app, name, .. } => {
            format!("{}: {name}", item(home, &ItemRef::new(Part::Apps, app)))
        }
    }
}

/// What an owner is called by its URI: `homey:app:<id>`.
fn owner(home: &Home, uri: &str) -> String {
    match crate::card::Owner::of(uri) {
        Some(crate::card::Owner::Device(id)) => item(home, &ItemRef::new(Part::Devices, id)),
        Some(crate::card::Owner::App(id)) => item(home, &ItemRef::new(Part::Apps, id)),
        Some(crate::card::Owner::Manager(name)) => readable(name),
        None => uri.to_owned(),
    }
}

/// What a capability is called on its device.
pub fn capability_title(home: &Home, device: &str, capability: &str) -> String {
    let device = home.item(Part::Devices, device);
    let title = device.and_then(|device| text(&device["capabilitiesObj"][capability]["title"]));
    title.map_or_else(|| readable(capability), str::to_owned)
}

/// A text, the English one where there are several by language.
pub fn text(value: &Value) -> Option<&str> {
    housekey::model::name::label(value).filter(|text| !text.trim().is_empty())
}

/// An id as words: `alarm_motion_true` becomes `Alarm motion true`.
pub fn readable(id: &str) -> String {
    let words = id.replace(['_', '-', '.', ':'], " ");
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => id.to_owned(),
    }
}
