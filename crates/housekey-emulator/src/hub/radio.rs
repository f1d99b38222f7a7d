//! Z-Wave and Zigbee: state, commands and the Z-Wave log.
//!
//! The shapes are those that a network visualiser in the field reads; no raw capture is public.

use serde_json::{Map, Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError};
use super::options;
use crate::state::Home;
use crate::state::ids::thing;

pub(super) const HANDLERS: Handlers = &[
    ("zwave.getState", |home, _| Ok(zwave(home).into())),
    ("zwave.runCommand", command),
    ("zwave.getLog", |home, _| {
        let line = |(at, text): &(jiff::Timestamp, String)| json!({ "date": super::time(*at), "log": text });
        Ok(home.radio.log.iter().map(line).collect::<Value>().into())
    }),
    ("zwave.setLogEnabled", |home, call| {
        home.radio.log_enabled = call.get("enabled").is_some_and(|enabled| *enabled == true);
        Ok(Answer::NOTHING)
    }),
    ("zwave.updateRegion", |home, call| {
        const REGIONS: [&str; 10] = ["ANZ", "CN", "EU", "HK", "IL", "IN", "JP", "KR", "RU", "US"];
        let region = call.text("region")?;
        if !REGIONS.contains(&region) {
            let regions = REGIONS.join(", ");
            return Err(HubError::invalid(format!("region should be one of {regions}")));
        }
        Ok(options::set_state(home, "zwave/region", region))
    }),
    ("zigbee.getState", |home, _| Ok(zigbee(home).into())),
];

fn zwave(home: &Home) -> Value {
    let mut nodes = vec![json!(1)];
    let (mut settings, mut stats) = (Map::new(), Map::new());
    for (number, device) in home.zwave_nodes() {
        nodes.push(number.into());
        let class = |name: &str, value: u8| json!({ "name": name, "value": value });
        let described = json!({
            "deviceClassBasic": class("BASIC_TYPE_ROUTING_SLAVE", 4),
            "deviceClassGeneric": class("GENERIC_TYPE_SENSOR_MULTILEVEL", 33),
            "deviceClassSpecific": class("SPECIFIC_TYPE_ROUTING_SENSOR_MULTILEVEL", 1),
            "manufacturerId": { "value": 0x0fff },
            "capability": { "listening": device.class == "lock" },
        });
        settings.insert(number.to_string(), described);
        // About a frame every five minutes, of which one in fifty is lost.
        let sent = home.now.duration_since(home.booted).as_secs().max(0) / 300;
        let lost = (home.seed.noise(thing(&device.id), 9) * sent as f64 / 25.0) as i64;
        let counts = json!({ "tx": sent, "tx_ok": sent - lost, "tx_err": lost, "rx": sent });
        stats.insert(format!("node_{number}_network"), counts);
    }
    let region = home.options.get("zwave/region").cloned().unwrap_or_else(|| "EU".into());
    json!({
        "zw_ready": true,
        "zw_error": null,
        "zw_state": {
            "nodeId": 1,
            "homeId": &home.seed.secret("zwave")[..8],
            "nodes": nodes,
            "nodeSettings": settings,
            "stats": stats,
            "noAckNodes": [],
            "version": "7.18",
            "softwareRegion": region,
        },
    })
}

/// The number of a node, as a number or as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Commands with `{nodeId}`, and `sendData` also with the text `<node>,<bytes>`.
fn command(home: &mut Home, call: &Call<'_>) -> Answered {
    let command = call.text("command")?;
    if !["heal", "test", "sendData"].contains(&command) {
        let text = format!("Invalid Command: {command}");
        return Err(HubError::refused(400, "invalid_command", text));
    }
    let opts = call.value("opts");
    let (node, data) = match &opts {
        Value::String(text) => {
            let (node, data) = text.split_once(',').unwrap_or((text, ""));
            (number(&node.into()), data.to_owned())
        }
        opts => (opts.get("nodeId").and_then(number), String::new()),
    };
    let node = node.ok_or_else(|| HubError::missing("opts.nodeId"))?;
    if !home.zwave_nodes().any(|(number, _)| number == node) {
        return Err(HubError::not_found("Node", &node.to_string()));
    }
    let is_byte = |part: &str| {
        let digits = part.trim().trim_start_matches("0x");
        u8::from_str_radix(digits, 16).is_ok()
    };
    if command == "sendData" && opts.is_string() && !data.split(',').all(is_byte) {
        return Err(HubError::invalid("opts should be node,byte,byte"));
    }
    home.log_zwave(format!("{command} node {node} {data}").trim_end().to_owned());
    Ok(Answer::NOTHING)
}

fn zigbee(home: &Home) -> Value {
    let mut nodes = Map::new();
    let address = |label: &str| {
        let bytes = thing(label).to_be_bytes();
        bytes.map(|byte| format!("{byte:02x}")).join(":")
    };
    let mut routes = Map::new();
    for (number, device) in (1_u32..).zip(home.zigbee_nodes()) {
        let (ieee, network) = (address(&device.id), number * 257);
        routes.insert(network.to_string(), json!([]));
        let seen = device.capabilities.iter().filter_map(|one| one.last_updated).max();
        nodes.insert(
            ieee.clone(),
            json!({
                "networkAddress": network,
                "ieeeAddress": ieee,
                "name": device.name,
                "type": "Router",
                "modelId": device.driver,
                "manufacturerName": "Example Works",
                "swBuildId": "1.4.2",
                "ownerUri": format!("homey:device:{}", device.id),
                "receiveWhenIdle": true,
                "lastSeen": seen.map(|seen| seen.as_millisecond()),
                "stats": { "tx": 40 * number, "txSuccess": 40 * number, "txError": 0, "rx": 90 * number },
                "endpointDescriptors": [],
                "bindings": [],
            }),
        );
    }
    json!({
        "zigbee_error": null,
        "zigbee_ready": true,
        "zigbee_state": { "currentCommand": null },
        "controllerState": {
            "channel": 20,
            "panId": 0x1a2b,
            "extendedPanId": address("pan"),
            "IEEEAddress": address(&home.cloud_id),
            "softwareVersion": "6.10",
            "routes": routes,
        },
        "nodes": nodes,
    })
}
