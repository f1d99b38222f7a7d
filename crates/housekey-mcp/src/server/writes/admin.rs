//! `homey_app_restart`, `homey_script_run` and `homey_api`.

use std::collections::BTreeSet;

use housekey::catalogue::{self, Method};
use housekey::client::RawCall;
use housekey::model::Variable;
use housekey::redaction::{MASK, TokenVariables};
use housekey::request::{Arguments as Values, Body};
use housekey_backup::Part;
use housekey_backup::secrets::KnownSecrets;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::intent::{Act, Admin, Call, Intent, RawRequest, WRITE, sent};
use crate::answer::{Answer, Outcome, Refused};
use crate::guard::SCRIPT;
use crate::homes::HomeState;
use crate::lines::{MOST_TOKENS, fitted};
use crate::quote::{quoted, visible_json, word};
use crate::raw::{RawOperation, Verdict, arrives_as_written, verdict};
use crate::read::{in_words, secret_free};
use crate::server::state::Server;
use crate::view::View;

/// The HTTP API of the app that runs scripts.
const SCRIPTS: &str = "/api/app/com.athom.homeyscript/script";

impl Server {
    pub(super) async fn admin_intent(
        &self,
        home: &HomeState,
        view: &View,
        call: &Call<'_>,
    ) -> Outcome<Intent> {
        let text = |name: &str| call.arguments.text(name).unwrap_or_default();
        let facts = home.facts(view).await?;
        match call.tool.name {
            "homey_app_restart" => {
                let app = facts.find_in(Part::Apps, text("app"))?;
                let name = quoted(facts.home.name(Part::Apps, &app));
                let text = format!("restart the app {name}");
                let act = Act::Admin(Admin::Restart { app, name });
                Ok(Intent { text, guarded: Vec::new(), act })
            }
            "homey_script_run" => {
                let script = facts.find_in(Part::Scripts, text("script"))?;
                let name = quoted(facts.home.name(Part::Scripts, &script));
                let text = format!("run the script {name}");
                let argument = call.arguments.text("argument").map(str::to_owned);
                let act = Act::Admin(Admin::Run { script, name, argument });
                Ok(Intent { text, guarded: vec![SCRIPT.to_owned()], act })
            }
            _ => self.api_intent(home, view, call).await,
        }
    }

    async fn api_intent(&self, home: &HomeState, view: &View, call: &Call<'_>) -> Outcome<Intent> {
        let facts = home.facts(view).await?;
        let guard = &self.options.guarded;
        let homey = &home.source.homey;
        let dialect = homey.dialect().await.map_err(|error| {
            Refused::new(format!("The Homey cannot be reached: {}.", quoted(&error.to_string())))
        })?;
        let given = call.arguments;
        let (text, verdict, request) = match (given.text("operation"), given.text("path")) {
            (Some(_), Some(_)) | (None, None) => {
                return Err(Refused::new("Give either `operation`, or `method` and `path`."));
            }
            (Some(name), None) => {
                let found = catalogue::find(name).and_then(|one| Some((one, one.on(dialect)?)));
                let (operation, variant) = found.ok_or_else(|| {
                    let like = catalogue::suggest(name).join(", ");
                    let hint =
                        if like.is_empty() { String::new() } else { format!(" Like it: {like}.") };
                    Refused::new(format!("This Homey has no operation {}.{hint}", quoted(name)))
                })?;
                let mut values = Values::new();
                let arguments = given.get("arguments").and_then(Value::as_object);
                for (name, value) in arguments.into_iter().flatten() {
                    values.set(name, value.clone());
                }
                let value = |name: &str| values.get(name)?.as_str().map(str::to_owned);
                let (id, manager, method) = (operation.id, operation.manager, variant.method);
                let raw = RawOperation { id, manager, method, value: &value };
                let verdict = verdict(&raw, view, &facts, guard);
                let shown = given.get("arguments").map(visible_json).unwrap_or_default();
                let text = format!("call {id} {}", crate::quote::plain(&shown, 300));
                (text, verdict, RawRequest::Operation { id: id.to_owned(), values })
            }
            (None, Some(path)) => {
                let method = given.text("method").unwrap_or("GET");
                let bare = path.split(['?', '#']).next().unwrap_or_default();
                if !bare.starts_with("/api/") || !arrives_as_written(bare) || path.contains('#') {
                    return Err(Refused::new(
                        "`path` begins with /api/, and has no dot segments and no unusual characters.",
                    ));
                }
                let parsed = Method::parse(method);
                let found = parsed.and_then(|one| catalogue::route(dialect, one, bare));
                let verdict = match found {
                    Some((operation, variant, values)) => {
                        let value = |name: &str| {
                            let found = values.iter().find(|(known, _)| *known == name);
                            found.map(|(_, value)| value.clone())
                        };
                        let (id, manager) = (operation.id, operation.manager);
                        let raw =
                            RawOperation { id, manager, method: variant.method, value: &value };
                        verdict(&raw, view, &facts, guard)
                    }
                    // Apps may do anything for a request, also for one that should only read.
                    None => Verdict::Write(BTreeSet::from(["a path that is not known".to_owned()])),
                };
                let body = given.get("body");
                let shown = body.map(visible_json).unwrap_or_default();
                let text =
                    format!("call {method} {} {}", quoted(path), crate::quote::plain(&shown, 300));
                let method = method.parse().map_err(|_| Refused::new("`method` is not known."))?;
                let body = body.cloned().map(Body::Json);
                (
                    text,
                    verdict,
                    RawRequest::Path(RawCall { method, path_and_query: path.to_owned(), body }),
                )
            }
        };
        match verdict {
            Verdict::Never(why) => Err(Refused::new(format!("This is never called: {why}."))),
            Verdict::Read => Ok(Intent::said(raw_answer(home, view, &request).await?)),
            Verdict::Write(guarded) => {
                let guarded = guarded.into_iter().collect();
                Ok(Intent { text, guarded, act: Act::Admin(Admin::Api(request)) })
            }
        }
    }

