//! What a request is answered with: looks who asks for what, and lets the right part answer.

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

/// Where a request goes.
enum Route {
    /// To a Homey, less so many bytes of its path.
    Homey(Rc<UpstreamHomey>, usize),
    /// To the live connection of a Homey.
    Socket(Rc<UpstreamHomey>),
    /// To what happens in its home.
    Events(Rc<UpstreamHomey>),
    /// To the agent itself.
    Agent,
}

impl GatewayState {
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        line: &ClientConnection,
    ) -> Response<ResponseBody> {
        let mut answer = self.answer_one(request, line).await;
        if line.place.has_asked_enough() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    async fn answer_one(
        &self,
        request: Request<Incoming>,
        line: &ClientConnection,
    ) -> Response<ResponseBody> {
        let peer = line.peer;
        let _answering = line.answering();
        let (head, body) = request.into_parts();
        if is_open(head.uri.path()) {
            return self.by_agent(head, body, None).await;
        }
        // Refusals here are told as newer Homeys do: it is not known yet which one is meant.
        let page = match self.gate.guard(peer, &head) {
            Ok(page) => page,
            Err(refusal) => return self.refused(&GatewayError::Denied(refusal, Dialect::Local)),
        };
        if let Some(page) = page.clone()
            && let Some(mut answer) = cors::preflight(&head)
        {
            cors::allow(answer.headers_mut(), page);
            return answer;
        }
        let answer = self.try_to_answer(head, body, line).await;
        let mut answer = answer.unwrap_or_else(|refusal| Reply::Response(self.refused(&refusal)));
        if let Some(page) = page {
            let headers = match &mut answer {
                Reply::Response(response) => response.headers_mut(),
                Reply::Upgrade(takeover) => takeover.head_mut().headers_mut(),
            };
            cors::allow(headers, page);
        }
        match answer {
            Reply::Response(response) => response,
            Reply::Upgrade(takeover) => {
                line.takeover.replace(Some(takeover));
                line.taken.notify_one();
                std::future::pending().await
            }
        }
    }

    fn refused(&self, refusal: &GatewayError) -> Response<ResponseBody> {
        self.counts.refused.fetch_add(1, Relaxed);
        error_response(&refusal)
    }

    async fn try_to_answer(
        &self,
        head: Head,
        body: Incoming,
        line: &ClientConnection,
    ) -> Result<Reply, GatewayError> {
        if needs_no_key(head.uri.path()) {
            return Ok(Reply::Response(self.by_agent(head, body, None).await));
        }
        let (way, caller) = self.way(&head, line.peer).await?;
        if caller.is_some() {
            line.place.is_known();
        }
        let Some(caller) = caller else { return self.answer_by(way, None, head, body, line).await };
        let mut end = self.gate.access.end_of(&caller);
        tokio::select! {
            biased;
            answer = self.answer_by(way, Some(caller.clone()), head, body, line) => {
                line.belongs_to(end);
                answer
            }
            () = end.reached() => {
                let refusal = self.gate.access.is_valid(&caller).err();
                Err(GatewayError::Denied(refusal.unwrap_or(AccessError::WrongKey), Dialect::Local))
            }
        }
    }

    async fn answer_by(
        &self,
        way: Route,
        caller: Option<Arc<Caller>>,
        head: Head,
        body: Incoming,
        line: &ClientConnection,
    ) -> Result<Reply, GatewayError> {
        match way {
            Route::Homey(upstream, cut) => {
                if caller.is_none() && !body.is_end_stream() {
                    let dialect = upstream.served.dialect;
                    return Err(GatewayError::Denied(AccessError::NoKey, dialect));
                }
                let name = caller.as_deref().map_or(ANONYMOUS, Caller::name);
                let answer = forward(&upstream, head, body, name, cut).await;
                let answer = answer.unwrap_or_else(|refusal| error_response(&refusal));
                upstream.counts.answered(answer.status());
                Ok(Reply::Response(answer))
            }
            Route::Socket(upstream) => {
                let asking = relay::RelayRequest {
                    head,
                    peer: line.peer,
                    gate: self.gate.clone(),
                    place: line.place.clone(),
                    stop: line.stop.clone(),
                };
                relay::open(upstream, asking).await
            }
            Route::Events(upstream) => {
                let caller = caller.ok_or_else(GatewayError::unknown_homey)?;
                let end = self.gate.access.end_of(&caller);
                let listening = (&*caller, line.stop.clone(), end);
                let takeover = self.events.listen(&upstream.served.name, listening, &head).await?;
                Ok(Reply::Upgrade(takeover))
            }
            Route::Agent => Ok(Reply::Response(self.by_agent(head, body, caller).await)),
        }
    }

    /// Where a request goes and who asks, if it may.
    async fn way(
        &self,
        head: &Head,
        peer: Peer,
    ) -> Result<(Route, Option<Arc<Caller>>), GatewayError> {
        let may_not = |dialect| move |refusal| GatewayError::Denied(refusal, dialect);
        let place = Target::read(head)?.place;
        let name = match place {
            Destination::Homey { name, .. }
            | Destination::Socket { name }
            | Destination::Events { name } => name,
            Destination::Agent => {
                let caller = self.gate.caller(peer, head).await.map_err(may_not(Dialect::Local))?;
                return Ok((Route::Agent, Some(caller)));
            }
        };
        let upstream = match name {
            None => self.homeys.first(),
            Some(name) => self.homeys.iter().find(|homey| homey.served.name == name),
        };
        let Some(upstream) = upstream else {
            // Which Homeys there are is nothing for strangers.
            self.gate.caller(peer, head).await.map_err(may_not(Dialect::Local))?;
            return Err(GatewayError::unknown_homey());
        };
        let (homey, dialect) = (&*upstream.served.name, upstream.served.dialect);
        let path = match place {
            Destination::Homey { path, .. } => path,
            Destination::Events { .. } => {
                let caller = self.gate.caller(peer, head).await.map_err(may_not(dialect))?;
                return Ok((Route::Events(upstream.clone()), Some(caller)));
            }
            // Who asks for a live connection is mostly told inside it.
            Destination::Socket { .. } | Destination::Agent => {
                return Ok((Route::Socket(upstream.clone()), None));
            }
        };
        let wanted = HomeyRequest { homey, dialect, path };
        let caller = self.gate.caller_for(peer, head, wanted).await.map_err(may_not(dialect))?;
        // Of an absolute target as well, path and query are all that goes on.
        let cut = head.uri.path().len() - path.len();
        Ok((Route::Homey(upstream.clone(), cut), caller))
    }

    /// Lets a route of the agent answer.
    async fn by_agent(
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
            Ok(answer) => answer.map(ResponseBody::routed),
            Err(never) => match never {},
        }
    }
}
