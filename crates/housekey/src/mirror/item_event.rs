//! Events about the items of a mirror.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::item::{Item, Report, timestamp};
use super::kind::ItemKind;
use crate::realtime::session::Event;

/// An event about an item.
#[derive(Debug, PartialEq)]
pub(super) enum ItemEvent<'a> {
    /// An item was created or updated; the text may have only some of its fields.
    Item { kind: ItemKind, id: Cow<'a, str>, text: &'a str, created: bool },
    /// An item was deleted.
    Gone { kind: ItemKind, id: Cow<'a, str> },
    /// A device reported a value.
    Report { device: &'a str, report: Report },
}

impl<'a> ItemEvent<'a> {
    /// `None` for an event that is not about an item, such as the progress of a download.
    pub(super) fn read(event: &'a Event) -> Option<Self> {
        let (_, place) = event.uri.split_once(':')?;
        let (owner, id) = place.split_once(':')?;
        if owner == "manager" {
            return Self::of_manager(event);
        }
        let kind = kind_of(owner)?;
        match &*event.name {
            "capability" if kind == ItemKind::Device => Self::report(id, event.data.get()),
            "update" => {
                let (id, text) = (Cow::Borrowed(id), event.data.get());
                Some(Self::Item { kind, id, text, created: false })
            }
            "delete" => Some(Self::Gone { kind, id: Cow::Borrowed(id) }),
            _ => None,
        }
    }

    /// The kind of the item.
    pub(super) fn kind(&self) -> ItemKind {
        match self {
            Self::Item { kind, .. } | Self::Gone { kind, .. } => *kind,
            Self::Report { .. } => ItemKind::Device,
        }
    }

    fn of_manager(event: &'a Event) -> Option<Self> {
        let (item, verb) = event.name.split_once('.')?;
        let kind = kind_of(item)?;
        let text = event.data.get();
        let id = Item::id_of(text)?;
        match verb {
            "create" => Some(Self::Item { kind, id, text, created: true }),
            "update" => Some(Self::Item { kind, id, text, created: false }),
            "delete" => Some(Self::Gone { kind, id }),
            _ => None,
        }
    }

    fn report(device: &'a str, text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Data<'a> {
            #[serde(borrow)]
            capability_id: Cow<'a, str>,
            #[serde(default)]
            value: Value,
            #[serde(default)]
            transaction_time: Value,
        }
        let Data { capability_id, value, transaction_time } = serde_json::from_str(text).ok()?;
        let capability = Arc::from(capability_id);
        let at = timestamp(&transaction_time);
        Some(Self::Report { device, report: Report { capability, value, at } })
    }
}

fn kind_of(item: &str) -> Option<ItemKind> {
    ItemKind::ALL.into_iter().find(|kind| kind.as_str() == item)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::RawValue;

    use super::*;

    fn event(uri: &str, name: &str, data: &str) -> Event {
        let data = RawValue::from_string(data.to_owned()).unwrap().into();
        Event { uri: uri.into(), name: name.into(), data }
    }

    #[test]
    fn events_say_what_happened_to_which_item() {
        let item = |kind, text, created| ItemEvent::Item { kind, id: "a".into(), text, created };
        let gone = |kind| ItemEvent::Gone { kind, id: "a".into() };
        let a = r#"{"id":"a"}"#;
        for (uri, name, data, want) in [
            ("homey:manager:devices", "device.create", a, Some(item(ItemKind::Device, a, true))),
            ("homey:manager:flow", "flow.update", a, Some(item(ItemKind::Flow, a, false))),
            ("homey:manager:flow", "advancedflow.delete", a, Some(gone(ItemKind::AdvancedFlow))),
            ("homey:device:a", "update", "{}", Some(item(ItemKind::Device, "{}", false))),
            ("homey:user:a", "delete", "null", Some(gone(ItemKind::User))),
            ("homey:manager:flow", "flowfolder.update", a, None),
            ("homey:manager:updates", "download_start", "null", None),
            ("homey:manager:devices", "device.update", "{}", None),
            ("homey:app:com.example", "update", a, None),
            ("homey:zone:a", "capability", a, None),
            ("nonsense", "update", a, None),
        ] {
            let event = event(uri, name, data);
            assert_eq!(ItemEvent::read(&event), want, "{uri} {name}");
        }
    }

    #[test]
    fn a_report_has_its_value_and_its_time_in_any_form() {
        let at = "2026-03-01T12:00:00.5Z".parse().ok();
        for (data, value, at) in [
            (
                json!({"capabilityId": "dim", "value": 0.5, "transactionTime": 1_772_366_400_500_u64}),
                json!(0.5),
                at,
            ),
            (
                json!({"capabilityId": "dim", "value": [1], "transactionTime": "2026-03-01T12:00:00.500Z"}),
                json!([1]),
                at,
            ),
            (json!({"capabilityId": "dim"}), Value::Null, None),
        ] {
            let event = event("homey:device:a", "capability", &data.to_string());
            let report = Report { capability: "dim".into(), value, at };
            assert_eq!(
                ItemEvent::read(&event),
                Some(ItemEvent::Report { device: "a", report }),
                "{data}"
            );
        }
        let without = event("homey:device:a", "capability", "{}");
        assert_eq!(ItemEvent::read(&without), None);
    }
}
