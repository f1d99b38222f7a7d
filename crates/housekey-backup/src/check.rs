//! Checks the flows of a home: what is missing, what does not work, what probably is not meant.
//!
//! A check that needs a part of the home that could not be read is left out and listed: it never finds anything.

mod app_state;
mod arguments;
mod branches;
mod checker;
mod circles;
mod fault;
mod finding;
mod ignore;
mod other_items;
mod pairs;
mod references;
mod sarif;
mod secrets;
#[cfg(test)]
mod tests;
mod tokens;
mod variables;

use self::app_state::AppState;
pub use self::app_state::starting_apps;
pub use self::checker::{CheckInput, CheckReport};
use self::checker::{CheckedFlow, Checker};
pub use self::fault::{Fault, Severity};
pub use self::finding::{Finding, Missing};
pub use self::ignore::{IgnoreError, IgnoreList};
pub use self::sarif::sarif;
use crate::graph::Graph;
pub use crate::last_names::LastNames;
use crate::{Part, card};

/// Checks all flows.
pub fn check(input: CheckInput<'_>) -> CheckReport {
    let home = input.home;
    let graph = Graph::of(home);
    let mut checker = Checker::new(input, &graph);
    let flows: Vec<CheckedFlow<'_>> = card::flows(home)
        .map(|(part, id, value)| CheckedFlow::new(home, part, id, value))
        .collect();
    references::check(&mut checker, &flows);
    tokens::check(&mut checker, &flows);
    arguments::check(&mut checker, &flows);
    branches::check(&mut checker, &flows);
    circles::check(&mut checker, &flows);
    pairs::check(&mut checker, &flows);
    variables::check(&mut checker);
    other_items::check(&mut checker);
    let starting =
        home.items(Part::Apps).filter(|(_, app)| AppState::of(app) == AppState::Starting);
    let starting = starting.map(|(id, _)| home.name(Part::Apps, id).to_owned()).collect();
    CheckReport {
        findings: checker.sorted(),
        left_out: checker.left_out.into_iter().collect(),
        starting,
        flows: flows.len(),
    }
}
