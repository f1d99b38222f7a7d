//! Goes through the operations that only read, one after the other.

use std::collections::BTreeMap;
use std::time::Duration;

use housekey::catalogue::{Dialect, Method, Operation, Variant, find, operations};
use housekey::request::{self, Arguments, Request};
use serde_json::Value;
use tokio::time::Instant;

/// How many items of a list are read one by one, at most.
const ITEMS: usize = 3;

/// Operations that are not called, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("devkit.getAppStdOut", "the output of an app"),
    ("energydongle.getNextFrame", "waits for the dongle"),
    ("googleAssistant.getOptionPinCode", "a secret"),
    ("logic.triggerWebhook", "starts flows"),
    ("matter.getNodeAvailableFirmwareUpdate", "contacts a server of updates"),
    ("thread.apiDisable", "changes the network"),
    ("thread.apiEnable", "changes the network"),
    ("thread.getActiveDataset", "a secret"),
    ("updates.getUpdates", "contacts a server of updates"),
    ("users.getPersonalAccessTokens", "a list of keys"),
    ("videos.getVideoUrl", "starts a stream"),
];

/// Something that answers requests.
pub(super) trait Reader {
    /// Sends a request.
    async fn read(&self, request: &Request) -> ReadAnswer;

    /// Waits between two requests.
    async fn pause(&self);
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum ReadAnswer {
    /// An answer with its status.
    Http { status: u16, body: Vec<u8> },
    /// There was none; why.
    None(String),
}

/// What came of one request of an operation.
#[derive(Debug)]
pub(super) struct Reading {
    /// The operation.
    pub(super) operation: &'static Operation,
    /// Its variant.
    pub(super) variant: &'static Variant,
    /// What came.
    pub(super) answer: ReadAnswer,
    /// The body as JSON, if it is.
    pub(super) json: Option<Value>,
    /// How long it took.
    pub(super) took: Duration,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// In the order of the requests.
    pub(super) list: Vec<Reading>,
    /// The operations that were not called, and why.
    pub(super) left_out: BTreeMap<&'static str, &'static str>,
}

/// Calls each operation of the dialect that only reads. `progress` gets the number of operations that are done,
/// and of all.
pub(super) async fn walk(
    reader: &impl Reader,
    dialect: Dialect,
    mut progress: impl FnMut(usize, usize),
) -> Readings {
    let reads =
        operations().iter().filter_map(|operation| Some((operation, operation.on(dialect)?)));
    let mut reads: Vec<_> = reads.filter(|(_, variant)| variant.method == Method::Get).collect();
    // Lists come first: the others take their ids from them.
    reads.sort_by_key(|(operation, variant)| (variant.path_names().count(), operation.id));
    let all = reads.len();
    let (mut readings, mut lists) = (Readings::default(), Lists::default());
    for (done, (operation, variant)) in reads.into_iter().enumerate() {
        progress(done, all);
        let calls = match reason_against(operation, variant) {
            Some(reason) => Err(reason),
            None => lists.arguments(variant),
        };
        match calls {
            Err(reason) => drop(readings.left_out.insert(operation.id, reason)),
            Ok(calls) => {
                for arguments in calls {
                    let Ok(request) = request::build(operation, dialect, &arguments) else {
                        continue;
                    };
                    let started = Instant::now();
                    let answer = reader.read(&request).await;
                    let took = started.elapsed();
                    reader.pause().await;
                    let json = json(&answer);
                    if let Some(json) = json.as_ref().filter(|_| variant.path_names().count() == 0)
                    {
                        lists.add(variant.path, json);
                    }
                    readings.list.push(Reading { operation, variant, answer, json, took });
                }
            }
        }
    }
    progress(all, all);
    readings
}

fn reason_against(operation: &Operation, variant: &Variant) -> Option<&'static str> {
    if let Some((_, why)) = LEFT_OUT.iter().find(|(id, _)| *id == operation.id) {
        return Some(why);
    }
    let in_path: Vec<_> = variant.path_names().collect();
    let needed = variant.parameters.iter().filter(|one| one.required);
    let more = needed.filter(|one| !in_path.contains(&one.name)).count();
    match () {
        () if variant.private => Some("not meant for third parties"),
        () if more > 0 => Some("needs an argument"),
        () => None,
    }
}

fn json(answer: &ReadAnswer) -> Option<Value> {
    match answer {
        ReadAnswer::Http { status: 200..300, body } => serde_json::from_slice(body).ok(),
        ReadAnswer::Http { .. } | ReadAnswer::None(_) => None,
    }
}

/// The items of lists by the path of the list. Nothing but their ids, which never leave this file.
#[derive(Default)]
struct Lists(BTreeMap<&'static str, Vec<ListedItem>>);

/// What names an item in a path.
struct ListedItem {
    id: String,
    uri: Option<String>,
    capabilities: Vec<String>,
}

impl Lists {
    fn add(&mut self, path: &'static str, list: &Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let item = |key: Option<&String>, value: &Value| {
            let capabilities = value["capabilities"].as_array().into_iter().flatten();
            Some(ListedItem {
                id: text(&value["id"]).or_else(|| key.cloned())?,
                uri: text(&value["uri"]).or_else(|| text(&value["ownerUri"])),
                capabilities: capabilities.filter_map(text).collect(),
            })
        };
        let items: Vec<_> = match list {
            Value::Object(map) => {
                map.iter().filter_map(|(key, value)| item(Some(key), value)).collect()
            }
            Value::Array(list) => list.iter().filter_map(|value| item(None, value)).collect(),
            _ => Vec::new(),
        };
        self.0.insert(path, items);
    }

    /// The arguments of each call of an operation: one for each of some items.
    fn arguments(&self, variant: &'static Variant) -> Result<Vec<Arguments>, &'static str> {
        let names: Vec<_> = variant.path_names().collect();
        let Some(first) = names.first() else { return Ok(vec![Arguments::new()]) };
        let place = format!("/:{first}");
        let (before, _) = variant.path.split_once(&place).unwrap_or_default();
        // The paths of presence name no list of their own.
        let list = match find("users.getUsers").and_then(|users| users.variants.first()) {
            Some(users) if before == "/api/manager/presence" => users.path,
            _ => before,
        };
        let items = self.0.get(list).ok_or("no list has its ids")?;
        if items.is_empty() {
            return Err("the list of its ids is empty");
        }
        let of = |item: &ListedItem| -> Option<Arguments> {
            let mut arguments = Arguments::new();
            for name in &names {
                match (*name, &item.uri) {
                    ("capabilityId", _) => arguments.set(*name, item.capabilities.first()?.clone()),
                    // The whole id has the owner.
                    ("uri", _) => {}
                    ("id", Some(uri))
                        if names.contains(&"uri") && !item.id.starts_with("homey:") =>
                    {
                        arguments.set(*name, format!("{uri}:{}", item.id));
                    }
                    ("id" | "deviceId", _) => arguments.set(*name, item.id.clone()),
                    _ => return None,
                }
            }
            Some(arguments)
        };
        // The first, the last, and what is between: others may be of another kind.
        let step = items.len().div_ceil(ITEMS).max(1);
        let calls: Vec<_> = items.iter().step_by(step).take(ITEMS).filter_map(of).collect();
        if calls.is_empty() { Err("no list has its arguments") } else { Ok(calls) }
    }
}
