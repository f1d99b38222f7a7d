//! Completions for the shell: commands, options, operations, their arguments, and the stored Homeys. Never
//! uses the network.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};

use clap::CommandFactory as _;
use clap_complete::CompleteEnv;
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};
use housekey::catalogue::{self, Operation, Parameter, ValueType};

use crate::args::Cli;
use crate::context::Context;
use crate::env::{Environment, HOUSEKEY_COMPLETE};
use crate::global::Global;

/// Whether the shell requested completions, which are printed then. A normal start reads one variable here.
///
/// # Errors
/// When the answer cannot be written, or there is none.
pub(crate) fn answered() -> clap::error::Result<bool> {
    CompleteEnv::with_factory(|| tree(std::env::args_os().collect()))
        .var(HOUSEKEY_COMPLETE.name)
        .try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref())
}

/// The command line, and where its values come from; `words` is the line so far.
fn tree(words: Vec<OsString>) -> clap::Command {
    let operations = || ArgValueCandidates::new(operations);
    let homeys = || ArgValueCandidates::new(homeys);
    let of_line = ArgValueCompleter::new(move |current: &OsStr| {
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        let before = words.split_last().map_or(&[][..], |(_, before)| before);
        let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
        arguments(&before, &current.to_string_lossy())
    });
    let mut tree = Cli::command().mut_arg("homey", |arg| arg.add(homeys()));
    // Otherwise the commands have no arguments yet.
    tree.build();
    tree.mut_subcommand("homeys", |command| {
        ["use", "remove", "diagnose"].into_iter().fold(command, |command, verb| {
            command.mut_subcommand(verb, |verb| verb.mut_arg("name", |arg| arg.add(homeys())))
        })
    })
    .mut_subcommand("watch", |command| {
        command.mut_arg("uris", |arg| arg.add(ArgValueCandidates::new(managers)))
    })
    .mut_subcommand("operations", |command| command.mut_arg("words", |arg| arg.add(operations())))
    .mut_subcommand("call", |command| {
        command
            .mut_arg("operation", |arg| arg.add(operations()))
            .mut_arg("arguments", |arg| arg.add(of_line))
    })
}

fn homeys() -> Vec<CompletionCandidate> {
    let context = Context::new(&Global::default(), Environment::of_process());
    let names = context.ok().and_then(|context| context.store.homeys().ok()).unwrap_or_default();
    names.into_iter().map(CompletionCandidate::new).collect()
}

/// The managers, each of which has events.
fn managers() -> Vec<CompletionCandidate> {
    let names: BTreeSet<&str> = catalogue::operations().iter().map(|one| one.manager).collect();
    names.into_iter().map(CompletionCandidate::new).collect()
}

fn operations() -> Vec<CompletionCandidate> {
    let candidate = |operation: &Operation| {
        let newest = operation.variants.last();
        let help = newest.map(|variant| format!("{} {}", variant.method, variant.path).into());
        CompletionCandidate::new(operation.id).help(help)
    };
    catalogue::operations().iter().map(candidate).collect()
}

/// What may stand at `current`, behind the words before it, one of which is the operation: the names
/// of its arguments, or a value of the one that has begun.
///
/// Some shells hand out `name=value` as one word, bash as three or, while there is no value, two.
fn arguments(before: &[&str], current: &str) -> Vec<CompletionCandidate> {
    let Some(operation) = before.iter().find_map(|word| catalogue::find(word)) else {
        return Vec::new();
    };
    let known = || {
        let variants = operation.variants.iter().rev();
        variants.flat_map(|variant| variant.parameters)
    };
    let begun = before.last().map(|word| match *word {
        "=" => before.len().checked_sub(2).and_then(|index| before.get(index)).copied(),
        word => Some(word),
    });
    if let Some(parameter) = known().find(|parameter| begun == Some(Some(parameter.name))) {
        return values(parameter, "", current);
    }
    if let Some((name, value)) = current.split_once('=') {
        let parameter = known().find(|parameter| parameter.name == name);
        return parameter
            .map_or_else(Vec::new, |parameter| values(parameter, &format!("{name}="), value));
    }
    let given = |name: &str| {
        before.iter().any(|word| {
            word.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '=']))
        })
    };
    let mut names: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for parameter in known() {
        let name = parameter.name;
        if name.starts_with(current) && !given(name) && !names.contains(&name) {
            names.push(name);
            found.push(candidate(parameter));
        }
    }
    found
}

/// `name=`, or `name:=` where only JSON will do.
fn candidate(parameter: &Parameter) -> CompletionCandidate {
    let only_json = matches!(parameter.kinds, [ValueType::Object | ValueType::Array]);
    let sign = if only_json { ":=" } else { "=" };
    let types: Vec<&str> = parameter.kinds.iter().map(|kind| kind.as_str()).collect();
    let types = if types.is_empty() { "any".to_owned() } else { types.join(" or ") };
    let needed = if parameter.required { ", needed" } else { "" };
    CompletionCandidate::new(format!("{}{sign}", parameter.name))
        .help(Some(format!("{types}{needed}").into()))
        .display_order(Some(usize::from(!parameter.required)))
}

/// The values of a type that has few.
fn values(parameter: &Parameter, prefix: &str, begun: &str) -> Vec<CompletionCandidate> {
    let words: &[&str] = match parameter.kinds.contains(&ValueType::Boolean) {
        true => &["true", "false"],
        false => &[],
    };
    words
        .iter()
        .filter(|word| word.starts_with(begun))
        .map(|word| CompletionCandidate::new(format!("{prefix}{word}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(candidates: Vec<CompletionCandidate>) -> Vec<String> {
        candidates.iter().map(|one| one.get_value().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_tree_has_every_place_that_is_completed() {
        tree(Vec::new()).build();
    }

    #[test]
    fn arguments_of_the_operation_that_stands_before() {
        const SET: &str = "devices.setCapabilityValue";
        let line = |words: &str| {
            texts({
                let words: Vec<&str> = words.split(' ').collect();
                let (current, before) = words.split_last().unwrap();
                arguments(before, current)
            })
        };
        for (words, want) in [
            (
                format!("housekey call {SET} "),
                &["deviceId=", "capabilityId=", "value=", "opts:=", "transactionId="][..],
            ),
            (format!("housekey call {SET} c"), &["capabilityId="]),
            (
                format!("housekey call {SET} deviceId=d capabilityId=c "),
                &["value=", "opts:=", "transactionId="],
            ),
            // As bash cuts it.
            (format!("housekey call {SET} deviceId = d val"), &["value="]),
            (format!("housekey call {SET} deviceId = "), &[]),
            (format!("housekey call {SET} value = t"), &["true"]),
            (format!("housekey call {SET} value "), &["true", "false"]),
            // As zsh and fish do.
            (format!("housekey call {SET} value=f"), &["value=false"]),
            (format!("housekey call {SET} deviceId=f"), &[]),
            (format!("housekey call {SET} value=true op"), &["opts:="]),
            ("housekey call devices.nothing ".to_owned(), &[]),
            ("housekey call ".to_owned(), &[]),
        ] {
            assert_eq!(line(&words), want, "{words}");
        }
    }
}
