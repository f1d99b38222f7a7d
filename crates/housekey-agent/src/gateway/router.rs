//! Routes each request, after access control.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use housekey::catalogue::Dialect;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONNECTION, HeaderValue};
use hyper::http::request::Parts as Head;
use hyper::{Request, Response};
use tower_service::Service as _;

use super::body::response::ResponseBody;
use super::cors;
use super::gate::{HomeyRequest, is_open, needs_no_key};
use super::proxy::forward::forward;
use super::relay;
use super::reply::{Reply, error_response};
use super::state::{ClientConnection, GatewayState};
use super::target::{Destination, Target};
use super::upstream::homey::UpstreamHomey;
use crate::access::{ANONYMOUS, AccessError, Caller, Peer};
use crate::http::error_response::GatewayError;

/// The route of a request.
enum Route {
    /// To a Homey, and how many bytes of the path are the gateway's own.
    Homey(Rc<UpstreamHomey>, usize),
    /// To the live connection of a Homey.
    Relay(Rc<UpstreamHomey>),
    /// To what happens in its home.
    Events(Rc<UpstreamHomey>),
    /// To the agent itself.
    Agent,
}

/// Handles one request of a connection.
pub(super) async fn handle(
    state: &GatewayState,
    request: Request<Incoming>,
    connection: &ClientConnection,
) -> Response<ResponseBody> {
    let mut response = state.handle_request(request, connection).await;
    if connection.slot.count_unauthenticated() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

impl GatewayState {
    async fn handle_request(
        &self,
        request: Request<Incoming>,
        connection: &ClientConnection,
    ) -> Response<ResponseBody> {
        let peer = connection.peer;
        let _pending = connection.begin_reply();
        let (head, body) = request.into_parts();
        if is_open(head.uri.path()) {
            return self.serve_agent_route(head, body, None).await;
        }
        if let Some(dashboard) = &self.dashboard
            && housekey_web::is_dashboard(head.uri.path())
        {
            let reply = self.visit(dashboard, head, body, connection).await;
            return reply.unwrap_or_else(|error| self.refuse(&error));
        }
        // Errors here are in the shape of newer Homeys: it is not known yet which one is meant.
        let origin = match self.gate.guard(peer, &head) {
            Ok(origin) => origin,
            Err(refusal) => {
                return self.refuse(&GatewayError::Denied(refusal, Dialect::Local));
            }
        };
        if let Some(origin) = origin.clone()
            && let Some(mut reply) = cors::preflight(&head)
        {
            cors::allow(reply.headers_mut(), origin);
            return reply;
        }
        let reply = self.dispatch(head, body, connection).await;
        let mut reply = reply.unwrap_or_else(|error| Reply::Response(self.refuse(&error)));
        if let Some(origin) = origin {
            let headers = match &mut reply {
                Reply::Response(response) => response.headers_mut(),
                Reply::Upgrade(upgrade) => upgrade.head_mut().headers_mut(),
            };
            cors::allow(headers, origin);
        }
        match reply {
            Reply::Response(response) => response,
            Reply::Upgrade(upgrade) => {
                connection.upgrade.replace(Some(upgrade));
                connection.upgraded.notify_one();
                std::future::pending().await
            }
        }
    }

    fn refuse(&self, error: &GatewayError) -> Response<ResponseBody> {
        self.counts.refused.fetch_add(1, Relaxed);
        error_response(error)
    }

    async fn dispatch(
        &self,
        head: Head,
        body: Incoming,
        connection: &ClientConnection,
    ) -> Result<Reply, GatewayError> {
        if needs_no_key(head.uri.path()) {
            return Ok(Reply::Response(self.serve_agent_route(head, body, None).await));
        }
        let (route, caller) = self.route(&head, connection.peer).await?;
        if caller.is_some() {
            connection.slot.mark_authenticated();
        }
        let Some(caller) = caller else {
            return self.run_route(route, None, head, body, connection).await;
        };
        let mut end = self.gate.access.end_of(&caller);
        tokio::select! {
            biased;
            reply = self.run_route(route, Some(caller.clone()), head, body, connection) => {
                connection.bind_key(end);
                reply
            }
            () = end.reached() => {
                let refusal = self.gate.access.is_valid(&caller).err();
                Err(GatewayError::Denied(refusal.unwrap_or(AccessError::WrongKey), Dialect::Local))
            }
        }
    }

    async fn run_route(
        &self,
        route: Route,
        caller: Option<Arc<Caller>>,
        head: Head,
        body: Incoming,
        connection: &ClientConnection,
    ) -> Result<Reply, GatewayError> {
        match route {
            Route::Homey(upstream, prefix_len) => {
                if caller.is_none() && !body.is_end_stream() {
                    let dialect = upstream.served.dialect;
                    return Err(GatewayError::Denied(AccessError::NoKey, dialect));
                }
                let name = caller.as_deref().map_or(ANONYMOUS, Caller::name);
                let method = head.method.clone();
                let path = (!method.is_safe()).then(|| head.uri.path()[prefix_len..].to_owned());
                let response = forward(&upstream, head, body, name, prefix_len).await;
                let response = response.unwrap_or_else(|error| error_response(&error));
                if let Some(path) = path.filter(|_| response.status().is_success()) {
                    upstream.served.writes.add(name, &method, path);
                }
                upstream.counts.answered(response.status());
                Ok(Reply::Response(response))
            }
            Route::Relay(upstream) => {
                let relay_request = relay::RelayRequest {
                    head,
                    peer: connection.peer,
                    gate: self.gate.clone(),
                    slot: connection.slot.clone(),
                    stop: connection.stop.clone(),
                };
                relay::open(upstream, relay_request).await
            }
            Route::Events(upstream) => {
                let caller = caller.ok_or_else(GatewayError::unknown_homey)?;
                let end = self.gate.access.end_of(&caller);
                let listener = (&*caller, connection.stop.clone(), end);
                let upgrade = self.events.listen(&upstream.served.name, listener, &head).await?;
                Ok(Reply::Upgrade(upgrade))
            }
            Route::Agent => Ok(Reply::Response(self.serve_agent_route(head, body, caller).await)),
        }
    }

    /// The route of a request and its caller, if it is permitted.
    async fn route(
        &self,
        head: &Head,
        peer: Peer,
    ) -> Result<(Route, Option<Arc<Caller>>), GatewayError> {
        let denied = |dialect| move |refusal| GatewayError::Denied(refusal, dialect);
        let destination = Target::read(head)?.destination;
        let name = match destination {
            Destination::Homey { name, .. }
            | Destination::Relay { name }
            | Destination::Events { name } => name,
            Destination::Agent => {
                let caller = self.gate.caller(peer, head).await.map_err(denied(Dialect::Local))?;
                return Ok((Route::Agent, Some(caller)));
            }
        };
        let upstream = match name {
            None => self.homeys.first(),
            Some(name) => self.homeys.iter().find(|homey| homey.served.name == name),
        };
        let Some(upstream) = upstream else {
            // Callers without a key must not learn which Homeys there are.
            self.gate.caller(peer, head).await.map_err(denied(Dialect::Local))?;
            return Err(GatewayError::unknown_homey());
        };
        let (homey, dialect) = (&*upstream.served.name, upstream.served.dialect);
        let path = match destination {
            Destination::Homey { path, .. } => path,
            Destination::Events { .. } => {
                let caller = self.gate.caller(peer, head).await.map_err(denied(dialect))?;
                return Ok((Route::Events(upstream.clone()), Some(caller)));
            }
            // The key for a live connection is usually inside it.
            Destination::Relay { .. } | Destination::Agent => {
                return Ok((Route::Relay(upstream.clone()), None));
            }
        };
        let wanted = HomeyRequest { homey, dialect, path };
        let caller = self.gate.caller_for(peer, head, wanted).await.map_err(denied(dialect))?;
        // Of an absolute target, only path and query are forwarded.
        let prefix_len = head.uri.path().len() - path.len();
        Ok((Route::Homey(upstream.clone(), prefix_len), caller))
    }

    /// Lets a route of the agent answer.
    async fn serve_agent_route(
        &self,
        head: Head,
        body: Incoming,
        caller: Option<Arc<Caller>>,
    ) -> Response<ResponseBody> {
        let mut request = Request::from_parts(head, axum::body::Body::new(body));
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        match self.routes.clone().call(request).await {
            Ok(reply) => reply.map(ResponseBody::routed),
            Err(never) => match never {},
        }
    }
}
