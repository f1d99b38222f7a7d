//! Pings the candidates at once and takes the most preferred one that answers as the right Homey.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesOrdered;
use reqwest::Method;
use reqwest::header::HeaderName;
use serde::Deserialize;
use tokio::sync::OnceCell;
use url::Url;

use super::candidates::{Addresses, Candidate, Strategy, candidates};
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

/// The way to one Homey, looked for when it is first needed and then kept.
///
/// A search that found nothing is not kept: the next request searches again.
#[derive(Debug, Clone)]
pub struct Route {
    http: Http,
    name: String,
    id: Option<String>,
    addresses: Addresses,
    found: Arc<OnceCell<Found>>,
}

impl Route {
    /// The way to the Homey `name` with that cloud id, at one of those addresses.
    pub fn new(http: Http, name: String, id: Option<String>, addresses: Addresses) -> Self {
        Self { http, name, id, addresses, found: Arc::default() }
    }

    /// The Homey's cloud id, if it is known.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Where the Homey answers.
    ///
    /// # Errors
    /// [`HomeyError::Offline`] with every address that was tried and why it failed; a subscription
    /// error is given as it is.
    pub async fn base(&self) -> Result<Url, Error> {
        let found = self.found.get_or_try_init(|| self.race()).await?;
        Ok(found.base.clone())
    }

    /// All pings run at once; their outcomes are looked at in order of preference, and those not
    /// looked at any more are dropped, which ends them.
    async fn race(&self) -> Result<Found, Error> {
        let candidates = candidates(&self.addresses);
        let mut outcomes: FuturesOrdered<_> = candidates
            .iter()
            .map(|candidate| async move {
                (candidate, ping(&self.http, candidate, self.id.as_deref()).await)
            })
            .collect();
        let (mut tried, mut refusal) = (Vec::new(), None);
        while let Some((candidate, outcome)) = outcomes.next().await {
            match outcome {
                Ok(found) => {
                    tracing::debug!(strategy = %found.strategy, base = %found.base, "found");
                    return Ok(found);
                }
                Err(Error::Homey(
                    error @ (HomeyError::SubscriptionInactive | HomeyError::InvalidSerialNumber),
                )) => refusal = Some(error),
                Err(error) => tried.push((candidate.base.to_string(), error.to_string())),
            }
        }
        let offline = || HomeyError::Offline { name: self.name.clone(), tried };
        Err(refusal.unwrap_or_else(offline).into())
    }
}

/// The refusal of a ping that has a meaning of its own, read from the body as the vendor's client
/// does.
#[derive(Default, Deserialize)]
#[serde(default)]
struct PingRefusal {
    error: String,
}

/// Asks one address whether it is the Homey meant. Needs no token.
///
/// # Errors
/// [`HomeyError::NotAHomey`] when the answer has no `X-Homey-ID` and none was expected,
/// [`HomeyError::OtherHomey`] when it is another one's (or the body is `false`).
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
    let address = candidate.base.to_string();
    if !answer.is_success() {
        let refusal: PingRefusal = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Err(match (answer.status, refusal.error.as_str()) {
            (403, "Subscription Inactive") => HomeyError::SubscriptionInactive,
            (403, "Invalid Serial Number") => HomeyError::InvalidSerialNumber,
            _ => HomeyError::NotAHomey { address, why: "it refused to say that it is one" },
        }
        .into());
    }
    let answered = answer.header("x-homey-id");
    match (id, answered) {
        (Some(wanted), Some(other)) if wanted != other => {
            Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() }.into())
        }
        (Some(wanted), _) if answer.body.trim_ascii() == b"false" => {
            Err(HomeyError::OtherHomey { address, wanted: wanted.to_owned() }.into())
        }
        // The vendor's client takes an answer without the header when it knows whom it expects;
        // a plain web server would pass as a Homey then, so its version is wanted at least.
        (Some(_), None) if answer.header("x-homey-version").is_none() && !is_pong(&answer) => {
            Err(HomeyError::NotAHomey { address, why: "its answer does not look like one" }.into())
        }
        (None, None) => {
            Err(HomeyError::NotAHomey { address, why: "its answer names no Homey" }.into())
        }
        _ => Ok(Found {
            base: candidate.base.clone(),
            strategy: candidate.strategy,
            id: answered.map(str::to_owned),
            version: answer.header("x-homey-version").map(str::to_owned),
        }),
    }
}

/// Whether the body is JSON, which a web page is not; what a real Homey puts there is unknown.
fn is_pong(answer: &Incoming) -> bool {
    serde_json::from_slice::<serde_json::Value>(&answer.body).is_ok()
}
