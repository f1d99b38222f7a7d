//! The table that `tablerow` fills and `tablerender` prints.

use std::sync::{Arc, Mutex, PoisonError};

use unicode_width::UnicodeWidthStr as _;

use crate::output::ink;
use crate::output::terminal::one_line;

/// The rows that are not printed yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows(Arc<Mutex<Vec<Vec<String>>>>);

impl Rows {
    pub(super) fn add(&self, cells: Vec<String>) {
        let cells = cells.iter().map(|cell| one_line(cell)).collect();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(cells);
    }

    /// The rows in aligned columns; the next ones are those of another table.
    pub(super) fn render(&self) -> String {
        let rows = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let width = |cell: &String| ink::without(cell).width();
        let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
        let widest = |at| rows.iter().filter_map(|row| row.get(at)).map(width).max();
        let widths: Vec<usize> = (0..columns).map(|at| widest(at).unwrap_or_default()).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths);
            let cells =
                cells.map(|(cell, widest)| format!("{cell}{}", " ".repeat(widest - width(cell))));
            format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
        };
        rows.iter().map(line).collect()
    }
}
