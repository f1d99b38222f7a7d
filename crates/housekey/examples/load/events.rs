//! Events of every device of a home.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::try_join_all;
use housekey::Homey;
use housekey::realtime::Subscription;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, watch};

use super::Options;
use super::usage::{Quantiles, cpu_s, memory_mb};

/// How long the events may take to come.
const LIMIT: Duration = Duration::from_secs(60);

/// What is read of an event.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Capability {
    value: Value,
    /// When it was sent: ms since 1970.
    sent_at: Option<f64>,
}

/// A connection that listens to every device, and how long it took to make.
struct Listening {
    subscriptions: Vec<Subscription>,
    connect_ms: f64,
    subscribe_ms: f64,
}

async fn listen(homey: &Homey) -> Listening {
    let devices = homey.devices().get_devices().await.expect("devices");
    let begun = Instant::now();
    let uris: Vec<_> = devices.iter().map(|device| format!("homey:device:{}", device.id)).collect();
    let (first, others) = uris.split_first().expect("a device");
    // All at once, as a program would; the first to be granted shows when there was a connection.
    let connected = async {
        let subscription = homey.subscribe(first).await?;
        Ok((subscription, begun.elapsed()))
    };
    let others = try_join_all(others.iter().map(|uri| homey.subscribe(uri)));
    let ((first, connected), others) = tokio::try_join!(connected, others).expect("granted");
    let all = begun.elapsed();
    Listening {
        subscriptions: std::iter::once(first).chain(others).collect(),
        connect_ms: connected.as_secs_f64() * 1e3,
        subscribe_ms: (all - connected).as_secs_f64() * 1e3,
    }
}

/// How many events came, and how many are known to be lost.
#[derive(Default)]
struct Count {
    received: AtomicU64,
    lost: AtomicU64,
}

impl Count {
    /// Counts one event or some that were lost; `true` when that makes all of them.
    fn add(&self, counter: &AtomicU64, more: u64, all: u64) -> bool {
        counter.fetch_add(more, Ordering::Relaxed);
        self.received.load(Ordering::Relaxed) + self.lost.load(Ordering::Relaxed) >= all
    }
}

/// Events as fast as they are taken.
pub(super) async fn realtime(options: &Options, homey: &Homey) -> Value {
    let Listening { subscriptions, connect_ms, subscribe_ms } = listen(homey).await;
    let devices = subscriptions.len();
    let count = Arc::new(Count::default());
    let (done, mut all_came) = watch::channel(false);
    let all = options.count as u64;
    for mut subscription in subscriptions {
        let (count, done) = (count.clone(), done.clone());
        tokio::spawn(async move {
            let mut on = 0_u64;
            while let Some(event) = subscription.next().await {
                let complete = match event {
                    Ok(event) => {
                        let event: Capability =
                            serde_json::from_str(event.data.get()).expect("a capability event");
                        on += u64::from(event.value == true);
                        count.add(&count.received, 1, all)
                    }
                    Err(housekey::Error::Realtime(housekey::error::RealtimeError::Lagged {
                        count: lost,
                        ..
                    })) => count.add(&count.lost, lost, all),
                    Err(_) => break,
                };
                if complete {
                    done.send_replace(true);
                }
            }
            on
        });
    }
    let (cpu_before, begun) = (cpu_s(), Instant::now());
    let came = tokio::time::timeout(LIMIT, all_came.wait_for(|came| *came));
    let (emitted, came) = tokio::join!(emit(options), came);
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_s() - cpu_before);
    if came.is_err() {
        return json!({ "skipped": format!("not all events came; {emitted}") });
    }
    json!({
        "connect_ms": connect_ms, "subscribe_ms": subscribe_ms, "devices": devices,
        "events": count.received.load(Ordering::Relaxed), "lost": count.lost.load(Ordering::Relaxed),
        "seconds": seconds, "cpu_s": cpu, "rss_mb": memory_mb("/proc/self/status", "VmRSS:"),
        "peak_rss_mb": memory_mb("/proc/self/status", "VmHWM:"),
    })
}

/// Events at a steady rate, and how long each was on its way.
pub(super) async fn latency(options: &Options, homey: &Homey) -> Value {
    let Listening { subscriptions, .. } = listen(homey).await;
    let (sender, mut latencies) = mpsc::unbounded_channel();
    for mut subscription in subscriptions {
        let sender = sender.clone();
        tokio::spawn(async move {
            while let Some(Ok(event)) = subscription.next().await {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
                let event: Capability =
                    serde_json::from_str(event.data.get()).expect("a capability event");
                let sent_at = event.sent_at.expect("a server that says when it sent it");
                sender.send(now.as_secs_f64() * 1e3 - sent_at).ok();
            }
        });
    }
    let collect = async {
        let mut all = Vec::with_capacity(options.count);
        while all.len() < options.count {
            all.extend(latencies.recv().await);
        }
        all
    };
    let cpu_before = cpu_s();
    let (emitted, all) = tokio::join!(emit(options), tokio::time::timeout(LIMIT, collect));
    let Ok(all) = all else {
        return json!({ "skipped": format!("events are missing; {emitted}") });
    };
    let (events, quantiles) = (all.len(), Quantiles::of(all));
    json!({
        "events": events, "cpu_s": cpu_s() - cpu_before,
        "p50_ms": quantiles.at(0.5), "p99_ms": quantiles.at(0.99), "max_ms": quantiles.at(1.0),
    })
}

/// Nothing happens.
pub(super) async fn idle(options: &Options, homey: &Homey) -> Value {
    let listening = listen(homey).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let cpu_before = cpu_s();
    tokio::time::sleep(Duration::from_secs_f64(options.seconds)).await;
    json!({
        "devices": listening.subscriptions.len(), "seconds": options.seconds,
        "cpu_s": cpu_s() - cpu_before, "rss_mb": memory_mb("/proc/self/status", "VmRSS:"),
        "pss_mb": memory_mb("/proc/self/smaps_rollup", "Pss:"),
    })
}

/// Has the server send the events; what it says.
pub(super) async fn emit(options: &Options) -> String {
    let server = options.address.trim_start_matches("http://").trim_end_matches('/');
    let mut tcp = TcpStream::connect(server).await.expect("the server");
    let (path, count) = (&options.emit, options.count);
    let mark = if path.contains('?') { '&' } else { '?' };
    let rate = options.per_second.map(|rate| format!("&per_second={rate}")).unwrap_or_default();
    let request = format!(
        "POST {path}{mark}count={count}{rate} HTTP/1.1\r\nHost: {server}\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
    tcp.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.expect("answered");
    answer
}
