//! An advanced flow as the vendor's editor draws it: cards at their places, lines between them, notes behind.

use std::collections::HashMap;

use serde_json::Value;

use super::canvas::{Canvas, escaped, wrapped};
use crate::card::{CardUse, cards_by_node};
use crate::words::{OUTPUTS, Words, nodes, targets};

/// The width of a card, and the least distance between two.
const WIDTH: f64 = 230.0;
const GAP: (f64, f64) = (56.0, 22.0);

/// The height of a line of text, and what is above and below the text of a card.
const LINE: f64 = 17.0;
const HEAD: f64 = 30.0;
const FOOT: f64 = 10.0;

/// More lines of a card or a note are cut.
const MOST_LINES: usize = 4;

/// Cards that overlap are drawn apart, up to this.
const MOST_STRETCH: f64 = 4.0;

/// Places farther away are mistakes.
const FARTHEST: f64 = 50_000.0;

const MARGIN: f64 = 28.0;
const TOP: f64 = 64.0;

/// Room for the word of an output, and for a line that leads back.
const ROOM_FOR_WORDS: f64 = 40.0;

/// A node with its place and text.
struct Drawn<'h> {
    key: &'h str,
    node: &'h Value,
    lines: Vec<String>,
    at: (f64, f64),
    size: (f64, f64),
}

/// Draws an advanced flow as an SVG document; `None` for a standard flow, which has no places.
pub fn flow_svg(words: &Words<'_>, flow: &Value, title: &str) -> Option<String> {
    flow["cards"].as_object()?;
    let cards = cards_by_node(flow);
    let mut drawn: Vec<Drawn<'_>> = nodes(flow)
        .into_iter()
        .map(|(key, node)| measure(words, flow, cards.get(key), key, node))
        .collect();
    spread(&mut drawn);
    let mut canvas = Canvas::new();
    canvas.text("title", (MARGIN, 36.0), title);
    for note in drawn.iter().filter(|one| one.node["type"] == "note") {
        draw_note(&mut canvas, note);
    }
    lines(&mut canvas, &drawn);
    for card in drawn.iter().filter(|one| one.node["type"] != "note") {
        draw_card(&mut canvas, card);
    }
    let most = |of: fn(&Drawn<'_>) -> f64| drawn.iter().map(of).fold(0.0, f64::max);
    let width = most(|one| one.at.0 + one.size.0) + MARGIN + ROOM_FOR_WORDS;
    let height = most(|one| one.at.1 + one.size.1) + MARGIN;
    Some(canvas.document((width.max(480.0), height.max(160.0)), title))
}

fn measure<'h>(
    words: &Words<'_>,
    flow: &Value,
    card: Option<&CardUse<'_>>,
    key: &'h str,
    node: &'h Value,
) -> Drawn<'h> {
    let number = |key: &str| node[key].as_f64().unwrap_or_default().clamp(-FARTHEST, FARTHEST);
    let at = (number("x"), number("y"));
    if node["type"] == "note" {
        let size = (number("width").clamp(120.0, 2000.0), number("height").clamp(40.0, 2000.0));
        let room = ((size.1 - 16.0) / LINE).floor().max(1.0) as usize;
        let text = node["value"].as_str().unwrap_or_default();
        return Drawn { key, node, lines: wrapped(text, size.0 - 24.0, room), at, size };
    }
    let text = words.node(flow, card, node);
    let lines = wrapped(&text, WIDTH - 28.0, MOST_LINES);
    let size = (WIDTH, HEAD + FOOT + LINE * lines.len() as f64);
    Drawn { key, node, lines, at, size }
}

