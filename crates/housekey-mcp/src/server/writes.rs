//! Calls that write: checked, agreed to by a person where that is needed, sent, confirmed by the home, logged.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use housekey::mirror::{ChangeKind, Mirror};
use housekey_backup::Part;
use rmcp::model::InputRequiredResult;
use rmcp::service::{RequestContext, RoleServer};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::consent::{Consent, Returned, client_name};
use super::state::Server;
use crate::answer::{Answer, Outcome, Refused};
use crate::arguments::Arguments;
use crate::homes::HomeState;
use crate::quote::{plain, quoted, short_id};
use crate::tools::Tool;
use crate::view::View;
use crate::write::{DeviceWrite, Step, device_writes, find_mood, variable_write};
use crate::write_log::LoggedWrite;

/// How long the home may take to report what was set.
const REPORT: Duration = Duration::from_secs(3);

/// How long a write may wait for its turn and its answer.
const WRITE: Duration = Duration::from_secs(20);

/// Writes on their way at once; the client paces them further for Homeys that want it slower.
const AT_ONCE: usize = 4;

/// What a call that writes comes to.
pub(super) enum Reply {
    Answer(Answer),
    Question(Box<InputRequiredResult>),
}

/// A call on its way.
pub(super) struct Call<'c> {
    pub(super) tool: &'c Tool,
    pub(super) arguments: &'c Arguments,
    pub(super) returned: &'c Returned,
    pub(super) context: &'c RequestContext<RoleServer>,
}

/// What a call would do.
struct Intent {
    /// In words: `set "Hall" / "Front door" · locked=false`.
    text: String,
    /// What of it only a person may do.
    guarded: Vec<String>,
    act: Act,
}

enum Act {
    Devices(Vec<DeviceWrite>),
    Flow { id: String, is_advanced: bool, label: String },
    Mood { id: String, label: String },
    Variable { id: String, name: String, value: Value },
}

impl Server {
    pub(super) async fn write(
        &self,
        home: &HomeState,
        view: &View,
        call: Call<'_>,
    ) -> Outcome<Reply> {
        let intent = self.intent(home, view, &call).await?;
        let nothing_to_send = match &intent.act {
            Act::Devices(writes) => writes.iter().all(|write| write.step != Step::Send),
            _ => false,
        };
        if self.grant.dry_run && !nothing_to_send {
            let needs = match intent.guarded.is_empty() {
                true => String::new(),
                false => format!("\nthe user would have to agree: {}", intent.guarded.join(", ")),
            };
            return Ok(Reply::Answer(Answer::text(format!(
                "dry run, nothing is sent. It would: {}{needs}",
                intent.text
            ))));
        }
        if !intent.guarded.is_empty() && !nothing_to_send {
            let marked = format!(
                "{} {} {} {}",
                self.grant.who,
                home.source.name,
                call.tool.name,
                Value::from(call.arguments.all().clone())
            );
            let text = format!("{} (guarded: {})", intent.text, intent.guarded.join(", "));
            match self.consent((call.tool.name, &marked, &text), call.returned, call.context).await
            {
                Consent::Given => {}
                Consent::Question(question) => return Ok(Reply::Question(question)),
                Consent::Refused(why) => {
                    let why = format!("Refused: {why}. Nothing was done.");
                    self.log(&call, &why);
                    return Err(Refused::new(why));
                }
            }
        }
        let mut logged = Logged { server: self, call: &call, result: None };
        let outcome = self.act(home, view, &call, intent).await;
        logged.result = Some(match &outcome {
            Ok(answer) => answer.text.clone(),
            Err(Refused(why)) => why.clone(),
        });
        drop(logged);
        outcome.map(Reply::Answer)
    }

