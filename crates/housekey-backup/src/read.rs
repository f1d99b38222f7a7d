//! Reads a home from a Homey.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, future, stream};
use housekey::catalogue::{self, Dialect};
use housekey::client::{Call, RawCall};
use housekey::error::HomeyError;
use housekey::{Error, Homey, args, model};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::card::CardKind;
use crate::cards::Cards;
use crate::secrets::KnownSecrets;
use crate::{About, Home, Items, Part};

/// The operation that lists the items of a part; options and scripts are read otherwise.
const LISTS: &[(Part, &str)] = &[
    (Part::Devices, "devices.getDevices"),
    (Part::Flows, "flow.getFlows"),
    (Part::AdvancedFlows, "flow.getAdvancedFlows"),
    (Part::Apps, "apps.getApps"),
    (Part::Users, "users.getUsers"),
    (Part::Zones, "zones.getZones"),
    (Part::Folders, "flow.getFlowFolders"),
    (Part::Variables, "logic.getVariables"),
    (Part::Moods, "moods.getMoods"),
    (Part::Alarms, "alarms.getAlarms"),
    (Part::Dashboards, "dashboards.getDashboards"),
];

/// The options that are set-up, by manager. The position and the address of the home, its PIN code and the state
/// of its support connection are not among them: they are personal.
const OPTIONS: &[(&str, &str)] = &[
    ("i18n", "Language"),
    ("i18n", "Units"),
    ("energy", "Currency"),
    ("energy", "ElectricityPriceDynamicPreferredInterval"),
    ("energy", "ElectricityPriceFixed"),
    ("energy", "GasPriceFixed"),
    ("energy", "KWhCost"),
    ("energy", "WaterPriceFixed"),
    ("geolocation", "Mode"),
    ("ledring", "Brightness"),
    ("ledring", "Screensaver"),
    ("updates", "Autoupdate"),
    ("updates", "Channel"),
];

/// The app whose scripts are a part of a home.
const SCRIPT_APP: &str = "com.athom.homeyscript";

/// Requests on their way at once; the client paces them further for hubs that want it slower.
const CONCURRENT_REQUESTS: usize = 3;

/// How much of a home was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The part that has come.
    pub part: Part,
    /// Parts that have come so far.
    pub done: usize,
    /// Parts in all.
    pub total: usize,
}

/// What could be read of a part.
enum Reading {
    Items(Items),
    Missing(String),
}

/// Reads all parts of a home. `name` is what the home is called where its Homey does not say so.
///
/// A part that the sign-in may not read, or that this kind of Homey does not have, is noted as missing.
///
/// # Errors
/// Those of requests that may succeed another time: then nothing of the home is answered, since half a home could be
/// taken for a whole one.
pub async fn home(homey: &Homey, name: &str, progress: impl Fn(Progress)) -> Result<Home, Error> {
    parts(homey, name, &Part::ALL, progress).await
}

/// Reads some parts of a home; of the others nothing is known then.
///
/// # Errors
/// As [`home`].
pub async fn parts(
    homey: &Homey,
    name: &str,
    wanted: &[Part],
    progress: impl Fn(Progress),
) -> Result<Home, Error> {
    let dialect = homey.dialect().await?;
    let mut home = Home::new(about(homey, name, dialect).await?);
    // Collected, since the future of a lazy iterator is not known to be `Send`.
    let lists = LISTS.iter().filter(|(part, _)| wanted.contains(part));
    let reads = lists.map(|&(part, operation)| list(homey, dialect, part, operation));
    let reads: Vec<_> = reads.collect();
    let mut readings = stream::iter(reads).buffer_unordered(CONCURRENT_REQUESTS);
    let mut done = 0;
    let total = wanted.len();
    let mut note = |home: &mut Home, part, reading| {
        match reading {
            Reading::Items(items) => home.insert(part, items),
            Reading::Missing(why) => home.miss(part, why),
        }
        done += 1;
        progress(Progress { part, done, total });
    };
    while let Some((part, reading)) = readings.try_next().await? {
        note(&mut home, part, reading);
    }
    if wanted.contains(&Part::Options) {
        note(&mut home, Part::Options, options(homey, dialect).await?);
    }
    if wanted.contains(&Part::Scripts) {
        let scripts = scripts(homey, &home).await?;
        note(&mut home, Part::Scripts, scripts);
    }
    Ok(home)
}

