//! The system manager: model, name, memory, storage, reboots.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::options::set_state;
use crate::state::{ChangeKind, Home, local_time};

pub(super) const HANDLERS: Handlers = &[
    ("system.ping", ping),
    ("system.getInfo", info),
    ("system.getSystemName", |home, _| Ok(Value::String(home.name.clone()).into())),
    ("system.setSystemName", rename),
    ("system.getMemoryInfo", memory),
    (
        "system.getMemoryInfoTotal",
        |_, _| Ok(json!({ "total": MEMORY, "free": FREE_MEMORY }).into()),
    ),
    ("system.getStorageInfo", storage),
    ("system.getStorageInfoTotal", |_, _| {
        Ok(json!({ "total": STORAGE, "free": FREE_STORAGE }).into())
    }),
    ("system.reboot", reboot),
    ("system.rebootOTA", reboot),
    ("system.enableWifi", |home, _| Ok(set_state(home, "system/wifi", true))),
    ("system.disableWifi", |home, _| Ok(set_state(home, "system/wifi", false))),
    ("system.setDebug", |home, call| Ok(set_state(home, "system/debug", call.value("namespace")))),
    ("system.startProfile", |home, _| {
        if home.switched("system/profile", false) {
            return Err(HubError::refused(400, "profile_running", "A profile is being made"));
        }
        Ok(set_state(home, "system/profile", true))
    }),
    ("system.stopProfile", |home, _| {
        if !home.switched("system/profile", false) {
            return Err(HubError::refused(400, "no_profile", "No profile is being made"));
        }
        Ok(set_state(home, "system/profile", false))
    }),
    // Nothing is sent: only the id of the log is answered.
    ("system.sendLog", |home, call| {
        Ok(Value::String(home.seed.uuid(&format!("log/{}", call.now))).into())
    }),
];

fn reboot(home: &mut Home, call: &Call<'_>) -> Answered {
    home.booted = call.now;
    Ok(Answer::NOTHING)
}

/// Bytes.
const MEMORY: u64 = 2_068_000_000;
const FREE_MEMORY: u64 = 912_000_000;
const STORAGE: u64 = 7_800_000_000;
const FREE_STORAGE: u64 = 5_100_000_000;

/// `false` to a request with the id of another Homey, which is certain; else `true`, which is inferred.
fn ping(home: &mut Home, call: &Call<'_>) -> Answered {
    let other = call.get("id").is_some_and(|id| id.as_str() != Some(&home.cloud_id));
    Ok(Value::Bool(!other).into())
}

fn rename(home: &mut Home, call: &Call<'_>) -> Answered {
    let name = call.text("name")?;
    if name.trim().is_empty() {
        return Err(HubError::invalid("name should not be empty"));
    }
    home.name = name.to_owned();
    home.changed("system", "name", "name", ChangeKind::Updated);
    Ok(Answer::NOTHING)
}

fn info(home: &mut Home, _: &Call<'_>) -> Answered {
    let (model_id, model_name) = home.model.names();
    let uptime = home.now.duration_since(home.booted).as_secs().max(0);
    let local = home.now.to_zoned(local_time::zone());
    let human = local.strftime("%A %-d %B %Y %H:%M").to_string();
    let dst = local_time::zone().to_offset_info(home.now).dst().is_dst();
    let load = |thing| (home.seed.noise(thing, home.now.as_second() / 60) * 100.0).round() / 100.0;
    let cpu = json!({
        "model": "ARM Cortex",
        "speed": 1500,
        "times": { "user": uptime * 90, "nice": 0, "sys": uptime * 30, "idle": uptime * 880, "irq": 0 },
    });
    let address = "192.0.2.17";
    if home.dialect == Dialect::V2 {
        return Answer::json(json!({
            "bootId": home.seed.uuid(&format!("boot/{}", home.booted)),
            "cloudId": home.cloud_id,
            "hostname": "homey",
            "platform": "linux",
            "release": "4.14.98",
            "arch": "arm",
            "uptime": uptime,
            "loadavg": [load(11), load(12), load(13)],
            "totalmem": 1_033_142_272,
            "freememMachine": 402_000_000,
            "freememHuman": "39%",
            "cpus": [cpu, cpu],
            "date": super::time(home.now),
            "dateHuman": human,
            "dateDst": dst,
            "devmode": false,
            "nodeVersion": "v12.22.12",
            "homeyVersion": home.model.version(),
            "homeyModelId": model_id,
            "homeyModelName": model_name,
            "timezone": local_time::NAME,
            "wifiSsid": "house",
            "wifiAddress": format!("{address}:80"),
            "wifiMac": "02:00:5e:10:00:17",
        }));
    }
    Answer::json(json!({
        "homeyVersion": home.model.version(),
        "homeyPlatform": home.dialect.as_str(),
        "homeyPlatformVersion": 2,
        "homeyModelId": model_id,
        "homeyModelName": model_name,
        "cloudId": home.cloud_id,
        "date": super::time(home.now),
        "dateHuman": human,
        "dateDst": dst,
        "language": "en",
        "country": "NL",
        "timezone": local_time::NAME,
        "rebootReason": null,
        "bootDate": super::time(home.booted),
        "nodeVersion": "v22.14.0",
        "hostname": "homey",
        "totalmem": MEMORY,
        "freemem": FREE_MEMORY,
        "loadavg": [load(11), load(12), load(13)],
        "uptime": uptime,
        "cpus": [cpu, cpu, cpu, cpu],
        "platform": "linux",
        "devmode": false,
        "address": address,
        "mac": "02:00:5e:10:00:17",
    }))
}

/// The share of each app, which stays about the same.
fn memory(home: &mut Home, _: &Call<'_>) -> Answered {
    let types = shares(home, MEMORY / 40);
    Ok(json!({ "total": MEMORY, "free": FREE_MEMORY, "types": types }).into())
}

fn storage(home: &mut Home, _: &Call<'_>) -> Answered {
    let types = shares(home, STORAGE / 600);
    Ok(json!({ "total": STORAGE, "free": FREE_STORAGE, "types": types }).into())
}

fn shares(home: &Home, typical: u64) -> Value {
    let share = |(at, (id, name, _)): (usize, &(&str, &str, &str))| {
        let noise = home.seed.noise(at as u64 + 100, 0);
        let size = (typical as f64 * (0.5 + noise)).round() as u64;
        (format!("homey:app:{id}"), json!({ "name": name, "size": size }))
    };
    Value::Object(crate::state::house::APPS.iter().enumerate().map(share).collect())
}
