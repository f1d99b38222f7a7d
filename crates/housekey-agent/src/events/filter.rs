//! Filters of an event stream: by URI, device and capability.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::sync::Arc;

use housekey::mirror::{Change, ChangeKind, Home, ItemKind, Kinds};
use housekey::model::Device;
use housekey::model::name::{self, Called};

/// The query. Values of one parameter are alternatives; different parameters must all match.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct EventQuery {
    uris: Vec<Uri>,
    devices: Vec<String>,
    capabilities: Vec<String>,
    /// For those who cannot send a header.
    pub(super) last_event_id: Option<String>,
}

/// A URI as Homeys write it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Uri {
    /// `homey:manager:flow`: all items of a manager.
    Manager(String),
    /// `homey:device:<id>`: one item.
    Item(ItemKind, String),
}

/// Which changes one listener gets.
#[derive(Debug)]
pub(super) struct Filter {
    kinds: Kinds,
    uris: Vec<Uri>,
    devices: HashSet<String>,
    capabilities: HashSet<String>,
}

impl EventQuery {
    /// Parses a query: `uri=…&device=…&capability=…&last_event_id=…`.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub(super) fn parse(query: &str) -> Result<Self, String> {
        let mut parsed = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match &*name {
                "uri" => parsed.uris.push(Uri::parse(&value)?),
                "device" => parsed.devices.push(value),
                "capability" => parsed.capabilities.push(value),
                "last_event_id" => parsed.last_event_id = Some(value),
                other => {
                    return Err(format!(
                        "`{other}` means nothing here; there is: uri, device, capability, last_event_id"
                    ));
                }
            }
        }
        Ok(parsed)
    }

    /// The kinds that the query selects; `None` if it selects all.
    pub(super) fn kinds(&self) -> Option<Kinds> {
        if !self.devices.is_empty() || !self.capabilities.is_empty() {
            return Some([ItemKind::Device].into_iter().collect());
        }
        let of_any = |kind: &ItemKind| self.uris.iter().any(|uri| uri.is_of(*kind));
        (!self.uris.is_empty()).then(|| ItemKind::ALL.into_iter().filter(of_any).collect())
    }
}

impl Uri {
    fn parse(text: &str) -> Result<Self, String> {
        if ItemKind::ALL.iter().any(|kind| kind.uri() == text) {
            return Ok(Self::Manager(text.to_owned()));
        }
        let item = text.strip_prefix("homey:").and_then(|rest| rest.split_once(':'));
        let kind = item.and_then(|(kind, id)| {
            Some((ItemKind::ALL.into_iter().find(|one| one.as_str() == kind)?, id.to_owned()))
        });
        kind.map(|(kind, id)| Self::Item(kind, id)).ok_or_else(|| {
            let mut managers: Vec<_> = ItemKind::ALL.iter().map(|kind| kind.uri()).collect();
            managers.dedup();
            format!(
                "there are no events of \"{text}\" here; there is: homey:device:<id> and the like, {}",
                managers.join(", ")
            )
        })
    }

    fn is_of(&self, kind: ItemKind) -> bool {
        match self {
            Self::Manager(uri) => uri == kind.uri(),
            Self::Item(own, _) => *own == kind,
        }
    }

    fn matches(&self, change: &Change) -> bool {
        match self {
            Self::Manager(uri) => uri == change.kind.uri(),
            Self::Item(kind, id) => *kind == change.kind && **id == *change.id,
        }
    }
}

/// The ids of devices that are named by id or by name; several of them, or several times, the same one.
fn ids_of(
    wanted: &[String],
    has: impl Fn(&str) -> bool,
    named: impl Fn(&str) -> Vec<String>,
) -> Result<HashSet<String>, String> {
    let mut ids = HashSet::new();
    for wanted in wanted {
        let found = if has(wanted) { vec![wanted.clone()] } else { named(wanted) };
        if found.is_empty() {
            return Err(format!("there is no device \"{wanted}\""));
        }
        ids.extend(found);
    }
    Ok(ids)
}

impl Filter {
    /// The same with devices looked up: each is named by its id, by its exact name, or else by a name that
    /// looks the same. A name selects all devices that have it; their ids distinguish them.
    ///
    /// # Errors
    /// A device that does not exist.
    pub(super) fn new(parsed: &EventQuery, kinds: Kinds, home: &Arc<Home>) -> Result<Self, String> {
        let has = |id: &str| home.item(ItemKind::Device, id).is_some();
        let known: OnceCell<Vec<Device>> = OnceCell::new();
        let named = |name: &str| {
            let known = known.get_or_init(|| home.all().collect());
            called(known, name).into_iter().map(str::to_owned).collect()
        };
        let devices = ids_of(&parsed.devices, has, named)?;
        let capabilities = parsed.capabilities.iter().cloned().collect();
        Ok(Self { kinds, uris: parsed.uris.clone(), devices, capabilities })
    }

    /// Whether a change is wanted.
    pub(super) fn matches(&self, change: &Change) -> bool {
        let capability = || match &change.what {
            ChangeKind::Value { capability, .. } => self.capabilities.contains(&**capability),
            _ => false,
        };
        self.kinds.contains(change.kind)
            && (self.uris.is_empty() || self.uris.iter().any(|uri| uri.matches(change)))
            && (self.devices.is_empty()
                || change.kind == ItemKind::Device && self.devices.contains(&*change.id))
            && (self.capabilities.is_empty() || capability())
    }
}

