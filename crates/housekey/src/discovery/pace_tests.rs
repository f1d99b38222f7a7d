//! How long an address may take, in simulated time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tokio::time::Instant;

use super::{Addresses, Candidate, PlainHttp, Reason, Route, Strategy, diagnose, ping};
use crate::error::{Error, HomeyError, HttpError};
use crate::http::{Http, Transport};

const ID: &str = "5e0001";

/// Hosts that answer so many milliseconds after they are asked.
struct Slow(&'static [(&'static str, u64)]);

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slow")
    }
}

impl Transport for Slow {
    fn carry(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let after = self.0.iter().find(|(name, _)| *name == host).map(|(_, ms)| *ms);
        async move {
            let Some(after) = after else { return std::future::pending().await };
            tokio::time::sleep(Duration::from_millis(after)).await;
            let answer = Response::builder().status(204).header("X-Homey-ID", ID);
            Ok(answer.body(Bytes::new()).unwrap())
        }
        .boxed()
    }
}

fn http(hosts: &'static [(&'static str, u64)]) -> Http {
    Http::new().unwrap().over(Arc::new(Slow(hosts)))
}

fn url(host: &str) -> url::Url {
    format!("https://{host}").parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_last_or_only_address_has_ten_seconds() {
    let both = || Addresses {
        local_secure: Some(url("home")),
        cloud: Some(url("relay")),
        ..Addresses::default()
    };
    let only = || Addresses::only(url("home"));
    for (case, hosts, addresses, want, took_ms) in [
        ("the only one", &[("home", 1300)][..], only(), Some("home"), 1300),
        ("a very slow one", &[("home", 9900)], only(), Some("home"), 9900),
        ("too slow", &[("home", 10_100)], only(), None, 10_000),
        ("another one wins", &[("home", 1300), ("relay", 200)], both(), Some("relay"), 500),
        ("the last one", &[("home", 4000)], both(), Some("home"), 4000),
        ("the relay is the last one", &[("relay", 7000)], both(), Some("relay"), 7000),
    ] {
        let route = Route::new(http(hosts), "Home".to_owned(), Some(ID.to_owned()), addresses);
        let started = Instant::now();
        let found = route.base().await;
        assert_eq!(started.elapsed(), Duration::from_millis(took_ms), "{case}");
        match (found, want) {
            (Ok(base), Some(want)) => assert_eq!(base, url(want), "{case}"),
            (Err(Error::Homey(HomeyError::Offline { .. })), None) => {}
            (found, _) => panic!("{case}: {found:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_address_by_itself_has_them_too() {
    let slow = http(&[("home", 9900)]);
    let candidate = Candidate { strategy: Strategy::Local, base: url("home") };
    ping(&slow, &candidate, None).await.unwrap();
    let found =
        &diagnose(&slow, &Addresses::only(url("home")), PlainHttp::Forbidden, None).await[1];
    assert!(found.works, "{found:?}");
    let never = Addresses::only(url("elsewhere"));
    let found = &diagnose(&slow, &never, PlainHttp::Forbidden, None).await[1];
    assert_eq!((found.reason, found.took_ms), (Some(Reason::Timeout), Some(10_000)));
}
