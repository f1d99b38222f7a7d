//! Device classes, and what else a device of a class may be said to be.

/// All classes, as the vendor's library lists them: what tables are held against.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    "airconditioning",
    "airfryer",
    "airpurifier",
    "airtreatment",
    "amplifier",
    "battery",
    "bicycle",
    "blinds",
    "boiler",
    "bridge",
    "button",
    "camera",
    "car",
    "coffeemachine",
    "cooktop",
    "curtain",
    "dehumidifier",
    "diffuser",
    "dishwasher",
    "doorbell",
    "dryer",
    "evcharger",
    "fan",
    "faucet",
    "fireplace",
    "freezer",
    "fridge_and_freezer",
    "fridge",
    "fryer",
    "gameconsole",
    "garagedoor",
    "grill",
    "heater",
    "heatpump",
    "homealarm",
    "hood",
    "humidifier",
    "kettle",
    "lawnmower",
    "light",
    "lock",
    "mediaplayer",
    "microwave",
    "mop",
    "multicooker",
    "networkrouter",
    "other",
    "oven_and_microwave",
    "oven",
    "petfeeder",
    "radiator",
    "remote",
    "scooter",
    "sensor",
    "service",
    "settopbox",
    "shutterblinds",
    "siren",
    "smokealarm",
    "socket",
    "solarpanel",
    "speaker",
    "sprinkler",
    "sunshade",
    "thermostat",
    "tv",
    "vacuumcleaner",
    "vehicle",
    "washer_and_dryer",
    "washer",
    "waterheater",
    "waterpurifier",
    "watervalve",
    "windowcoverings",
    "pump",
];

#[rustfmt::skip]
const SOCKET: &[&str] = &[
    "light", "fan", "heater", "coffeemachine", "kettle", "tv", "solarpanel", "airconditioning",
    "airfryer", "boiler", "battery", "cooktop", "dishwasher", "dryer", "evcharger", "freezer", "fridge",
    "fridge_and_freezer", "fryer", "grill", "heatpump", "mediaplayer", "microwave", "multicooker",
    "networkrouter", "oven", "washer", "washer_and_dryer", "waterpurifier", "oven_and_microwave",
];

/// What a device of the class can be shown as instead: a socket "is" what is plugged into it.
pub(crate) fn virtual_classes(class: &str) -> &'static [&'static str] {
    match class {
        "airtreatment" => &["airpurifier", "dehumidifier", "diffuser", "humidifier"],
        "heater" => &["radiator"],
        "mediaplayer" => &["settopbox"],
        "socket" => SOCKET,
        "vehicle" => &["bicycle", "car", "scooter"],
        "windowcoverings" => &["sunshade", "blinds", "curtain", "shutterblinds"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_classes_are_classes() {
        for class in ALL {
            for other in virtual_classes(class) {
                assert!(ALL.contains(other), "{other}");
            }
        }
    }
}
