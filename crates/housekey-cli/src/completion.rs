//! Completions for the shell: commands, options, operations, their arguments, the stored Homeys, and the names
//! that the last lists of a Homey had. Never uses the network.

pub(crate) mod bash;
mod items;
mod line;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::CompleteEnv;
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, SubcommandCandidates,
};
use clap_complete::env::{Fish, Shells, Zsh};
use housekey::catalogue::{self, Operation, Parameter, ValueType};
use housekey::config::SETTINGS;

use self::bash::Bash;
use self::line::CommandLine;
use crate::args::Cli;
use crate::context::Context;
use crate::env::{Environment, HOUSEKEY_COMPLETE};
use crate::files::FILES;
use crate::global::Global;

/// Whether the shell requested completions, which are printed then. A normal start reads one variable here.
///
/// # Errors
/// When the answer cannot be written, or there is none.
pub(crate) fn answered() -> clap::error::Result<bool> {
    CompleteEnv::with_factory(|| tree(std::env::args_os().collect()))
        .var(HOUSEKEY_COMPLETE.name)
        .shells(Shells(&[&Bash, &Zsh, &Fish]))
        .try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref())
}

/// The command line, and where its values come from; `words` is the line so far.
fn tree(words: Vec<OsString>) -> Command {
    let mut tree = Cli::command().mut_arg("homey", |arg| arg.add(ArgValueCandidates::new(homeys)));
    // Otherwise the commands have no arguments yet.
    tree.build();
    let line = Arc::new(CommandLine::of(&words, &tree));
    let tree = completed(tree, &[], &line);
    tree.allow_external_subcommands(true).add(SubcommandCandidates::new(aliases))
}

/// The command and those below it, with the places of their values.
fn completed(command: Command, path: &[&str], line: &Arc<CommandLine>) -> Command {
    let command = command.mut_args(|arg| place(arg, path, line));
    command.mut_subcommands(|below| {
        let name = below.get_name().to_owned();
        completed(below, &[path, &[name.as_str()]].concat(), line)
    })
}

/// The argument of a command, with what completes it.
fn place(arg: Arg, path: &[&str], line: &Arc<CommandLine>) -> Arg {
    let id = arg.get_id().as_str();
    match (path, id) {
        (["homeys", "use" | "remove" | "diagnose"], "name") => {
            arg.add(ArgValueCandidates::new(homeys))
        }
        (["watch"], "uris") => arg.add(ArgValueCandidates::new(managers)),
        (["operations"], "words") | (["call"], "operation") => {
            arg.add(ArgValueCandidates::new(operations))
        }
        (["config", _], "key") => arg.add(ArgValueCandidates::new(settings)),
        (["config", "path"], "name") => arg.add(ArgValueCandidates::new(files)),
        (["call"], "arguments") => {
            let line = Arc::clone(line);
            arg.add(ArgValueCompleter::new(move |current: &OsStr| {
                let before: Vec<&str> = line.before.iter().map(String::as_str).collect();
                arguments(&before, &current.to_string_lossy())
            }))
        }
        _ => match items::values_of(path, &arg) {
            Some(values) => {
                let line = Arc::clone(line);
                arg.add(ArgValueCompleter::new(move |current: &OsStr| {
                    items::candidates(values, &line, &current.to_string_lossy())
                }))
            }
            None => arg,
        },
    }
}

/// The aliases of the settings, as the commands that they are.
fn aliases() -> Vec<CompletionCandidate> {
    let context = Context::new(&Global::default(), Environment::of_process()).ok();
    let aliases =
        context.and_then(|context| context.settings.read().ok()).unwrap_or_default().alias;
    let candidate = |(name, line): (String, String)| {
        CompletionCandidate::new(name).help(Some(format!("alias: {line}").into()))
    };
    aliases.into_iter().map(candidate).collect()
}

fn settings() -> Vec<CompletionCandidate> {
    let candidate = |(key, about): (&str, &str)| {
        CompletionCandidate::new(key).help(Some(about.to_owned().into()))
    };
    SETTINGS.iter().map(|one| candidate((one.key, one.about))).collect()
}

fn files() -> Vec<CompletionCandidate> {
    FILES
        .iter()
        .map(|file| CompletionCandidate::new(file.name).help(Some(file.about.into())))
        .collect()
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