    /// What a call would do, checked against the home.
    async fn intent(&self, home: &HomeState, view: &View, call: &Call<'_>) -> Outcome<Intent> {
        let guard = &self.options.guarded;
        match call.tool.name {
            "homey_device_set" => {
                let writes = device_writes(view, call.arguments)?;
                let sent = || writes.iter().filter(|write| write.step == Step::Send);
                let guarded = sent()
                    .filter(|write| guard.is_guarded(view, &write.device, &write.capability))
                    .map(|write| view.device_name(&write.device))
                    .collect();
                let text: Vec<_> = sent().map(|write| write.text(view)).collect();
                Ok(Intent {
                    text: format!("set {}", text.join(", ")),
                    guarded,
                    act: Act::Devices(writes),
                })
            }
            "homey_flow_start" => {
                if call.arguments.get("tokens").is_some() {
                    return Err(Refused::new(
                        "Flows of this Homey are started without tokens: leave `tokens` out.",
                    ));
                }
                let facts = home.facts(view).await?;
                let (item, flow) =
                    facts.find_flow(call.arguments.text("flow").unwrap_or_default())?;
                let label = facts.label(&item);
                if flow["triggerable"] == false {
                    return Err(Refused::new(format!(
                        "{label} cannot be started by hand: its trigger gives it values."
                    )));
                }
                let guarded = guard.of_flow(view, &facts, &item).into_iter().collect();
                let text = format!("start the flow {label}");
                let is_advanced = item.part == Part::AdvancedFlows;
                Ok(Intent { text, guarded, act: Act::Flow { id: item.id, is_advanced, label } })
            }
            "homey_mood_set" => {
                let mood = find_mood(view, call.arguments.text("mood").unwrap_or_default())?;
                let label = view.in_zone(mood.zone.text(), mood.name());
                let guarded = guard.of_mood(view, &mood).into_iter().collect();
                Ok(Intent {
                    text: format!("set the mood {label}"),
                    guarded,
                    act: Act::Mood { id: mood.id, label },
                })
            }
            "homey_variable_set" => {
                let (variable, value) = variable_write(view, call.arguments)?;
                let name = variable.name().to_owned();
                let text = format!("set the variable {} to {}", quoted(&name), scalar(&value));
                Ok(Intent {
                    text,
                    guarded: Vec::new(),
                    act: Act::Variable { id: variable.id, name, value },
                })
            }
            other => Err(Refused::new(format!("{other} cannot be called."))),
        }
    }

    async fn act(&self, home: &HomeState, view: &View, call: &Call<'_>, intent: Intent) -> Outcome {
        let homey = &home.source.homey;
        match intent.act {
            Act::Devices(writes) => self.set_devices(home, view, call, writes).await,
            Act::Flow { id, is_advanced, label } => {
                self.take(&id)?;
                match is_advanced {
                    true => {
                        sent(async { homey.flow().trigger_advanced_flow(&id).await.map(drop) })
                            .await?
                    }
                    false => {
                        sent(async {
                            homey.flow().trigger_flow(&id).read_as::<Value>().await.map(drop)
                        })
                        .await?;
                    }
                }
                Ok(Answer::text(format!(
                    "started: {label} · {}. A Homey does not report how a flow ends.",
                    short_id(&id)
                )))
            }
            Act::Mood { id, label } => {
                self.take(&id)?;
                sent(async { homey.moods().set_mood(&id).await.map(drop) }).await?;
                Ok(Answer::text(format!(
                    "done: the Homey sets the mood {label}. Read a device to see that it has."
                )))
            }
            Act::Variable { id, name, value } => {
                self.take(&id)?;
                let body = json!({ "name": name, "value": value });
                sent(async { homey.logic().update_variable(&id, body).await.map(drop) }).await?;
                Ok(Answer::text(format!("done: {} is {}", quoted(&name), scalar(&value))))
            }
        }
    }

