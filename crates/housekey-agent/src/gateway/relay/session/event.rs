//! The events that a client sends: calls, subscriptions, and others.

use std::borrow::Cow;

use housekey::catalogue::{Dialect, Need, is_slow_call};
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

use super::replies::parse;
use crate::redaction::{Redactor, Watch};

/// An event that can be parsed in one way only.
pub(super) struct ParsedEvent {
    /// The permission that the caller needs.
    pub(super) need: Need,
    /// What is forwarded, as JSON.
    pub(super) arguments: String,
    /// What its reply may hold.
    pub(super) watch: Watch,
    /// Whether it is a call, which waits for a permit, and whether that is slow.
    pub(super) slow_call: Option<bool>,
}

/// A call as it comes and as it is forwarded: keys that are not known here are left out.
#[derive(Deserialize, Serialize)]
struct ApiCall<'a> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    args: Option<&'a RawValue>,
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    uri: Cow<'a, str>,
}

impl ParsedEvent {
    /// Parses an event. `None` if not all that the permission depends on can be parsed.
    pub(super) fn parse(
        dialect: Dialect,
        redactor: &Redactor,
        name: &str,
        data: Option<&RawValue>,
        arguments: &str,
    ) -> Option<Self> {
        match name {
            "subscribe" | "unsubscribe" => {
                let uri = data.and_then(parse::<Cow<'_, str>>)?;
                let need = match name {
                    "subscribe" => Need::of_subscription(dialect, &uri),
                    _ => Need::AnyKey,
                };
                Some(Self::without_call(need, json!([name, uri]).to_string()))
            }
            "api" => {
                // A key that occurs twice, or is no text, may be parsed differently elsewhere.
                let call = data.and_then(parse::<ApiCall<'_>>)?;
                let args = call.args.map_or("", RawValue::get);
                if !matches!(args.as_bytes().first(), None | Some(b'{' | b'n')) {
                    return None;
                }
                let arguments = serde_json::to_string(&("api", &call)).ok()?;
                Some(Self {
                    need: Need::of_call(dialect, &call.uri, &call.operation),
                    arguments,
                    watch: redactor.watch_call(&call.uri, &call.operation, args),
                    slow_call: Some(is_slow_call(dialect, &call.uri, &call.operation)),
                })
            }
            _ => Some(Self::without_call(Need::Full, arguments.to_owned())),
        }
    }

    fn without_call(need: Need, arguments: String) -> Self {
        Self { need, arguments, watch: Watch::No, slow_call: None }
    }
}
