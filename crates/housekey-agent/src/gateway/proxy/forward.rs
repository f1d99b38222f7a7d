//! A request on its way to a Homey and its answer on the way back.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;

use housekey::catalogue::is_slow_request;
use housekey::retry::{AttemptOutcome, Attempts, NextStep, NoAnswer};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HOST, HeaderName, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode, Uri, Version};
use tokio::time::{Instant, sleep, timeout};

use super::errors::{
    broken, busy, no_answer, not_http, silent, slow_caller, too_large_to_repeat, unreadable,
};
use super::headers;
use super::redact::redacted;
use crate::error_chain::error_chain;
use crate::gateway::body::Download;
use crate::gateway::body::request::RequestBody;
use crate::gateway::body::response::ResponseBody;
use crate::gateway::upstream::connection::UpstreamConnection;
use crate::gateway::upstream::endpoint::Endpoint;
use crate::gateway::upstream::fair_queue::Lease;
use crate::gateway::upstream::homey::{RECONNECT, UpstreamHomey};
use crate::gateway::upstream::token::BearerToken;
use crate::http::error_response::GatewayError;
use crate::redaction::Watch;

/// The header that names the Homey that is meant.
const HOMEY_ID: HeaderName = HeaderName::from_static("x-homey-id");

/// Sends a request to a Homey and returns its response. Requests of one caller share a queue. The first
/// `prefix_len` bytes of the path are the gateway's own.
///
/// Whether a request is sent again is decided by [`Attempts::after`].
///
/// # Errors
/// The error response of the gateway.
pub(in crate::gateway) async fn forward(
    upstream: &Rc<UpstreamHomey>,
    mut head: Parts,
    body: Incoming,
    caller: &str,
    prefix_len: usize,
) -> Result<Response<ResponseBody>, GatewayError> {
    headers::for_homey(&mut head.headers)?;
    let path = head.uri.path().get(prefix_len..).unwrap_or_default();
    let watch = upstream.redactor.watch_request(head.method.as_str(), path);
    if watch != Watch::No {
        headers::for_a_readable_answer(&mut head.headers);
    }
    let lease = Lease::of(caller);
    let body = RequestBody::new(body, upstream.settings.kept_body, lease.clone());
    // Before it gets a permit, so that a slow sender delays no others.
    if !body.is_complete() && timeout(upstream.settings.answer, body.buffer()).await.is_err() {
        return Err(slow_caller());
    }
    if body.is_broken() {
        return Err(broken());
    }
    let until = Instant::now() + upstream.settings.wait;
    let slow = is_slow_request(upstream.served.dialect, head.method.as_str(), path);
    let permits = upstream.permits(&lease, slow, until).await;
    let permits = permits.ok_or_else(|| busy(upstream))?;
    let mut token = upstream.token(until).await?;
    let started_at = upstream.now();
    let mut attempts = Attempts::new(head.method.is_safe(), u32::MAX, RECONNECT);
    loop {
        let endpoint = upstream.endpoint(until).await?;
        let request = request(&head, &endpoint, &token, body.clone(), upstream, prefix_len)?;
        let sent = attempt(upstream, &endpoint, request, (&body, &lease)).await?;
        let outcome = match &sent {
            Ok((answer, _)) => outcome_of(answer, !token.is_older_than(started_at)),
            Err((outcome, _)) => *outcome,
        };
        let left = until.saturating_duration_since(Instant::now());
        let next = attempts.after(outcome, body.is_kept(), left, fastrand::f64());
        if matches!(next, NextStep::SendAgain(_) | NextStep::GiveUp(NoAnswer::Unreachable))
            && matches!(outcome, AttemptOutcome::NoAnswer { reused: false, .. })
        {
            upstream.mark_unreachable(&endpoint);
        }
        match next {
            NextStep::Done => {
                let (answer, connection) =
                    sent.map_err(|(_, why)| no_answer(upstream, NoAnswer::Lost, &why))?;
                check_head(upstream, &answer)?;
                let (mut answered, incoming) = answer.into_parts();
                headers::for_caller(&mut answered.headers);
                answered.version = Version::HTTP_11;
                let download = Download::new(incoming, connection, endpoint, permits, lease);
                return redacted(upstream, answered, download, &head.method, watch).await;
            }
            NextStep::RenewToken => {
                drop(sent);
                token = upstream.token_after(&token, until).await?;
                if !body.rewind() {
                    return Err(too_large_to_repeat(upstream));
                }
                upstream.counts.renewed.fetch_add(1, Relaxed);
            }
            NextStep::SendAgain(wait) => {
                if sent.is_err() {
                    upstream.counts.repeated.fetch_add(1, Relaxed);
                }
                drop(sent);
                body.rewind();
                if !wait.is_zero() {
                    sleep(wait).await;
                }
            }
            NextStep::GiveUp(cause) => {
                let why = sent.err().map(|(_, why)| why).unwrap_or_default();
                return Err(no_answer(upstream, cause, &why));
            }
        }
    }
}

