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

use super::body::Body;
use super::connection::{Line, Listening};
use super::forward::forward;
use super::gate::{Wanted, is_open, needs_no_key};
use super::page;
use super::refusal::Refusal;
use super::socket;
use super::takeover::Takeover;
use super::target::{Place, Target};
use super::upstream::Upstream;
use crate::access::{self, Caller, Peer};

/// In whose line the requests wait of those who have no key and need none.
pub(super) const STRANGER: &str = "a stranger";

/// Where a request goes.
enum Way {
    /// To a Homey, less so many bytes of its path.
    Homey(Rc<Upstream>, usize),
    /// To the live connection of a Homey.
    Socket(Rc<Upstream>),
    /// To what happens in its home.
    Events(Rc<Upstream>),
    /// To the agent itself.
    Agent,
}

/// What a request is answered with.
pub(super) enum Answer {
    /// This.
    Response(Response<Body>),
    /// This head, and then the connection is no matter of HTTP any more.
    Takeover(Takeover),
}

impl Listening {
    pub(super) async fn answer(&self, request: Request<Incoming>, line: &Line) -> Response<Body> {
        let mut answer = self.answer_one(request, line).await;
        if line.place.has_asked_enough() {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    async fn answer_one(&self, request: Request<Incoming>, line: &Line) -> Response<Body> {
        let peer = line.peer;
        let _answering = line.answering();
        let (head, body) = request.into_parts();
        if is_open(head.uri.path()) {
            return self.by_agent(head, body, None).await;
        }
        // Refusals here are told as newer Homeys do: it is not known yet which one is meant.
        let page = match self.gate.guard(peer, &head) {
            Ok(page) => page,
            Err(refusal) => return self.refused(&Refusal::MayNot(refusal, Dialect::Local)),
        };
        if let Some(page) = page.clone()
            && let Some(mut answer) = page::preflight(&head)
        {
            page::allow(answer.headers_mut(), page);
            return answer;
        }
        let answer = self.try_to_answer(head, body, line).await;
        let mut answer = answer.unwrap_or_else(|refusal| Answer::Response(self.refused(&refusal)));
        if let Some(page) = page {
            let headers = match &mut answer {
                Answer::Response(response) => response.headers_mut(),
                Answer::Takeover(takeover) => takeover.head_mut().headers_mut(),
            };
            page::allow(headers, page);
        }
        match answer {
            Answer::Response(response) => response,
            Answer::Takeover(takeover) => {
                line.takeover.replace(Some(takeover));
                line.taken.notify_one();
                std::future::pending().await
            }
        }
    }

    fn refused(&self, refusal: &Refusal) -> Response<Body> {
        self.counts.refused.fetch_add(1, Relaxed);
        refusal.response()
    }

    async fn try_to_answer(
        &self,
        head: Head,
        body: Incoming,
        line: &Line,
    ) -> Result<Answer, Refusal> {
        if needs_no_key(head.uri.path()) {
            return Ok(Answer::Response(self.by_agent(head, body, None).await));
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
                Err(Refusal::MayNot(refusal.unwrap_or(access::Refusal::WrongKey), Dialect::Local))
            }
        }
    }

    async fn answer_by(
        &self,
        way: Way,
        caller: Option<Arc<Caller>>,
        head: Head,
        body: Incoming,
        line: &Line,
    ) -> Result<Answer, Refusal> {
        match way {
            Way::Homey(upstream, cut) => {
                if caller.is_none() && !body.is_end_stream() {
                    let dialect = upstream.served.dialect;
                    return Err(Refusal::MayNot(access::Refusal::NoKey, dialect));
                }
                let name = caller.as_deref().map_or(STRANGER, Caller::name);
                let answer = forward(&upstream, head, body, name, cut).await;
                let answer = answer.unwrap_or_else(|refusal| refusal.response());
                upstream.counts.answered(answer.status());
                Ok(Answer::Response(answer))
            }
            Way::Socket(upstream) => {
                let asking = socket::Asking {
                    head,
                    peer: line.peer,
                    gate: self.gate.clone(),
                    place: line.place.clone(),
                    stop: line.stop.clone(),
                };
                socket::open(upstream, asking).await
            }
            Way::Events(upstream) => {
                let caller = caller.ok_or_else(Refusal::unknown_homey)?;
                let end = self.gate.access.end_of(&caller);
                let listening = (&*caller, line.stop.clone(), end);
                let takeover = self.events.listen(&upstream.served.name, listening, &head).await?;
                Ok(Answer::Takeover(takeover))
            }
            Way::Agent => Ok(Answer::Response(self.by_agent(head, body, caller).await)),
        }
    }

    /// Where a request goes and who asks, if it may.
    async fn way(&self, head: &Head, peer: Peer) -> Result<(Way, Option<Arc<Caller>>), Refusal> {
        let may_not = |dialect| move |refusal| Refusal::MayNot(refusal, dialect);
        let place = Target::read(head)?.place;
        let name = match place {
            Place::Homey { name, .. } | Place::Socket { name } | Place::Events { name } => name,
            Place::Agent => {
                let caller = self.gate.caller(peer, head).await.map_err(may_not(Dialect::Local))?;
                return Ok((Way::Agent, Some(caller)));
            }
        };
        let upstream = match name {
            None => self.homeys.first(),
            Some(name) => self.homeys.iter().find(|homey| homey.served.name == name),
        };
        let Some(upstream) = upstream else {
            // Which Homeys there are is nothing for strangers.
            self.gate.caller(peer, head).await.map_err(may_not(Dialect::Local))?;
            return Err(Refusal::unknown_homey());
        };
        let (homey, dialect) = (&*upstream.served.name, upstream.served.dialect);
        let path = match place {
            Place::Homey { path, .. } => path,
            Place::Events { .. } => {
                let caller = self.gate.caller(peer, head).await.map_err(may_not(dialect))?;
                return Ok((Way::Events(upstream.clone()), Some(caller)));
            }
            // Who asks for a live connection is mostly told inside it.
            Place::Socket { .. } | Place::Agent => {
                return Ok((Way::Socket(upstream.clone()), None));
            }
        };
        let wanted = Wanted { homey, dialect, path };
        let caller = self.gate.caller_for(peer, head, wanted).await.map_err(may_not(dialect))?;
        // Of an absolute target as well, path and query are all that goes on.
        let cut = head.uri.path().len() - path.len();
        Ok((Way::Homey(upstream.clone(), cut), caller))
    }

    /// Lets a route of the agent answer.
    async fn by_agent(
        &self,
        head: Head,
        body: Incoming,
        caller: Option<Arc<Caller>>,
    ) -> Response<Body> {
        let mut request = Request::from_parts(head, axum::body::Body::new(body));
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        match self.routes.clone().call(request).await {
            Ok(answer) => answer.map(Body::routed),
            Err(never) => match never {},
        }
    }
}
