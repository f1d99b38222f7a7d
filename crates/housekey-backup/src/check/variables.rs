//! Variables that flows do not use, or use one way only.

use super::checker::Checker;
use super::fault::Fault;
use super::secrets::looks_secret;
use crate::Part;
use crate::graph::{Access, Certainty, EdgeTarget, ItemRef};

pub(super) fn check(checker: &mut Checker<'_>) {
    let home = checker.home;
    for (id, variable) in home.items(Part::Variables) {
        // One that holds a token is written by a service, and read by one.
        if variable["value"].as_str().is_some_and(looks_secret) {
            continue;
        }
        let target = EdgeTarget::of(Part::Variables, id);
        let edges: Vec<_> = checker.graph.to(&target).collect();
        let is = |access| {
            edges.iter().any(|edge| edge.access == access || edge.certainty == Certainty::Soft)
        };
        let (fault, message) = match (is(Access::Read), is(Access::Write)) {
            (true, true) => continue,
            (false, false) => (Fault::UnusedVariable, "no flow uses the variable"),
            (false, true) => (Fault::OnlyWritten, "flows set the variable, and none reads it"),
            (true, false) => (Fault::OnlyRead, "flows read the variable, and none sets it"),
        };
        checker.item(fault, ItemRef::new(Part::Variables, id), None, message.to_owned());
    }
}