/// The ids of the devices that are called so.
fn called<'d>(devices: &'d [Device], wanted: &str) -> Vec<&'d str> {
    let named = |device: &'d Device| Called { id: &device.id, name: device.name(), group: None };
    let found = name::find(devices.iter().map(named), wanted);
    found.into_iter().map(|index| &*devices[index].id).collect()
}

#[cfg(test)]
mod tests {
    use housekey::mirror::Origin;
    use serde_json::Value;

    use super::*;

    fn change(kind: ItemKind, id: &str, capability: Option<&str>) -> Change {
        let value = |capability: &str| ChangeKind::Value {
            capability: capability.into(),
            value: Value::Null,
            previous: Value::Null,
            at: None,
        };
        let what = capability.map_or(ChangeKind::Removed, value);
        Change { seq: 1, origin: Origin::Live, kind, id: id.into(), what }
    }

    #[test]
    fn only_matching_events_are_sent() {
        let all = [
            change(ItemKind::Device, "a", Some("onoff")),
            change(ItemKind::Device, "a", Some("dim")),
            change(ItemKind::Device, "b", Some("onoff")),
            change(ItemKind::Device, "b", None),
            change(ItemKind::Zone, "a", None),
            change(ItemKind::Flow, "f", None),
            change(ItemKind::AdvancedFlow, "g", None),
        ];
        for (query, want) in [
            ("", &[0, 1, 2, 3, 4, 5, 6][..]),
            ("uri=homey:manager:flow", &[5, 6]),
            ("uri=homey%3Adevice%3Aa", &[0, 1]),
            ("uri=homey:zone:a&uri=homey:device:b", &[2, 3, 4]),
            ("capability=onoff", &[0, 2]),
            ("capability=onoff&capability=dim", &[0, 1, 2]),
            ("uri=homey:device:a&capability=dim", &[1]),
            ("uri=homey:zone:a&capability=dim", &[]),
        ] {
            let parsed = EventQuery::parse(query).unwrap();
            let kinds = parsed.kinds().unwrap_or_else(Kinds::all);
            let filter = Filter::new(&parsed, kinds, &Arc::default()).unwrap();
            let fitting = all.iter().enumerate().filter(|(_, change)| filter.matches(change));
            assert_eq!(fitting.map(|(index, _)| index).collect::<Vec<_>>(), want, "{query}");
        }
    }

    /// As the manual says: values of one parameter are alternatives.
    #[test]
    fn a_device_may_be_named_twice() {
        let has = |id: &str| ["d1", "d2", "d3"].contains(&id);
        let named = |name: &str| match name {
            "Floor lamp" => vec!["d1".to_owned(), "d2".to_owned()],
            _ => Vec::new(),
        };
        for (wanted, want) in [
            (&["Floor lamp", "Floor lamp"][..], Ok(&["d1", "d2"][..])),
            (&["d1", "d3", "d1"], Ok(&["d1", "d3"])),
            (&["d1", "Floor lamp"], Ok(&["d1", "d2"])),
            (&["Floor lamp", "d2"], Ok(&["d1", "d2"])),
            (&["d1", "Attic lamp"], Err("there is no device \"Attic lamp\"".to_owned())),
            (&[], Ok(&[])),
        ] {
            let parsed: Vec<_> = wanted.iter().map(|&wanted| wanted.to_owned()).collect();
            let want = want.map(|ids| ids.iter().map(|&id| id.to_owned()).collect());
            assert_eq!(ids_of(&parsed, has, named), want, "{wanted:?}");
        }
    }

    #[test]
    fn a_device_is_called_by_what_people_see() {
        let devices = serde_json::json!([
            {"id": "a", "name": "Cafe\u{301}\u{a0}lamp "},
            {"id": "b", "name": "Fan"},
            {"id": "c", "name": "fan"},
            {"id": "d", "name": null},
            {"id": "e", "name": ["Fan"]},
        ]);
        let devices: Vec<Device> = serde_json::from_value(devices).unwrap();
        for (wanted, want) in [
            ("Café lamp", &["a"][..]),
            ("Fan", &["b"]),
            ("FAN", &["b", "c"]),
            ("d", &["d"]),
            ("e", &["e"]),
            ("Lamp", &[]),
        ] {
            assert_eq!(called(&devices, wanted), want, "{wanted}");
        }
    }

    #[test]
    fn what_cannot_come_is_refused() {
        for (query, want) in [
            ("uri=homey:manager:weather", "there are no events of \"homey:manager:weather\""),
            ("uri=homey:thing:x", "there are no events of \"homey:thing:x\""),
            ("uri=", "there are no events of \"\""),
            ("urn=x", "`urn` means nothing here"),
        ] {
            let error = EventQuery::parse(query).unwrap_err();
            assert!(error.starts_with(want), "{query}: {error}");
        }
        let parsed = EventQuery::parse("device=Attic+lamp").unwrap();
        let error = Filter::new(&parsed, Kinds::all(), &Arc::default()).unwrap_err();
        assert_eq!(error, "there is no device \"Attic lamp\"");
    }
}
