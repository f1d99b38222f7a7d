//! Load driver over the library, for the measurements in `bench/`. Prints one line of JSON.
//!
//! ```text
//! load MODE --address URL --token T [--transport http|socket] [--seconds S] [--concurrency K]
//!                                   [--count N] [--per-second R] [--emit PATH] [--scenario NAME]
//! ```
//!
//! | mode | what it does |
//! |---|---|
//! | `get-devices`, `set-capability` | calls for S seconds, K at once |
//! | `realtime` | connects, listens to every device, has N events sent as fast as it takes them |
//! | `latency` | the same at R events a second: how long each was on its way |
//! | `mirror` | mirrors the home, then has N events sent as fast as it takes them |
//! | `idle` | connects, listens to every device, does nothing for S seconds |
//! | `storm` | logs in through the cloud, has the tokens refused, makes N calls at once |
//! | `live-token` | asks N times for a token that is good; nothing is sent |

#![allow(clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods, missing_docs)]

mod calls;
mod control;
mod events;
mod live_token;
mod mirror;
mod storm;
mod usage;

use housekey::http::Http;
use housekey::{Homey, Secret};
use serde_json::json;

/// What is asked for.
struct Options {
    mode: String,
    address: String,
    token: Secret,
    socket: bool,
    seconds: f64,
    concurrency: usize,
    count: usize,
    per_second: Option<f64>,
    emit: String,
    scenario: String,
}

impl Options {
    fn read() -> Self {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let option = |name: &str| {
            let at = words.iter().position(|word| word == name)?;
            words.get(at + 1).cloned()
        };
        // The one word that is no option and no value of one, wherever it stands.
        let is_option = |at: usize| words.get(at).is_some_and(|word| word.starts_with("--"));
        let mode = (0..words.len()).find(|at| !is_option(*at) && (*at == 0 || !is_option(at - 1)));
        let number = |name: &str| option(name).map(|text| text.parse::<f64>().expect("a number"));
        Self {
            mode: mode.and_then(|at| words.get(at).cloned()).unwrap_or_default(),
            address: option("--address").unwrap_or_default(),
            token: Secret::new(option("--token").unwrap_or_default()),
            socket: option("--transport").as_deref() == Some("socket"),
            seconds: number("--seconds").unwrap_or(3.0),
            concurrency: number("--concurrency").unwrap_or(1.0) as usize,
            count: number("--count").unwrap_or(100_000.0) as usize,
            per_second: number("--per-second"),
            emit: option("--emit").unwrap_or_else(|| "/_emulator/emit".to_owned()),
            scenario: option("--scenario").unwrap_or_else(|| "plain".to_owned()),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let options = Options::read();
    let http = Http::new().expect("TLS");
    let homey = async || {
        let address = options.address.parse().expect("--address URL");
        Homey::at(address, options.token.clone(), http.clone()).await.expect("a Homey")
    };
    let result = match options.mode.as_str() {
        "get-devices" => calls::get_devices(&options, &homey().await).await,
        "set-capability" => calls::set_capability(&options, &homey().await).await,
        "realtime" => events::realtime(&options, &homey().await).await,
        "latency" => events::latency(&options, &homey().await).await,
        "mirror" => mirror::mirror(&options, &homey().await).await,
        "idle" => events::idle(&options, &homey().await).await,
        "storm" => storm::run(&options, &http).await,
        "live-token" => live_token::run(options.count, http.clone()).await,
        other => json!({ "skipped": format!("no mode {other}") }),
    };
    println!("{result}");
}
