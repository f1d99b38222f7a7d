//! A capability that stands alone.

use housekey::model::{Capability, Measure, ValueKind};
use serde_json::{Value, json};

use super::entity::{Entity, booleans};
use super::table::{self, Row};
use super::unit;
use crate::view::{View, bound, choices, is_readable, is_settable, is_share};

/// Longer states are refused.
const TEXT: &str = "{{ value[:255] }}";

/// Device and state classes that came to Home Assistant after device discovery: an older release refuses
/// what it does not know.
const TOO_NEW: [&str; 2] = ["wind_direction", "measurement_angle"];

/// Those that came after 2024.3.
const NEWER: [&str; 1] = ["volume_flow_rate"];

/// The components of a capability: one, and for a doorbell its event.
pub(super) fn entities(view: &View<'_>, capability: &Capability, has_main: bool) -> Vec<Entity> {
    let mut entities: Vec<_> = entity(view, capability, has_main).into_iter().collect();
    if capability.id == "alarm_generic" && view.class() == "doorbell" {
        let ring = Entity::new(view, "ring", "event")
            .with("name", "Ring")
            .with("device_class", "doorbell")
            .with("event_types", json!(["ring"]))
            .with("state_topic", view.state("ring"));
        entities.push(ring);
    }
    entities
}

fn entity(view: &View<'_>, capability: &Capability, has_main: bool) -> Option<Entity> {
    let id = capability.id.as_str();
    let row = table::row_of(id);
    let platform = platform(view, capability, row)?;
    let mut entity = Entity::new(view, id, platform);
    let is_main = !has_main && id == "onoff";
    let title = capability.title.label().map(str::trim).filter(|title| !title.is_empty());
    let name = title.map_or_else(|| id.replace(['_', '.'], " "), str::to_owned);
    entity.set("name", if is_main { Value::Null } else { json!(name) });
    if let Some(row) = row.filter(|row| row.component == platform) {
        entity =
            entity.with_some("entity_category", Some(row.category).filter(|one| !one.is_empty()));
        if !row.enabled {
            entity.set("enabled_by_default", false);
        }
    }
    // A contact beside a motor, which is part of a cover as well.
    if id == "windowcoverings_closed" {
        entity.set("enabled_by_default", false);
    }
    if platform != "button" {
        entity.set("state_topic", view.state(id));
    }
    if is_settable(capability) && !matches!(platform, "sensor" | "binary_sensor") {
        entity.set("command_topic", view.command(id));
    }
    let class = class(view, capability, row, platform);
    Some(match platform {
        "switch" => booleans(entity, "payload_on", "payload_off")
            .with_some("device_class", Some(class).filter(|class| !class.is_empty())),
        "binary_sensor" => booleans(entity, "payload_on", "payload_off")
            .with_some("device_class", Some(class).filter(|class| !class.is_empty())),
        "button" => entity.with("payload_press", "true"),
        "select" => select(entity, capability),
        "number" => number(entity, capability, class),
        "text" => entity.with("max", 255),
        _ => sensor(entity, capability, class, row),
    })
}

/// The component, by the settings, the table, or what the capability can do.
fn platform(view: &View<'_>, capability: &Capability, row: Option<&Row>) -> Option<&'static str> {
    let (kind, settable) = (capability.kind(), is_settable(capability));
    if !is_readable(capability) {
        return (settable && kind == Some(ValueKind::Boolean)).then_some("button");
    }
    let has_choices = !choices(capability).is_empty();
    let fits = |component: &str| match component {
        "switch" => settable && kind == Some(ValueKind::Boolean),
        "binary_sensor" => kind == Some(ValueKind::Boolean),
        "button" => settable && kind == Some(ValueKind::Boolean),
        "number" => settable && kind == Some(ValueKind::Number),
        "select" => settable && kind == Some(ValueKind::Enum) && has_choices,
        "text" => settable && kind == Some(ValueKind::String),
        "sensor" => true,
        _ => false,
    };
    let wanted = view.overrides(Some(&capability.id)).find_map(|one| one.component.as_deref());
    let listed = row.map(|row| row.component);
    let usual = match kind? {
        ValueKind::Boolean if settable => "switch",
        ValueKind::Boolean => "binary_sensor",
        ValueKind::Number if settable => "number",
        ValueKind::Enum if settable && has_choices => "select",
        ValueKind::String if settable => "text",
        _ => "sensor",
    };
    let known = ["switch", "binary_sensor", "button", "number", "select", "text", "sensor"];
    let chosen = [wanted, listed].into_iter().flatten().find(|component| fits(component));
    known.into_iter().find(|known| Some(*known) == chosen).or(Some(usual))
}

/// The device class.
fn class<'a>(
    view: &View<'_>,
    capability: &Capability,
    row: Option<&'a Row>,
    platform: &str,
) -> &'a str {
    let class = row.filter(|row| row.component == platform).map_or("", |row| row.class);
    let is_socket = view.device.class.text() == Some("socket")
        && view.device.virtual_class.text().is_none_or(|class| class == "socket");
    match (&*capability.id, class) {
        ("onoff", _) if platform == "switch" && is_socket => "outlet",
        (_, "atmospheric_pressure") if view.class() == "pump" => "pressure",
        (_, class) if TOO_NEW.contains(&class) => "",
        (_, class) if view.is_old() && NEWER.contains(&class) => "",
        (_, class) => class,
    }
}

