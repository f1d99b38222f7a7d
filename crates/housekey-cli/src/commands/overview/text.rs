//! An overview as people read it.

use housekey::model::number_text;

use super::layout::Layout;
use super::state::{DevicePlace, Overview, Person, Temperature};
use crate::output::ink::Ink;

/// The text, for a terminal of that width.
pub(super) fn text(overview: &Overview, width: usize) -> String {
    let mut layout = Layout::new(width);
    people(&mut layout, &overview.people);
    let on = overview.on.iter().map(|one| {
        let dimmed = one.dim.filter(|dim| *dim < 1.0).map(|dim| format!(" {:.0} %", dim * 100.0));
        (&one.place, format!("{}{}", one.place.device, dimmed.unwrap_or_default()))
    });
    section(&mut layout, "On", Ink::BoldCyan, by_zone(on));
    let alarms = overview
        .alarms
        .iter()
        .map(|one| (&one.place, format!("{} ({})", one.place.device, lower(&one.what))));
    section(&mut layout, "Alarms", Ink::BoldRed, by_zone(alarms));
    section(&mut layout, "Temperature", Ink::Bold, temperatures(&overview.temperatures));
    if let Some(power) = &overview.power {
        let part = |watts: Option<f64>, what: &str| {
            watts.map(|watts| format!("{} W {what}", number_text(watts, Some(0))))
        };
        let parts = [
            part(power.used_w, "used"),
            part(power.generated_w, "generated"),
            part(power.meter_w, "at the meter"),
        ];
        section(&mut layout, "Power", Ink::Bold, alone(parts.into_iter().flatten().collect()));
    }
    let batteries = overview.low_batteries.iter().map(|one| {
        let level = match one.percent {
            Some(percent) => format!("{} %", number_text(percent, Some(0))),
            None => "low".to_owned(),
        };
        format!("{} {level}", full(&one.place))
    });
    section(&mut layout, "Batteries", Ink::BoldRed, alone(batteries.collect()));
    let unavailable = overview.unavailable.iter().map(|one| match &one.why {
        Some(why) => format!("{} ({})", full(&one.place), lower(why.trim_end_matches('.'))),
        None => full(&one.place),
    });
    section(&mut layout, "Unavailable", Ink::BoldRed, alone(unavailable.collect()));
    for (label, broken) in [("Flows", &overview.broken_flows), ("Apps", &overview.stopped_apps)] {
        let items = broken.iter().map(|one| format!("{} ({})", one.name, one.state));
        section(&mut layout, label, Ink::BoldRed, alone(items.collect()));
    }
    let missing = overview.missing.iter().map(|one| {
        // What comes last says why; before it stands which operation failed.
        let why = one.why.rsplit(": ").next().unwrap_or_default();
        (one.part.to_owned(), vec![why.to_owned()])
    });
    section(&mut layout, "Not shown", Ink::BoldGrey, missing.collect());
    let bold = Ink::Bold;
    let quiet = match layout.text() {
        nothing if nothing.is_empty() => "Nothing is on, and nothing needs attention.\n".to_owned(),
        text => text,
    };
    format!("{bold}{}{bold:#}\n\n{quiet}", overview.homey)
}

fn section(layout: &mut Layout, label: &str, ink: Ink, rows: Vec<(String, Vec<String>)>) {
    if !rows.is_empty() {
        layout.gap();
        layout.rows(label, ink, &rows);
    }
}

fn people(layout: &mut Layout, people: &[Person]) {
    let named = |at_home: Option<bool>| -> Vec<String> {
        let there = people.iter().filter(|person| person.at_home == at_home);
        there
            .map(|person| match person.asleep {
                Some(true) if at_home == Some(true) => format!("{} (asleep)", person.name),
                _ => person.name.clone(),
            })
            .collect()
    };
    for (label, at_home) in [("At home", Some(true)), ("Away", Some(false))] {
        let rows = alone(named(at_home));
        if !rows.is_empty() {
            layout.rows(label, Ink::Bold, &rows);
        }
    }
}

/// One row without a name; none where there is nothing in it.
fn alone(items: Vec<String>) -> Vec<(String, Vec<String>)> {
    if items.is_empty() { Vec::new() } else { vec![(String::new(), items)] }
}

/// A row for each zone, in the order of the items.
fn by_zone<'p>(
    items: impl Iterator<Item = (&'p DevicePlace, String)>,
) -> Vec<(String, Vec<String>)> {
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    for (place, item) in items {
        let zone = place.zone.as_deref().unwrap_or_default();
        match rows.last_mut() {
            Some((name, items)) if name == zone => items.push(item),
            _ => rows.push((zone.to_owned(), vec![item])),
        }
    }
    rows
}

