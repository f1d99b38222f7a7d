//! Finds an item of any kind by its name.

use clap::ValueEnum;
use housekey::model::name;
use housekey_backup::graph::ItemRef;
use housekey_backup::{Home, Part};

use crate::error::{Failure, Outcome};
use crate::lookup::{self, Named};

/// A kind of item that flows refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ItemKind {
    Device,
    Variable,
    Zone,
    Mood,
    User,
    Flow,
    Script,
    Alarm,
    App,
}

impl ItemKind {
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Device => &[Part::Devices],
            Self::Variable => &[Part::Variables],
            Self::Zone => &[Part::Zones],
            Self::Mood => &[Part::Moods],
            Self::User => &[Part::Users],
            Self::Flow => &[Part::Flows, Part::AdvancedFlows],
            Self::Script => &[Part::Scripts],
            Self::Alarm => &[Part::Alarms],
            Self::App => &[Part::Apps],
        }
    }

    /// What to call one in a message.
    fn word(self) -> &'static str {
        self.parts()[0].item()
    }
}

/// The one item that is called so.
///
/// # Errors
/// Usage with the candidates, when there is none or more than one.
pub(super) fn find(home: &Home, wanted: &str, kind: Option<ItemKind>) -> Outcome<ItemRef> {
    let kinds = match &kind {
        Some(kind) => std::slice::from_ref(kind),
        None => ItemKind::value_variants(),
    };
    let mut items = Vec::new();
    for kind in kinds {
        for part in kind.parts() {
            items.extend(home.items(*part).map(|(id, _)| (*kind, ItemRef::new(*part, id))));
        }
    }
    let named = |(_, item): &'_ (ItemKind, ItemRef)| -> (String, String, Option<String>) {
        let name = home.name(item.part, &item.id).to_owned();
        (item.id.clone(), name, outer(home, item).map(str::to_owned))
    };
    let names: Vec<_> = items.iter().map(named).collect();
    let called =
        names.iter().map(|(id, name, group)| name::Called { id, name, group: group.as_deref() });
    let found = name::find(called, wanted);
    let several_kinds = found.iter().any(|place| items[*place].0 != items[found[0]].0);
    if several_kinds {
        let candidates = found.iter().map(|place| {
            let (_, name, group) = &names[*place];
            let group = group.as_ref().map(|group| format!("{group}/")).unwrap_or_default();
            format!("{} {group}{name}", items[*place].0.word())
        });
        let candidates = candidates.collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format!("\"{wanted}\" can be several things"))
            .hint(format!("there is: {candidates}; choose one with --kind")));
    }
    let word = kind.map_or("item", ItemKind::word);
    let pairs: Vec<_> = items.iter().map(|(_, item)| item).zip(&names).collect();
    let found = lookup::find(word, &pairs, wanted, |(_, (id, name, group))| Named {
        id,
        name,
        zone: group.as_deref(),
    })?;
    Ok(found.0.clone())
}

/// The name of the zone or folder that an item is in.
pub(super) fn outer<'h>(home: &'h Home, item: &ItemRef) -> Option<&'h str> {
    let (key, container) = item.part.container()?;
    let id = home.item(item.part, &item.id)?[key].as_str()?;
    home.item(container, id).map(|_| home.name(container, id))
}
