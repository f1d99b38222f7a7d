//! Tests each way to a Homey, independently of the others.

use std::time::Duration;

use futures_util::future::join_all;
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use super::candidates::{Addresses, Candidate, PlainHttp, Strategy};
use super::ping::ping;
use super::reason::Reason;
use crate::http::{Http, causes};

/// The result of one way to a Homey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    /// The way.
    pub strategy: Strategy,
    /// The base URL that was tried; `None` where none is known.
    pub address: Option<Url>,
    /// Whether it is encrypted; `None` where no address is known.
    pub encrypted: Option<bool>,
    /// Whether the right Homey answers there.
    pub works: bool,
    /// How long the answer, or the failure, took, with a new connection, in milliseconds. `None`
    /// if nothing was sent.
    pub took_ms: Option<u64>,
    /// The software version in the answer.
    pub version: Option<String>,
    /// Why it does not work.
    pub reason: Option<Reason>,
    /// The innermost cause, as reported.
    pub detail: Option<String>,
}

/// Tests all five ways at the same time, independently, and waits for each as long as its ping may
/// take. In the order of [`Strategy::ALL`].
///
/// Nothing is sent to a plain HTTP address where that is not allowed.
///
/// ```no_run
/// # async fn example(http: housekey::http::Http) {
/// use housekey::discovery::{Addresses, PlainHttp, diagnose};
/// let addresses = Addresses::only("http://192.0.2.7".parse().expect("a URL"));
/// for way in diagnose(&http, &addresses, PlainHttp::Allowed, None).await {
///     println!("{:?} {} {:?}", way.strategy, way.works, way.reason);
/// }
/// # }
/// ```
pub async fn diagnose(
    http: &Http,
    addresses: &Addresses,
    plain_http: PlainHttp,
    id: Option<&str>,
) -> Vec<Diagnosis> {
    let withheld = addresses.withheld(plain_http);
    let examine = |strategy| {
        let is_it = |candidate: &Candidate| candidate.strategy == strategy;
        let withheld = withheld.iter().any(is_it);
        examine(http, strategy, addresses.by(strategy), withheld, id)
    };
    join_all(Strategy::ALL.map(examine)).await
}

async fn examine(
    http: &Http,
    strategy: Strategy,
    address: Option<&Url>,
    withheld: bool,
    id: Option<&str>,
) -> Diagnosis {
    let none = Diagnosis {
        strategy,
        address: address.cloned(),
        encrypted: address.map(|base| base.scheme() == "https"),
        works: false,
        took_ms: None,
        version: None,
        reason: None,
        detail: None,
    };
    let Some(base) = address else {
        return Diagnosis { reason: Some(Reason::NoAddress), ..none };
    };
    if withheld {
        return Diagnosis { reason: Some(Reason::Unencrypted), ..none };
    }
    let started = Instant::now();
    let outcome = ping(http, &Candidate { strategy, base: base.clone() }, id).await;
    let took_ms = Some(milliseconds(started.elapsed()));
    match outcome {
        Ok(found) => Diagnosis { works: true, took_ms, version: found.version, ..none },
        Err(error) => Diagnosis {
            took_ms,
            reason: Some(Reason::of(&error)),
            detail: causes(&error).last().map(ToString::to_string),
            ..none
        },
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
