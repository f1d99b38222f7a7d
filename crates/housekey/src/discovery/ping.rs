//! Asks one address whether it is the Homey meant.

use reqwest::Method;
use reqwest::header::HeaderName;
use serde::Deserialize;
use url::Url;

use super::candidates::{Candidate, Strategy};
use crate::error::{Error, HomeyError};
use crate::http::{Http, Incoming, Outgoing, below};

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
/// [`HomeyError::NotAHomey`] when the answer has no `X-Homey-ID` and none was expected,
/// [`HomeyError::OtherHomey`] when it is another one's (or the body is `false`),
/// [`HomeyError::SubscriptionInactive`], [`HomeyError::InvalidSerialNumber`], and
/// [`HomeyError::PingRefused`] for any other status that is no success.
pub async fn ping(http: &Http, candidate: &Candidate, id: Option<&str>) -> Result<Found, Error> {
    let mut url = below(&candidate.base, "/api/manager/system/ping");
    if let Some(id) = id {
        url.query_pairs_mut().append_pair("id", id);
    }
    let mut request = Outgoing::new(Method::GET, url, candidate.strategy.ping_limit());
    if let Some(id) = id {
        request = request.header(HOMEY_ID, id);
    }
    let answer = http.send(request).await?;
    Ok(read(candidate, id, &answer)?)
}

fn read(candidate: &Candidate, id: Option<&str>, answer: &Incoming) -> Result<Found, HomeyError> {
    let address = candidate.base.to_string();
    let (answered, version) = (answer.header("x-homey-id"), answer.header("x-homey-version"));
    if let (Some(wanted), Some(other)) = (id, answered)
        && wanted != other
    {
        return Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() });
    }
    if !answer.is_success() {
        let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Err(match (answer.status, refusal.error.as_str()) {
            (403, "Subscription Inactive") => HomeyError::SubscriptionInactive,
            (403, "Invalid Serial Number") => HomeyError::InvalidSerialNumber,
            (status, _) => HomeyError::PingRefused { address, status },
        });
    }
    match id {
        Some(wanted) if answer.body.trim_ascii() == b"false" => {
            Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() })
        }
        // The vendor's client takes an answer without the header when it knows whom it expects;
        // a plain web server would pass as a Homey then, so more is wanted than a web page.
        Some(_) if answered.is_none() && version.is_none() && !is_pong(answer) => {
            Err(HomeyError::NotAHomey { address, why: "its answer does not look like one" })
        }
        None if answered.is_none() => {
            Err(HomeyError::NotAHomey { address, why: "its answer names no Homey" })
        }
        _ => Ok(Found {
            base: candidate.base.clone(),
            strategy: candidate.strategy,
            id: answered.map(str::to_owned),
            version: version.map(str::to_owned),
        }),
    }
}

/// Whether the body is JSON, which a web page is not; what a real Homey puts there is unknown.
fn is_pong(answer: &Incoming) -> bool {
    serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok()
}
