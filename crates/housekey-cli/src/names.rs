//! The names of a home as its last lists had them, in a file that completions read instead of the network.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use housekey::Homey;
use housekey::model::{Field, Items, Log};
use housekey::whole_file;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::file::{self, Readers};

/// The largest file, in bytes: that of thousands of items. More is not written.
const FILE_LIMIT_BYTES: u64 = 1 << 20;

/// The longest answer that is looked at, in bytes.
const ANSWER_LIMIT_BYTES: usize = 16 << 20;

/// The operations whose answers are lists of names.
const LISTS: &[&str] = &[
    DEVICES,
    ZONES,
    FOLDERS,
    LOGS,
    VARIABLES,
    "alarms.getAlarms",
    "apps.getApps",
    "flow.getAdvancedFlows",
    "flow.getFlows",
    "moods.getMoods",
    "users.getUsers",
];

pub(crate) const DEVICES: &str = "devices.getDevices";
pub(crate) const ZONES: &str = "zones.getZones";
pub(crate) const FOLDERS: &str = "flow.getFlowFolders";
pub(crate) const LOGS: &str = "insights.getLogs";
pub(crate) const VARIABLES: &str = "logic.getVariables";

/// The lists of a home, by the operations that return them.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownNames(BTreeMap<String, Vec<Name>>);

/// An item of a list.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Name {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The id of the zone, the parent or the folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<String>,
    /// The capabilities of a device, with the values that can be set.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) capabilities: BTreeMap<String, Option<Vec<String>>>,
    /// Whether it is a switch: a variable that is true or false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) switch: bool,
}

impl KnownNames {
    /// Those of the Homey of that short name; none where they cannot be read.
    pub(crate) fn read(state: &Path, homey: &str) -> Self {
        let text = whole_file::read_text(&path(state, homey), FILE_LIMIT_BYTES);
        text.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// The items of the list that an operation returns.
    pub(crate) fn of(&self, operation: &str) -> &[Name] {
        self.0.get(operation).map_or(&[], Vec::as_slice)
    }

    fn write(&self, state: &Path, homey: &str) -> io::Result<()> {
        let text = serde_json::to_vec(self)?;
        if text.len() as u64 > FILE_LIMIT_BYTES {
            return Ok(());
        }
        let path = path(state, homey);
        DirBuilder::new().recursive(true).mode(0o700).create(directory(state))?;
        file::replace(&path, &text, Readers::Owner)
    }
}

/// Removes those of a Homey.
pub(crate) fn forget(state: &Path, homey: &str) {
    // Where there are none, that is what is wanted.
    let _ = fs::remove_file(path(state, homey));
}

fn directory(state: &Path) -> PathBuf {
    state.join("names")
}

/// Short names are parts of file names in the store as well.
fn path(state: &Path, homey: &str) -> PathBuf {
    directory(state).join(format!("{homey}.json"))
}

/// The lists that a Homey answered while a command ran.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeenLists(Arc<Mutex<BTreeMap<&'static str, Vec<u8>>>>);

impl SeenLists {
    /// The Homey with its lists noted here.
    pub(crate) fn note(&self, homey: Homey) -> Homey {
        let seen = Arc::clone(&self.0);
        homey.with_observer(move |operation, answer| {
            if LISTS.contains(&operation) && answer.len() <= ANSWER_LIMIT_BYTES {
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.insert(operation, answer.to_owned());
            }
        })
    }

    /// Puts what was seen into the file of the Homey, if that changes it.
    pub(crate) fn save(&self, state: &Path, homey: &str) -> io::Result<()> {
        let seen = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if seen.is_empty() {
            return Ok(());
        }
        let mut names = KnownNames::read(state, homey);
        let mut changed = false;
        for (operation, answer) in seen {
            let Some(list) = names_in(operation, &answer) else { continue };
            changed |= names.of(operation) != list;
            names.0.insert(operation.to_owned(), list);
        }
        if changed { names.write(state, homey) } else { Ok(()) }
    }
}

/// The names in an answer; `None` where it is no list.
fn names_in(operation: &str, answer: &[u8]) -> Option<Vec<Name>> {
    match operation {
        DEVICES => items(answer, |device: ListedDevice| Name {
            capabilities: device.capabilities.get().map(capabilities).unwrap_or_default(),
            name: device.name.label().unwrap_or(&device.id).to_owned(),
            parent: device.zone.text().map(str::to_owned),
            id: device.id,
            switch: false,
        }),
        LOGS => items(answer, |log: Log| Name {
            id: log.id().into_owned(),
            name: log.full_name(),
            ..Name::default()
        }),
        _ => items(answer, |item: AnyItem| Name {
            name: item.name.label().unwrap_or(&item.id).to_owned(),
            parent: [&item.zone, &item.parent, &item.folder]
                .into_iter()
                .find_map(|id| id.text().map(str::to_owned)),
            switch: item.kind.text() == Some("boolean"),
            id: item.id,
            ..Name::default()
        }),
    }
}

/// Each capability, with its values where it can be set.
fn capabilities(
    listed: &BTreeMap<String, ListedCapability>,
) -> BTreeMap<String, Option<Vec<String>>> {
    let values = |one: &ListedCapability| match one.kind.text() {
        Some("boolean") => vec!["on".to_owned(), "off".to_owned()],
        _ => one.values.get().into_iter().flatten().map(|choice| choice.id.clone()).collect(),
    };
    let each = |(id, one): (&String, &ListedCapability)| {
        (id.clone(), one.setable.is_true().then(|| values(one)))
    };
    listed.iter().map(each).collect()
}

fn items<T: DeserializeOwned>(answer: &[u8], name: impl Fn(T) -> Name) -> Option<Vec<Name>> {
    let Items(items) = serde_json::from_slice::<Items<T>>(answer).ok()?;
    Some(items.into_iter().map(name).collect())
}

/// What items of most kinds have.
#[derive(Deserialize)]
struct AnyItem {
    id: String,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    zone: Field<String>,
    #[serde(default)]
    parent: Field<String>,
    #[serde(default)]
    folder: Field<String>,
    #[serde(default, rename = "type")]
    kind: Field<String>,
}

/// The few fields of a device that matter here: the whole of it takes longer to read than the list to print.
#[derive(Deserialize)]
struct ListedDevice {
    id: String,
    #[serde(default)]
    name: Field<String>,
    #[serde(default)]
    zone: Field<String>,
    #[serde(default, rename = "capabilitiesObj")]
    capabilities: Field<BTreeMap<String, ListedCapability>>,
}

#[derive(Deserialize)]
struct ListedCapability {
    #[serde(default)]
    setable: Field<bool>,
    #[serde(default, rename = "type")]
    kind: Field<String>,
    #[serde(default)]
    values: Field<Vec<ListedChoice>>,
}

#[derive(Deserialize)]
struct ListedChoice {
    id: String,
}
