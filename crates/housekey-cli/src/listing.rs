//! Lists of items: one mechanism for which rows and columns are shown, in which order and form.

pub(crate) mod arguments;
pub(crate) mod cell;
mod condition;
pub(crate) mod form;
pub(crate) mod place;
mod selection;
pub(crate) mod untyped;

use std::collections::BTreeMap;

use self::cell::Cell;
use crate::error::{Failure, Outcome};
use crate::nearness;

/// A list before anything is chosen from it.
pub(crate) struct Listing {
    columns: Vec<String>,
    /// How many of the columns are shown where `--columns` says nothing.
    shown: usize,
    rows: Vec<Row>,
    /// The columns it is sorted by where `--sort` says nothing.
    order: &'static [&'static str],
}

/// An item of a list.
struct Row {
    /// What the item is recognized by in the Homey's answer.
    id: String,
    cells: Vec<Cell>,
    /// Values that only some items have, such as those of capabilities.
    more: BTreeMap<String, Cell>,
}

impl Listing {
    pub(crate) fn new(columns: &[&str]) -> Self {
        let (columns, shown) =
            (columns.iter().map(|&column| column.to_owned()).collect(), columns.len());
        Self { columns, shown, rows: Vec::new(), order: &[] }
    }

    /// Adds columns that are shown only where `--columns` names them.
    pub(crate) fn with_more_columns(mut self, columns: &[&str]) -> Self {
        self.columns.extend(columns.iter().map(|&column| column.to_owned()));
        self
    }

    /// Sorts by these columns, the first before the others; without them rows stay as they came.
    pub(crate) fn sorted_by(mut self, order: &'static [&'static str]) -> Self {
        self.order = order;
        self
    }

    /// Adds an item with its cells, one for each column.
    pub(crate) fn row(&mut self, id: impl Into<String>, cells: Vec<Cell>) {
        self.row_with(id, cells, BTreeMap::new());
    }

    /// The same with values of its own.
    pub(crate) fn row_with(
        &mut self,
        id: impl Into<String>,
        cells: Vec<Cell>,
        more: BTreeMap<String, Cell>,
    ) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(Row { id: id.into(), cells, more });
    }

    /// The place of a column or value.
    ///
    /// # Errors
    /// Usage with what was probably meant, where no item has it.
    fn place(&self, option: &str, wanted: &str) -> Outcome<Place> {
        let key = key(wanted);
        if let Some(column) = self.columns.iter().position(|column| self::key(column) == key) {
            return Ok(Place::Column(column));
        }
        let values = || self.rows.iter().flat_map(|row| row.more.keys());
        if let Some(value) = values().find(|value| self::key(value) == key) {
            return Ok(Place::Value(value.clone()));
        }
        let mut known: Vec<String> = self.columns.iter().map(|column| self::key(column)).collect();
        let mut others: Vec<String> = values().cloned().collect();
        others.sort();
        others.dedup();
        let columns = known.join(", ");
        known.append(&mut others);
        let near = nearness::nearest(&key, known.iter().map(String::as_str));
        let hint = match near.is_empty() {
            true => format!("the columns are: {columns}"),
            false => format!("did you mean {}?", near.join(" or ")),
        };
        Err(Failure::usage(format!("{option}: there is no column \"{wanted}\"")).hint(hint))
    }
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Column(usize),
    Value(String),
}

impl Row {
    fn at(&self, place: &Place) -> &Cell {
        let cell = match place {
            Place::Column(column) => self.cells.get(*column),
            Place::Value(name) => self.more.get(name),
        };
        cell.unwrap_or(&Cell::MISSING)
    }
}

/// A column as programs know it: `at home` is `at_home`.
fn key(column: &str) -> String {
    column.trim().to_lowercase().replace([' ', '-'], "_")
}
