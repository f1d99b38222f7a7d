//! Pings all candidates at once and takes one as `preference` decides.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, timeout};
use url::Url;

use super::candidates::Candidate;
use super::ping::{FoundHomey, ping};
use super::preference::{AddressChoice, Runner, Standing, choose};
use super::reason::Reason;
use crate::error::{CertificateProblem, Error, HomeyError, HttpError};
use crate::http::Http;

/// A race with a winner.
#[derive(Debug)]
pub(super) struct Won {
    pub(super) found: FoundHomey,
    /// Whether a better one may only have been late.
    pub(super) better_pending: bool,
    /// The last address whose certificate was not accepted.
    pub(super) rejected: Option<(Url, CertificateProblem)>,
}

/// A race without a winner.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) tried: Vec<(String, String)>,
    /// The last address whose certificate was not accepted.
    pub(super) rejected: Option<(Url, CertificateProblem)>,
    refusal: Option<HomeyError>,
}

impl Lost {
    /// An error from the Homey itself explains more than addresses that do not answer.
    pub(super) fn error(self, name: &str) -> HomeyError {
        let Self { tried, refusal, .. } = self;
        refusal.unwrap_or_else(|| HomeyError::Offline { name: name.to_owned(), tried })
    }
}

/// Pings all candidates, given in order of preference, for the Homey with that id. Those that are
/// no longer needed are dropped, which ends their requests.
pub(super) async fn race(
    http: &Http,
    candidates: &[Candidate],
    id: Option<&str>,
) -> Result<Won, Lost> {
    let runner = |candidate: &Candidate| Runner {
        strategy: candidate.strategy,
        encrypted: candidate.is_encrypted(),
        standing: Standing::Pending,
    };
    let mut runners: Vec<_> = candidates.iter().map(runner).collect();
    let mut found: Vec<Option<FoundHomey>> = vec![None; candidates.len()];
    let mut lost = Lost { tried: Vec::new(), rejected: None, refusal: None };
    let mut pings: FuturesUnordered<_> = candidates
        .iter()
        .enumerate()
        .map(|(place, candidate)| async move { (place, ping(http, candidate, id).await) })
        .collect();
    let started = Instant::now();
    loop {
        let wait = match choose(&runners, started.elapsed()) {
            AddressChoice::Take(place) => {
                let pending = |runner: &Runner| runner.standing == Standing::Pending;
                let better_pending = runners[..place].iter().any(pending);
                match found[place].take() {
                    Some(found) => {
                        return Ok(Won { found, better_pending, rejected: lost.rejected });
                    }
                    None => return Err(lost),
                }
            }
            AddressChoice::GiveUp => return Err(lost),
            AddressChoice::Wait(wait) => wait,
        };
        let Ok(Some((place, outcome))) = timeout(wait, pings.next()).await else { continue };
        runners[place].standing = match outcome {
            Ok(answer) => {
                found[place] = Some(answer);
                Standing::Answers
            }
            Err(Error::Homey(
                refusal @ (HomeyError::SubscriptionInactive | HomeyError::InvalidSerialNumber),
            )) => {
                lost.refusal = Some(refusal);
                Standing::Refuses
            }
            Err(error) => {
                let address = candidates[place].base.to_string();
                if let Error::Http(HttpError::Certificate { problem, .. }) = &error {
                    tracing::warn!(address, %problem, "certificate not accepted");
                    lost.rejected = Some((candidates[place].base.clone(), problem.clone()));
                }
                lost.tried.push((address, why(&error)));
                Standing::Fails
            }
        };
    }
}

/// Why an address does not work, from the cause that explains most.
fn why(error: &Error) -> String {
    match error {
        Error::Http(HttpError::Certificate { problem, .. }) => {
            format!("{}: {problem}", Reason::Tls)
        }
        Error::Http(HttpError::WrongScheme { speaks, .. }) => format!("it speaks {speaks} there"),
        Error::Http(HttpError::Proxy { proxy, .. }) => {
            format!("the proxy {proxy} does not lead there")
        }
        Error::Homey(HomeyError::Redirected { target, .. }) => format!("it redirects to {target}"),
        Error::Homey(HomeyError::ExtraPath { path, .. }) => {
            format!("nothing answers as a Homey below {path}")
        }
        error => Reason::of(error).to_string(),
    }
}