/// The unit that is shown, in the spelling of Home Assistant.
fn shown_unit(capability: &Capability, row: Option<&Row>) -> String {
    let own = capability.units.label().map(unit::unit).filter(|unit| !unit.is_empty());
    own.unwrap_or_else(|| row.map(|row| row.unit.to_owned()).unwrap_or_default())
}

fn sensor(entity: Entity, capability: &Capability, class: &str, row: Option<&Row>) -> Entity {
    let options = choices(capability);
    match capability.kind() {
        Some(ValueKind::Enum) if !options.is_empty() => {
            entity.with("device_class", "enum").with("options", options)
        }
        Some(ValueKind::Number) => {
            let unit = shown_unit(capability, row);
            let class = match row {
                Some(_) => class,
                None => unit::class_of(&unit).unwrap_or_default(),
            };
            let class =
                Some(class).filter(|class| !class.is_empty() && unit::goes_with(class, &unit));
            let state_class = match row {
                Some(row) => row.state_class,
                None if class == Some("energy") => "total_increasing",
                None => "measurement",
            };
            // Energy takes totals only; a class that does not fit is left out, with its total.
            let state_class = Some(state_class)
                .filter(|state_class| !state_class.is_empty() && !TOO_NEW.contains(state_class));
            let entity = entity
                .with_some("device_class", class)
                .with_some("state_class", state_class)
                .with_some("unit_of_measurement", Some(unit).filter(|unit| !unit.is_empty()));
            let decimals = capability.decimals.get().and_then(serde_json::Number::as_u64);
            let decimals = decimals.filter(|decimals| *decimals <= 9);
            let entity = entity.with_some("suggested_display_precision", decimals);
            match is_share(capability) && !capability.id.starts_with("measure_") {
                true => entity.with("value_template", super::PERCENT),
                false => entity,
            }
        }
        _ => entity.with("value_template", TEXT),
    }
}

fn number(entity: Entity, capability: &Capability, class: &str) -> Entity {
    let is_hue = capability.id.split('.').next() == Some("light_hue");
    let scale = match () {
        () if is_hue => 360.0,
        () if is_share(capability) => 100.0,
        () => 1.0,
    };
    let unit = if is_hue {
        "°".to_owned()
    } else {
        shown_unit(capability, table::row_of(&capability.id))
    };
    let (default_min, default_max) = if scale > 1.0 { (0.0, 1.0) } else { (-1e6, 1e6) };
    let min = bound(&capability.min).unwrap_or(default_min) * scale;
    let max = bound(&capability.max).unwrap_or(default_max) * scale;
    let step = bound(&capability.step).filter(|step| *step > 0.0).map(|step| step * scale);
    let decimals = Measure::of_capability(capability).unit().is_some();
    let usual = match scale {
        1.0 if unit == "°C" => 0.5,
        1.0 if !decimals && capability.decimals.get().is_none() => 0.01,
        1.0 => 0.1,
        _ => 1.0,
    };
    let step = step.map_or(usual, |step| step.max(if scale > 1.0 { 1.0 } else { 0.001 }));
    let class = Some(class).filter(|class| !class.is_empty() && unit::goes_with(class, &unit));
    let entity = match min <= max {
        true => entity.with("min", min).with("max", max),
        false => entity,
    };
    let entity = entity
        .with("step", (step * 1e6).round() / 1e6)
        .with_some("device_class", class)
        .with_some("unit_of_measurement", Some(unit).filter(|unit| !unit.is_empty()));
    match is_hue {
        true => entity
            .with(
                "value_template",
                "{{ value if value == 'None' else (value | float * 360) | round(0) | int }}",
            )
            .with("command_template", "{{ value / 360 }}"),
        false => entity.with_percent(capability, ["value_template", "command_template"]),
    }
}

/// What stands for the choice `none`, which Home Assistant reads as unknown.
fn renamed_choice(choices: &[&str]) -> Option<(String, &'static str)> {
    let none = choices.iter().find(|choice| choice.eq_ignore_ascii_case("none"))?;
    let stands = if choices.contains(&"off") { "no" } else { "off" };
    Some(((*none).to_owned(), stands))
}

fn select(entity: Entity, capability: &Capability) -> Entity {
    let all = choices(capability);
    let Some((none, stands)) = renamed_choice(&all) else { return entity.with("options", all) };
    let options: Vec<_> =
        all.iter().map(|choice| if *choice == none { stands } else { choice }).collect();
    entity
        .with("options", options)
        .with("value_template", format!("{{{{ '{stands}' if value == '{none}' else value }}}}"))
        .with("command_template", format!("{{{{ '{none}' if value == '{stands}' else value }}}}"))
}
