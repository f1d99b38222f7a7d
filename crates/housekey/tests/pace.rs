//! Request limits of a Homey: how many requests at once, and what follows a 429. Time is
//! simulated, and so is the network.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use housekey::catalogue::Dialect;
use housekey::error::{HomeyError, HttpError};
use housekey::http::{Http, Transport};
use housekey::{Error, Homey, Secret, args};
use http::{Request, Response};
use serde_json::json;
use tokio::time::Instant;

/// How long a Homey takes for an answer.
const TAKES: Duration = Duration::from_millis(100);

/// A Homey that counts.
#[derive(Debug)]
struct Busy {
    dialect: Dialect,
    /// So many calls are answered 429 before the first that is not.
    refusals: AtomicUsize,
    retry_after: Option<&'static str>,
    calls: AtomicUsize,
    in_flight: AtomicUsize,
    most: AtomicUsize,
}

impl Busy {
    fn new(dialect: Dialect, refusals: usize, retry_after: Option<&'static str>) -> Arc<Self> {
        let (calls, in_flight, most) = Default::default();
        let refusals = refusals.into();
        Arc::new(Self { dialect, refusals, retry_after, calls, in_flight, most })
    }

    /// A client of it that knows what it speaks.
    async fn homey(self: &Arc<Self>) -> Homey {
        let http = Http::new().expect("TLS").over(self.clone());
        let address = "http://homey.example.org".parse().expect("a URL");
        let homey = Homey::at(address, Secret::new("a:b:c"), http).await.expect("a Homey");
        assert_eq!(homey.dialect().await.expect("a dialect"), self.dialect);
        homey
    }

    fn system(&self) -> serde_json::Value {
        match self.dialect {
            Dialect::V2 => json!({ "homeyVersion": "8.1.6" }),
            Dialect::Local => json!({ "homeyVersion": "13.2.0", "homeyPlatformVersion": 2 }),
            Dialect::Cloud => json!({ "homeyVersion": "13.2.0", "homeyPlatform": "cloud" }),
        }
    }

    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = Response::builder()
            .header("content-type", "application/json")
            .header("x-homey-id", "5a8d0f1b2c3d4e5f60718293");
        let body = match request.uri().path().trim_end_matches('/') {
            "/api/manager/system/ping" => json!(true),
            "/api/manager/system" => self.system(),
            _ => {
                self.calls.fetch_add(1, SeqCst);
                self.most.fetch_max(self.in_flight.fetch_add(1, SeqCst) + 1, SeqCst);
                tokio::time::sleep(TAKES).await;
                self.in_flight.fetch_sub(1, SeqCst);
                let left = self.refusals.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
                if left.is_ok() {
                    let answer =
                        self.retry_after.into_iter().fold(answer.status(429), |answer, wait| {
                            answer.header("retry-after", wait)
                        });
                    return answer.body(Bytes::from("{}")).expect("an answer");
                }
                json!({})
            }
        };
        answer.body(Bytes::from(body.to_string())).expect("an answer")
    }
}

impl Transport for Busy {
    fn carry(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, HttpError>> {
        Box::pin(async { Ok(self.answer(request).await) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_homey_gets_as_many_requests_at_once_as_it_can_bear() {
    for (dialect, at_once) in [(Dialect::V2, 2), (Dialect::Local, 8), (Dialect::Cloud, 8)] {
        let busy = Busy::new(dialect, 0, None);
        let homey = busy.homey().await;
        let none = args! {};
        let answers = join_all((0..20).map(|_| homey.call("zones.getZones", &none))).await;
        assert!(answers.iter().all(Result::is_ok), "{dialect}: {answers:?}");
        assert_eq!((busy.calls.load(SeqCst), busy.most.load(SeqCst)), (20, at_once), "{dialect}");
    }
}

#[tokio::test(start_paused = true)]
async fn long_reads_go_one_at_a_time_and_keep_nobody_else_waiting() {
    let busy = Busy::new(Dialect::Local, 0, None);
    let homey = busy.homey().await;
    let log = args! { "id" => "homey:device:d:measure_power" };
    let begun = Instant::now();
    let reads = join_all((0..5).map(|_| homey.call("insights.getLogEntries", &log)));
    let none = args! {};
    let other = async {
        homey.call("zones.getZones", &none).await.expect("zones");
        begun.elapsed()
    };
    let (reads, other) = tokio::join!(reads, other);
    assert!(reads.iter().all(Result::is_ok), "{reads:?}");
    assert_eq!(busy.most.load(SeqCst), 2, "one of them, and the other call");
    assert!(begun.elapsed() >= TAKES * 5 && other < TAKES * 2, "{:?} {other:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_429_is_waited_out_also_where_nothing_says_how_long() {
    for (retry_after, least_s, most_s) in [(None, 1.5, 3.0), (Some("7"), 14.0, 14.0)] {
        let busy = Busy::new(Dialect::Local, 2, retry_after);
        let homey = busy.homey().await;
        let begun = Instant::now();
        // A write too: what was answered 429 was not carried out.
        let variable = args! { "variable" => json!({ "name": "a", "type": "number", "value": 1 }) };
        homey.call("logic.createVariable", &variable).await.expect("made");
        let waited = (begun.elapsed() - TAKES * 3).as_secs_f64();
        assert_eq!(busy.calls.load(SeqCst), 3, "{retry_after:?}");
        let around = least_s - 0.1..=most_s + 0.1;
        assert!(around.contains(&waited), "{retry_after:?}: {waited} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_homey_that_never_has_time_is_given_up() {
    let busy = Busy::new(Dialect::V2, usize::MAX, None);
    let homey = busy.homey().await;
    let error = homey.call("zones.getZones", &args! {}).await.expect_err("refused");
    assert_eq!(busy.calls.load(SeqCst), 6, "the call and five repeats");
    let Error::Homey(HomeyError::Refused { status: 429, .. }) = &error else { panic!("{error:?}") };
    assert_eq!(
        error.advice().map(|advice| advice.to_string()).as_deref(),
        Some("no further try is made; wait a little, then try again")
    );
}
