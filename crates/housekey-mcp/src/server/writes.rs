//! Calls that write: checked, agreed to by a person where that is needed, sent, confirmed by the home, logged.

mod admin;
mod backup;
mod devices;
mod edits;
mod intent;
mod starts;

use rmcp::model::InputRequiredResult;
use serde_json::Value;

pub(super) use self::intent::Call;
use self::intent::{Act, Intent};
use super::consent::{Consent, client_name};
use super::state::Server;
use crate::answer::{Answer, Outcome, Refused};
use crate::homes::HomeState;
use crate::view::View;
use crate::write::Step;
use crate::write_log::LoggedWrite;

/// What a call that writes comes to.
pub(super) enum Reply {
    Answer(Answer),
    Question(Box<InputRequiredResult>),
}

impl Server {
    pub(super) async fn write(
        &self,
        home: &HomeState,
        view: &View,
        call: Call<'_>,
    ) -> Outcome<Reply> {
        let intent = self.intent(home, view, &call).await?;
        if let Act::Say(answer) = intent.act {
            return Ok(Reply::Answer(answer));
        }
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
        match call.tool.name {
            "homey_device_set" => self.device_intent(view, call),
            "homey_flow_start" | "homey_mood_set" | "homey_variable_set" => {
                self.start_intent(home, view, call).await
            }
            "homey_change" | "homey_flow_save" | "homey_flow_enable" => {
                self.edit_intent(home, view, call).await
            }
            "homey_backup" => self.backup(home, call).await,
            "homey_app_restart" | "homey_script_run" | "homey_api" => {
                self.admin_intent(home, view, call).await
            }
            other => Err(Refused::new(format!("{other} cannot be called."))),
        }
    }

    async fn act(&self, home: &HomeState, view: &View, call: &Call<'_>, intent: Intent) -> Outcome {
        match intent.act {
            Act::Devices(writes) => self.set_devices(home, view, call, writes).await,
            Act::Start(start) => self.start(home, start).await,
            Act::Edit(edit) => self.edit(home, *edit).await,
            Act::Admin(admin) => self.admin(home, view, admin).await,
            Act::Say(answer) => Ok(answer),
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
