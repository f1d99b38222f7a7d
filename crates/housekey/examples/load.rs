//! Load driver over the library, for the measurements in `bench/`. Prints one line of JSON.
//!
//! ```text
//! load get-devices|set-capability --address URL --token T [--seconds S] [--concurrency K]
//! ```

#![allow(clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods, missing_docs)]

use std::time::{Duration, Instant};

use housekey::http::Http;
use housekey::{Error, Homey, Secret, args};
use serde_json::{Value, json};

struct Options {
    mode: String,
    address: String,
    token: Secret,
    seconds: f64,
    concurrency: usize,
}

impl Options {
    fn read() -> Self {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let option = |name: &str| {
            let at = words.iter().position(|word| word == name)?;
            words.get(at + 1).cloned()
        };
        let number = |name: &str, default: f64| {
            option(name).map_or(default, |text| text.parse().expect("a number"))
        };
        Self {
            mode: words.first().cloned().unwrap_or_default(),
            address: option("--address").expect("--address URL"),
            token: Secret::new(option("--token").expect("--token T")),
            seconds: number("--seconds", 3.0),
            concurrency: number("--concurrency", 1.0) as usize,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let options = Options::read();
    let http = Http::new().expect("TLS");
    let address = options.address.parse().expect("a URL");
    let homey = Homey::at(address, options.token.clone(), http).await.expect("a Homey");
    let result = match options.mode.as_str() {
        "get-devices" => {
            load(&options, async |_| {
                let devices = homey.devices().get_devices().await?;
                assert!(!devices.is_empty());
                Ok(())
            })
            .await
        }
        "set-capability" => {
            let devices = homey.devices().get_devices().await.expect("devices");
            let dimmable: Vec<_> = devices
                .into_iter()
                .filter(|d| d.capability("dim").is_some())
                .map(|d| d.id)
                .collect();
            load(&options, async |i| {
                let arguments = args! {
                    "deviceId" => dimmable[i % dimmable.len()].clone(),
                    "capabilityId" => "dim",
                    "value" => (i % 100) as f64 / 100.0,
                };
                homey.call("devices.setCapabilityValue", &arguments).await.map(drop)
            })
            .await
        }
        other => json!({ "skipped": format!("no mode {other}") }),
    };
    println!("{result}");
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
    let mut latencies_ms: Vec<f64> = all.into_iter().flat_map(|(latencies, _)| latencies).collect();
    latencies_ms.sort_by(f64::total_cmp);
    let quantile = |q: f64| {
        let at = (latencies_ms.len() as f64 * q) as usize;
        latencies_ms.get(at.min(latencies_ms.len().saturating_sub(1))).copied()
    };
    json!({
        "calls": latencies_ms.len(), "errors": errors, "seconds": seconds,
        "p50_ms": quantile(0.5), "p99_ms": quantile(0.99), "max_ms": quantile(1.0),
        "cpu_s": cpu_s() - cpu_before, "rss_mb": rss_mb(),
    })
}

/// User and system time of this process so far, in seconds, in steps of 10 ms.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let ticks = after_name.split(' ').skip(11).take(2).filter_map(|n| n.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Memory in RAM, in MiB.
fn rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
