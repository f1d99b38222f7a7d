//! Follows the changes of devices through a mirror, and says on stderr how the mirror is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use housekey::mirror::{
    Change, ChangeKind, ChangeStream, Home, Item, ItemKind, Kinds, Mirror, MirrorState,
    MirrorStatus,
};
use housekey::model::name::or_id;
use housekey::model::{Capability, Device, Field};
use serde_json::Value;
use tokio::sync::watch;

use crate::context::{Context, Target};
use crate::error::{Exit, Failure, Outcome};
use crate::lookup::Named;
use crate::output::value::value_text;
use crate::reconnection::trying_again;

/// Fields that change with every value and are not shown.
const RESTLESS: [&str; 2] = ["lastSeenAt", "energyObj"];

/// Follows some devices, or all.
pub(super) struct Follow<'a> {
    context: &'a Context,
    /// All where there are none.
    ids: BTreeSet<String>,
    mirror: Mirror,
    changes: ChangeStream,
    status: watch::Receiver<MirrorStatus>,
    /// The state that was shown last.
    shown: MirrorState,
    /// What the devices are called, also those that are gone.
    names: BTreeMap<Arc<str>, Names>,
}

/// What a device is called.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    pub(super) name: String,
    pub(super) zone: Option<String>,
}

impl<'a> Follow<'a> {
    /// Starts when the copy is complete, and returns the home at that moment.
    pub(super) async fn begin(
        context: &'a Context,
        target: &Target,
        ids: BTreeSet<String>,
    ) -> Outcome<(Self, Arc<Home>)> {
        let kinds: Kinds = [ItemKind::Device, ItemKind::Zone].into_iter().collect();
        let mirror = Mirror::start(target.homey.clone(), kinds, context.clock.clone()).await?;
        let (status, changes) = (mirror.status(), mirror.changes());
        let (shown, names) = (MirrorState::Live, BTreeMap::new());
        let mut follow = Self { context, ids, changes, mirror, status, shown, names };
        while !follow.status.borrow().complete {
            // The mirror lives as long as we do.
            follow.status.changed().await.ok();
            follow.tell()?;
        }
        let home = follow.mirror.home();
        follow.changes = follow.mirror.changes_after(home.seq());
        for (id, item) in home.items(ItemKind::Device) {
            follow.name(&home, id, item);
        }
        Ok((follow, home))
    }

    /// Learns what a device is called.
    fn name(&mut self, home: &Home, id: &Arc<str>, item: &Item) {
        #[derive(serde::Deserialize)]
        struct NameFields {
            #[serde(default)]
            name: Field<String>,
            #[serde(default)]
            zone: Field<String>,
        }
        let named = |item: &Item| item.read::<NameFields>().ok();
        let name = |named: &NameFields, id: &str| or_id(named.name.label(), id).to_owned();
        let Some(device) = named(item) else { return };
        let zone = device.zone.text().and_then(|id| {
            let zone = named(home.item(ItemKind::Zone, id)?)?;
            Some(name(&zone, id))
        });
        self.names.insert(id.clone(), Names { name: name(&device, id), zone });
    }

    /// What the device is called that has changed.
    pub(super) fn names(&mut self, change: &Change) -> Names {
        if let ChangeKind::Added(item) | ChangeKind::Updated { item, .. } = &change.what {
            self.name(&self.mirror.home(), &change.id, item);
        }
        self.named(&change.id)
    }

    /// What a device is called.
    pub(super) fn named(&self, id: &str) -> Names {
        self.names.get(id).cloned().unwrap_or_default()
    }

    /// Those that are followed, in a home.
    pub(super) fn devices<'h>(
        &self,
        home: &'h Home,
    ) -> impl Iterator<Item = (&'h Arc<str>, &'h Arc<Item>)> {
        let followed = |id: &str| self.ids.is_empty() || self.ids.contains(id);
        home.items(ItemKind::Device).filter(move |(id, _)| followed(id))
    }

    /// A device as it is now.
    pub(super) fn item(&self, id: &str) -> Option<Arc<Item>> {
        self.mirror.home().item(ItemKind::Device, id).cloned()
    }

    /// The next change of one of the devices that means something to people. Safe to drop half-way.
    pub(super) async fn next(&mut self) -> Outcome<Arc<Change>> {
        loop {
            tokio::select! {
                // How the connection is comes before what came over it.
                biased;
                Ok(()) = self.status.changed() => self.tell()?,
                change = self.changes.next() => match change {
                    Some(Ok(change)) if self.concerns(&change) => return Ok(change),
                    Some(Ok(_)) => {}
                    Some(Err(missed)) => self.context.out.note(&missed.to_string()),
                    None => return Err(Failure::failed("the mirror has ended")),
                },
            }
        }
    }

    /// Whether a change is shown.
    fn concerns(&self, change: &Change) -> bool {
        let means_something = match &change.what {
            ChangeKind::Updated { fields, .. } => {
                fields.iter().any(|one| !RESTLESS.contains(&&**one))
            }
            _ => true,
        };
        let followed = self.ids.is_empty() || self.ids.contains(&*change.id);
        change.kind == ItemKind::Device && followed && means_something
    }

    /// Says how the mirror is, where that is another state than before.
    fn tell(&mut self) -> Outcome {
        let status = self.status.borrow_and_update().clone();
        if status.state == self.shown
            || (status.state == MirrorState::Connecting && !status.complete)
        {
            return Ok(());
        }
        self.shown = status.state;
        let again = trying_again();
        let reason = status.reason.as_deref().unwrap_or("no reason is known");
        let note = match status.state {
            MirrorState::Connecting => format!("the live connection was lost: {reason}; {again}"),
            MirrorState::Live => "live again".to_owned(),
            MirrorState::CatchingUp => format!("reading what was missed: {reason}"),
            MirrorState::Polling => {
                format!("no live connection: {reason}; reading every few seconds in its place")
            }
            MirrorState::Offline => format!("the Homey cannot be reached: {reason}; {again}"),
            MirrorState::SignedOut => {
                return Err(Failure::new(
                    Exit::SignIn,
                    "the Homey does not accept this token any more",
                )
                .because_of(reason)
                .hint("run `housekey login`"));
            }
        };
        self.context.out.note(&note);
        Ok(())
    }
}

impl Names {
    /// `Zone/Name`.
    pub(super) fn full(&self) -> String {
        Named { id: "", name: &self.name, zone: self.zone.as_deref() }.full()
    }
}

/// What changed about a device, for people: `dim  60 %`, `name`, `is gone`.
pub(super) fn text(change: &Change, device: Option<&Device>) -> String {
    match &change.what {
        ChangeKind::Added(_) => "is new".to_owned(),
        ChangeKind::Removed => "is gone".to_owned(),
        ChangeKind::Updated { fields, .. } => format!("changed: {}", fields.join(", ")),
        ChangeKind::Value { capability, value: reported, .. } => {
            value(capability, reported, device)
        }
    }
}

/// A value of a capability, for people: `dim  60 %`.
pub(super) fn value(capability: &str, value: &Value, device: Option<&Device>) -> String {
    let held = device.and_then(|device| device.capability(capability)).cloned();
    let shown = match (held, value) {
        (Some(held), value) => value_text(&Capability { value: Field::Is(value.clone()), ..held }),
        (None, Value::String(text)) => text.clone(),
        (None, value) => value.to_string(),
    };
    format!("{capability}  {shown}")
}
