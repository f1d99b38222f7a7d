//! What real Homeys were seen to answer, in public captures: for each place in an answer, what may stand there.
//!
//! Clients in the field are strict about map or array, and about null or missing. The places are of captures
//! alone; what is only inferred is tested elsewhere.

use housekey::catalogue::Dialect;
use serde_json::Value;

use super::Bench;
use super::measures::log;

/// A place in an answer, with `*` for every element, and the kinds that may be there.
type Rows = &'static [(&'static str, &'static str)];

/// A self-hosted server of firmware 13.4, and, where it says so, a Homey Pro of 2023.
const NEWER: &[(&str, Rows)] = &[
    (
        "devices/device",
        &[
            ("", "object"),
            ("*/driverId", "string"),
            ("*/driverUri", "string"),
            ("*/ownerUri", "string"),
            ("*/note", "string null"),
            ("*/iconOverride", "string null"),
            ("*/iconObj/url", "string"),
            ("*/virtualClass", "string null"),
            ("*/settings", "object"),
            ("*/settingsObj", "boolean"),
            ("*/flags", "array"),
            ("*/energy", "object null"),
            ("*/energyObj/W", "number null"),
            ("*/energyObj/batteries", "array null"),
            ("*/energyObj/cumulative", "boolean null"),
            ("*/energyObj/cumulativeImportedCapability", "string null"),
            ("*/energyObj/cumulativeExportedCapability", "string null"),
            // There is no key where there is no quick action.
            ("*/ui/quickAction", "string missing"),
            ("*/ui/components/*/id", "string"),
            ("*/ui/components/*/capabilities", "array"),
            ("*/ui/componentsStartAt", "number"),
            ("*/uiIndicator", "string null"),
            ("*/unavailableMessage", "string null"),
            ("*/warningMessage", "null"),
            ("*/images", "array"),
            ("*/videos", "array"),
            ("*/group", "null"),
            ("*/lastSeenAt", "string null"),
            ("*/firmwareUpdate", "null"),
            ("*/uri", "missing"),
            ("*/insights/*/uri", "string"),
            ("*/insights/*/id", "string"),
            ("*/insights/*/titleTrue", "string null"),
            ("*/insights/*/titleFalse", "string null"),
            ("*/insights/*/units", "string null"),
            ("*/insights/*/decimals", "number null"),
            ("*/capabilitiesObj/*/id", "string"),
            ("*/capabilitiesObj/*/type", "string"),
            ("*/capabilitiesObj/*/title", "string"),
            ("*/capabilitiesObj/*/titleShort", "string null"),
            ("*/capabilitiesObj/*/getable", "boolean"),
            ("*/capabilitiesObj/*/setable", "boolean"),
            ("*/capabilitiesObj/*/value", "boolean number string null"),
            ("*/capabilitiesObj/*/lastUpdated", "string null"),
            ("*/capabilitiesObj/*/iconObj", "object null"),
            ("*/capabilitiesObj/*/insights", "boolean missing"),
            ("*/capabilitiesObj/*/insightsTitleTrue", "string null"),
            ("*/capabilitiesObj/*/insightsTitleFalse", "string null"),
            ("*/capabilitiesObj/*/titleTrue", "null missing"),
            ("*/capabilitiesObj/*/titleFalse", "null missing"),
            ("*/capabilitiesObj/*/units", "string null missing"),
            ("*/capabilitiesObj/*/decimals", "number missing"),
            ("*/capabilitiesObj/*/min", "number missing"),
            ("*/capabilitiesObj/*/max", "number missing"),
            ("*/capabilitiesObj/*/step", "number missing"),
            ("*/capabilitiesObj/*/values/*/id", "string"),
            ("*/capabilitiesObj/*/values/*/title", "string"),
            ("*/capabilitiesObj/*/maintenanceAction", "boolean missing"),
            ("*/capabilitiesObj/*/options", "missing"),
        ],
    ),
    (
        "zones/zone",
        &[
            ("", "object"),
            ("*/name", "string"),
            ("*/parent", "string null"),
            ("*/sortIndex", "null"),
            ("*/active", "boolean"),
            ("*/activeOrigins", "array"),
            ("*/activeLastUpdated", "string null"),
            ("*/icon", "string"),
            ("*/order", "missing"),
        ],
    ),
    (
        "system",
        &[
            ("homeyVersion", "string"),
            ("homeyPlatform", "string"),
            ("homeyPlatformVersion", "number"),
            ("date", "string"),
            ("dateHuman", "string"),
            ("dateDst", "boolean"),
            ("language", "string"),
            ("country", "string"),
            ("timezone", "string"),
            ("rebootReason", "string null"),
            ("bootDate", "string"),
            ("homeyModelName", "string"),
            ("nodeVersion", "string"),
            ("hostname", "string"),
            ("totalmem", "number"),
            ("freemem", "number"),
            ("loadavg/*", "number"),
            ("uptime", "number"),
            ("cpus/*", "object"),
            ("platform", "string"),
            ("devmode", "boolean"),
            ("address", "string"),
            ("mac", "string"),
        ],
    ),
];

