//! Tables for people: aligned columns, without lines between them. On a terminal that is too narrow for
//! them, a record for each row.

use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Width, presets};
use unicode_width::UnicodeWidthStr as _;

use super::ink::Ink;
use super::terminal::one_line;

/// The columns whose texts are copied and typed, so that they stand on one line.
const UNBROKEN: &[&str] = &[
    "account",
    "capability",
    "device",
    "folder",
    "homey",
    "id",
    "image of",
    "key",
    "log",
    "mood",
    "name",
    "node",
    "path",
    "setting",
    "time",
    "type",
    "what",
    "zone",
];

/// How narrow a column of texts with blanks may become.
const NARROWEST: usize = 24;

/// The blanks between two columns.
const GAP: usize = 2;

/// A table with a heading for each column.
pub(crate) struct Table {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    has_headings: bool,
}

impl Table {
    /// An empty table.
    pub(crate) fn new<const N: usize>(headings: [&'static str; N]) -> Self {
        Self::with_headings(headings.map(str::to_owned).to_vec())
    }

    /// The same, where the headings come from what is shown.
    pub(crate) fn with_headings(headings: Vec<String>) -> Self {
        Self { headings, rows: Vec::new(), has_headings: true }
    }

    /// The same, without its headings where it is shown in columns.
    pub(crate) fn without_headings(mut self) -> Self {
        self.has_headings = false;
        self
    }

    /// Adds a line: one text for each column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.cells(cells.to_vec());
    }

    /// The same, where it is not known how many columns there are.
    pub(crate) fn cells(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.headings.len());
        self.rows.push(cells.iter().map(|cell| one_line(cell)).collect());
    }

    /// The table as lines. On a terminal that is `width` columns wide long texts are broken between
    /// words, and the headings stand out; elsewhere each row is one line.
    pub(crate) fn render(self, width: Option<u16>) -> String {
        let Some(width) = width.map(usize::from) else { return self.columns(None) };
        let narrowest: Vec<usize> = (0..self.headings.len()).map(|at| self.narrowest(at)).collect();
        let needed = narrowest.iter().sum::<usize>() + GAP * narrowest.len().saturating_sub(1);
        // Of two columns the first names what the second holds: a record would be no narrower.
        match needed <= width || narrowest.len() <= 2 {
            true => self.columns(Some((width, &narrowest))),
            false => self.records(width),
        }
    }

    /// How wide a column is at least.
    fn narrowest(&self, at: usize) -> usize {
        let heading = self.headings[at].to_uppercase();
        let texts = || self.rows.iter().map(|row| row[at].as_str()).chain([heading.as_str()]);
        let whole = texts().map(str::width).max().unwrap_or_default();
        match is_unbroken(&self.headings[at]) {
            true => whole,
            false => {
                let words = texts().flat_map(|text| text.split(' ')).map(str::width);
                words.max().unwrap_or_default().max(whole.min(NARROWEST))
            }
        }
    }

    /// In columns; on a terminal with its width and that of each column at least.
    fn columns(self, terminal: Option<(usize, &[usize])>) -> String {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).force_no_tty();
        if self.has_headings {
            table.set_header(self.headings.iter().map(|heading| one_line(&heading.to_uppercase())));
        }
        table.add_rows(self.rows.iter().map(|row| row.iter().map(Cell::new)));
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((u16::from(index > 0), 1));
        }
        if let Some((width, narrowest)) = terminal {
            let columns = |width: usize| u16::try_from(width).unwrap_or(u16::MAX);
            // The blank behind the last column is cut off.
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(columns(width + 1));
            for (column, narrowest) in table.column_iter_mut().zip(narrowest) {
                let padding = usize::from(column.padding_width());
                let narrowest = Width::Fixed(columns(narrowest + padding));
                column.set_constraint(ColumnConstraint::LowerBoundary(narrowest));
            }
        }
        let mut lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
        let heading = match (self.has_headings, terminal) {
            (true, Some(_)) => {
                let heading = lines.next().unwrap_or_default();
                let bold = Ink::Bold;
                format!("{bold}{}{bold:#}\n", heading.trim_end())
            }
            _ => String::new(),
        };
        std::iter::once(heading).chain(lines).collect()
    }

    /// A record for each row: its cells below each other, each behind its heading.
    fn records(self, width: usize) -> String {
        let names: Vec<String> = self.headings.iter().map(|heading| one_line(heading)).collect();
        let widest = names.iter().map(|name| name.width()).max().unwrap_or_default();
        let room = width.saturating_sub(widest + GAP);
        let bold = Ink::Bold;
        let record = |row: &Vec<String>| -> String {
            let lines = names.iter().zip(row).map(|(name, text)| {
                let lines = match is_unbroken(name) {
                    true => vec![text.clone()],
                    false => folded(text, room),
                };
                let blanks = " ".repeat(widest - name.width() + GAP);
                let below = format!("\n{}", " ".repeat(widest + GAP));
                format!("{bold}{name}{bold:#}{blanks}{}", lines.join(&below)).trim_end().to_owned()
                    + "\n"
            });
            lines.collect()
        };
        self.rows.iter().map(record).collect::<Vec<_>>().join("\n")
    }
}

fn is_unbroken(heading: &str) -> bool {
    UNBROKEN.contains(&heading.to_lowercase().as_str())
}

/// A text broken between words; a word that is too long stands alone.
pub(crate) fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
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
        name   Ceiling lamp
        zone   Living room
        value  on

        name   灯
        zone   Bad�[2Jroom
        value  0.5
        ");
    }
}
