//! What a series needs to know of an item: names, and of each capability type, unit and title.

use std::collections::HashMap;

use housekey::mirror::Home;
use housekey::model::{Capability, Device, Zone};

use crate::value::ValueType;

/// A device as the recorder needs it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct DeviceInfo {
    pub(super) name: String,
    pub(super) zone_id: String,
    pub(super) zone: String,
    pub(super) available: bool,
    pub(super) capabilities: HashMap<String, CapabilityInfo>,
}

/// A capability as the recorder needs it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CapabilityInfo {
    pub(super) value_type: ValueType,
    pub(super) unit: Option<String>,
    pub(super) decimals: Option<u8>,
    pub(super) title: String,
    /// A button has no state: that it was pressed is an event.
    pub(super) is_button: bool,
}

impl DeviceInfo {
    pub(super) fn of(device: &Device, home: &Home) -> Self {
        let zone_id = device.zone.text().unwrap_or_default().to_owned();
        let zone = home.get::<Zone>(&zone_id);
        let zone = zone.and_then(|zone| zone.name.label().map(str::to_owned)).unwrap_or_default();
        let info = |capability: &Capability| {
            Some((capability.id.clone(), CapabilityInfo::of(capability)?))
        };
        Self {
            name: device.name.label().unwrap_or_default().to_owned(),
            zone_id,
            zone,
            // Old firmware does not say so.
            available: device.available.get().copied().unwrap_or(true),
            capabilities: device.all_capabilities().filter_map(info).collect(),
        }
    }
}

impl CapabilityInfo {
    fn of(capability: &Capability) -> Option<Self> {
        let value_type = ValueType::of_api(capability.kind.text()?)?;
        let decimals = capability.decimals.get().and_then(serde_json::Number::as_u64);
        let base = capability.id.split('.').next().unwrap_or_default();
        Some(Self {
            value_type,
            unit: capability
                .units
                .label()
                .map(str::trim)
                .filter(|unit| !unit.is_empty())
                .map(str::to_owned),
            decimals: decimals.and_then(|decimals| u8::try_from(decimals).ok()),
            title: capability.title.label().unwrap_or_default().to_owned(),
            is_button: base == "button",
        })
    }
}