/// A Homey Pro of 2019 or before, of firmware 4.2 and others of its time.
const OLDER: &[(&str, Rows)] = &[
    (
        "devices/device",
        &[
            ("", "object"),
            ("*/driverUri", "string"),
            ("*/driverId", "string"),
            ("*/zoneName", "string"),
            ("*/icon", "string null"),
            ("*/iconObj", "object null missing"),
            ("*/virtualClass", "string null missing"),
            ("*/unavailableMessage", "string null missing"),
            ("*/color", "string missing"),
            ("*/energyObj/W", "number null"),
            ("*/energyObj/batteries", "array null"),
            ("*/energyObj/cumulative", "boolean null"),
            ("*/energyObj/generator", "boolean null"),
            ("*/ui/quickAction", "string missing"),
            ("*/ui/components/*/capabilities", "array"),
            ("*/ui/componentsStartAt", "number"),
            ("*/uiIndicator", "string null missing"),
            ("*/videos", "missing"),
            ("*/group", "missing"),
            ("*/lastSeenAt", "missing"),
            ("*/insights/*/uri", "string"),
            ("*/insights/*/titleTrue", "string null"),
            ("*/insights/*/units", "string null"),
            ("*/insights/*/decimals", "missing"),
            ("*/capabilitiesObj/*/id", "string"),
            ("*/capabilitiesObj/*/type", "string"),
            ("*/capabilitiesObj/*/title", "string"),
            ("*/capabilitiesObj/*/getable", "boolean"),
            ("*/capabilitiesObj/*/setable", "boolean"),
            ("*/capabilitiesObj/*/value", "boolean number string null"),
            ("*/capabilitiesObj/*/lastUpdated", "string null missing"),
            ("*/capabilitiesObj/*/iconObj", "object missing"),
            ("*/capabilitiesObj/*/titleShort", "string missing"),
            ("*/capabilitiesObj/*/insights", "missing"),
            ("*/capabilitiesObj/*/insightsTitleTrue", "missing"),
            ("*/capabilitiesObj/*/units", "string null"),
            ("*/capabilitiesObj/*/desc", "string null"),
            ("*/capabilitiesObj/*/options", "object"),
        ],
    ),
    (
        "zones/zone",
        &[
            ("", "object"),
            ("*/parent", "string null"),
            ("*/order", "number"),
            ("*/active", "boolean"),
            ("*/activeLastUpdated", "string null"),
            ("*/icon", "string"),
            ("*/sortIndex", "missing"),
            ("*/activeOrigins", "missing"),
        ],
    ),
    (
        "flow/flow",
        &[
            ("", "object"),
            ("*/enabled", "boolean"),
            ("*/folder", "string null"),
            ("*/order", "number"),
            ("*/trigger/uri", "string"),
            ("*/trigger/id", "string"),
            ("*/trigger/args", "object missing"),
            ("*/conditions", "array"),
            ("*/conditions/*/uri", "string"),
            ("*/conditions/*/group", "string"),
            ("*/conditions/*/inverted", "boolean missing"),
            ("*/actions", "array"),
            ("*/actions/*/uri", "string"),
            ("*/actions/*/group", "string"),
            ("*/actions/*/args", "object missing"),
            ("*/actions/*/delay", "object null missing"),
            ("*/actions/*/duration", "object null missing"),
            ("*/broken", "boolean"),
            ("*/triggerable", "boolean"),
            ("*/triggerCount", "number"),
        ],
    ),
    (
        "alarms/alarm",
        &[
            ("", "object"),
            ("*/name", "string"),
            ("*/time", "string"),
            ("*/enabled", "boolean"),
            ("*/repetition/monday", "boolean"),
            ("*/repetition/sunday", "boolean"),
            ("*/nextOccurance", "string null"),
        ],
    ),
    (
        "system",
        &[
            ("bootId", "string"),
            ("cloudId", "string"),
            ("hostname", "string"),
            ("platform", "string"),
            ("release", "string"),
            ("arch", "string"),
            ("uptime", "number"),
            ("loadavg/*", "number"),
            ("totalmem", "number"),
            ("freememMachine", "number"),
            ("freememHuman", "string"),
            ("cpus/*/model", "string"),
            ("cpus/*/speed", "number"),
            ("cpus/*/times/idle", "number"),
            ("date", "string"),
            ("dateHuman", "string"),
            ("dateDst", "boolean"),
            ("devmode", "boolean"),
            ("nodeVersion", "string"),
            ("homeyVersion", "string"),
            ("homeyModelId", "string"),
            ("homeyModelName", "string"),
            ("homeyPlatformVersion", "missing"),
            ("timezone", "string"),
            ("wifiSsid", "string"),
            ("wifiAddress", "string"),
            ("wifiMac", "string"),
        ],
    ),
];

