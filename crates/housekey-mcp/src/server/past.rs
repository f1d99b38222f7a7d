//! `homey_history` and `homey_events`: from what was recorded, else from Insights.

use housekey::model::{Device, LogEntries};
use jiff::Timestamp;
use tokio::time::timeout;

use super::state::Server;
use crate::answer::{Outcome, Refused};
use crate::arguments::Arguments;
use crate::exposure::Exposed;
use crate::history::{HistoryQuery, HistoryReading};
use crate::homes::{HomeState, READ};
use crate::quote::{quoted, word};
use crate::read::{self, NamedReading};
use crate::view::View;

/// The most events that are read.
const MOST_EVENTS: usize = 5_000;

/// The resolutions of Insights with the hours that they cover.
const RESOLUTIONS: &[(i64, &str)] = &[
    (1, "lastHour"),
    (6, "last6Hours"),
    (24, "last24Hours"),
    (72, "last3Days"),
    (168, "last7Days"),
    (336, "last14Days"),
    (744, "last31Days"),
    (2_184, "last3Months"),
    (4_368, "last6Months"),
];

impl Server {
    pub(super) async fn history(
        &self,
        home: &HomeState,
        view: &View,
        arguments: &Arguments,
    ) -> Outcome {
        let span = read::span(&view.now, arguments.text("from"), arguments.text("to"), 24)?;
        let step = arguments.text("step").unwrap_or_else(|| read::step_for(span));
        let capability = arguments.text("capability").unwrap_or_default();
        let mut all = Vec::new();
        for wanted in arguments.texts("device") {
            let device = read::find_device(view, wanted)?;
            let id = view.device_id(device);
            let name = format!("{} · {id}", view.device_name(device));
            let query = HistoryQuery {
                homey: home.source.name.clone(),
                device: device.id.clone(),
                capability: capability.to_owned(),
                from: span.0,
                to: span.1,
                step: step.to_owned(),
                function: arguments.text("fn").map(str::to_owned),
            };
            let reading = self.reading(home, view, device, query).await?;
            all.push(NamedReading { name, id, reading });
        }
        if all.is_empty() {
            return Err(Refused::new("`device` is empty: name at least one."));
        }
        if arguments.text("group") == Some("all") {
            all = vec![read::added_up(&all)];
        }
        Ok(read::history(&view.now, capability, step, &all))
    }

    async fn reading(
        &self,
        home: &HomeState,
        view: &View,
        device: &Device,
        query: HistoryQuery,
    ) -> Outcome<HistoryReading> {
        if let Some(history) = self.history_of(home)
            && let Some(reading) = recorded(history.read(query.clone())).await?
        {
            return Ok(reading);
        }
        self.insights(home, view, device, query).await
    }

    /// What the Homey itself has kept.
    async fn insights(
        &self,
        home: &HomeState,
        view: &View,
        device: &Device,
        query: HistoryQuery,
    ) -> Outcome<HistoryReading> {
        let function = query.function.as_deref().unwrap_or("mean");
        if !["mean", "min", "max", "last"].contains(&function) {
            return Err(Refused::new(format!(
                "{function} needs a history: `[history]` in agent.toml. Insights give mean, min, max and last."
            )));
        }
        let insights = home.source.homey.insights();
        let failed =
            |why: String| Refused::new(format!("Insights cannot be read: {}.", quoted(&why)));
        let late = |_| failed("no answer in 20 s".to_owned());
        let logs = timeout(READ, async { insights.get_logs().await }).await.map_err(late)?;
        let logs = logs.map_err(|error| failed(error.to_string()))?;
        let owner = format!("homey:device:{}", device.id);
        let end = format!(":{}", query.capability);
        let is_it =
            |log: &&housekey::model::Log| log.owner() == Some(&*owner) && log.id().ends_with(&end);
        let Some(log) = logs.iter().find(is_it) else {
            return Err(Refused::new(format!(
                "The Homey keeps no history of {} of {}.",
                word(&query.capability),
                view.device_name(device)
            )));
        };
        let hours = view.now.now.duration_since(query.from).as_hours();
        let resolution = RESOLUTIONS.iter().find(|(covers, _)| hours < *covers);
        let resolution = resolution.map_or("last2Years", |(_, name)| name);
        let id = log.id().into_owned();
        let call = insights.get_log_entries(&id).with("resolution", resolution);
        let entries = timeout(READ, async { call.read_as::<LogEntries>().await });
        let entries = entries.await.map_err(late)?.map_err(|error| failed(error.to_string()))?;
        let span: (Timestamp, Timestamp) = (query.from, query.to);
        let rows = read::by_step(entries.points(), span, &query.step, function);
        let unit = log.units.text().map(str::to_owned);
        Ok(HistoryReading { rows, function: function.to_owned(), unit })
    }

