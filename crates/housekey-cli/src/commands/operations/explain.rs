//! One operation in words, for people.

use housekey::catalogue::{Dialect, Operation, ValueType, Variant};

use super::entry::Entry;
use super::{example, record};
use crate::output::Output;
use crate::output::table::Table;

/// Every way it is called, with its arguments and an example.
pub(super) fn text(operation: &Operation, entries: &[Entry], out: &Output) -> String {
    let mut text = format!("{}\n", operation.id);
    for (_, variant) in entries {
        text += &format!("\n{} {}\n", variant.method, variant.path);
        for (label, value) in facts(variant) {
            text += &format!("  {label:<9}{value}\n");
        }
        if !variant.parameters.is_empty() {
            text += "\n";
            text.extend(out.render(arguments(variant)).lines().map(|line| format!("  {line}\n")));
        }
        // What the account cloud does is not for `call`.
        if variant.dialects.iter().next().is_some() {
            text += &format!("\n  {}\n", example::command(operation, variant));
        }
    }
    text
}

fn facts(variant: &Variant) -> Vec<(&'static str, String)> {
    let dialects: Vec<_> = variant.dialects.iter().map(Dialect::as_str).collect();
    let answer = variant.answer.map_or_else(|| "not known".to_owned(), record::answer);
    let mut facts = vec![("answers", answer)];
    // Dialects and scopes are words of Homeys; the account cloud has neither.
    if !dialects.is_empty() {
        let needs = match variant.scopes {
            _ if variant.open => "no session".to_owned(),
            [] => "a session; no scope is listed".to_owned(),
            scopes => scopes.join(" and "),
        };
        facts.splice(..0, [("on", dialects.join(", ")), ("needs", needs)]);
    }
    if variant.private {
        facts.push(("private", "the vendor does not mean it for others".to_owned()));
    }
    facts
}

fn arguments(variant: &Variant) -> Table {
    let types = |kinds: &[ValueType]| match kinds {
        [] => "any".to_owned(),
        kinds => kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" or "),
    };
    let mut table = Table::new(["argument", "takes", "needed", "in"]);
    for parameter in variant.parameters {
        let needed = if parameter.required { "yes" } else { "" };
        let place = record::place(parameter.place);
        let row = [parameter.name, &types(parameter.kinds), needed, place];
        table.row(row.map(str::to_owned));
        for key in parameter.properties {
            table.row([format!("  .{}", key.name), types(key.kinds), String::new(), String::new()]);
        }
    }
    table
}
