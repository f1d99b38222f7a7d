//! `homey_flow_start`, `homey_mood_set` and `homey_variable_set`: what they set may start flows.

use housekey_backup::Part;
use housekey_backup::graph::ItemRef;
use serde_json::{Value, json};

use super::intent::{Act, Call, Intent, Start, scalar, sent};
use crate::answer::{Answer, Outcome, Refused};
use crate::homes::HomeState;
use crate::quote::{quoted, short_id};
use crate::server::state::Server;
use crate::view::View;
use crate::write::{find_mood, variable_write};

impl Server {
    pub(super) async fn start_intent(
        &self,
        home: &HomeState,
        view: &View,
        call: &Call<'_>,
    ) -> Outcome<Intent> {
        let text = |name: &str| call.arguments.text(name).unwrap_or_default();
        let (text, item, start) = match call.tool.name {
            "homey_flow_start" => {
                if call.arguments.get("tokens").is_some() {
                    return Err(Refused::new(
                        "Flows of this Homey are started without tokens: leave `tokens` out.",
                    ));
                }
                let facts = home.facts(view).await?;
                let (item, flow) = facts.find_flow(text("flow"))?;
                let label = facts.label(&item);
                if flow["triggerable"] == false {
                    return Err(Refused::new(format!(
                        "{label} cannot be started by hand: its trigger gives it values."
                    )));
                }
                let (id, is_advanced) = (item.id.clone(), item.part == Part::AdvancedFlows);
                (format!("start the flow {label}"), item, Start::Flow { id, is_advanced, label })
            }
            "homey_mood_set" => {
                let mood = find_mood(view, text("mood"))?;
                let label = view.in_zone(mood.zone.text(), mood.name());
                let item = ItemRef::new(Part::Moods, &mood.id);
                (format!("set the mood {label}"), item, Start::Mood { id: mood.id, label })
            }
            _ => {
                let (variable, value) = variable_write(view, call.arguments)?;
                let name = variable.name().to_owned();
                let text = format!("set the variable {} to {}", quoted(&name), scalar(&value));
                let item = ItemRef::new(Part::Variables, &variable.id);
                (text, item, Start::Variable { id: variable.id, name, value })
            }
        };
        let facts = home.facts(view).await?;
        let guarded = self.options.guarded.of_item(view, &facts, &item).into_iter().collect();
        Ok(Intent { text, guarded, act: Act::Start(start) })
    }

    pub(super) async fn start(&self, home: &HomeState, start: Start) -> Outcome {
        let homey = &home.source.homey;
        match start {
            Start::Flow { id, is_advanced, label } => {
                self.take(&id)?;
                let flow = homey.flow();
                match is_advanced {
                    true => sent(async { flow.trigger_advanced_flow(&id).await.map(drop) }).await?,
                    false => {
                        let started = flow.trigger_flow(&id).read_as::<Value>();
                        sent(async { started.await.map(drop) }).await?;
                    }
                }
                Ok(Answer::text(format!(
                    "started: {label} · {}. A Homey does not report how a flow ends.",
                    short_id(&id)
                )))
            }
            Start::Mood { id, label } => {
                self.take(&id)?;
                sent(async { homey.moods().set_mood(&id).await.map(drop) }).await?;
                Ok(Answer::text(format!(
                    "done: the Homey sets the mood {label}. Read a device to see that it has."
                )))
            }
            Start::Variable { id, name, value } => {
                self.take(&id)?;
                let body = json!({ "name": name, "value": value });
                sent(async { homey.logic().update_variable(&id, body).await.map(drop) }).await?;
                Ok(Answer::text(format!("done: {} is {}", quoted(&name), scalar(&value))))
            }
        }
    }
}