/// Moves the cards to the origin, and apart where the cards of the editor are smaller than these.
fn spread(drawn: &mut [Drawn<'_>]) {
    let cards: Vec<_> = drawn
        .iter()
        .filter(|one| one.node["type"] != "note")
        .map(|one| (one.at, one.size))
        .collect();
    let mut stretch = (1.0_f64, 1.0_f64);
    for (place, (at, size)) in cards.iter().enumerate() {
        for (other, other_size) in &cards[place + 1..] {
            let (dx, dy) = ((at.0 - other.0).abs(), (at.1 - other.1).abs());
            // Cards beside each other need room to the side, those below each other need height.
            if dy < 60.0 && dx > 40.0 {
                stretch.0 = stretch.0.max((WIDTH + GAP.0) / dx);
            } else if dx < WIDTH && dy >= 20.0 {
                let height = if at.1 < other.1 { size.1 } else { other_size.1 };
                stretch.1 = stretch.1.max((height + GAP.1) / dy);
            }
        }
    }
    let stretch = (stretch.0.min(MOST_STRETCH), stretch.1.min(MOST_STRETCH));
    let least = |of: fn(&Drawn<'_>) -> f64| drawn.iter().map(of).fold(f64::INFINITY, f64::min);
    let corner = (least(|one| one.at.0), least(|one| one.at.1));
    for one in drawn {
        one.at =
            ((one.at.0 - corner.0) * stretch.0 + MARGIN, (one.at.1 - corner.1) * stretch.1 + TOP);
        if one.node["type"] == "note" {
            one.size = (one.size.0 * stretch.0.min(1.5), one.size.1 * stretch.1.min(1.5));
        }
    }
}

fn lines(canvas: &mut Canvas, drawn: &[Drawn<'_>]) {
    let place: HashMap<&str, &Drawn<'_>> = drawn.iter().map(|one| (one.key, one)).collect();
    for one in drawn {
        for (output, word) in OUTPUTS {
            for target in targets(one.node, output).filter_map(|target| place.get(target)) {
                let (class, head) = match word {
                    "yes" => ("yes", "yes"),
                    "no" => ("no", "no"),
                    "failed" => ("failed", "failed"),
                    _ => ("", "plain"),
                };
                let from = (one.at.0 + one.size.0, one.at.1 + one.size.1 * port(word));
                let to = (target.at.0 - 2.0, target.at.1 + HEAD / 2.0);
                canvas.curve(class, head, 1.0, &[from, to]);
            }
        }
    }
}

/// Where on the right side of a card an output is.
fn port(word: &str) -> f64 {
    match word {
        "yes" => 0.35,
        "no" => 0.7,
        "failed" => 0.8,
        _ => 0.5,
    }
}

fn draw_card(canvas: &mut Canvas, card: &Drawn<'_>) {
    let kind = card.node["type"].as_str().unwrap_or_default();
    let inverted = card.node["inverted"] == true;
    let (class, word) = match kind {
        "start" => ("trigger", "Start"),
        "trigger" => ("trigger", "When…"),
        "condition" if inverted => ("condition", "And… (not)"),
        "condition" => ("condition", "And…"),
        "action" => ("action", "Then…"),
        "delay" => ("logic", "Delay"),
        "all" => ("logic", "All"),
        "any" => ("logic", "Any"),
        other => ("logic", other),
    };
    let (x, y) = card.at;
    canvas.markup(&format!("<g><title>{}</title>", escaped(&card.lines.join(" "))));
    canvas.rect("box", card.at, card.size, 10.0);
    canvas.markup(&format!(
        "<path class=\"k-{class}\" d=\"M{:.1} {y:.1}h{:.1}a10 10 0 0 1 10 10v12h-{:.1}v-12a10 10 0 0 1 10 -10z\"/>",
        x + 10.0,
        card.size.0 - 20.0,
        card.size.0
    ));
    canvas.text("glyph", (x + 14.0, y + 15.5), word);
    for (number, line) in card.lines.iter().enumerate() {
        canvas.text("", (x + 14.0, y + HEAD + 11.0 + LINE * number as f64), line);
    }
    for (output, word) in OUTPUTS {
        if targets(card.node, output).next().is_some() && word != "then" {
            let at = (x + card.size.0 + 6.0, y + card.size.1 * port(word) - 5.0);
            canvas.text("small", at, word);
        }
    }
    canvas.markup("</g>");
}

fn draw_note(canvas: &mut Canvas, note: &Drawn<'_>) {
    let is_known = |color: &&str| ["red", "green", "blue", "purple", "grey"].contains(color);
    let color = note.node["color"].as_str().filter(is_known).unwrap_or("yellow");
    canvas.rect(&format!("n-{color}"), note.at, note.size, 6.0);
    for (number, line) in note.lines.iter().enumerate() {
        canvas.text("", (note.at.0 + 12.0, note.at.1 + 22.0 + LINE * number as f64), line);
    }
}
