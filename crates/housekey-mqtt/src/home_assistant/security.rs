//! Locks, the alarm, and sirens.

use serde_json::json;

use super::entity::{Entity, booleans};
use crate::view::{View, is_settable};

/// A lock.
pub(super) fn lock(view: &View<'_>) -> Option<Entity> {
    view.capability("locked").filter(|locked| is_settable(locked))?;
    let lock = Entity::composite(view, "lock", &["locked"]).with_topics(view, "", "locked");
    let lock = booleans(lock, "payload_lock", "payload_unlock");
    Some(booleans(lock, "state_locked", "state_unlocked"))
}

/// An alarm that is armed and disarmed without a code.
pub(super) fn alarm(view: &View<'_>) -> Option<Entity> {
    view.capability("homealarm_state").filter(|state| is_settable(state))?;
    let states = "{{ {'armed': 'armed_away', 'partially_armed': 'armed_home'}.get(value, value) }}";
    Some(
        Entity::composite(view, "alarm_control_panel", &["homealarm_state"])
            .with_topics(view, "", "homealarm_state")
            .with("value_template", states)
            .with("payload_disarm", "disarmed")
            .with("payload_arm_away", "armed")
            .with("payload_arm_home", "partially_armed")
            .with("supported_features", json!(["arm_home", "arm_away"]))
            .with("code_arm_required", false)
            .with("code_disarm_required", false)
            .with("code_trigger_required", false),
    )
}

/// A siren that is switched.
pub(super) fn siren(view: &View<'_>) -> Option<Entity> {
    view.capability("onoff").filter(|onoff| view.class() == "siren" && is_settable(onoff))?;
    let siren = Entity::composite(view, "siren", &["onoff"])
        .with_topics(view, "", "onoff")
        .with("support_duration", false)
        .with("support_volume_set", false);
    Some(booleans(booleans(siren, "payload_on", "payload_off"), "state_on", "state_off"))
}