    async fn set_devices(
        &self,
        home: &HomeState,
        view: &View,
        call: &Call<'_>,
        writes: Vec<DeviceWrite>,
    ) -> Outcome {
        let mirror = home.mirror().await?;
        let duration = call.arguments.get("duration_ms").and_then(Value::as_u64);
        let set = writes.iter().map(|write| self.set_device(home, &mirror, write, duration));
        let set: Vec<_> = set.collect();
        let results: Vec<(&str, String)> = stream::iter(set).buffered(AT_ONCE).collect().await;
        let mut lines = Vec::new();
        let mut rows = Vec::new();
        for (write, (result, why)) in writes.iter().zip(&results) {
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            lines.push(format!(
                "{result}: {} · {}{why}",
                write.text(view),
                view.device_id(&write.device)
            ));
            rows.push(json!({ "id": short_id(&write.device.id), "result": result }));
        }
        let mut answer = Answer::text(lines.join("\n")).with("devices", rows);
        answer.is_error = results.iter().all(|(result, _)| *result == "refused");
        Ok(answer)
    }

    /// Sets one device: `done`, `unchanged`, `refused` or `not confirmed`, and why.
    async fn set_device(
        &self,
        home: &HomeState,
        mirror: &Mirror,
        write: &DeviceWrite,
        duration: Option<u64>,
    ) -> (&'static str, String) {
        match &write.step {
            Step::Unchanged => return ("unchanged", String::new()),
            Step::Refused(why) => return ("refused", why.clone()),
            Step::Send => {}
        }
        if let Err(Refused(why)) = self.take(&write.device.id) {
            return ("refused", why);
        }
        let mut changes = mirror.changes();
        let devices = home.source.homey.devices();
        let mut request =
            devices.set_capability_value(&write.device.id, &write.capability, write.value.clone());
        if let Some(duration) = duration {
            request = request.with("opts", json!({ "duration": duration }));
        }
        if let Err(Refused(why)) = sent(async { request.await.map(drop) }).await {
            return ("refused", why);
        }
        if !write.reports {
            return ("done", "it does not report this".to_owned());
        }
        let reported = async {
            while let Some(change) = changes.next().await {
                let is_report = change.is_ok_and(|change| {
                    *change.id == *write.device.id
                        && matches!(&change.what, ChangeKind::Value { capability, .. }
                            if **capability == *write.capability)
                });
                if is_report && write.is_done(&mirror.home()) {
                    return;
                }
            }
        };
        let _ = timeout(REPORT, reported).await;
        let home = mirror.home();
        match write.is_done(&home) {
            true => ("done", String::new()),
            false => {
                ("not confirmed", format!("after 3 s the device reports {}", write.present(&home)))
            }
        }
    }

    /// Counts a write against the limits.
    fn take(&self, target: &str) -> Outcome<()> {
        let now = self.started.elapsed();
        let mut limits = self.limits.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        limits.take(target, now).map_err(|wait| {
            let wait = wait.as_secs() + 1;
            Refused::new(format!(
                "too many writes: 30 a minute, 5 a minute and device; wait {wait} s"
            ))
        })
    }

    fn log(&self, call: &Call<'_>, result: &str) {
        let Some(log) = &self.options.log else { return };
        log.add(LoggedWrite {
            time: self.clock.now(),
            key: self.grant.who.clone(),
            client: client_name(call.context),
            tool: call.tool.name.to_owned(),
            arguments: call.arguments.all().clone().into(),
            result: result.to_owned(),
        });
    }
}

/// Logs a write once it is over, also where its call is cancelled.
struct Logged<'a> {
    server: &'a Server,
    call: &'a Call<'a>,
    result: Option<String>,
}

impl Drop for Logged<'_> {
    fn drop(&mut self) {
        let result = self.result.as_deref();
        self.server.log(self.call, result.unwrap_or("cancelled after it was sent: result unknown"));
    }
}

/// Waits for the answer to a write. Errors of the library name no secret.
async fn sent(write: impl Future<Output = Result<(), housekey::Error>>) -> Outcome<()> {
    match timeout(WRITE, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            Err(Refused::new(format!("the Homey refused it: {}", quoted(&error.to_string()))))
        }
        Err(_) => Err(Refused::new(
            "the Homey has not answered in 20 s: whether it was done is not known",
        )),
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        value => plain(&value.to_string(), 60),
    }
}
