//! Which page of a Homey a visitor sees, and its name in the address of the live stream.

use http::request::Parts;

use super::request;
use crate::page::frame::{NavEntry, encoded};

/// A page of a Homey that is followed live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shown {
    Home,
    Device(String),
    Flows,
    Flow { advanced: bool, id: String },
    Energy,
    History,
    Activity,
}

impl Shown {
    /// Its parameters in the address of the live stream.
    pub(super) fn query(&self) -> String {
        match self {
            Self::Home => "page=home".to_owned(),
            Self::Device(id) => format!("page=device&device={}", encoded(id)),
            Self::Flows => "page=flows".to_owned(),
            Self::Flow { advanced, id } => {
                let kind = if *advanced { "advanced" } else { "standard" };
                format!("page=flow&kind={kind}&flow={}", encoded(id))
            }
            Self::Energy => "page=energy".to_owned(),
            Self::History => "page=history".to_owned(),
            Self::Activity => "page=activity".to_owned(),
        }
    }

    /// The page that an address of the live stream names.
    pub(super) fn of_query(head: &Parts) -> Option<Self> {
        Some(match &*request::query(head, "page")? {
            "home" => Self::Home,
            "device" => Self::Device(request::query(head, "device")?),
            "flows" => Self::Flows,
            "flow" => Self::Flow {
                advanced: request::query(head, "kind")? == "advanced",
                id: request::query(head, "flow")?,
            },
            "energy" => Self::Energy,
            "history" => Self::History,
            "activity" => Self::Activity,
            _ => return None,
        })
    }

    /// The entry of the navigation it belongs to.
    pub(super) fn section(&self) -> NavEntry {
        match self {
            Self::Home | Self::Device(_) => NavEntry::Home,
            Self::Flows | Self::Flow { .. } => NavEntry::Flows,
            Self::Energy => NavEntry::Energy,
            Self::History => NavEntry::History,
            Self::Activity => NavEntry::Activity,
        }
    }
}
