//! One call after another, or several at once, over HTTP or over the live connection.

use std::time::{Duration, Instant};

use housekey::{Error, Homey, args};
use serde_json::{Value, json};

use super::Options;
use super::usage::{Quantiles, cpu_s, memory_mb};

/// Every device, decoded.
pub(super) async fn get_devices(options: &Options, homey: &Homey) -> Value {
    load(options, async |_| {
        if options.socket {
            let devices = homey.call_live("devices.getDevices", &args! {}).await?;
            assert!(devices.as_object().is_some_and(|devices| !devices.is_empty()));
        } else {
            assert!(!homey.devices().get_devices().await?.is_empty());
        }
        Ok(())
    })
    .await
}

/// One number of one device after the other.
pub(super) async fn set_capability(options: &Options, homey: &Homey) -> Value {
    let devices = homey.devices().get_devices().await.expect("devices");
    let dimmable: Vec<_> =
        devices.into_iter().filter(|d| d.capability("dim").is_some()).map(|d| d.id).collect();
    load(options, async |i| {
        let arguments = args! {
            "deviceId" => dimmable[i % dimmable.len()].clone(),
            "capabilityId" => "dim",
            "value" => (i % 100) as f64 / 100.0,
        };
        if options.socket {
            homey.call_live("devices.setCapabilityValue", &arguments).await.map(drop)
        } else {
            homey.call("devices.setCapabilityValue", &arguments).await.map(drop)
        }
    })
    .await
}

/// Calls for so many seconds, so many at once.
async fn load(options: &Options, call: impl AsyncFn(usize) -> Result<(), Error>) -> Value {
    for i in 0..20 {
        call(i).await.expect("a warm-up call");
    }
    let cpu_before = cpu_s();
    let started = Instant::now();
    let end = started + Duration::from_secs_f64(options.seconds);
    let one = async |first: usize| {
        let (mut latencies_ms, mut errors, mut i) = (Vec::new(), 0_u64, first);
        while Instant::now() < end {
            let begun = Instant::now();
            match call(i).await {
                Ok(()) => latencies_ms.push(begun.elapsed().as_secs_f64() * 1e3),
                Err(_) => errors += 1,
            }
            i += options.concurrency;
        }
        (latencies_ms, errors)
    };
    let all = futures_util::future::join_all((0..options.concurrency).map(one)).await;
    let seconds = started.elapsed().as_secs_f64();
    let errors: u64 = all.iter().map(|(_, errors)| errors).sum();
    let latencies_ms: Vec<f64> = all.into_iter().flat_map(|(latencies, _)| latencies).collect();
    let calls = latencies_ms.len();
    let quantiles = Quantiles::of(latencies_ms);
    json!({
        "calls": calls, "errors": errors, "seconds": seconds,
        "p50_ms": quantiles.at(0.5), "p99_ms": quantiles.at(0.99), "max_ms": quantiles.at(1.0),
        "cpu_s": cpu_s() - cpu_before, "rss_mb": memory_mb("/proc/self/status", "VmRSS:"),
    })
}