/// One item for each zone: its temperature, or the lowest and the highest.
fn temperatures(all: &[Temperature]) -> Vec<(String, Vec<String>)> {
    let mut items = Vec::new();
    let same_zone = |one: &Temperature, next: &Temperature| {
        one.place.zone.is_some() && one.place.zone == next.place.zone
    };
    for zone in all.chunk_by(same_zone) {
        let by_value = |one: &&Temperature, other: &&Temperature| one.value.total_cmp(&other.value);
        let (lowest, highest) = (zone.iter().min_by(by_value), zone.iter().max_by(by_value));
        let (Some(lowest), Some(highest)) = (lowest, highest) else { continue };
        let name = lowest.place.zone.as_deref().unwrap_or(&lowest.place.device);
        items.push(match lowest.text == highest.text {
            true => format!("{name} {}", lowest.text),
            false => format!("{name} {} to {}", lowest.text, highest.text),
        });
    }
    alone(items)
}

fn full(place: &DevicePlace) -> String {
    match &place.zone {
        Some(zone) => format!("{zone}/{}", place.device),
        None => place.device.clone(),
    }
}

/// A title or a sentence inside a line.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        // An abbreviation stays as it is.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::{ActiveAlarm, LowBattery, OnDevice};
    use super::*;
    use crate::output::ink;

    fn place(zone: &str, device: &str) -> DevicePlace {
        let zone = Some(zone.to_owned()).filter(|zone| !zone.is_empty());
        DevicePlace { id: "1".to_owned(), device: device.to_owned(), zone }
    }

    fn home() -> Overview {
        let on = |zone, device, dim| OnDevice { place: place(zone, device), class: None, dim };
        let warm = |zone, value: f64| Temperature {
            place: place(zone, "Sensor"),
            value,
            text: format!("{value} °C"),
        };
        let person = |name: &str, at_home, asleep| Person {
            id: "1".to_owned(),
            name: name.to_owned(),
            at_home,
            asleep,
        };
        let alarm = |zone, device, what: &str| ActiveAlarm {
            place: place(zone, device),
            capability: "alarm".to_owned(),
            what: what.to_owned(),
        };
        Overview {
            homey: "Home".to_owned(),
            people: vec![
                person("Robin", Some(true), Some(true)),
                person("Noor", Some(false), None),
            ],
            on: vec![
                on("Kitchen", "Ceiling lamp", Some(0.5)),
                on("Kitchen", "Coffee machine", None),
                on("Kitchen", "Under the cupboards", Some(1.0)),
                on("Living room", "Floor lamp", None),
            ],
            alarms: vec![alarm("Hall", "Front door", "Contact alarm"), alarm("", "CO", "CO alarm")],
            temperatures: vec![warm("Kitchen", 20.5), warm("Kitchen", 21.25), warm("Attic", 18.0)],
            low_batteries: vec![LowBattery {
                place: place("Hall", "Front door"),
                percent: Some(12.0),
            }],
            unavailable: Vec::new(),
            broken_flows: Vec::new(),
            stopped_apps: Vec::new(),
            power: None,
            missing: Vec::new(),
        }
    }

    #[test]
    fn labels_stand_beside_the_rows_where_there_is_room() {
        insta::assert_snapshot!(ink::without(&text(&home(), 80)), @"
        Home

        At home      Robin (asleep)
        Away         Noor

        On           Kitchen      Ceiling lamp 50 %, Coffee machine, Under the cupboards
                     Living room  Floor lamp

        Alarms       Hall  Front door (contact alarm)
                           CO (CO alarm)

        Temperature  Kitchen 20.5 °C to 21.25 °C, Attic 18 °C

        Batteries    Hall/Front door 12 %
        ");
    }

    #[test]
    fn labels_stand_above_the_rows_on_a_narrow_terminal() {
        insta::assert_snapshot!(ink::without(&text(&home(), 40)), @"
        Home

        At home
          Robin (asleep)
        Away
          Noor

        On
          Kitchen      Ceiling lamp 50 %,
                       Coffee machine,
                       Under the cupboards
          Living room  Floor lamp

        Alarms
          Hall  Front door (contact alarm)
                CO (CO alarm)

        Temperature
          Kitchen 20.5 °C to 21.25 °C,
          Attic 18 °C

        Batteries
          Hall/Front door 12 %
        ");
    }

    #[test]
    fn an_empty_home_has_a_line_too() {
        let home = Overview {
            people: Vec::new(),
            on: Vec::new(),
            alarms: Vec::new(),
            temperatures: Vec::new(),
            low_batteries: Vec::new(),
            ..home()
        };
        insta::assert_snapshot!(ink::without(&text(&home, 80)), @"
        Home

        Nothing is on, and nothing needs attention.
        ");
    }
}
