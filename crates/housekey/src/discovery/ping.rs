//! Asks one address whether it is the Homey meant.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderName;
use serde::Deserialize;
use url::Url;

use super::candidates::{Candidate, Strategy};
use crate::error::{Error, HomeyError, HttpError};
use crate::http::{Http, Incoming, Outgoing, below, server_of};

/// How long the last or only address may take to answer; while another one may be taken, shorter
/// limits hold: see `preference`.
const PING_LIMIT: Duration = Duration::from_secs(10);

/// The header that names a Homey, in requests and in answers.
pub(crate) const HOMEY_ID: HeaderName = HeaderName::from_static("x-homey-id");

/// A Homey that answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its base URL.
    pub base: Url,
    /// How it is reached.
    pub strategy: Strategy,
    /// Its cloud id, if it told.
    pub id: Option<String>,
    /// Its software version, if it told.
    pub version: Option<String>,
}

/// The refusal of a ping that has a meaning of its own, read from the body as the vendor's client
/// does.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
}

/// Asks one address whether it is the Homey meant. Needs no token.
///
/// # Errors
/// [`HomeyError::NotAHomey`] when the answer has no `X-Homey-ID`, [`HomeyError::OtherHomey`] when it
/// is another one's (or the body is `false`),
/// [`HomeyError::SubscriptionInactive`], [`HomeyError::InvalidSerialNumber`],
/// [`HomeyError::Redirected`], [`HomeyError::ExtraPath`], and [`HomeyError::PingRefused`] for any other
/// status that is no success.
pub async fn ping(http: &Http, candidate: &Candidate, id: Option<&str>) -> Result<Found, Error> {
    let mut url = below(&candidate.base, "/api/manager/system/ping");
    if let Some(id) = id {
        url.query_pairs_mut().append_pair("id", id);
    }
    if candidate.strategy.is_at_home() {
        http.at_home(&candidate.base);
    }
    let mut request = Outgoing::new(Method::GET, url, PING_LIMIT);
    if let Some(id) = id {
        request = request.header(HOMEY_ID, id);
    }
    let answer = http.send(request).await?;
    if is_complaint_about_http(&answer) {
        let server = server_of(&candidate.base);
        return Err(HttpError::WrongScheme { server, speaks: "https" }.into());
    }
    Ok(read(candidate, id, &answer)?)
}

/// What web servers answer to plain HTTP at a port for TLS: 400 and a text that says so.
fn is_complaint_about_http(answer: &Incoming) -> bool {
    let complaints = ["http request to an https server", "http request was sent to https port"];
    let text = || answer.text().to_ascii_lowercase();
    answer.status == 400 && complaints.iter().any(|complaint| text().contains(complaint))
}

fn read(candidate: &Candidate, id: Option<&str>, answer: &Incoming) -> Result<Found, HomeyError> {
    let address = candidate.base.to_string();
    let (answered, version) = (answer.header("x-homey-id"), answer.header("x-homey-version"));
    if let (Some(wanted), Some(other)) = (id, answered)
        && wanted != other
    {
        return Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() });
    }
    if let (300..=399, Some(target)) = (answer.status, answer.header("location")) {
        let target = candidate.base.join(target).map_or(target.to_owned(), |target| {
            // The ping's own path is of no use to a person.
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
        let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
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
        // The ping carries the id, so only the answer can prove it: any web server sends JSON.
        (_, None) => Err(HomeyError::NotAHomey { address, why: "its answer names no Homey" }),
        _ => Ok(Found {
            base: candidate.base.clone(),
            strategy: candidate.strategy,
            id: answered.map(str::to_owned),
            version: version.map(str::to_owned),
        }),
    }
}
