//! Retained messages of ours, and how they are recognised.

use crate::home_assistant::{discovery_filters, is_ours};
use crate::options::Options;
use crate::topics::value_filters;
use crate::view::HomeyNames;

/// A retained message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) topic: String,
    pub(super) homey: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It announces a device.
    Device,
    /// It announces a component.
    Component,
    /// It is a value.
    Value,
}

/// Where retained messages of a Homey may be: of Home Assistant, and values.
pub(crate) fn kept_filters(options: &Options, homey: &HomeyNames) -> Vec<String> {
    let mut filters = discovery_filters(&options.prefix).to_vec();
    filters.extend(value_filters(&options.base, homey));
    filters
}

/// Whether a retained message was published by us of that Homey.
pub(crate) fn is_kept_by_us(
    topic: &str,
    payload: &[u8],
    options: &Options,
    homey: &HomeyNames,
) -> bool {
    match topic.strip_prefix(&format!("{}/", options.prefix)) {
        Some(rest) if rest.ends_with("/config") => {
            let object = rest.split('/').nth(1).unwrap_or_default();
            is_object_of(object, homey) && is_ours(payload, &options.base)
        }
        _ => {
            topic.starts_with(&format!("{}/{}/", options.base, homey.level))
                && !topic.ends_with("/set")
        }
    }
}

/// Whether the level of a topic that announces something is one of that Homey.
pub(super) fn is_object_of(object: &str, homey: &HomeyNames) -> bool {
    let rest = object.strip_prefix("hk_").and_then(|rest| rest.strip_prefix(&*homey.id));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}
