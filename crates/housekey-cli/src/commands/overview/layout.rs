//! Labelled rows that fit a width: the labels in a column of their own, or above on a narrow terminal.

use unicode_width::UnicodeWidthStr as _;

use crate::output::ink::Ink;
use crate::output::terminal::one_line;

/// The width of the column of labels.
const LABELS: usize = 13;

/// Below this width labels stand above their rows.
const NARROW: usize = 64;

/// Rows with their labels, as text.
pub(super) struct Layout {
    width: usize,
    text: String,
}

impl Layout {
    pub(super) fn new(width: usize) -> Self {
        Self { width: width.clamp(20, 110), text: String::new() }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    /// Rows below one label, each a name (perhaps empty) and items that are not broken.
    pub(super) fn rows(&mut self, label: &str, ink: Ink, rows: &[(String, Vec<String>)]) {
        let narrow = self.width < NARROW;
        let indent = if narrow { 2 } else { LABELS };
        let widest = rows.iter().map(|(name, _)| one_line(name).width()).max().unwrap_or_default();
        let names = if widest == 0 { 0 } else { widest + 2 };
        let mut head = format!("{ink}{label}{ink:#}");
        if narrow && !rows.is_empty() {
            self.text.push_str(&format!("{head}\n"));
            head.clear();
        }
        for (name, items) in rows {
            let name = one_line(name);
            let room = self.width.saturating_sub(indent + names).max(16);
            for (place, line) in wrapped(items, room).into_iter().enumerate() {
                let before = if head.is_empty() { 0 } else { label.width() };
                let blanks = " ".repeat(indent.saturating_sub(before));
                let name = if place == 0 { name.as_str() } else { "" };
                let gap = " ".repeat(names - name.width());
                let line = format!("{}{blanks}{name}{gap}{line}", std::mem::take(&mut head));
                self.text.push_str(line.trim_end());
                self.text.push('\n');
            }
        }
    }

    /// An empty line, but not at the start.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// Items with commas between them, in lines that are broken between items.
fn wrapped(items: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let comma = if place + 1 < items.len() { "," } else { "" };
        let item = format!("{}{comma}", one_line(item));
        match lines.last_mut() {
            Some(line) if line.width() + 1 + item.width() <= width => {
                line.push(' ');
                line.push_str(&item);
            }
            _ => lines.push(item),
        }
    }
    lines
}
