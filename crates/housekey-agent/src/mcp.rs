//! `/mcp`: the homes for assistants, by streamable HTTP, for keys with `mcp`.

mod approving;
mod recorded;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::any;
use futures_util::future::BoxFuture;
use housekey::catalogue::Dialect;
use housekey::clock::SharedClock;
use housekey_mcp::{
    Approvals, Endpoint, Exposed, ExposedDevices, Grant, Group, Groups, Guarded, HomeSource,
    LARGEST_MESSAGE, Options, Server, SharedHistory, WriteLog,
};
use tokio::net::UnixStream;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

pub(crate) use self::approving::approving;
pub use self::recorded::Recorded;
use crate::access::{AccessError, Caller};
use crate::http::error_response::GatewayError;
use crate::local_api::{AssistantRequest, ServeAssistant};
use crate::served_homey::ServedHomey;
use crate::settings::{HistorySettings, KeySettings, McpKeySettings, McpSettings};
use crate::supervisor::{PartError, Supervisor, Tier};

/// The path.
pub(crate) const PATH: &str = "/mcp";

/// How long a client may take to send a message.
const MESSAGE: Duration = Duration::from_secs(30);

/// The homes for assistants. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Assistants {
    /// By the names of the keys.
    endpoints: Arc<HashMap<String, Endpoint>>,
    stop: CancellationToken,
    /// What those who are served without a key begin with.
    server: Server,
}

impl Assistants {
    /// Those of these Homeys, for those of the keys that may use them. Must be called within the runtime that
    /// answers them.
    pub(crate) fn new(
        settings: &McpSettings,
        keys: &[KeySettings],
        homeys: &[ServedHomey],
        history: Option<&HistorySettings>,
        (state, clock): (&Path, SharedClock),
    ) -> Self {
        let options = Options {
            guarded: Guarded::of(&settings.guarded),
            approvals: Some(Approvals::of(state)),
            log: Some(WriteLog::of(state)),
            state: Some(state.to_owned()),
            history: history.map(|history| {
                Arc::new(Recorded::new(history.location.clone(), state)) as SharedHistory
            }),
        };
        let none = Grant::of("no key", Groups::default(), false);
        let homes = homeys.iter().map(source).collect();
        let server = Server::new(homes, clock, none, options);
        let stop = CancellationToken::new();
        // Not on the thread of the gateway: a large home takes longer than others there may wait.
        let endpoint = |key: &KeySettings| {
            let server = server.for_client(grant(key, key.mcp.as_ref()?));
            Some((key.name.clone(), Endpoint::new(server, stop.clone(), Handle::current())))
        };
        let endpoints = Arc::new(keys.iter().filter_map(endpoint).collect());
        Self { endpoints, stop, server }
    }

    /// Ends sessions and streams when the agent stops, before their connections are waited for.
    pub(crate) fn start(&self, supervisor: &mut Supervisor) {
        let assistants = self.clone();
        supervisor
            .start(Tier::Listeners, "mcp".to_owned(), move |stop| assistants.clone().run(stop));
    }

    async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        stop.cancelled().await;
        self.stop.cancel();
        Ok(())
    }

    /// Serves assistants on this machine, over the socket of the local API.
    pub(crate) fn local(&self, homeys: &[ServedHomey]) -> ServeAssistant {
        let known: Vec<_> = homeys.iter().map(|homey| homey.name.clone()).collect();
        let server = self.server.clone();
        ServeAssistant(Arc::new(move |request: AssistantRequest| {
            if !known.contains(&request.homey) {
                return Err(format!("this agent does not keep \"{}\"", request.homey));
            }
            let groups = request.groups.iter().map(|name| Group::parse(name).ok_or(name));
            let groups = groups.collect::<Result<Vec<_>, _>>();
            let groups = groups.map_err(|name| format!("this agent knows no group \"{name}\""))?;
            let grant = Grant::of("stdio", Groups::of(groups), request.dry_run);
            let server = server.for_client(Grant { homeys: Some(vec![request.homey]), ..grant });
            Ok(Box::new(move |stream: UnixStream| {
                let (input, output) = stream.into_split();
                Box::pin(server.serve(input, output)) as BoxFuture<'static, ()>
            }))
        }))
    }

    pub(crate) fn routes(&self) -> Router {
        Router::new().route(PATH, any(answer)).with_state(self.clone())
    }
}

fn source(served: &ServedHomey) -> HomeSource {
    HomeSource {
        name: served.name.clone(),
        title: served.title.clone(),
        dialect: served.dialect,
        homey: served.homey.clone(),
        mirror: Arc::new(served.mirror_source()),
    }
}

/// What a key may do.
fn grant(key: &KeySettings, mcp: &McpKeySettings) -> Grant {
    let groups = Groups::of(mcp.groups.iter().filter_map(|name| Group::parse(name)));
    let exposed = mcp.expose.as_ref().map_or(Exposed::All, |list| {
        Exposed::Some(list.iter().map(|text| ExposedDevices::parse(text)).collect())
    });
    let (scopes, homeys) = (Some(key.scopes.clone()), key.homeys.clone());
    Grant { scopes, homeys, exposed, ..Grant::of(&key.name, groups, mcp.dry_run) }
}

async fn answer(
    State(assistants): State<Assistants>,
    Extension(caller): Extension<Arc<Caller>>,
    request: Request,
) -> Response {
    match assistants.answer(&caller, request).await {
        Ok(response) => response,
        Err(error) => error.response(),
    }
}

impl Assistants {
    async fn answer(&self, caller: &Caller, request: Request) -> Result<Response, GatewayError> {
        let endpoint = match caller.key() {
            // Also where the settings admit programs without one.
            None => return Err(GatewayError::Denied(AccessError::NoKey, Dialect::Local)),
            Some(key) => self.endpoints.get(key),
        };
        let endpoint = endpoint.cloned().ok_or_else(|| {
            let why = format!(
                "the key \"{}\" is not for assistants: its [[key]] in agent.toml needs `mcp = [\"read\"]`",
                caller.name()
            );
            GatewayError::new(StatusCode::FORBIDDEN, "missing_mcp", why)
        })?;
        let (head, body) = request.into_parts();
        let body = match timeout(MESSAGE, to_bytes(body, LARGEST_MESSAGE)).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => {
                let why = format!("a message has at most {LARGEST_MESSAGE} bytes");
                return Err(GatewayError::closing(StatusCode::PAYLOAD_TOO_LARGE, "too_large", why));
            }
            Err(_) => {
                let why = "the message did not arrive in time";
                return Err(GatewayError::closing(StatusCode::REQUEST_TIMEOUT, "too_slow", why));
            }
        };
        let response = endpoint.answer(Request::from_parts(head, body)).await;
        Ok(response.map(Body::new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::MCP_GROUPS;

    #[test]
    fn the_settings_know_every_group() {
        assert_eq!(MCP_GROUPS.map(Group::parse), Group::ALL.map(Some));
    }
}
