//! What every list command takes.

use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::condition::Condition;
use super::key;
use crate::context::{Context, Target};
use crate::home_time;

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, for people
    Table,
    /// An array of rows
    Json,
    /// Commas between quoted fields (RFC 4180)
    Csv,
    /// Tabs between fields
    Tsv,
    /// A sequence of rows
    Yaml,
}

// A doc comment would become the help of the commands.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Options of lists")]
pub(crate) struct ListArgs {
    /// Only what this holds for: COLUMN=VALUE, or != < <= > >= ~ (contains)
    #[arg(long = "where", value_name = "CONDITION")]
    pub(super) conditions: Vec<Condition>,
    /// Only what has this text in a column
    #[arg(long = "match", value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Sort by a column; `-COLUMN` puts the largest first
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub(super) sort: Option<String>,
    /// The columns to show, with commas between them
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub(super) columns: Vec<String>,
    /// Leave out the headings
    #[arg(long)]
    pub(super) no_headers: bool,
    /// The form of the rows; --json prints the Homey's own value
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub(super) format: Option<Format>,
}

impl ListArgs {
    /// The zone of the times in the list; where none is read by people or in a condition, it does not
    /// matter which.
    pub(crate) async fn zone(&self, target: &Target, context: &Context) -> TimeZone {
        let matters =
            self.is_table(&context.out) || !self.conditions.is_empty() || self.text.is_some();
        match matters {
            true => home_time::zone(target, context).await,
            false => TimeZone::UTC,
        }
    }

    /// The same of a list that shows its times only where an option names their column.
    pub(crate) async fn zone_of(
        &self,
        column: &str,
        target: &Target,
        context: &Context,
    ) -> TimeZone {
        let conditions = self.conditions.iter().map(|condition| &condition.column);
        match conditions.chain(&self.columns).any(|named| key(named) == key(column)) {
            true => self.zone(target, context).await,
            false => TimeZone::UTC,
        }
    }
}
