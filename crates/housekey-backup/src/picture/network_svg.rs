//! A network as a picture.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::canvas::{Canvas, escaped, fitted};
use super::network::{Network, NetworkNode, NodeState};
use super::placement::{NODE, Placement, place};
use crate::Part;
use crate::graph::{Access, Certainty};

/// The margin, and the room for the title.
const MARGIN: f64 = 28.0;
const TOP: f64 = 92.0;

/// Draws a network as an SVG document: what is read on the left of the flows that read it, what is changed on
/// their right.
///
/// Names may hold anything. The style sheet is not scoped: load the picture as a file or as an image.
pub fn network_svg(network: &Network, title: &str) -> String {
    let placed = place(network);
    let mut canvas = Canvas::new();
    let width = (placed.size.0 + 2.0 * MARGIN).max(760.0);
    let height = placed.size.1 + TOP + MARGIN;
    head(&mut canvas, network, title);
    links(&mut canvas, network, &placed);
    for (node, at) in network.nodes.iter().zip(&placed.nodes) {
        draw(&mut canvas, node, moved(*at));
    }
    canvas.document((width, height), title)
}

fn moved((x, y): (f64, f64)) -> (f64, f64) {
    (x + MARGIN, y + TOP)
}

/// The title, and what the colours mean.
fn head(canvas: &mut Canvas, network: &Network, title: &str) {
    canvas.text("title", (MARGIN, 36.0), title);
    let mut kinds = BTreeMap::new();
    for node in &network.nodes {
        *kinds.entry(node.item.part).or_insert(0) += 1;
    }
    let mut x = MARGIN;
    for (part, count) in kinds {
        let word = format!("{count} {}{}", part.item(), if count == 1 { "" } else { "s" });
        badge(canvas, part, (x + 8.0, 61.0));
        canvas.text("small", (x + 22.0, 65.0), &word);
        x += 22.0 + super::canvas::width(&word) * 0.86 + 18.0;
    }
    for (class, word) in [("read", "reads"), ("write", "changes or starts")] {
        if network.links.iter().any(|link| link.access.as_str() == class) {
            canvas.curve(class, class, 1.0, &[(x, 61.0), (x + 34.0, 61.0)]);
            canvas.text("small", (x + 42.0, 65.0), word);
            x += 42.0 + super::canvas::width(word) * 0.86 + 18.0;
        }
    }
}

fn links(canvas: &mut Canvas, network: &Network, placed: &Placement) {
    for (place, link) in network.links.iter().enumerate() {
        let (from, to) = (moved(placed.nodes[link.from]), moved(placed.nodes[link.to]));
        let head = match link.access {
            Access::Read => "read",
            Access::Write => "write",
        };
        let soft = if link.certainty == Certainty::Soft { " soft" } else { "" };
        let class = format!("{head}{soft}");
        if link.from == link.to {
            itself(canvas, &class, head, from);
            continue;
        }
        let half = NODE.0 / 2.0;
        let side = if from.0 <= to.0 { 1.0 } else { -1.0 };
        // Both directions between two nodes are drawn beside each other.
        let twin = network.links.iter().any(|other| other.from == link.to && other.to == link.from);
        let shift = if twin { 7.0 * side } else { 0.0 };
        let bends = placed.bends.get(&place).into_iter().flatten().copied().map(moved);
        let mut points = vec![(from.0 + side * half, from.1 + shift)];
        for (x, y) in bends {
            points.extend([(x - side * half, y + shift), (x + side * half, y + shift)]);
        }
        points.push((to.0 - side * (half + 2.0), to.1 + shift));
        canvas.curve(&class, head, side, &points);
    }
}

/// A line from a node to itself.
fn itself(canvas: &mut Canvas, class: &str, head: &str, (x, y): (f64, f64)) {
    let (right, top) = (x + NODE.0 / 2.0, y - NODE.1 / 2.0);
    let mut path = String::new();
    let _ = write!(
        path,
        "<path class=\"line {class}\" d=\"M{:.1} {:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}\" marker-end=\"url(#{head})\"/>",
        right,
        y - 6.0,
        right + 36.0,
        y - 6.0,
        right - 20.0,
        top - 36.0,
        right - 30.0,
        top - 2.0
    );
    canvas.markup(&path);
}

fn draw(canvas: &mut Canvas, node: &NetworkNode, (x, y): (f64, f64)) {
    let (left, top) = (x - NODE.0 / 2.0, y - NODE.1 / 2.0);
    let class = match node.state {
        NodeState::Normal => "box",
        NodeState::Disabled => "box off",
        NodeState::Missing => "box gone",
    };
    let state = match node.state {
        NodeState::Normal => "",
        NodeState::Disabled => ", disabled",
        NodeState::Missing => ", missing",
    };
    let group = node.group.as_deref();
    let full = group.map_or_else(|| node.name.clone(), |group| format!("{group}/{}", node.name));
    let kind = node.item.part.item();
    canvas.markup(&format!("<g><title>{} ({kind}{state})</title>", escaped(&full)));
    canvas.rect(class, (left, top), NODE, 9.0);
    badge(canvas, node.item.part, (left + 21.0, y));
    let room = NODE.0 - 54.0;
    let below = match node.state {
        NodeState::Normal => group.map(str::to_owned),
        NodeState::Disabled => {
            Some(group.map_or("disabled".to_owned(), |group| format!("{group} · disabled")))
        }
        NodeState::Missing => Some(format!("{kind} is missing")),
    };
    match below {
        Some(below) => {
            canvas.text("strong", (left + 42.0, y - 3.0), &fitted(&node.name, room * 0.86));
            canvas.text("small", (left + 42.0, y + 13.0), &fitted(&below, room * 1.1));
        }
        None => canvas.text("strong", (left + 42.0, y + 4.5), &fitted(&node.name, room * 0.86)),
    }
    canvas.markup("</g>");
}

/// A circle in the colour of the kind, with its letter.
fn badge(canvas: &mut Canvas, part: Part, (x, y): (f64, f64)) {
    let (class, glyph) = match part {
        Part::Flows => ("flow", "F"),
        Part::AdvancedFlows => ("advanced", "A"),
        Part::Devices => ("device", "D"),
        Part::Variables => ("variable", "V"),
        Part::Moods => ("mood", "M"),
        Part::Users => ("user", "U"),
        Part::Scripts => ("script", "S"),
        Part::Alarms => ("alarm", "C"),
        Part::Apps => ("app", "P"),
        _ => ("zone", "Z"),
    };
    canvas.markup(&format!("<circle class=\"k-{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"10\"/>"));
    canvas.centred("glyph", (x, y + 4.0), glyph);
}
