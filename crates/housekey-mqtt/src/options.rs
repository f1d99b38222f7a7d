//! What is published, and under which topics.

use crate::pattern::fits;

/// What is published of the homes, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The first levels of all topics of ours.
    pub base: String,
    /// The first level of the topics that Home Assistant reads.
    pub prefix: String,
    /// How Home Assistant is notified of devices, if it is.
    pub home_assistant: Option<Discovery>,
    /// The ids by which Home Assistant keeps entities apart.
    pub ids: UniqueIds,
    /// Which devices and capabilities are published.
    pub selection: Selection,
    /// What is changed for single devices.
    pub overrides: Vec<Override>,
    /// Whether moods are published, as scenes.
    pub moods: bool,
    /// Whether flows that can be started are published, as buttons.
    pub flows: bool,
    /// Whether variables are published.
    pub variables: bool,
}

/// How Home Assistant is notified of devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discovery {
    /// One message for each device, since its release 2024.12.
    Device,
    /// One message for each component.
    Component,
}

/// How the unique ids of entities are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UniqueIds {
    /// Of the Homey, the device and the capability.
    Housekey,
    /// As the app MQTT Hub made them, so that Home Assistant keeps its entities.
    MqttHub,
}

/// Which devices and capabilities are published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Patterns of devices; `None` for all of them.
    pub expose: Option<Vec<String>>,
    /// Patterns of devices and capabilities that are left out.
    pub exclude: Vec<String>,
}

/// What is changed for a device, or one of its capabilities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Override {
    /// Pattern of the device.
    pub device: String,
    /// The capability, or the composite such as `light`; `None` for the device itself.
    pub capability: Option<String>,
    /// Another component.
    pub component: Option<String>,
    /// Another name.
    pub name: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            base: "housekey".to_owned(),
            prefix: "homeassistant".to_owned(),
            home_assistant: Some(Discovery::Device),
            ids: UniqueIds::Housekey,
            selection: Selection::default(),
            overrides: Vec::new(),
            moods: false,
            flows: false,
            variables: false,
        }
    }
}

/// The names by which patterns find a device.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) class: &'a str,
}

impl Names<'_> {
    /// What patterns of devices are compared with, in small letters.
    fn forms(&self) -> [String; 4] {
        let Self { id, name, zone, class } = self;
        let forms = [
            (*id).to_owned(),
            (*name).to_owned(),
            format!("{zone}/{name}"),
            format!("class:{class}"),
        ];
        forms.map(|form| form.to_lowercase())
    }

    /// Whether a pattern means this device.
    pub(crate) fn fit(&self, pattern: &str) -> bool {
        let pattern = pattern.to_lowercase();
        self.forms().iter().any(|form| fits(&pattern, form))
    }
}

impl Selection {
    /// Whether a device is published.
    pub(crate) fn device(&self, names: &Names<'_>) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| names.fit(pattern));
        self.expose.as_deref().is_none_or(any) && !any(&self.exclude)
    }

    /// Whether a capability of a published device is.
    pub(crate) fn capability(&self, names: &Names<'_>, capability: &str) -> bool {
        let [id, name, full, class] = names.forms();
        let forms = [
            capability.to_lowercase(),
            format!("{id}/{capability}"),
            format!("{name}/{capability}"),
            format!("{full}/{capability}"),
            format!("{class}/{capability}"),
        ];
        let left_out = |pattern: &String| {
            let pattern = pattern.to_lowercase();
            forms.iter().any(|form| fits(&pattern, &form.to_lowercase()))
        };
        !self.exclude.iter().any(left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAMP: Names<'static> = Names { id: "1-2", name: "Lamp", zone: "Kitchen", class: "light" };

    #[test]
    fn patterns_choose_devices_and_capabilities() {
        let list = |patterns: &[&str]| patterns.iter().map(|&one| one.to_owned()).collect();
        for (expose, exclude, device, capability) in [
            (None, &[][..], true, true),
            (Some(&["Kitchen/*"][..]), &[], true, true),
            (Some(&["lamp"]), &[], true, true),
            (Some(&["1-2"]), &[], true, true),
            (Some(&["class:light"]), &[], true, true),
            (Some(&["Bedroom/*"]), &[], false, true),
            (Some(&[]), &[], false, true),
            (None, &["Kitchen/Lamp"], false, true),
            (None, &["class:light"], false, true),
            (None, &["measure_*"], true, false),
            (None, &["lamp/measure_power"], true, false),
            (None, &["Kitchen/*/measure_power"], true, false),
            (None, &["class:light/measure_power"], true, false),
            (None, &["Bedroom/*/measure_power"], true, true),
        ] {
            let selection = Selection { expose: expose.map(list), exclude: list(exclude) };
            let got = (selection.device(&LAMP), selection.capability(&LAMP, "measure_power"));
            assert_eq!(got, (device, capability), "{selection:?}");
        }
    }
}
