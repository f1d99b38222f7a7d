//! A device: what of it is exported, and how.

use housekey::mirror::{Home, ItemKind};
use housekey::model::{Capability, Device, ValueKind};
use serde_json::{Number, Value};

use super::cache::View;
use super::quantity::Conversion;
use super::table::{self, Export, METRICS, Shape};

/// A device without its values.
#[derive(Debug)]
pub(super) struct DeviceView {
    pub(super) id: String,
    pub(super) name: String,
    /// The id of its zone.
    pub(super) zone: Option<String>,
    pub(super) class: String,
    /// The id of its driver within the app.
    pub(super) driver: String,
    /// The whole id of its driver.
    pub(super) driver_id: String,
    /// The id of the app that brings the driver; empty for drivers of the system.
    pub(super) app: String,
    pub(super) available: bool,
    /// One for each report of the item, in their order.
    pub(super) capabilities: Vec<CapabilityView>,
}

/// A capability without its value.
#[derive(Debug)]
pub(super) struct CapabilityView {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) unit: String,
    pub(super) rule: Rule,
    /// Whether its changes are counted.
    counted: bool,
}

/// What becomes of a value.
#[derive(Debug)]
pub(super) enum Rule {
    /// A boolean under the metric at that place of the table.
    Boolean(usize),
    /// An enum with these states.
    Enum(usize, Vec<String>),
    /// A number, converted.
    Number(usize, Conversion),
    /// A number or a boolean under the metric for everything else.
    Other,
    /// It is a button.
    Button,
    /// Nothing.
    Nothing,
}

impl View for DeviceView {
    fn of(home: &Home, kind: ItemKind, id: &str) -> Option<Self> {
        let device: Device = home.get(id)?;
        let reports = home.item(kind, id)?.reports();
        let capability = |report: &housekey::mirror::Report| {
            let known = device.capability(&report.capability);
            CapabilityView::new(&report.capability, known)
        };
        let driver_id = device.driver().unwrap_or_default().into_owned();
        let (app, driver) = parts(&driver_id);
        Some(Self {
            name: device.name().to_owned(),
            zone: device.zone.text().map(str::to_owned),
            class: device.class().unwrap_or_default().to_owned(),
            app: app.to_owned(),
            driver: driver.to_owned(),
            available: device.available.get() != Some(&false),
            capabilities: reports.iter().map(capability).collect(),
            id: id.to_owned(),
            driver_id,
        })
    }
}

/// `homey:app:com.example:lamp`: the app and the driver. Of others the last part is the driver.
fn parts(driver_id: &str) -> (&str, &str) {
    let driver = driver_id.rsplit(':').next().unwrap_or_default();
    let app = driver_id.strip_prefix("homey:app:").and_then(|rest| rest.split(':').next());
    (app.unwrap_or_default(), driver)
}

impl DeviceView {
    fn capability(&self, id: &str) -> Option<&CapabilityView> {
        let place = self.capabilities.binary_search_by(|one| one.id.as_str().cmp(id)).ok()?;
        self.capabilities.get(place)
    }

    /// Whether changes of a capability are counted.
    pub(super) fn is_counted(&self, id: &str) -> bool {
        self.capability(id).is_some_and(CapabilityView::is_counted)
    }

    /// Whether a capability is a button, each report of which is a change.
    pub(super) fn is_button(&self, id: &str) -> bool {
        self.capability(id).is_some_and(|capability| matches!(capability.rule, Rule::Button))
    }
}

impl CapabilityView {
    fn new(id: &str, capability: Option<&Capability>) -> Self {
        let kind = capability.and_then(Capability::kind);
        let unit = capability.and_then(|one| one.units.label()).unwrap_or_default();
        let title = capability.and_then(|one| one.title.label()).unwrap_or_default();
        let rule = rule(id, capability, kind, unit);
        let counted = match rule {
            Rule::Button => true,
            _ => matches!(kind, Some(ValueKind::Boolean | ValueKind::Enum)),
        };
        let (id, title, unit) = (id.to_owned(), title.to_owned(), unit.to_owned());
        Self { id, title, unit, rule, counted }
    }

    pub(super) fn is_counted(&self) -> bool {
        self.counted
    }

    /// Whether title and unit are exported: they say what the metric does not.
    pub(super) fn is_described(&self) -> bool {
        matches!(self.rule, Rule::Other) || table::base(&self.id) == "measure_monetary"
    }
}

fn rule(id: &str, capability: Option<&Capability>, kind: Option<ValueKind>, unit: &str) -> Rule {
    let other = || match kind {
        Some(ValueKind::String | ValueKind::Enum) => Rule::Nothing,
        _ => Rule::Other,
    };
    let place = match table::export(id) {
        Export::Metric(place) => place,
        Export::Button => return Rule::Button,
        Export::Custom => return other(),
    };
    match (METRICS[place].shape, kind) {
        (Shape::Boolean, Some(ValueKind::Boolean) | None) => Rule::Boolean(place),
        (Shape::Enum, Some(ValueKind::Enum | ValueKind::String) | None) => {
            let choices = capability.and_then(|one| one.values.get());
            let states = choices.into_iter().flatten().map(|choice| choice.id.clone());
            Rule::Enum(place, states.collect())
        }
        (Shape::Number(quantity, usual), Some(ValueKind::Number) | None) => {
            let max = capability.and_then(|one| one.max.get()).and_then(Number::as_f64);
            let unit = if unit.trim().is_empty() { usual } else { unit };
            let conversion = quantity.conversion_of(unit, max);
            conversion.map_or(Rule::Other, |conversion| Rule::Number(place, conversion))
        }
        _ => other(),
    }
}

/// A value as a number: booleans are 0 or 1. `None` for anything that is no number.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Bool(is) => Some(f64::from(u8::from(*is))),
        Value::Number(number) => number.as_f64().filter(|number| number.is_finite()),
        _ => None,
    }
}
