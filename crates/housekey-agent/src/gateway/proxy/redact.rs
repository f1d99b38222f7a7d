//! Responses that may hold a token: they are read whole and forwarded without it. All others stream.
//!
//! An error may quote the request, and with it the token. What managers return about variables may hold
//! the value of one that a sink writes.

use std::borrow::Cow;
use std::future::poll_fn;
use std::time::Duration;

use hyper::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
};
use hyper::http::response::Parts;
use hyper::{Method, Response, StatusCode};
use tokio::time::timeout;

use super::content_coding::{DecodeError, unpacked};
use crate::error_chain::error_chain;
use crate::gateway::body::Download;
use crate::gateway::body::response::ResponseBody;
use crate::gateway::reply::error_response;
use crate::gateway::upstream::homey::UpstreamHomey;
use crate::http::error_response::GatewayError;
use crate::redaction::{Redactor, Watch};

/// The largest error, in bytes; a larger one is replaced.
const ERROR_LIMIT: usize = 64 * 1024;

/// The largest response about variables, in bytes: some thousand variables.
const WATCHED_LIMIT: usize = 8 << 20;

/// Headers that describe the content of a body, which are wrong once it has been changed.
const DIGESTS: [HeaderName; 4] = [
    ETAG,
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
];

/// A response without tokens. Its head has gone through `headers::for_caller`.
///
/// # Errors
/// If it cannot be read, so that its content is unknown.
pub(in crate::gateway) async fn redacted(
    upstream: &UpstreamHomey,
    mut head: Parts,
    mut download: Download,
    method: &Method,
    watch: Watch,
) -> Result<Response<ResponseBody>, GatewayError> {
    let redactor = &upstream.redactor;
    redactor.headers(&mut head.headers);
    // Its words for the status among them.
    head.extensions.clear();
    let is_error = !head.status.is_success() && !head.status.is_informational();
    let is_watched = match watch {
        Watch::No => false,
        // Of unknown operations only JSON is searched: others may be a picture, or endless.
        Watch::Unknown => is_json(&head.headers),
        Watch::Managers | Watch::OneVariable => true,
    };
    if *method == Method::HEAD && is_watched {
        head.headers.remove(CONTENT_LENGTH);
    }
    if download.is_at_end() {
        poll_fn(|cx| {
            download.finish(cx);
            std::task::Poll::Ready(())
        })
        .await;
    }
    if download.is_at_end() || !(is_error || is_watched) {
        return Ok(Response::from_parts(head, ResponseBody::download(download, redactor.clone())));
    }
    let limit = if is_error { ERROR_LIMIT } else { WATCHED_LIMIT };
    let coding = coding(&head.headers);
    let read = read_body(&mut download, limit, upstream.settings.answer);
    let body = match read.await {
        Ok(body) => body,
        Err(ReadError::TooLarge) => return withheld(upstream, &head, DecodeError::TooLarge, limit),
        Err(ReadError::Silent) => return Err(broken(upstream, "the rest did not come in time")),
        Err(ReadError::Broken(why)) => return Err(broken(upstream, &why)),
    };
    let plain = match coding.as_deref() {
        None => Cow::Borrowed(&*body),
        Some(coding) => match unpacked(coding, &body, limit) {
            Ok(plain) => Cow::Owned(plain),
            Err(why) => return withheld(upstream, &head, why, limit),
        },
    };
    let redact_body = match redact_body(redactor, &plain, watch, is_watched && !is_error) {
        Some(redact_body) => redact_body,
        None => return withheld(upstream, &head, DecodeError::Broken, limit),
    };
    let changed = matches!(redact_body, Cow::Owned(_));
    let redact_body = redact_body.into_owned();
    if changed {
        DIGESTS.iter().for_each(|name| drop(head.headers.remove(name)));
    }
    // A compressed body is forwarded as it was read, so that both are the same.
    if coding.is_some() {
        head.headers.remove(CONTENT_ENCODING);
    }
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(redact_body.len()));
    Ok(Response::from_parts(head, ResponseBody::full(redact_body)))
}

/// A body without tokens; `None` where it ought to be JSON and is not.
fn redact_body<'a>(
    redactor: &Redactor,
    body: &'a [u8],
    watch: Watch,
    is_json: bool,
) -> Option<Cow<'a, [u8]>> {
    match redactor.json_bytes(body, watch) {
        Ok(redact_body) => Some(redact_body),
        // Errors are texts and pages as well, and apps answer what they like.
        Err(_) if !is_json || watch == Watch::Unknown => Some(redactor.bytes(body)),
        Err(_) => None,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else {
        return true;
    };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.ends_with("/json") || kind.ends_with("+json")
}

/// The content coding of a body; `None` if it is not compressed.
fn coding(headers: &HeaderMap) -> Option<String> {
    let lines = headers.get_all(CONTENT_ENCODING).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    let coding = lines.join(",");
    let packed = !coding.split(',').all(|coding| {
        let coding = coding.trim();
        coding.is_empty() || coding.eq_ignore_ascii_case("identity")
    });
    packed.then_some(coding)
}

/// Why there is no whole body.
enum ReadError {
    TooLarge,
    Silent,
    Broken(String),
}

/// All of a body, if it is no larger than that and each piece of it comes in time.
async fn read_body(
    download: &mut Download,
    limit: usize,
    timeout_each: Duration,
) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    loop {
        let frame = match timeout(timeout_each, poll_fn(|cx| download.poll_frame(cx))).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => return Err(ReadError::Broken(error_chain(&*error))),
            Ok(None) => return Ok(body),
            Err(_) => return Err(ReadError::Silent),
        };
        if let Ok(data) = frame.into_data() {
            if body.len() + data.len() > limit {
                return Err(ReadError::TooLarge);
            }
            body.extend_from_slice(&data);
        }
    }
}

/// The answer in place of one that cannot be read: an error keeps its status.
fn withheld(
    upstream: &UpstreamHomey,
    head: &Parts,
    why: DecodeError,
    limit: usize,
) -> Result<Response<ResponseBody>, GatewayError> {
    let (name, status) = (&upstream.served.name, head.status);
    let is_error = status.is_client_error() || status.is_server_error();
    let why = match why {
        DecodeError::TooLarge => format!("it is larger than {limit} bytes"),
        why => why.to_string(),
    };
    let refusal = match is_error {
        true => GatewayError::new(
            status,
            "answer_withheld",
            format!(
                "the Homey {name} answered {status}, with a text that may hold its token and is \
                 withheld: {why}"
            ),
        ),
        false => GatewayError::new(
            StatusCode::BAD_GATEWAY,
            "answer_withheld",
            format!(
                "the Homey {name} answered, but a sink writes its token into a variable, and the answer \
                 cannot be searched for that: {why}; request single items, or use a sink of another kind"
            ),
        ),
    };
    Ok(error_response(&refusal))
}

fn broken(upstream: &UpstreamHomey, why: &str) -> GatewayError {
    let description = format!(
        "the answer of the Homey {} broke off ({why}); it may have carried the request out: check before you \
         send it again",
        upstream.served.name
    );
    GatewayError::new(StatusCode::BAD_GATEWAY, "answer_lost", description)
}
