//! Checks whether the right Homey answers at an address.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderName;
use serde::Deserialize;
use url::Url;

use super::candidates::{Candidate, Strategy};
use crate::error::{Error, HomeyError, HttpError};
use crate::http::{Http, HttpRequest, HttpResponse, authority, join_path};

/// How long the last or only address may take to answer; with alternatives, shorter limits apply:
/// see `preference`.
const PING_LIMIT: Duration = Duration::from_secs(10);

/// The header with the id of a Homey, in requests and responses.
pub(crate) const HOMEY_ID: HeaderName = HeaderName::from_static("x-homey-id");

/// A Homey that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundHomey {
    /// Its base URL.
    pub base: Url,
    /// How it is reached.
    pub strategy: Strategy,
    /// Its cloud id, if given.
    pub id: Option<String>,
    /// Its software version, if given.
    pub version: Option<String>,
}

/// The body of a refused ping, read as the vendor's client does.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PingRefusal {
    error: String,
}

/// Checks that the Homey with that id answers at an address. Needs no token.
///
/// # Errors
/// [`HomeyError::NotAHomey`] when the answer has no `X-Homey-ID`, [`HomeyError::OtherHomey`] when
/// it has another id (or the body is `false`), [`HomeyError::SubscriptionInactive`],
/// [`HomeyError::InvalidSerialNumber`], [`HomeyError::Redirected`], [`HomeyError::ExtraPath`], and
/// [`HomeyError::PingRefused`] for any other error status.
pub async fn ping(
    http: &Http,
    candidate: &Candidate,
    id: Option<&str>,
) -> Result<FoundHomey, Error> {
    let mut url = join_path(&candidate.base, "/api/manager/system/ping");
    if let Some(id) = id {
        url.query_pairs_mut().append_pair("id", id);
    }
    if candidate.strategy.is_at_home() {
        http.at_home(&candidate.base);
    }
    let mut request = HttpRequest::new(Method::GET, url, PING_LIMIT);
    if let Some(id) = id {
        request = request.header(HOMEY_ID, id);
    }
    let answer = http.send(request).await?;
    if is_complaint_about_http(&answer) {
        let server = authority(&candidate.base);
        return Err(HttpError::WrongScheme { server, speaks: "https" }.into());
    }
    Ok(read(candidate, id, &answer)?)
}

/// The answer of web servers to plain HTTP at a TLS port: 400 and a text about it.
fn is_complaint_about_http(answer: &HttpResponse) -> bool {
    let complaints = ["http request to an https server", "http request was sent to https port"];
    let text = || answer.text().to_ascii_lowercase();
    answer.status == 400 && complaints.iter().any(|complaint| text().contains(complaint))
}

fn read(
    candidate: &Candidate,
    id: Option<&str>,
    answer: &HttpResponse,
) -> Result<FoundHomey, HomeyError> {
    let address = candidate.base.to_string();
    let (answered, version) = (answer.header("x-homey-id"), answer.header("x-homey-version"));
    if let (Some(wanted), Some(other)) = (id, answered)
        && wanted != other
    {
        return Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() });
    }
    if let (300..=399, Some(target)) = (answer.status, answer.header("location")) {
        let target = candidate.base.join(target).map_or(target.to_owned(), |target| {
            // The path of the ping is of no use to a person.
            target.origin().ascii_serialization()
        });
        return Err(HomeyError::Redirected { address, target });
    }
    let path = candidate.base.path();
    if path != "/" && (answer.status == 404 || answered.is_none() && answer.is_success()) {
        let without = candidate.base.origin().ascii_serialization();
        return Err(HomeyError::ExtraPath { address, path: path.to_owned(), without });
    }
    if !answer.is_success() {
        let refusal: PingRefusal = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Err(match (answer.status, refusal.error.as_str()) {
            (403, "Subscription Inactive") => HomeyError::SubscriptionInactive,
            (403, "Invalid Serial Number") => HomeyError::InvalidSerialNumber,
            (status, _) => HomeyError::PingRefused { address, status },
        });
    }
    match (id, answered) {
        (Some(wanted), _) if answer.body.trim_ascii() == b"false" => {
            Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() })
        }
        // The ping has the id, so only the answer proves it: any web server sends JSON.
        (_, None) => Err(HomeyError::NotAHomey { address, why: "its answer names no Homey" }),
        _ => Ok(FoundHomey {
            base: candidate.base.clone(),
            strategy: candidate.strategy,
            id: answered.map(str::to_owned),
            version: version.map(str::to_owned),
        }),
    }
}