/// The cards and tokens that a home offers; lists that may not be read are unknown.
///
/// # Errors
/// Those of requests that may succeed another time.
pub async fn cards(homey: &Homey) -> Result<Cards, Error> {
    let (flow, tokens) = (homey.flow(), homey.flowtoken());
    let (triggers, conditions, actions, tokens) = future::try_join4(
        model_list(flow.get_flow_card_triggers()),
        model_list(flow.get_flow_card_conditions()),
        model_list(flow.get_flow_card_actions()),
        model_list(tokens.get_flow_tokens()),
    )
    .await?;
    let mut cards = Cards::default();
    let lists = [
        (CardKind::Trigger, triggers),
        (CardKind::Condition, conditions),
        (CardKind::Action, actions),
    ];
    for (kind, list) in lists {
        if let Some(list) = list {
            cards.insert(kind, list);
        }
    }
    if let Some(tokens) = tokens {
        cards.insert_tokens(tokens);
    }
    Ok(cards)
}

async fn model_list<T: DeserializeOwned + Send, U>(
    call: Call<'_, U>,
) -> Result<Option<Vec<T>>, Error> {
    match call.read_as::<model::Items<T>>().await {
        Ok(model::Items(items)) => Ok(Some(items)),
        Err(error) => missing(error).map(|_| None),
    }
}

/// What is known of the secrets of a home: the settings that apps describe as passwords.
///
/// Devices of the same driver have the same settings, so one of each is read, and none whose settings hold no text.
///
/// # Errors
/// Those of requests that may succeed another time.
pub async fn known_secrets(homey: &Homey, home: &Home) -> Result<KnownSecrets, Error> {
    let mut drivers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, device) in home.items(Part::Devices) {
        let settings = device["settings"].as_object().into_iter().flatten();
        if settings
            .into_iter()
            .any(|(_, value)| value.as_str().is_some_and(|text| !text.is_empty()))
        {
            let driver = device["driverId"].as_str().unwrap_or(id);
            drivers.entry(driver).or_default().push(id);
        }
    }
    let reads = drivers.into_values().map(|devices| async move {
        let descriptors = homey.devices().get_device_settings_obj(devices[0]).value().await;
        let descriptors = match descriptors {
            Ok(descriptors) => descriptors,
            Err(error) => missing(error).map(|_| Value::Null)?,
        };
        let mut names = Vec::new();
        passwords(&descriptors, &mut names);
        let of = |name: String| devices.iter().map(move |id| ((*id).to_owned(), name.clone()));
        Ok::<_, Error>(names.into_iter().flat_map(of).collect::<Vec<_>>())
    });
    let reads: Vec<_> = reads.collect();
    let mut known = KnownSecrets::default();
    let mut reads = stream::iter(reads).buffer_unordered(CONCURRENT_REQUESTS);
    while let Some(settings) = reads.try_next().await? {
        known.settings.extend(settings);
    }
    Ok(known)
}

/// The settings that are passwords, wherever they stand in the description: groups hold settings.
fn passwords(descriptors: &Value, names: &mut Vec<String>) {
    match descriptors {
        Value::Object(fields) => {
            if fields.get("type").is_some_and(|kind| kind == "password")
                && let Some(id) = fields.get("id").and_then(Value::as_str)
            {
                names.push(id.to_owned());
            }
            fields.values().for_each(|value| passwords(value, names));
        }
        Value::Array(items) => items.iter().for_each(|item| passwords(item, names)),
        _ => {}
    }
}

/// Which Homey it is. An OAuth client may not read the system information; then model and firmware are unknown.
async fn about(homey: &Homey, name: &str, dialect: Dialect) -> Result<About, Error> {
    let system = match homey.call("system.getInfo", &args! {}).await {
        Ok(system) => system,
        Err(error) => missing(error).map(|_| Value::Null)?,
    };
    let own_name = match homey.system().get_system_name().value().await {
        Ok(own_name) => own_name.as_str().map(str::to_owned),
        Err(error) => missing(error).map(|_| None)?,
    };
    let text = |key: &str| system[key].as_str().map(str::to_owned);
    Ok(About {
        id: homey.id().map(str::to_owned).or_else(|| text("cloudId")),
        name: own_name.unwrap_or_else(|| name.to_owned()),
        model: text("homeyModelName"),
        firmware: text("homeyVersion"),
        dialect: dialect.as_str().to_owned(),
    })
}

async fn list(
    homey: &Homey,
    dialect: Dialect,
    part: Part,
    operation: &str,
) -> Result<(Part, Reading), Error> {
    if !is_on(operation, dialect) {
        return Ok((part, Reading::Missing("this kind of Homey has none".to_owned())));
    }
    let reading = match homey.call(operation, &args! {}).await {
        Ok(answer) => Reading::Items(items(answer)),
        Err(error) => Reading::Missing(missing(error)?),
    };
    Ok((part, reading))
}

