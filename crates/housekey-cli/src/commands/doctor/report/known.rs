//! What is known of the answers: those of the virtual Homey, which answers as real ones were seen to.

use std::collections::{BTreeMap, BTreeSet};

use housekey::catalogue::{AnswerType, Dialect, Operation, Variant};
use housekey::request::Request;
use housekey_emulator::{Emulator, Model};

use super::shape::{JsonShape, JsonType, Keys};
use super::walk::{ReadAnswer, Reader, Reading, walk};
use crate::error::{Failure, Outcome};

/// Fields that have another type with the session of an account than with an API key, which is used here.
const OTHER_SESSIONS: &[(&str, &str, JsonType)] =
    &[("sessions.getSessionMe", "clientId", JsonType::String)];

/// What is known of one operation.
#[derive(Debug, Default)]
pub(super) struct KnownOperation {
    /// The shape of its answers.
    pub(super) shape: JsonShape,
    /// Whether any answer is known.
    pub(super) has_answer: bool,
}

/// What is known of every operation of a dialect.
#[derive(Debug)]
pub(super) struct Known(BTreeMap<&'static str, KnownOperation>);

/// A virtual Homey without a listener.
struct Virtual {
    emulator: Emulator,
    key: String,
}

impl Reader for Virtual {
    async fn read(&self, request: &Request) -> ReadAnswer {
        let outgoing = http::Request::get(&request.path_and_query)
            .header(http::header::HOST, "homey.invalid")
            .header(http::header::AUTHORIZATION, format!("Bearer {}", self.key));
        let Ok(outgoing) = outgoing.body(Default::default()) else {
            return ReadAnswer::None(String::new());
        };
        match self.emulator.call(outgoing).await {
            Ok(answer) => ReadAnswer::Http {
                status: answer.status().as_u16(),
                body: answer.into_body().to_vec(),
            },
            Err(_) => ReadAnswer::None(String::new()),
        }
    }

    async fn pause(&self) {}
}

impl Known {
    /// Reads everything from the virtual Homeys of the dialect.
    pub(super) async fn of(dialect: Dialect) -> Outcome<Self> {
        let models: &[Model] = match dialect {
            Dialect::V2 => &[Model::Pro2019, Model::Homey2018],
            Dialect::Local => &[Model::Pro2023, Model::SelfHosted],
            Dialect::Cloud => &[Model::Cloud],
        };
        let mut known = BTreeMap::<_, KnownOperation>::new();
        for model in models {
            let emulator = Emulator::builder().model(*model).unserved();
            let emulator = emulator.map_err(|error| {
                Failure::failed("the virtual Homey cannot be built").because(&error)
            })?;
            let key = emulator.facts().api_key;
            let readings = walk(&Virtual { emulator, key }, dialect, |_, _| {}).await;
            for reading in &readings.list {
                known.entry(reading.operation.id).or_default().add(reading);
            }
        }
        for (operation, field, kind) in OTHER_SESSIONS {
            let fields = known.get_mut(operation).map(|known| &mut known.shape.fields);
            if let Some((shape, _)) = fields.and_then(|fields| fields.get_mut(*field)) {
                shape.kinds.insert(*kind);
            }
        }
        Ok(Self(known))
    }

    /// What is known of an operation.
    pub(super) fn operation(&self, id: &str) -> Option<&KnownOperation> {
        self.0.get(id)
    }

    /// The names of all fields that are known.
    pub(super) fn names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        self.0.values().for_each(|operation| operation.shape.names(&mut names));
        names
    }
}

impl KnownOperation {
    fn add(&mut self, reading: &Reading) {
        if let Some(json) = &reading.json {
            let (keys, each) = keys_of(reading.operation, reading.variant);
            self.shape.add(json, keys, each);
            self.has_answer = true;
        }
    }
}

/// Operations whose answer is one object with names that the Homey chose, but no item.
const RECORDS: &[&str] = &[
    "backup.getState",
    "cloud.getState",
    "energy.getLiveReport",
    "insights.getLogEntries",
    "ledring.getState",
    "system.getInfo",
    "system.getMemoryInfo",
    "system.getStorageInfo",
    "updates.getState",
    "weather.getWeather",
];

/// Items that hold what an app stored.
const STORED_BY_APPS: &[&str] = &["AppSettings", "WidgetStore"];

/// What an answer is, if it is an object, and what the items in it are.
pub(super) fn keys_of(operation: &Operation, variant: &Variant) -> (Keys, Keys) {
    match variant.answer {
        Some(AnswerType::One(item) | AnswerType::Map(item)) if STORED_BY_APPS.contains(&item) => {
            (Keys::Data, Keys::Data)
        }
        Some(AnswerType::One(_)) => (Keys::Names, Keys::Unsure),
        Some(AnswerType::Map(_) | AnswerType::List(_)) => (Keys::Data, Keys::Names),
        _ if RECORDS.contains(&operation.id) => (Keys::Names, Keys::Unsure),
        // Its keys may be people or things, by their names.
        Some(AnswerType::Shape(_)) | None => (Keys::Unsure, Keys::Unsure),
    }
}