/// An answer and the connection that it comes over, or the outcome without one, and why.
type Sent = Result<(Response<Incoming>, UpstreamConnection), (AttemptOutcome, String)>;

/// Refuses an answer that a caller could read in another way.
fn check_head(upstream: &UpstreamHomey, answer: &Response<Incoming>) -> Result<(), GatewayError> {
    if answer.status().is_informational() {
        return Err(not_http(upstream));
    }
    match headers::is_framed_once(answer.headers()) {
        true => Ok(()),
        false => Err(unreadable(upstream, "it says in two ways where its answer ends")),
    }
}

fn outcome_of(answer: &Response<Incoming>, fresh: bool) -> AttemptOutcome {
    match answer.status() {
        StatusCode::UNAUTHORIZED => AttemptOutcome::Unauthorized { fresh },
        StatusCode::TOO_MANY_REQUESTS if headers::is_framed_once(answer.headers()) => {
            let wait = answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
            let retry_after_s = wait.and_then(|wait| wait.trim().parse().ok());
            AttemptOutcome::RateLimited { retry_after_s }
        }
        _ => AttemptOutcome::Final,
    }
}

/// Sends the request once, over an idle connection if there is one. The answer must begin in time; as long as the
/// caller sends its request, the Homey has no need to answer.
async fn attempt(
    upstream: &UpstreamHomey,
    endpoint: &Endpoint,
    request: Request<RequestBody>,
    (body, lease): (&RequestBody, &Lease),
) -> Result<Sent, GatewayError> {
    let mut connection = match poll_fn(|cx| Poll::Ready(endpoint.idle_connection(cx))).await {
        Some(connection) => connection,
        None => match UpstreamConnection::open(&upstream.http, &endpoint.base).await {
            Ok(connection) => connection,
            Err(error) => {
                upstream.counts.security.record_certificate(&upstream.served.name, &error);
                let (cause, reused) = (NoAnswer::Unreachable, false);
                return Ok(Err((AttemptOutcome::NoAnswer { cause, reused }, error_chain(&error))));
            }
        },
    };
    let reused = connection.used;
    let mut progress = body.progress();
    let outcome = {
        let mut sending = pin!(connection.send(request));
        loop {
            let outcome = tokio::select! {
                biased;
                outcome = timeout(upstream.settings.answer, sending.as_mut()) => outcome,
                () = lease.revoked() => return Err(slow_caller()),
            };
            match outcome {
                Ok(outcome) => break outcome,
                Err(_) if body.progress() != progress => progress = body.progress(),
                Err(_) if body.is_complete() => return Err(silent(upstream)),
                Err(_) => return Err(slow_caller()),
            }
        }
    };
    match outcome {
        Ok(answer) => Ok(Ok((answer, connection))),
        Err(_) if body.is_broken() => Err(broken()),
        Err((cause, error)) => {
            Ok(Err((AttemptOutcome::NoAnswer { cause, reused }, error_chain(&error))))
        }
    }
}

fn request(
    head: &Parts,
    endpoint: &Endpoint,
    token: &BearerToken,
    body: RequestBody,
    upstream: &UpstreamHomey,
    prefix_len: usize,
) -> Result<Request<RequestBody>, GatewayError> {
    let mut request = Request::new(body);
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = uri(&head.uri, &endpoint.prefix, prefix_len)?;
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    headers.clone_from(&head.headers);
    headers.insert(HOST, endpoint.host.clone());
    headers.insert(AUTHORIZATION, token.header.clone());
    if let Some(id) = &upstream.id {
        headers.insert(HOMEY_ID, id.clone());
    }
    Ok(request)
}

/// Path and query as they came, below the base of the Homey.
fn uri(uri: &Uri, prefix: &str, prefix_len: usize) -> Result<Uri, GatewayError> {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    if prefix_len == 0 && prefix.is_empty() && uri.scheme().is_none() {
        return Ok(uri.clone());
    }
    let path = path.get(prefix_len..).unwrap_or_default();
    let made = format!("{prefix}{path}").parse();
    made.map_err(|_| GatewayError::malformed("there is no such path"))
}