/// The options, each as `{"value": …}` by manager and name. One that cannot be read is left out: none is ever
/// created or deleted, so its absence is never taken for a change.
async fn options(homey: &Homey, dialect: Dialect) -> Result<Reading, Error> {
    let operation = |manager: &str, option: &str| format!("{manager}.getOption{option}");
    let is_here = |&&(manager, option): &&(&str, &str)| is_on(&operation(manager, option), dialect);
    let reads = OPTIONS.iter().filter(is_here).map(|&(manager, option)| async move {
        let id = format!("{manager}/{}{}", option[..1].to_lowercase(), &option[1..]);
        match homey.call(&operation(manager, option), &args! {}).await {
            Ok(answer) => Ok::<_, Error>((id, Ok(option_item(answer)))),
            Err(error) => Ok((id, Err(missing(error)?))),
        }
    });
    let reads: Vec<_> = reads.collect();
    let read: Vec<(String, Result<Value, String>)> =
        stream::iter(reads).buffered(CONCURRENT_REQUESTS).try_collect().await?;
    let mut why = None;
    let mut items = Items::new();
    for (id, option) in read {
        match option {
            Ok(item) => drop(items.insert(id, item)),
            Err(reason) => why = Some(reason),
        }
    }
    Ok(match why {
        Some(why) if items.is_empty() => Reading::Missing(why),
        _ => Reading::Items(items),
    })
}

/// Some Homeys answer the bare value, others an object with it.
pub(crate) fn option_item(answer: Value) -> Value {
    match answer {
        Value::Object(fields) if fields.contains_key("value") => {
            fields.into_iter().filter(|(key, _)| key == "value").collect()
        }
        value => serde_json::json!({ "value": value }),
    }
}

/// The scripts with their code, which the list lacks. Without the app there are none.
async fn scripts(homey: &Homey, home: &Home) -> Result<Reading, Error> {
    if home.has(Part::Apps) && home.item(Part::Apps, SCRIPT_APP).is_none() {
        return Ok(Reading::Items(Items::new()));
    }
    let path = format!("/api/app/{SCRIPT_APP}/script");
    let list = match homey.raw_as(&RawCall::get(path.as_str())).await {
        Ok(answer) => items(answer),
        Err(error) => return Ok(Reading::Missing(missing(error)?)),
    };
    let reads = list.into_iter().map(|(id, item)| {
        let path = format!("{path}/{}", in_path(&id));
        async move {
            let whole: Value = homey.raw_as(&RawCall::get(path)).await?;
            Ok::<_, Error>((id, if whole.is_object() { whole } else { item }))
        }
    });
    let reads: Vec<_> = reads.collect();
    let scripts = stream::iter(reads).buffered(CONCURRENT_REQUESTS).try_collect::<Vec<_>>().await;
    match scripts {
        Ok(scripts) => Ok(Reading::Items(scripts.into_iter().collect())),
        Err(error) => Ok(Reading::Missing(missing(error)?)),
    }
}

/// An id in a path: the Homey chose it, and it could lead elsewhere.
pub(crate) fn in_path(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}

fn is_on(operation: &str, dialect: Dialect) -> bool {
    catalogue::find(operation).is_some_and(|operation| operation.on(dialect).is_some())
}

/// Why a part is missing, where the Homey says that it will not be answered.
///
/// # Errors
/// Errors that may be gone another time.
fn missing(error: Error) -> Result<String, Error> {
    match &error {
        Error::Homey(HomeyError::MissingScope { scopes, .. }) => {
            Ok(format!("the sign-in lacks the scope {}", scopes.join(" and ")))
        }
        Error::Homey(refusal) if refusal.is_unknown_call() => Ok("this Homey has none".to_owned()),
        Error::Homey(HomeyError::Refused { status: 403, message, .. }) => Ok(message.clone()),
        _ => Err(error),
    }
}

/// The items of an answer, an object by id or an array.
pub(crate) fn items(answer: Value) -> Items {
    match answer {
        Value::Object(items) => items.into_iter().filter(|(_, item)| item.is_object()).collect(),
        Value::Array(items) => items
            .into_iter()
            .filter_map(|item| Some((item.get("id")?.as_str()?.to_owned(), item)))
            .collect(),
        _ => Items::new(),
    }
}