/// The entries of a log, which were captured on an older Homey; those of newer ones have the same keys.
const ENTRIES: Rows = &[
    ("values", "array"),
    ("values/*/t", "string"),
    ("values/*/v", "number null"),
    ("start", "string"),
    ("end", "string"),
    ("step", "number"),
    ("uri", "string"),
    ("id", "string"),
    ("lastValue", "number"),
    ("updatesIn", "number"),
];

#[test]
fn answers_have_the_shapes_of_captures() {
    for (dialect, pages) in [(Dialect::Local, NEWER), (Dialect::Cloud, NEWER), (Dialect::V2, OLDER)]
    {
        let mut bench = Bench::new(dialect);
        for (path, rows) in pages {
            hold(dialect, path, &bench.get(path), rows);
        }
        let station = bench.device("Weather station");
        let log = format!("{}/entry", log(dialect, &station, "measure_temperature"));
        let entries = bench.get(&log);
        hold(dialect, &log, &entries, ENTRIES);
        assert_eq!(entries["step"], 300_000, "five minutes");
        let last = entries["values"].as_array().unwrap().last().unwrap();
        assert_eq!(last["v"], Value::Null, "the last bucket is not over");
    }
}

/// Every place has one of its kinds, and each but those that must be missing is there somewhere.
fn hold(dialect: Dialect, path: &str, answer: &Value, rows: Rows) {
    for (place, allowed) in rows {
        let mut found = Vec::new();
        let parts: Vec<&str> = place.split('/').filter(|part| !part.is_empty()).collect();
        reach(Some(answer), &parts, &mut found);
        let kinds: Vec<&str> = allowed.split(' ').collect();
        let wrong = found.iter().find(|kind| !kinds.contains(kind));
        assert_eq!(wrong, None, "{dialect} {path} at {place:?}, which is {allowed}");
        assert!(!found.is_empty(), "{dialect} {path}: nothing at {place:?}");
    }
}

/// The kinds of what stands at a place.
fn reach(value: Option<&Value>, place: &[&str], found: &mut Vec<&'static str>) {
    match (place, value) {
        ([], value) => found.push(kind(value)),
        (["*", rest @ ..], Some(Value::Array(all))) => {
            all.iter().for_each(|one| reach(Some(one), rest, found));
        }
        (["*", rest @ ..], Some(Value::Object(all))) => {
            all.values().for_each(|one| reach(Some(one), rest, found));
        }
        // What holds it is missing, which is another row's matter.
        (["*", ..], _) => {}
        ([key, rest @ ..], value) => reach(value.and_then(|value| value.get(key)), rest, found),
    }
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "missing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}
