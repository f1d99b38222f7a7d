//! Chooses rows and their order.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use housekey::model::name::as_seen;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::arguments::ListArgs;
use super::cell::Cell;
use super::condition::Condition;
use super::{Listing, Place, Row};
use crate::error::{Failure, Outcome};

impl Listing {
    /// Keeps the rows that are wanted, in the order that is wanted. `zone` is that of times in conditions.
    pub(super) fn select(&mut self, args: &ListArgs, zone: &TimeZone) -> Outcome {
        if !self.rows.is_empty() {
            let place = |condition: &Condition| self.place("--where", &condition.column);
            let places: Vec<Place> = args.conditions.iter().map(place).collect::<Outcome<_>>()?;
            for (condition, place) in args.conditions.iter().zip(&places) {
                self.keep(condition, place, zone)?;
            }
        }
        if let Some(text) = &args.text {
            let text = as_seen(text);
            self.rows
                .retain(|row| row.cells.iter().any(|cell| as_seen(cell.shown()).contains(&text)));
        }
        let order: Vec<(Place, bool)> = match &args.sort {
            Some(wanted) => {
                let (column, down) = match wanted.strip_prefix('-') {
                    Some(column) => (column, true),
                    None => (wanted.as_str(), false),
                };
                vec![(self.place("--sort", column)?, down)]
            }
            None => {
                let places = self.order.iter().map(|column| self.place("--sort", column));
                places.map(|place| Ok((place?, false))).collect::<Outcome<_>>()?
            }
        };
        // Rows that are equal stay as they came.
        self.rows.sort_by(|one, other| {
            let orders =
                order.iter().map(|(place, down)| by(one.at(place), other.at(place), *down));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        Ok(())
    }

    fn keep(&mut self, condition: &Condition, place: &Place, zone: &TimeZone) -> Outcome {
        let holds = |row: &Row| condition.holds(row.at(place), zone);
        let outcomes: Vec<Option<bool>> = self.rows.iter().map(holds).collect();
        let cells = || self.rows.iter().map(|row| row.at(place));
        let is_compared =
            |(outcome, cell): (&Option<bool>, &Cell)| outcome.is_some() && !cell.is_missing();
        let compared = outcomes.iter().zip(cells()).any(is_compared);
        if let (false, Some(first)) = (compared, cells().find(|cell| !cell.is_missing())) {
            let Condition { column, operand, .. } = condition;
            return Err(Failure::usage(format!(
                "--where: `{column}` cannot be compared so with `{operand}`"
            ))
            .hint(format!("one of its values is `{}`", first.shown())));
        }
        let mut outcomes = outcomes.into_iter();
        self.rows.retain(|_| outcomes.next().flatten() == Some(true));
        Ok(())
    }

    /// The answer of the Homey with only those items that are in the list; those of an array without ids go
    /// by their places.
    pub(super) fn kept_of(&self, mut answer: Value) -> Value {
        let ids: BTreeSet<&str> = self.rows.iter().map(|row| row.id.as_str()).collect();
        let is_kept = |key: &str, item: &Value| {
            let id = item["id"].as_str().unwrap_or(key);
            // The logs and tokens of a v2 Homey have short ids.
            let whole = item["uri"].as_str().map(|uri| format!("{uri}:{id}"));
            ids.contains(id) || whole.is_some_and(|whole| ids.contains(whole.as_str()))
        };
        match &mut answer {
            Value::Array(items) => {
                let mut place = 0..;
                items.retain(|item| is_kept(&place.next().unwrap_or(0).to_string(), item));
            }
            Value::Object(items) => items.retain(|key, item| is_kept(key, item)),
            _ => {}
        }
        answer
    }
}

/// What is missing comes last, either way.
fn by(one: &Cell, other: &Cell, down: bool) -> Ordering {
    match (one.is_missing(), other.is_missing()) {
        (false, false) if down => other.order(one),
        (false, false) => one.order(other),
        (one, other) => one.cmp(&other),
    }
}
