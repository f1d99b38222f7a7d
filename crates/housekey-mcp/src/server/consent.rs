//! The consent of a person, for what is guarded: a question in the client where it can show one, else
//! `housekey mcp approve`. An argument that a model fills in is none.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;
use rmcp::model::{
    BooleanSchema, ClientCapabilities, ElicitRequest, ElicitRequestParams, ElicitResult,
    ElicitationAction, ElicitationSchema, InputRequest, InputRequiredResult, InputResponses,
    ProtocolVersion,
};
use rmcp::service::{RequestContext, RoleServer};
use tokio::time::{sleep, timeout};

use super::questions::QUESTION;
use super::state::Server;
use crate::approvals::Approval;
use crate::quote::plain;

/// How long a call waits for `housekey mcp approve`.
const APPROVAL: Duration = Duration::from_secs(60);

/// How often the answer is looked for.
const LOOK: Duration = Duration::from_millis(200);

/// The key of the question, and of its one field.
const CONSENT: &str = "consent";
const ALLOW: &str = "allow";

/// What came of it.
pub(super) enum Consent {
    /// A person agrees.
    Given,
    /// No person does, for this reason.
    Refused(String),
    /// The client is to show a question, and to send the call again.
    Question(Box<InputRequiredResult>),
}

/// What a client sent beside the arguments of a call.
#[derive(Debug, Default)]
pub(super) struct Returned {
    pub(super) responses: Option<InputResponses>,
    pub(super) state: Option<String>,
}

impl Server {
    /// Waits for a person to agree to a call, or has the client show a question. `call` names the client, the
    /// tool and the arguments; `text` says what would be done.
    pub(super) async fn consent(
        &self,
        (tool, call, text): (&str, &str, &str),
        returned: &Returned,
        context: &RequestContext<RoleServer>,
    ) -> Consent {
        let shows_forms = context.client_capabilities().is_some_and(|one| shows_forms(&one));
        let is_stateless = context
            .protocol_version()
            .is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
        match (shows_forms, is_stateless) {
            (true, true) => self.question(call, text, returned),
            (true, false) => {
                let request = question(text);
                let peer = &context.peer;
                match peer.create_elicitation_with_timeout(request, Some(QUESTION)).await {
                    Ok(answer) => read(&answer),
                    Err(error) => {
                        tracing::debug!(%error, "no answer to a question");
                        Consent::Refused("the user did not answer".to_owned())
                    }
                }
            }
            (false, _) => self.approval(tool, text, context).await,
        }
    }

    fn question(&self, call: &str, text: &str, returned: &Returned) -> Consent {
        if let Some(state) = &returned.state {
            if !self.questions.take(state, call) {
                return Consent::Refused(
                    "the answer is too late, was used before, or is about another call".to_owned(),
                );
            }
            let answer = returned.responses.as_ref().and_then(|all| all.get(CONSENT));
            let answer = answer.and_then(|one| serde_json::from_value(one.clone()).ok());
            return match answer {
                Some(answer) => read(&answer),
                None => Consent::Refused("the user did not answer".to_owned()),
            };
        }
        let Some(state) = self.questions.new_state(call.to_owned()) else {
            return Consent::Refused("too many questions are open".to_owned());
        };
        let request = InputRequest::Elicitation(ElicitRequest::new(question(text)));
        let requests = BTreeMap::from([(CONSENT.to_owned(), request)]);
        Consent::Question(Box::new(InputRequiredResult::new(Some(requests), Some(state))))
    }

    /// Waits for `housekey mcp approve`.
    async fn approval(
        &self,
        tool: &str,
        text: &str,
        context: &RequestContext<RoleServer>,
    ) -> Consent {
        let none = |why: &str| {
            Consent::Refused(format!(
                "this needs the user, and {why}. The user can do it in the app, or approve the next call with \
                 `housekey mcp approve` while it waits"
            ))
        };
        let Some(approvals) = &self.options.approvals else { return none("nothing can wait here") };
        let client = client_name(context);
        let wait = SignedDuration::try_from(APPROVAL).unwrap_or_default();
        let who = (self.grant.who.as_str(), client.as_str());
        let approval = Approval::new(self.clock.now(), wait, who, tool, text.to_owned());
        if let Err(error) = approvals.request(&approval) {
            tracing::warn!(%error, "a call cannot wait for approval");
            return none("it cannot wait for approval");
        }
        // Also where the call is cancelled.
        let ended = EndOfWait { approvals, id: &approval.id };
        let answer = async {
            loop {
                if let Some(answer) = approvals.answered(&approval.id) {
                    return answer;
                }
                sleep(LOOK).await;
            }
        };
        let answer = timeout(APPROVAL, answer).await;
        drop(ended);
        match answer {
            Ok(true) => Consent::Given,
            Ok(false) => Consent::Refused("the user denied it".to_owned()),
            Err(_) => none("it was not approved within a minute"),
        }
    }
}

struct EndOfWait<'a> {
    approvals: &'a crate::approvals::Approvals,
    id: &'a str,
}

impl Drop for EndOfWait<'_> {
    fn drop(&mut self) {
        self.approvals.end(self.id);
    }
}

/// What the client calls itself.
pub(super) fn client_name(context: &RequestContext<RoleServer>) -> String {
    let about = context.client_info();
    about.map_or_else(|| "not named".to_owned(), |about| plain(&about.name, 60))
}

/// Whether a client shows forms; an empty capability means those alone.
fn shows_forms(capabilities: &ClientCapabilities) -> bool {
    let elicitation = capabilities.elicitation.as_ref();
    elicitation.is_some_and(|one| one.form.is_some() || one.url.is_none())
}

fn question(text: &str) -> ElicitRequestParams {
    let allow = |field: BooleanSchema| field.title("Allow it").description("Only this once");
    let schema = ElicitationSchema::builder().required_bool_property(ALLOW, allow).build();
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: format!("The assistant wants to: {text}"),
        requested_schema: schema.unwrap_or_else(|_| ElicitationSchema::new(BTreeMap::new())),
    }
}

fn read(answer: &ElicitResult) -> Consent {
    let allows = answer.content.as_ref().is_some_and(|content| content[ALLOW] == true);
    match answer.action {
        ElicitationAction::Accept if allows => Consent::Given,
        _ => Consent::Refused("the user denied it".to_owned()),
    }
}
