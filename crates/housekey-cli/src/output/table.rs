//! Tables for people: aligned columns, without lines between them.

use comfy_table::{Cell, ContentArrangement, presets};

use super::ink::Ink;
use super::terminal::one_line;

/// A table with a heading for each column.
pub(crate) struct Table {
    table: comfy_table::Table,
    headings: Vec<String>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new<const N: usize>(headings: [&'static str; N]) -> Self {
        Self::with_headings(headings.map(str::to_owned).to_vec())
    }

    /// The same, where the headings come from what is shown.
    pub(crate) fn with_headings(headings: Vec<String>) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).force_no_tty();
        Self { table, headings }
    }

    /// Adds a line: one text for each column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.cells(cells.to_vec());
    }

    /// The same, where it is not known how many columns there are.
    pub(crate) fn cells(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.headings.len());
        self.table.add_row(cells.iter().map(|cell| Cell::new(one_line(cell))));
    }

    /// The table as lines. On a terminal that is `width` columns wide long texts are broken, the
    /// headings stand out and a line parts them from the rest; elsewhere each row is one line.
    pub(crate) fn render(mut self, width: Option<u16>) -> String {
        self.table
            .set_header(self.headings.iter().map(|heading| one_line(&heading.to_uppercase())));
        if let Some(width) = width {
            self.table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        }
        for (index, column) in self.table.column_iter_mut().enumerate() {
            column.set_padding((u16::from(index > 0), 1));
        }
        let mut lines = self.table.lines().map(|line| format!("{}\n", line.trim_end()));
        let heading = lines.next().unwrap_or_default();
        let bold = Ink::Bold;
        let heading = match width {
            Some(_) => format!("{bold}{}{bold:#}\n", heading.trim_end()),
            None => heading,
        };
        std::iter::once(heading).chain(lines).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(["name", "zone", "value"]);
        table.row(["Ceiling lamp", "Living room", "on"].map(str::to_owned));
        table.row(["灯", "Bad\n[2Jroom", "0.5"].map(str::to_owned));
        table
    }

    #[test]
    fn elsewhere_each_row_is_one_line() {
        insta::assert_snapshot!(table().render(None), @"
        NAME          ZONE         VALUE
        Ceiling lamp  Living room  on
        灯            Bad�[2Jroom  0.5
        ");
    }

    #[test]
    fn a_terminal_gets_broken_lines() {
        insta::assert_snapshot!(crate::output::ink::without(&table().render(Some(24))), @"
        NAME     ZONE     VALUE
        Ceiling  Living   on
        lamp     room
        灯       Bad�[2J  0.5
                 room
        ");
    }
}
