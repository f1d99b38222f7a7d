//! The flow cards of the Homey's managers.
//!
//! Seen in public flows: the ids of `flow:programmatic_trigger`, `presence:user_enter`, `user_leave`,
//! `noone_athome`, `first_user_enter` and `last_user_left`, `logic:lt`, `gt`, `eq`, `variable_text_is`,
//! `variable_boolean_is`, `set_variable_text`, `time_between`, `sun_event` and `is_night`, `cron:time_exactly`,
//! `notifications:create_notification`, `mobile:push_text`, `speech-output:say` and those of the weather. The
//! other ids, and all arguments but those of `programmatic_trigger`, are inferred.

use housekey::catalogue::Dialect;

use super::card::CardKind::{self, Action, Condition, Trigger};
use super::listed_card::ListedCard;

const NUMBER: &[&str] = &["number"];
const ANY: &[&str] = &["string", "number", "boolean"];

/// Whether Homeys of a dialect have the manager of a card: those in the cloud have no alarms, and only those of
/// 2016 to 2019 speak.
pub(super) fn is_on(card: &ListedCard, dialect: Dialect) -> bool {
    match card.owner {
        "manager:alarms" => dialect != Dialect::Cloud,
        "manager:speech-output" => dialect == Dialect::V2,
        _ => true,
    }
}

type Row = (
    CardKind,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const fn card(row: Row) -> ListedCard {
    let (kind, owner, id, title, args, tokens, droptoken) = row;
    ListedCard { kind, owner, id, title, args, tokens, droptoken, deprecated: false }
}

#[rustfmt::skip]
pub(super) static CARDS: [ListedCard; 41] = [
    card((Trigger, "manager:flow", "programmatic_trigger", "This flow is started", &[], &[], &[])),
    card((Trigger, "manager:cron", "time_exactly", "The time is", &["time:time"], &[], &[])),
    card((Trigger, "manager:logic", "variable_changed", "A variable changed", &["variable:autocomplete"], &["variable:string"], &[])),
    card((Trigger, "manager:logic", "sun_event", "The sun rises or sets", &["event:dropdown=sunrise|sunset", "offset:number?=-720..720"], &[], &[])),
    card((Trigger, "manager:presence", "user_enter", "A user came home", &["user:autocomplete?"], &["user:string"], &[])),
    card((Trigger, "manager:presence", "user_leave", "A user left", &["user:autocomplete?"], &["user:string"], &[])),
    card((Trigger, "manager:presence", "first_user_enter", "The first user came home", &[], &["user:string"], &[])),
    card((Trigger, "manager:presence", "last_user_left", "The last user left", &[], &["user:string"], &[])),
    card((Trigger, "manager:zones", "zone_active", "A zone became active", &["zone:autocomplete"], &[], &[])),
    card((Trigger, "manager:zones", "zone_inactive", "A zone became inactive", &["zone:autocomplete"], &[], &[])),
    card((Trigger, "manager:moods", "mood_set", "A mood was set", &["mood:autocomplete"], &[], &[])),
    card((Trigger, "manager:alarms", "alarm_rings", "An alarm rings", &["alarm:autocomplete?"], &["name:string"], &[])),
    card((Trigger, "manager:weather", "temperature", "The temperature outside changed", &[], &["temperature:number"], &[])),
    card((Trigger, "manager:weather", "humidity", "The humidity outside changed", &[], &["humidity:number"], &[])),
    card((Trigger, "manager:weather", "pressure", "The air pressure changed", &[], &["pressure:number"], &[])),
    card((Condition, "manager:logic", "lt", "Is less than", &["comparator:number"], &[], NUMBER)),
    card((Condition, "manager:logic", "gt", "Is greater than", &["comparator:number"], &[], NUMBER)),
    card((Condition, "manager:logic", "eq", "Is exactly", &["comparator:text"], &[], ANY)),
    card((Condition, "manager:logic", "variable_text_is", "A text variable is exactly", &["variable:autocomplete", "value:text"], &[], &[])),
    card((Condition, "manager:logic", "variable_boolean_is", "A yes-no variable is yes", &["variable:autocomplete"], &[], &[])),
    card((Condition, "manager:logic", "time_between", "The time is between", &["from:time", "to:time"], &[], &[])),
    card((Condition, "manager:logic", "is_night", "It is night", &[], &[], &[])),
    card((Condition, "manager:presence", "user_is_present", "A user is at home", &["user:autocomplete"], &[], &[])),
    card((Condition, "manager:presence", "noone_athome", "No user is at home", &[], &[], &[])),
    card((Condition, "manager:zones", "zone_is_active", "A zone is active", &["zone:autocomplete"], &[], &[])),
    card((Condition, "manager:flow", "flow_is_enabled", "A flow is enabled", &["flow:autocomplete"], &[], &[])),
    card((Condition, "manager:alarms", "alarm_is_enabled", "An alarm is enabled", &["alarm:autocomplete"], &[], &[])),
    card((Action, "manager:flow", "programmatic_trigger", "Start a flow", &["flow:autocomplete"], &[], &[])),
    card((Action, "manager:flow", "enable_flow", "Enable a flow", &["flow:autocomplete"], &[], &[])),
    card((Action, "manager:flow", "disable_flow", "Disable a flow", &["flow:autocomplete"], &[], &[])),
    card((Action, "manager:logic", "set_variable_text", "Set a text variable", &["variable:autocomplete", "value:text"], &[], &[])),
    card((Action, "manager:logic", "set_variable_number", "Set a number variable", &["variable:autocomplete", "value:number"], &[], &[])),
    card((Action, "manager:logic", "set_variable_boolean", "Set a yes-no variable", &["variable:autocomplete", "value:dropdown=true|false"], &[], &[])),
    card((Action, "manager:zones", "lights_on", "Turn on the lights of a zone", &["zone:autocomplete"], &[], &[])),
    card((Action, "manager:zones", "lights_off", "Turn off the lights of a zone", &["zone:autocomplete"], &[], &[])),
    card((Action, "manager:moods", "set_mood", "Set a mood", &["mood:autocomplete"], &[], &[])),
    card((Action, "manager:alarms", "enable_alarm", "Enable an alarm", &["alarm:autocomplete"], &[], &[])),
    card((Action, "manager:alarms", "disable_alarm", "Disable an alarm", &["alarm:autocomplete"], &[], &[])),
    card((Action, "manager:notifications", "create_notification", "Create a notification", &["text:text"], &[], &[])),
    card((Action, "manager:mobile", "push_text", "Send a push notification", &["user:autocomplete", "text:text"], &[], &[])),
    card((Action, "manager:speech-output", "say", "Say a text", &["text:text"], &[], &[])),
];
