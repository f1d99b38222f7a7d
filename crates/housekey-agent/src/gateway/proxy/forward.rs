//! A request on its way to a Homey and its answer on the way back.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::Poll;
use std::time::Duration;

use housekey::client::pace;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HOST, HeaderName, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode, Uri, Version};
use tokio::time::{Instant, sleep, timeout};

use super::errors::{
    broken, busy, may_be_done, not_http, silent, slow_caller, too_large_to_repeat, unreadable,
};
use super::headers;
use super::redact::redacted;
use crate::error_chain::error_chain;
use crate::gateway::body::Download;
use crate::gateway::body::request::RequestBody;
use crate::gateway::body::response::ResponseBody;
use crate::gateway::upstream::connection::{SendError, UpstreamConnection};
use crate::gateway::upstream::endpoint::Endpoint;
use crate::gateway::upstream::fair_queue::Lease;
use crate::gateway::upstream::homey::UpstreamHomey;
use crate::gateway::upstream::token::BearerToken;
use crate::http::error_response::GatewayError;
use crate::redaction::Watch;

/// How many times a request is sent again under another token, if others have renewed it meanwhile.
const RENEWALS: u32 = 3;

/// The header that names the Homey that is meant.
const HOMEY_ID: HeaderName = HeaderName::from_static("x-homey-id");

/// Sends a request to a Homey and returns its response. Requests of one caller share a queue. The first
/// `prefix_len` bytes of the path are the gateway's own.
///
/// A request is sent again only if it was certainly not carried out (after a 401, or if nothing of it
/// reached the Homey) or may be carried out twice without harm.
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
    let permits = upstream.permits(&lease, is_long(&head, prefix_len), until).await;
    let permits = permits.ok_or_else(|| busy(upstream))?;
    let mut token = upstream.token(until).await?;
    let started_at = upstream.now();
    let (mut renewals, mut attempts, mut rate_limited) = (0, 0, 0);
    loop {
        let endpoint = upstream.endpoint(until).await?;
        let mut connection = match poll_fn(|cx| Poll::Ready(endpoint.idle_connection(cx))).await {
            Some(connection) => connection,
            None => match UpstreamConnection::open(&upstream.http, &endpoint.base).await {
                Ok(connection) => connection,
                Err(error) => {
                    upstream.counts.security.record_certificate(&upstream.served.name, &error);
                    upstream.mark_unreachable(&endpoint);
                    upstream.pause(&mut attempts, until, &error_chain(&error)).await?;
                    continue;
                }
            },
        };
        let used = connection.used;
        let request = request(&head, &endpoint, &token, body.clone(), upstream, prefix_len)?;
        let why = match send(upstream, &mut connection, request, (&body, &lease)).await? {
            Ok(send) if send.status() == StatusCode::UNAUTHORIZED && renewals < RENEWALS => {
                drop(connection);
                token = upstream.token_after(&token, until).await?;
                if !body.rewind() {
                    return Err(too_large_to_repeat(upstream));
                }
                upstream.counts.renewed.fetch_add(1, Relaxed);
                // One that was made for this request and is refused all the same: what is refused is not
                // the token.
                renewals = if token.is_older_than(started_at) { renewals + 1 } else { RENEWALS };
                continue;
            }
            Ok(send) if send.status().is_informational() => return Err(not_http(upstream)),
            Ok(send) if !headers::is_framed_once(send.headers()) => {
                return Err(unreadable(upstream, "it says in two ways where its answer ends"));
            }
            Ok(send) => {
                let wait = retry_after(&send, rate_limited);
                let wait = wait.filter(|wait| Instant::now() + *wait < until && body.rewind());
                let Some(wait) = wait else {
                    let (mut answered, incoming) = send.into_parts();
                    headers::for_caller(&mut answered.headers);
                    answered.version = Version::HTTP_11;
                    let download = Download::new(incoming, connection, endpoint, permits, lease);
                    return redacted(upstream, answered, download, &head.method, watch).await;
                };
                rate_limited += 1;
                drop(connection);
                sleep(wait).await;
                continue;
            }
            Err(_) if body.is_broken() => {
                return Err(broken());
            }
            Err(SendError::NotSent(error)) => error,
            // On a connection that was used before it may be left over from the last answer.
            Err(SendError::Lost(error)) if error.is_parse() && !(used && head.method.is_safe()) => {
                return Err(unreadable(upstream, &error_chain(&error)));
            }
            Err(SendError::Lost(error)) if head.method.is_safe() => error,
            Err(SendError::Lost(error)) => return Err(may_be_done(upstream, &error)),
        };
        if !body.rewind() {
            return Err(may_be_done(upstream, &why));
        }
        upstream.counts.repeated.fetch_add(1, Relaxed);
        // A connection that was used before may only have been idle for too long.
        if !used {
            upstream.mark_unreachable(&endpoint);
            upstream.pause(&mut attempts, until, &error_chain(&why)).await?;
        }
    }
}

/// Whether a Homey has to read from its disk for it.
fn is_long(head: &Parts, prefix_len: usize) -> bool {
    let path = head.uri.path().get(prefix_len..).unwrap_or_default();
    path.starts_with("/api/manager/insights/log/") && path.contains("/entry")
}

/// The head of the answer, if it begins in time: as long as the caller sends its request, the Homey
/// has no need to answer.
async fn send(
    upstream: &UpstreamHomey,
    connection: &mut UpstreamConnection,
    request: Request<RequestBody>,
    (body, lease): (&RequestBody, &Lease),
) -> Result<Result<Response<Incoming>, SendError>, GatewayError> {
    let mut sending = pin!(connection.send(request));
    let mut progress = body.progress();
    loop {
        let outcome = tokio::select! {
            biased;
            outcome = timeout(upstream.settings.answer, sending.as_mut()) => outcome,
            () = lease.revoked() => return Err(slow_caller()),
        };
        match outcome {
            Ok(outcome) => return Ok(outcome),
            Err(_) if body.progress() != progress => progress = body.progress(),
            Err(_) if body.is_complete() => return Err(silent(upstream)),
            Err(_) => return Err(slow_caller()),
        }
    }
}

/// How long a Homey that did not carry out a request wants us to wait: the `n`th time.
fn retry_after(send: &Response<Incoming>, n: u32) -> Option<Duration> {
    if send.status() != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    let header = send.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    pace::wait(n, header.and_then(|wait| wait.trim().parse().ok()), fastrand::f64())
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
