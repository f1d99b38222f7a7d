//! Handles one request, over a connection or in process: finds who answers, and applies the fault for it.

use axum::http::{self, Method, Response, header};
use bytes::Bytes;

use crate::reply::Reply;
use crate::request::Request;
use crate::world::World;
use crate::{control, cors};

/// The outcome of a request.
pub(crate) enum Exchanged {
    /// The complete answer.
    Whole(Reply),
    /// An answer that is cut after half of its body.
    Cut(Reply),
    /// No answer: the connection ends, although the request was carried out.
    Lost,
}

/// A fault cut the answer to a request; the request may have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer was broken off")]
pub struct BrokenOff;

/// Answers a request, after the delay of a fault.
pub(crate) async fn exchange(world: &World, mut request: Request) -> Exchanged {
    // The body is left out when the answer is sent.
    if request.method == "HEAD" {
        "GET".clone_into(&mut request.method);
    }
    let Some(destination) = world.destination(&request) else {
        return Exchanged::Whole(control::answer(world, &request).await);
    };
    if let Some(reply) = cors::preflight(&request) {
        return Exchanged::Whole(reply);
    }
    let Some(fault) = world.record(&[destination.name.unwrap_or_default()]) else {
        let reply = world.answer(destination, &request);
        return Exchanged::Whole(cors::allow(world.disguise(reply, &request), &request));
    };
    let reply = match fault.reply {
        Some(canned) => canned.into(),
        None => world.answer(destination, &request),
    };
    let reply = cors::allow(world.disguise(reply, &request), &request);
    tokio::time::sleep(fault.delay).await;
    match (fault.lose, fault.cut) {
        (true, _) => Exchanged::Lost,
        (false, true) => Exchanged::Cut(reply),
        (false, false) => Exchanged::Whole(reply),
    }
}

/// Handles a request without a connection. The host is taken from the address if no header names it.
pub(crate) async fn exchange_in_process(
    world: &World,
    request: http::Request<Bytes>,
) -> Result<Response<Bytes>, BrokenOff> {
    let (mut parts, body) = request.into_parts();
    if let Some(host) = parts.uri.authority().and_then(|host| host.as_str().parse().ok()) {
        parts.headers.entry(header::HOST).or_insert(host);
    }
    let head = parts.method == Method::HEAD;
    let this_process = ([127, 0, 0, 1], 0).into();
    match exchange(world, Request::new(parts, body, this_process)).await {
        Exchanged::Whole(reply) if head => Ok(reply.in_process().map(|_| Bytes::new())),
        Exchanged::Whole(reply) => Ok(reply.in_process()),
        Exchanged::Cut(_) | Exchanged::Lost => Err(BrokenOff),
    }
}