    pub(super) async fn admin(&self, home: &HomeState, view: &View, admin: Admin) -> Outcome {
        let homey = &home.source.homey;
        match admin {
            Admin::Restart { app, name } => {
                self.take(&app)?;
                sent(async { homey.apps().restart_app(&app).await.map(drop) }).await?;
                home.forget_others().await;
                Ok(Answer::text(format!("done: {name} restarts · {}", word(&app))))
            }
            Admin::Run { script, name, argument } => {
                self.take(&script)?;
                let segment: String = script
                    .chars()
                    .filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
                    .collect();
                if segment != script {
                    return Err(Refused::new(format!("The id of {name} is no id.")));
                }
                let body = argument.map_or_else(|| json!({}), |text| json!({ "args": [text] }));
                let path_and_query = format!("{SCRIPTS}/{segment}/run");
                let (method, body) = (Method::Post.as_str(), Some(Body::Json(body)));
                let method = method.parse().map_err(|_| Refused::new("no method"))?;
                let request = RawRequest::Path(RawCall { method, path_and_query, body });
                let Answer { text, .. } = raw_answer(home, view, &request).await?;
                Ok(Answer::text(fitted(format!("done: {name} was run\n{text}"), MOST_TOKENS)))
            }
            Admin::Api(request) => {
                self.take("homey_api")?;
                let answer = raw_answer(home, view, &request).await?;
                home.forget_others().await;
                Ok(answer)
            }
        }
    }
}

/// Sends a raw call. Its answer is shown without secrets, an entry on each line.
async fn raw_answer(home: &HomeState, view: &View, request: &RawRequest) -> Outcome {
    let homey = &home.source.homey;
    let answer = timeout(WRITE, async {
        match request {
            RawRequest::Operation { id, values } => homey.call_bytes(id, values).await,
            RawRequest::Path(call) => Ok(homey.raw(call).await?.accepted()?.body),
        }
    });
    let bytes = match answer.await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => {
            return Err(Refused::new(format!(
                "the Homey refused it: {}",
                quoted(&error.to_string())
            )));
        }
        Err(_) => {
            return Err(Refused::new(
                "the Homey has not answered in 20 s: whether it was done is not known",
            ));
        }
    };
    let variables = token_variables(view);
    let masked = variables.mask_json(&bytes, false);
    let value: Value = match masked {
        Ok(masked) if !masked.iter().all(u8::is_ascii_whitespace) => {
            serde_json::from_slice(&masked).map_err(|_| {
                Refused::new("It was done; its answer is no JSON, and is not shown.")
            })?
        }
        Ok(_) => Value::Null,
        Err(_) => {
            return Err(Refused::new("It was done; its answer is no JSON, and is not shown."));
        }
    };
    let wrapped = json!({ "answer": value });
    let free = secret_free(Part::Options, "answer", &wrapped, &KnownSecrets::default());
    let lines: Vec<String> = match in_words(free["answer"].clone()) {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| format!("{}: {}", word(key), visible_json(value)))
            .collect(),
        Value::Array(items) => items.iter().map(visible_json).collect(),
        value => vec![visible_json(&value)],
    };
    let text = if lines.is_empty() { "done: an empty answer".to_owned() } else { lines.join("\n") };
    Ok(Answer::text(fitted(text, MOST_TOKENS - 200)))
}

/// The variables whose values are tokens: the mirror has masked them.
fn token_variables(view: &View) -> TokenVariables {
    let masked = view.home.all::<Variable>().filter(|one| one.value() == &Value::from(MASK));
    let masked: Vec<_> = masked.collect();
    let variables = TokenVariables::named(masked.iter().map(|one| one.name().to_owned()));
    masked.iter().for_each(|one| variables.add_id(&one.id));
    variables
}
