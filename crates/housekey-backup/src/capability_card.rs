//! Which capability of a device a flow card is about.
//!
//! A Homey makes the cards of a device from its capabilities, and names most of them after these: the trigger
//! `measure_power_changed`, the condition `locked`, the action `dim`. [`OTHERS`] lists the rest.

use serde_json::Value;

/// Cards that are not named after their capability, each with the capabilities that bring it.
const OTHERS: &[(&str, &[&str])] = &[
    ("on", &["onoff"]),
    ("off", &["onoff"]),
    ("toggle", &["onoff", "garagedoor_closed", "windowcoverings_closed", "power_boost"]),
    ("open", &["garagedoor_closed", "windowcoverings_closed", "onoff"]),
    ("close", &["garagedoor_closed", "windowcoverings_closed", "onoff"]),
    ("closed", &["garagedoor_closed", "windowcoverings_closed"]),
    ("hue", &["light_hue"]),
    ("color", &["light_hue"]),
    ("color_random", &["light_hue"]),
    ("saturation", &["light_saturation"]),
    ("temperature", &["light_temperature"]),
    ("clean", &["vacuumcleaner_state"]),
    ("spot_clean", &["vacuumcleaner_state"]),
    ("dock", &["vacuumcleaner_state"]),
    ("stop", &["vacuumcleaner_state", "speaker_stop"]),
    ("lock", &["locked"]),
    ("unlock", &["locked"]),
    ("mode", &["lock_mode"]),
    ("tilt_up", &["windowcoverings_tilt_up"]),
    ("tilt_down", &["windowcoverings_tilt_down"]),
    ("press", &["button"]),
    ("is_playing", &["speaker_playing"]),
    ("play", &["speaker_playing"]),
    ("pause", &["speaker_playing"]),
    ("toggle_playing", &["speaker_playing"]),
    ("next", &["speaker_next"]),
    ("prev", &["speaker_prev"]),
    ("set_shuffle_true", &["speaker_shuffle"]),
    ("set_shuffle_false", &["speaker_shuffle"]),
    ("set_repeat", &["speaker_repeat"]),
    ("volume_unmute", &["volume_mute"]),
    ("enable", &["power_boost"]),
    ("disable", &["power_boost"]),
];

/// What some actions have before the name of their capability.
const VERBS: [&str; 4] = ["set_", "enable_", "disable_", "toggle_"];

/// The capability of the device that a card is about, by the short id of the card.
pub fn capability<'d>(device: &'d Value, card: &str) -> Option<&'d str> {
    let capabilities = || device["capabilities"].as_array().into_iter().flatten();
    let ids = || capabilities().filter_map(Value::as_str);
    let alike = ids().filter(|id| id.contains('.') == card.contains('.'));
    if let Some(named) = named_after(alike, card) {
        return Some(named);
    }
    // The cards of `onoff.left` have `.left` at their end.
    let (base, suffix) = match card.split_once('.') {
        Some((base, suffix)) => (base, Some(suffix)),
        None => (card, None),
    };
    let of_suffix = || {
        ids().filter_map(move |id| match (id.split_once('.'), suffix) {
            (Some((base, own)), Some(suffix)) if own == suffix => Some((base, id)),
            (None, None) => Some((id, id)),
            _ => None,
        })
    };
    let whole = |base: &str| of_suffix().find(|(one, _)| *one == base).map(|(_, id)| id);
    let others = || OTHERS.iter().find(|(name, _)| *name == base).map(|(_, of)| *of);
    let without_verb = || VERBS.iter().find_map(|verb| base.strip_prefix(verb));
    let bases = || of_suffix().map(|(base, _)| base);
    named_after(bases(), base)
        .and_then(whole)
        .or_else(|| others()?.iter().find_map(|base| whole(base)))
        .or_else(|| named_after(bases(), without_verb()?).and_then(whole))
}

/// The longest of the capabilities that the card is named after: `measure_power` for `measure_power_changed`.
fn named_after<'d>(ids: impl Iterator<Item = &'d str>, card: &str) -> Option<&'d str> {
    let is_of = |id: &&str| {
        card.strip_prefix(*id).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    ids.filter(is_of).max_by_key(|id| id.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_leads_to_its_capability() {
        let lamp = json!({ "capabilities": ["onoff", "dim", "light_hue", "measure_power", "measure_power.phase1", "onoff.left"] });
        let door = json!({ "capabilities": ["garagedoor_closed", "alarm_contact"] });
        let fan = json!({ "capabilities": ["fan_mode", "oscillating"] });
        for (device, card, want) in [
            (&lamp, "on", Some("onoff")),
            (&lamp, "onoff_true", Some("onoff")),
            (&lamp, "onoff_true.left", Some("onoff.left")),
            (&lamp, "on.left", Some("onoff.left")),
            (&lamp, "on.right", None),
            (&lamp, "dim_relative", Some("dim")),
            (&lamp, "color", Some("light_hue")),
            (&lamp, "measure_power_changed", Some("measure_power")),
            (&lamp, "measure_power.phase1_changed", Some("measure_power.phase1")),
            (&lamp, "measure_power_changed.phase1", Some("measure_power.phase1")),
            (&lamp, "dimension", None),
            (&door, "open", Some("garagedoor_closed")),
            (&door, "alarm_contact_true", Some("alarm_contact")),
            (&fan, "set_fan_mode", Some("fan_mode")),
            (&fan, "toggle_oscillating", Some("oscillating")),
            (&json!({}), "on", None),
        ] {
            assert_eq!(capability(device, card), want, "{card}");
        }
    }
}
