//! Flows that start each other in a circle: by starting flows, by variables, and by capabilities of devices.

use std::collections::HashMap;

use super::checker::{CheckedFlow, Checker};
use super::fault::Fault;
use super::references::START;
use crate::card::CardKind;
use crate::graph::{Access, Certainty, Edge, EdgeTarget};
use crate::{Part, label};

/// How one flow starts another.
struct Link {
    to: usize,
    how: String,
}

pub(super) fn check(checker: &mut Checker<'_>, flows: &[CheckedFlow<'_>]) {
    let links = links(checker, flows);
    for circle in circles(&links) {
        let [first, ..] = circle.as_slice() else { continue };
        let mut words = Vec::new();
        for (place, &flow) in circle.iter().enumerate() {
            let next = circle[(place + 1) % circle.len()];
            let link = links[flow].iter().find(|link| link.to == next);
            words.push(format!(
                "\"{}\" {}",
                flows[flow].full_name(),
                link.map_or("starts the next", |link| link.how.as_str())
            ));
        }
        let names: Vec<_> = circle.iter().skip(1).map(|flow| flows[*flow].full_name()).collect();
        let with = match names.as_slice() {
            [] => "it starts itself".to_owned(),
            [other] => format!("it and \"{other}\" start each other"),
            several => format!("it and {} other flows start each other", several.len()),
        };
        let message = format!("{with}: {}", words.join(", "));
        checker.flow(Fault::Circle, &flows[*first], None, None, message);
    }
}

/// For each flow those that it starts. Disabled flows start nothing and are not started.
fn links(checker: &Checker<'_>, flows: &[CheckedFlow<'_>]) -> Vec<Vec<Link>> {
    let enabled = flows.iter().enumerate().filter(|(_, flow)| flow.is_enabled());
    let index: HashMap<_, _> = enabled.map(|(place, flow)| (&flow.item, place)).collect();
    let mut watchers = HashMap::<&EdgeTarget, Vec<(usize, &str)>>::new();
    let sure = || checker.graph.edges().iter().filter(|edge| edge.certainty == Certainty::Sure);
    let placed = |edge: &'_ Edge| edge.place.as_ref().map(|place| (place.kind, place.card.clone()));
    for edge in sure() {
        let (Some(place), Some(&flow)) = (&edge.place, index.get(&edge.from)) else { continue };
        if place.kind == CardKind::Trigger && is_watched(&edge.to) {
            watchers.entry(&edge.to).or_default().push((flow, place.card.as_str()));
        }
    }
    let mut links: Vec<Vec<Link>> = flows.iter().map(|_| Vec::new()).collect();
    for edge in sure().filter(|edge| edge.access == Access::Write) {
        let (Some((_, card)), Some(&from)) = (placed(edge), index.get(&edge.from)) else {
            continue;
        };
        let name = label::target(checker.home, &edge.to);
        if let Some(item) = edge.to.item().filter(|_| card == START)
            && let Some(&to) = index.get(&item)
        {
            links[from].push(Link { to, how: format!("starts \"{name}\"") });
        }
        for (to, trigger) in watchers.get(&edge.to).into_iter().flatten() {
            if can_cause(&card, trigger) {
                links[from].push(Link { to: *to, how: format!("sets {name}") });
            }
        }
    }
    links
}

/// Whether a change of it can start a flow.
fn is_watched(target: &EdgeTarget) -> bool {
    match target {
        EdgeTarget::Capability { .. } => true,
        EdgeTarget::Item(item) => item.part == Part::Variables,
        _ => false,
    }
}

/// Whether an action can set off a trigger: turning a lamp off does not turn it on.
fn can_cause(action: &str, trigger: &str) -> bool {
    let short = |card: &'_ str| card.rsplit(':').next().unwrap_or_default().to_owned();
    let (action, trigger) = (short(action), short(trigger));
    let base = trigger.split('.').next().unwrap_or_default();
    match action.split('.').next().unwrap_or_default() {
        "on" | "enable" => !base.ends_with("_false"),
        "off" | "disable" => !base.ends_with("_true"),
        _ => true,
    }
}

/// The circles, the shortest through each flow; of those that share a flow only the first.
fn circles(links: &[Vec<Link>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut in_circle = vec![false; links.len()];
    for start in 0..links.len() {
        let circle = shortest_circle(links, start);
        if let Some(circle) = circle.filter(|circle| circle.iter().all(|flow| !in_circle[*flow])) {
            circle.iter().for_each(|flow| in_circle[*flow] = true);
            found.push(circle);
        }
    }
    found
}

/// The shortest way from a flow back to it.
fn shortest_circle(links: &[Vec<Link>], start: usize) -> Option<Vec<usize>> {
    let mut from = vec![None; links.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(flow) = queue.pop_front() {
        for link in &links[flow] {
            if link.to == start {
                let mut way = vec![flow];
                let mut here = flow;
                while here != start {
                    here = from[here]?;
                    way.push(here);
                }
                way.reverse();
                return Some(way);
            }
            if from[link.to].is_none() {
                from[link.to] = Some(flow);
                queue.push_back(link.to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_once() {
        let links = |all: &[&[usize]]| -> Vec<Vec<Link>> {
            let link = |to: &usize| Link { to: *to, how: String::new() };
            all.iter().map(|flow| flow.iter().map(link).collect()).collect()
        };
        for (all, want) in [
            (&[&[1][..], &[2], &[]][..], &[][..]),
            (&[&[1], &[2], &[0]], &[&[0, 1, 2][..]]),
            (&[&[0], &[1, 0]], &[&[0], &[1]]),
            (&[&[1, 2], &[0], &[1]], &[&[0, 1]]),
            (&[&[1], &[2], &[1]], &[&[1, 2]]),
        ] {
            assert_eq!(circles(&links(all)), want, "{all:?}");
        }
    }

    #[test]
    fn an_action_causes_only_the_triggers_of_its_value() {
        for (action, trigger, want) in [
            ("homey:device:d:off", "homey:device:d:onoff_true", false),
            ("homey:device:d:off", "homey:device:d:onoff_false", true),
            ("homey:device:d:on.left", "homey:device:d:onoff_false.left", false),
            ("homey:device:d:toggle", "homey:device:d:onoff_true", true),
            ("homey:device:d:dim", "homey:device:d:dim_changed", true),
        ] {
            assert_eq!(can_cause(action, trigger), want, "{action} {trigger}");
        }
    }
}
