//! Metric families: the fixed ones, and one for each row of the table of capabilities.

use prometheus_client::encoding::{EncodeLabel as _, EncodeLabelSet, LabelSetEncoder};

use super::table::METRICS;

/// A family: a name, and all series under it.
#[derive(Debug)]
pub(super) struct Family<'a> {
    /// Without `_total`.
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    pub(super) is_counter: bool,
    pub(super) rows: Vec<MetricRow<'a>>,
}

/// A series and its value.
#[derive(Debug)]
pub(super) struct MetricRow<'a> {
    pub(super) labels: Labels<'a>,
    pub(super) value: f64,
}

/// The labels of a series.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels<'a> {
    pub(super) homey: &'a str,
    pub(super) device: Option<DeviceLabels<'a>>,
    pub(super) capability: Option<&'a str>,
    pub(super) state: Option<&'a str>,
    pub(super) more: Vec<(&'static str, &'a str)>,
}

/// The labels of each series of a device.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeviceLabels<'a> {
    pub(super) id: &'a str,
    /// The names of device and zone, unless a join brings them.
    pub(super) names: Option<(&'a str, &'a str)>,
}

impl EncodeLabelSet for Labels<'_> {
    fn encode(&self, to: &mut LabelSetEncoder<'_>) -> Result<(), std::fmt::Error> {
        ("homey", self.homey).encode(to.encode_label())?;
        if let Some(device) = self.device {
            ("device_id", device.id).encode(to.encode_label())?;
            if let Some((name, zone)) = device.names {
                ("device", name).encode(to.encode_label())?;
                ("zone", zone).encode(to.encode_label())?;
            }
        }
        if let Some(capability) = self.capability {
            ("capability", capability).encode(to.encode_label())?;
        }
        if let Some(state) = self.state {
            ("state", state).encode(to.encode_label())?;
        }
        self.more.iter().try_for_each(|label| label.encode(to.encode_label()))
    }
}

/// The families that are not of the table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fixed {
    Up,
    MirrorState,
    MirrorAge,
    DeviceInfo,
    DeviceAvailable,
    DeviceLastUpdate,
    CapabilityValue,
    CapabilityInfo,
    CapabilityChanges,
    VariableValue,
    UserPresent,
    UserAsleep,
    ZoneActive,
    Flows,
    FlowEnabled,
    FlowBroken,
    FlowStarts,
}

const COUNTER: bool = true;
const GAUGE: bool = false;

/// Name, type and description, in the order of [`Fixed`].
const FIXED: [(&str, bool, &str); 17] = [
    ("homey_up", GAUGE, "1 while the agent follows the Homey, 0 while it cannot"),
    ("homey_mirror_state", GAUGE, "1 for the present state of the copy of the home"),
    (
        "homey_mirror_age_seconds",
        GAUGE,
        "Time since the copy of the home was last current; 0 while it is",
    ),
    ("homey_device_info", GAUGE, "A device, with its names and its driver"),
    ("homey_device_available", GAUGE, "1 if the device can be used"),
    (
        "homey_device_last_update_timestamp_seconds",
        GAUGE,
        "When a capability of the device last reported a value",
    ),
    (
        "homey_capability_value",
        GAUGE,
        "A number or boolean of any other capability, as the Homey has it",
    ),
    (
        "homey_capability_info",
        GAUGE,
        "Title and unit of a capability whose metric does not say them",
    ),
    (
        "homey_capability_changes",
        COUNTER,
        "Changes of a boolean, an enum or a button since the agent started",
    ),
    ("homey_variable_value", GAUGE, "A logic variable that is a number or a boolean"),
    ("homey_user_present", GAUGE, "1 if the user is at home"),
    ("homey_user_asleep", GAUGE, "1 if the user is asleep"),
    ("homey_zone_active", GAUGE, "1 if the zone is active"),
    ("homey_flows", GAUGE, "Number of flows"),
    ("homey_flow_enabled", GAUGE, "1 if the flow is enabled"),
    ("homey_flow_broken", GAUGE, "1 if a card of the flow is missing"),
    ("homey_flow_starts", COUNTER, "Starts of the flow, as the Homey counts them"),
];

/// The rows of all families.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    /// The fixed ones, then those of the table.
    families: Vec<Family<'a>>,
}

impl<'a> Rows<'a> {
    pub(super) fn new() -> Self {
        let fixed = FIXED.iter().map(|&(name, is_counter, help)| (name, help, is_counter));
        let table = METRICS.iter().map(|one| (one.name.as_str(), one.help.as_str(), GAUGE));
        let family = |(name, help, is_counter)| Family { name, help, is_counter, rows: Vec::new() };
        Self { families: fixed.chain(table).map(family).collect() }
    }

    pub(super) fn add(&mut self, family: Fixed, labels: Labels<'a>, value: f64) {
        self.families[family as usize].rows.push(MetricRow { labels, value });
    }

    /// Adds a row of the metric at that place of the table.
    pub(super) fn add_metric(&mut self, place: usize, labels: Labels<'a>, value: f64) {
        self.families[FIXED.len() + place].rows.push(MetricRow { labels, value });
    }

    /// Those that have rows.
    pub(super) fn families(&self) -> impl Iterator<Item = &Family<'a>> {
        self.families.iter().filter(|family| !family.rows.is_empty())
    }
}
