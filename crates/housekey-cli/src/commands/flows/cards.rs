//! The cards of a flow as people read them.

use std::collections::BTreeMap;

use housekey::model::{AdvancedFlow, Device, Flow, Node, PlacedCard, Wait};
use jiff::SignedDuration;
use serde_json::{Map, Number, Value};

use crate::context::Target;
use crate::duration;
use crate::items::Collection;
use crate::output::Output;
use crate::output::table::Table;
use crate::output::unknown;

/// What the owners of cards are called.
pub(super) struct Owners {
    /// `Zone/Device` by id.
    devices: BTreeMap<String, String>,
}

impl Owners {
    /// The devices of the Homey; without the right to see them they keep their ids.
    pub(super) async fn read(target: &Target, out: &Output) -> Self {
        let devices = Collection::read(target, out).await.ok();
        let named = |devices: Collection<Device>| {
            let each = devices.iter();
            each.map(|device| (device.id.clone(), devices.full_name(device))).collect()
        };
        Self { devices: devices.map(named).unwrap_or_default() }
    }

    /// `Hallway/Motion sensor: alarm_motion_true`, `logic: lt`; what is no whole id as it is.
    fn card(&self, id: &str) -> String {
        let mut parts = id.splitn(4, ':');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next()];
        let [Some("homey"), Some(kind), Some(owner), Some(short)] = parts else {
            return id.to_owned();
        };
        match (kind, self.devices.get(owner)) {
            ("device", Some(name)) => format!("{name}: {short}"),
            _ => format!("{owner}: {short}"),
        }
    }

    fn token(&self, token: &str) -> String {
        self.card(&token.replacen('|', ":", 1))
    }

    /// What was filled in.
    fn filled_in(&self, args: Option<&Map<String, Value>>, dropped: Option<&str>) -> Vec<String> {
        let arg = |(name, value): (&String, &Value)| format!("{name} {}", argument(value));
        let dropped = dropped.filter(|token| !token.is_empty());
        let dropped = dropped.map(|token| format!("of {}", self.token(token)));
        args.into_iter().flatten().map(arg).chain(dropped).collect()
    }
}

/// What was chosen for an argument: of a whole object its name.
fn argument(value: &Value) -> String {
    match value.get("name").and_then(Value::as_str) {
        Some(name) => name.to_owned(),
        None => unknown::text(value),
    }
}

fn length(seconds: f64) -> String {
    SignedDuration::try_from_secs_f64(seconds)
        .map_or_else(|_| format!("{seconds} s"), duration::show)
}

/// A line for each card, in the order they come to matter.
pub(super) fn standard(flow: &Flow, owners: &Owners) -> Table {
    let mut table = Table::new(["part", "card", "with"]);
    let mut row = |part: String, card: &PlacedCard| {
        let wait = |wait: Option<&Wait>| wait.and_then(Wait::seconds).map(length);
        let mut with = owners.filled_in(card.args.get(), card.droptoken.text());
        with.extend(wait(card.delay.get()).map(|delay| format!("after {delay}")));
        with.extend(wait(card.duration.get()).map(|duration| format!("for {duration}")));
        table.row([part, owners.card(&card.id().unwrap_or_default()), with.join(", ")]);
    };
    if let Some(trigger) = flow.trigger.get() {
        row("when".to_owned(), trigger);
    }
    let mut group = None;
    for condition in flow.conditions.get().into_iter().flatten() {
        let own = condition.group.text().unwrap_or("group1");
        let word = match group {
            None => "if",
            Some(before) if before == own => "and",
            Some(_) => "or if",
        };
        group = Some(own);
        let not = if condition.inverted.is_true() { " not" } else { "" };
        row(format!("{word}{not}"), condition);
    }
    for action in flow.actions.get().into_iter().flatten() {
        row(action.group.text().unwrap_or("then").to_owned(), action);
    }
    table
}

/// A numbered line for each node, from left to right, and the numbers of those that come next.
pub(super) fn advanced(flow: &AdvancedFlow, owners: &Owners) -> Table {
    let mut nodes: Vec<(&String, &Node)> = flow.cards.get().into_iter().flatten().collect();
    let place = |node: &Node| {
        let at = |place: Option<&Number>| place.and_then(Number::as_f64).unwrap_or_default();
        (at(node.x.get()), at(node.y.get()))
    };
    nodes.sort_by(|(_, one), (_, other)| {
        let ((x, y), (other_x, other_y)) = (place(one), place(other));
        x.total_cmp(&other_x).then(y.total_cmp(&other_y))
    });
    let number: BTreeMap<&str, usize> =
        (1..).zip(&nodes).map(|(number, (key, _))| (key.as_str(), number)).collect();
    let mut table = Table::new(["#", "type", "card", "with", "next"]);
    for (key, node) in &nodes {
        let next = [
            ("", node.output_success.get()),
            ("yes: ", node.output_true.get()),
            ("no: ", node.output_false.get()),
            ("error: ", node.output_error.get()),
        ];
        let numbers = |targets: &Vec<String>| {
            let of = |target: &String| match number.get(target.as_str()) {
                Some(number) => number.to_string(),
                None => "?".to_owned(),
            };
            targets.iter().map(of).collect::<Vec<_>>().join(", ")
        };
        let next = next.into_iter().filter_map(|(word, targets)| {
            let targets = targets.filter(|targets| !targets.is_empty())?;
            Some(format!("{word}{}", numbers(targets)))
        });
        let kind = node.kind.text().unwrap_or_default();
        let not = if node.inverted.is_true() { " not" } else { "" };
        let with = match (kind, node.value.get()) {
            ("note", Some(text)) => vec![unknown::text(text)],
            ("delay", _) => delay(node).into_iter().collect(),
            _ => owners.filled_in(node.args.get(), node.droptoken.text()),
        };
        table.row([
            number.get(key.as_str()).map(usize::to_string).unwrap_or_default(),
            format!("{kind}{not}"),
            node.id().map(|id| owners.card(&id)).unwrap_or_default(),
            with.join(", "),
            next.collect::<Vec<_>>().join("; "),
        ]);
    }
    table
}

fn delay(node: &Node) -> Option<String> {
    let delay = node.args.get()?.get("delay")?.clone();
    serde_json::from_value::<Wait>(delay).ok()?.seconds().map(length)
}
