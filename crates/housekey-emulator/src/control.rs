//! The control side over HTTP, `/_emulator/`, for programs on this machine.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::call_names::is_name;
use crate::connections::Interruption;
use crate::fault::{Canned, Failure, Fault};
use crate::quirk::Quirk;
use crate::reply::Reply;
use crate::request::Request;
use crate::state::availability::DeviceChange;
use crate::world::{Expire, World};

/// The answer to `GET /_emulator/`.
const INDEX: &str = include_str!("control/index.txt");

/// Answers a call of the control side.
pub(crate) async fn answer(world: &World, request: &Request) -> Reply {
    if let Err(why) = admit(request) {
        return Reply::error(403, "forbidden", why);
    }
    let name = request.path.trim_start_matches("/_emulator").trim_matches('/');
    match (request.method.as_str(), name) {
        ("GET", "") => Reply::of(200, "text/plain; charset=utf-8", INDEX),
        ("GET", "facts") => Reply::json(200, &json!(world.connection_info())),
        ("GET", "calls") => Reply::json(200, &json!(world.seen().all_calls())),
        ("GET", "home-faults") => Reply::json(200, &json!(world.home_faults())),
        ("GET", "subscriptions") => Reply::json(200, &json!(world.seen().all_subscriptions())),
        ("POST", "interrupt") => {
            done(read(request).map(|InterruptRequest { how }| world.connections.interrupt(how)))
        }
        ("POST", "emit") => emit(world, request).await,
        ("POST", "expire") => done(read(request).map(|ExpireRequest { what }| world.expire(what))),
        ("POST", "fault") => {
            done(read(request).and_then(FaultRequest::fault).map(|one| world.add_fault(one)))
        }
        ("POST", "quirk") => {
            done(read(request).map(|QuirkRequest { quirk, on }| world.set_quirk(quirk, on)))
        }
        ("POST", "clock") => {
            done(read(request).map(|ClockRequest { advance_s }| {
                world.advance(SignedDuration::from_secs(advance_s))
            }))
        }
        ("POST", "device") => {
            done(read(request).and_then(|order: DeviceRequest| order.carry_out(world)))
        }
        ("POST", "reset") => done(world.reset().map_err(|error| error.to_string())),
        _ => {
            let why =
                format!("There is no {} {}; see GET /_emulator/", request.method, request.path);
            Reply::error(404, "not_found", &why)
        }
    }
}

/// Accepts programs on this machine only. A web page in a browser on this machine is refused: it sends its
/// `Origin`, or a `Host` that is a name of its own.
fn admit(request: &Request) -> Result<(), &'static str> {
    if !request.peer.ip().to_canonical().is_loopback() {
        return Err("Only programs on this machine may steer the emulator.");
    }
    if request.header("origin").is_some() {
        return Err("A web page may not steer the emulator.");
    }
    let host = request.header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let local = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if local { Ok(()) } else { Err("Use the address 127.0.0.1, [::1] or localhost.") }
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, String> {
    serde_json::from_slice(&request.body).map_err(|error| format!("The body does not fit: {error}"))
}

fn done(outcome: Result<(), String>) -> Reply {
    match outcome {
        Ok(()) => Reply::json(200, &json!({ "ok": true })),
        Err(why) => Reply::error(400, "bad_request", &why),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpireRequest {
    what: Expire,
}

/// Sends a burst of events.
async fn emit(world: &World, request: &Request) -> Reply {
    let fields = request.query_fields();
    let count = fields.get("count").and_then(|count| count.parse().ok());
    let rate = fields.get("per_second").map(|rate| rate.parse::<NonZeroU32>()).transpose();
    let outcome = match (count, rate) {
        (Some(count), Ok(rate)) => world.burst(count, rate).await,
        _ => Err("Say how many: /_emulator/emit?count=1000&per_second=100".to_owned()),
    };
    match outcome {
        Ok(burst) => Reply::json(200, &json!(burst)),
        Err(why) => Reply::error(400, "bad_request", &why),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InterruptRequest {
    how: Interruption,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuirkRequest {
    quirk: Quirk,
    on: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    /// Seconds; negative to go back.
    advance_s: i64,
}

/// A change of a device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceRequest {
    /// The cloud id of its Homey; the first one where it is left out.
    homey: Option<String>,
    /// The id of the device.
    id: String,
    available: Option<bool>,
    /// Why it is not available.
    message: Option<String>,
    #[serde(default)]
    remove: bool,
}

impl DeviceRequest {
    fn carry_out(self, world: &World) -> Result<(), String> {
        let change = match (self.available, self.message, self.remove) {
            (None, None, true) => DeviceChange::Removed,
            (Some(true), None, false) => DeviceChange::Available,
            (Some(false), why, false) => {
                DeviceChange::Unavailable(why.unwrap_or_else(|| UNREACHABLE.to_owned()))
            }
            _ => {
                let why = "Give `available` (with a `message` where it is false), or `remove`.";
                return Err(why.to_owned());
            }
        };
        world.change_device(self.homey.as_deref(), &self.id, change)
    }
}

/// The default message of an unavailable device.
const UNREACHABLE: &str = "The device could not be reached. Is it powered on?";

/// A fault to add.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRequest {
    r#match: String,
    status: Option<u16>,
    failure: Option<Failure>,
    #[serde(default = "once")]
    times: u64,
    #[serde(default)]
    delay_ms: u64,
    body: Option<Value>,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    cut: bool,
    #[serde(default)]
    kick: bool,
    #[serde(default)]
    lose: bool,
    #[serde(default)]
    duplicate: bool,
}

const fn once() -> u64 {
    1
}

impl FaultRequest {
    fn fault(self) -> Result<Fault, String> {
        if !is_name(&self.r#match) {
            return Err(format!("`match` is `{}`: no step or operation.", self.r#match));
        }
        let mut canned = match self.status {
            Some(status @ 200..=599) => Some(Canned::empty(status)),
            Some(status) => return Err(format!("`status` is {status}: it must be 200 to 599.")),
            None => self.failure.map(Canned::of),
        };
        if self.failure.is_some() && (self.status.is_some() || self.body.is_some()) {
            return Err("`failure` has a `status` and a `body` of its own.".to_owned());
        }
        if canned.is_none() && (self.body.is_some() || !self.headers.is_empty()) {
            return Err("`body` and `headers` need a `status`.".to_owned());
        }
        let live = self.kick || self.lose || self.duplicate;
        if canned.is_none() && self.delay_ms == 0 && !self.cut && !live {
            let why = "This changes nothing: give `status`, `failure`, `delay_ms`, `cut`, `kick`, `lose` or `duplicate`.";
            return Err(why.to_owned());
        }
        if let (Some(canned), Some(body)) = (&mut canned, &self.body) {
            canned.set_json(body);
        }
        for (name, value) in self.headers {
            let Value::String(value) = value else {
                return Err(format!("The header `{name}` must be a text."));
            };
            if let Some(canned) = &mut canned {
                canned.headers.push((name, value));
            }
        }
        Ok(Fault {
            matches: self.r#match,
            times: self.times,
            delay: Duration::from_millis(self.delay_ms),
            reply: canned,
            cut: self.cut,
            kick: self.kick,
            lose: self.lose,
            duplicate: self.duplicate,
        })
    }
}
