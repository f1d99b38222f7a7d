//! A request on its way to a Homey and its answer on the way back.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, HOST, HeaderName};
use hyper::http::request::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, StatusCode, Uri, Version};
use tokio::time::{Instant, timeout, timeout_at};

use super::body::Body;
use super::headers;
use super::line::{Download, Line, Unanswered};
use super::refusal::Refusal;
use super::turns::Turn;
use super::upload::Upload;
use super::upstream::{Token, Upstream, Way};

/// The header that names the Homey that is meant.
const HOMEY_ID: HeaderName = HeaderName::from_static("x-homey-id");

/// Sends a request to a Homey and gives its answer. Requests of one caller wait in one line. `cut` bytes of the path are the gateway's own.
///
/// Sent again is only what was certainly not carried out (after a 401, or when nothing of it reached
/// the Homey) and what may be carried out twice without harm.
///
/// # Errors
/// What is answered in the Homey's place.
pub(super) async fn forward(
    upstream: &Rc<Upstream>,
    mut head: Parts,
    body: Incoming,
    caller: &str,
    cut: usize,
) -> Result<Response<Body>, Refusal> {
    headers::for_homey(&mut head.headers)?;
    let upload = Upload::new(body, upstream.settings.kept_body);
    let until = Instant::now() + upstream.settings.wait;
    let turn = timeout_at(until, upstream.turns.take(caller)).await;
    let turn = turn.map_err(|_| busy(upstream))?;
    let mut token = upstream.token(until).await?;
    let (mut renewed, mut tries) = (false, 0);
    loop {
        let way = upstream.way(until).await?;
        let mut line = match poll_fn(|cx| Poll::Ready(way.line(cx))).await {
            Some(line) => line,
            None => match Line::open(&upstream.http, &way).await {
                Ok(line) => line,
                Err(error) => {
                    upstream.lost(&way);
                    upstream.pause(&mut tries, until, &crate::board::in_words(&error)).await?;
                    continue;
                }
            },
        };
        let (used, safe) = (line.used, head.method.is_safe());
        let request = request(&head, &way, &token, upload.clone(), upstream, cut)?;
        let answer = match timeout(upstream.settings.answer, line.send(request)).await {
            Ok(answer) => answer,
            Err(_) => return Err(silent(upstream)),
        };
        let why = match answer {
            Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED && !renewed => {
                drop(line);
                let fresh = upstream.token_after(&token, until).await?;
                if !upload.rewind() {
                    return Err(too_large_to_repeat(upstream));
                }
                (token, renewed) = (fresh, true);
                continue;
            }
            Ok(answer) => return answer_of(answer, line, way, turn).await,
            Err(Unanswered::NotSent(error)) => error,
            Err(Unanswered::Cut(error)) if safe => error,
            Err(Unanswered::Cut(error)) => return Err(may_be_done(upstream, &error)),
        };
        if !upload.rewind() {
            return Err(may_be_done(upstream, &why));
        }
        // A line that was used before may only have rested too long.
        if !used {
            upstream.lost(&way);
            upstream.pause(&mut tries, until, &crate::board::in_words(&why)).await?;
        }
    }
}

fn request(
    head: &Parts,
    way: &Way,
    token: &Token,
    upload: Upload,
    upstream: &Upstream,
    cut: usize,
) -> Result<Request<Upload>, Refusal> {
    let mut request = Request::new(upload);
    *request.method_mut() = head.method.clone();
    *request.uri_mut() = uri(&head.uri, &way.prefix, cut)?;
    *request.version_mut() = Version::HTTP_11;
    let headers = request.headers_mut();
    headers.clone_from(&head.headers);
    headers.insert(HOST, way.host.clone());
    headers.insert(AUTHORIZATION, token.header.clone());
    if let Some(id) = &upstream.id {
        headers.insert(HOMEY_ID, id.clone());
    }
    Ok(request)
}

/// Path and query as they came, below the base of the Homey.
fn uri(uri: &Uri, prefix: &str, cut: usize) -> Result<Uri, Refusal> {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    if cut == 0 && prefix.is_empty() && uri.scheme().is_none() {
        return Ok(uri.clone());
    }
    let path = path.get(cut..).unwrap_or_default();
    let made = format!("{prefix}{path}").parse();
    made.map_err(|_| Refusal::malformed("there is no such path"))
}

async fn answer_of(
    answer: Response<Incoming>,
    line: Line,
    way: Rc<Way>,
    turn: Turn,
) -> Result<Response<Body>, Refusal> {
    let (mut head, incoming) = answer.into_parts();
    headers::for_caller(&mut head.headers);
    head.version = Version::HTTP_11;
    let mut download = Download::new(incoming, line, way, turn);
    if download.is_at_end() {
        poll_fn(|cx| {
            download.finish(cx);
            Poll::Ready(())
        })
        .await;
    }
    Ok(Response::from_parts(head, Body::Download(download)))
}

fn busy(upstream: &Upstream) -> Refusal {
    let (name, at_once) = (&upstream.served.name, upstream.served.in_flight);
    let description = format!(
        "the Homey {name} gets {at_once} requests at once, and this one had no turn within {} s",
        upstream.settings.wait.as_secs_f32()
    );
    Refusal::try_again("busy", description)
}

fn silent(upstream: &Upstream) -> Refusal {
    let (name, limit) = (&upstream.served.name, upstream.settings.answer.as_secs_f32());
    let description = format!(
        "the Homey {name} did not answer within {limit} s; it may have done what was asked"
    );
    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "homey_silent", description)
}

fn may_be_done(upstream: &Upstream, error: &hyper::Error) -> Refusal {
    let (name, why) = (&upstream.served.name, crate::board::in_words(error));
    let description = format!(
        "the connection to the Homey {name} broke before it answered ({why}): look whether it has done \
         what was asked before you ask again"
    );
    Refusal::new(StatusCode::BAD_GATEWAY, "answer_lost", description)
}

fn too_large_to_repeat(upstream: &Upstream) -> Refusal {
    let (name, kept) = (&upstream.served.name, upstream.settings.kept_body);
    let description = format!(
        "the token of the Homey {name} was renewed while more than {kept} bytes had been sent: nothing \
         was done, send it again"
    );
    Refusal::try_again("token_renewed", description)
}