    pub(super) async fn events(
        &self,
        home: &HomeState,
        view: &View,
        arguments: &Arguments,
    ) -> Outcome {
        let Some(history) = self.history_of(home) else {
            return Err(Refused::new(
                "Nothing is recorded here: a Homey keeps no list of what happened. With `[history]` in agent.toml the \
                 agent records it from then on. homey_history reads the values that the Homey keeps.",
            ));
        };
        let span = read::span(&view.now, arguments.text("from"), None, 6)?;
        let device = arguments.text("device").map(|wanted| read::find_device(view, wanted));
        let device = device.transpose()?;
        let facts = home.facts(view).await?;
        let zone = arguments
            .text("zone")
            .map(|wanted| facts.find_in(housekey_backup::Part::Zones, wanted));
        let zone = zone.transpose()?;
        let id = device.map(|device| device.id.as_str());
        let found = recorded(history.events(&home.source.name, id, span, MOST_EVENTS)).await?;
        let is_meant = |one: &Device| {
            device.is_none_or(|device| device.id == one.id)
                && zone.as_ref().is_none_or(|zone| {
                    one.zone.text().is_some_and(|of| view.zones.is_inside(of, zone))
                })
        };
        let sees_all = self.grant.exposed == Exposed::All && self.grant.scopes.is_none();
        read::events(view, &facts, &found, (is_meant, sees_all), arguments)
    }

    fn history_of(&self, home: &HomeState) -> Option<&crate::history::SharedHistory> {
        self.options.history.as_ref().filter(|history| history.has(&home.source.name))
    }

    /// `homey_flowcards`.
    pub(super) async fn flowcards(
        &self,
        home: &HomeState,
        view: &View,
        arguments: &Arguments,
    ) -> Outcome {
        let facts = home.facts(view).await?;
        if arguments.text("card").is_none() {
            return read::search_cards(&facts.cards, arguments);
        }
        let (kind, card) = read::find_card(&facts.cards, arguments)?;
        let Some(argument) = arguments.text("argument") else {
            return Ok(read::describe_card(kind, card));
        };
        let homey = &home.source.homey;
        let is_v2 =
            homey.dialect().await.is_ok_and(|dialect| dialect == housekey::catalogue::Dialect::V2);
        let args = arguments.get("args").cloned().unwrap_or_else(|| serde_json::json!({}));
        let mut call = housekey::args! {
            "type" => format!("flowcard{}", kind.as_str()),
            "uri" => card.owner().unwrap_or_default(),
            "id" => if is_v2 { card.id.clone() } else { card.id().into_owned() },
            "name" => argument,
            "query" => arguments.text("q").unwrap_or_default(),
        };
        let is_empty = args.as_object().is_none_or(serde_json::Map::is_empty);
        match (is_v2, is_empty) {
            (_, true) => {}
            (true, false) => call.set("args", args.to_string()),
            (false, false) => call.set("args", args),
        }
        let answer = timeout(READ, homey.call("flow.getFlowCardAutocomplete", &call)).await;
        match answer {
            Ok(Ok(choices)) => Ok(read::choices(&choices, arguments)),
            Ok(Err(error)) => Err(Refused::new(format!(
                "There are no choices of {}: {}.",
                word(argument),
                quoted(&error.to_string())
            ))),
            Err(_) => Err(Refused::new("The Homey has not answered in 20 s.")),
        }
    }
}

/// Waits for an answer of the history.
async fn recorded<T>(answer: impl Future<Output = Result<T, String>>) -> Outcome<T> {
    match timeout(READ, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(why)) => Err(Refused::new(format!("The history cannot be read: {}.", quoted(&why)))),
        Err(_) => Err(Refused::new("The history did not answer in time.")),
    }
}
