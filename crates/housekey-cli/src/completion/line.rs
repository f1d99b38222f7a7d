//! The line that a shell completes, as far as completions depend on it.

use std::ffi::OsString;

use clap::Command;

use crate::shell_words;

/// The line up to the word that is completed.
#[derive(Debug, Default)]
pub(super) struct CommandLine {
    /// Its words, as the shell hands them out.
    pub(super) before: Vec<String>,
    /// The words that are no command, no option and no value of one.
    pub(super) positionals: Vec<String>,
    /// The values of options, by the long names of these.
    options: Vec<(String, String)>,
}

impl CommandLine {
    /// Of the words of this process: its own name, `--`, and the line.
    pub(super) fn of(words: &[OsString], tree: &Command) -> Self {
        let words: Vec<String> =
            words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
        let Some((_, before)) = words.split_last() else { return Self::default() };
        let mut line = Self { before: before.to_vec(), ..Self::default() };
        let mut command = tree;
        let mut words = before.iter().skip(3);
        while let Some(word) = words.next() {
            let option = command.get_arguments().find(|arg| match word.strip_prefix("--") {
                Some(long) => arg.get_long() == long.split('=').next(),
                None => {
                    let mut letters = word.chars();
                    letters.next() == Some('-')
                        && arg.get_short().is_some()
                        && arg.get_short() == letters.next()
                }
            });
            match (option, word.split_once('=')) {
                (Some(option), inline) if option.get_action().takes_values() => {
                    let value =
                        inline.map(|(_, value)| value).or_else(|| words.next().map(String::as_str));
                    let name = option.get_long().unwrap_or_default().to_owned();
                    line.options.extend(value.map(|value| (name, value.to_owned())));
                }
                _ if word.starts_with('-') => {}
                _ => match command.find_subcommand(word) {
                    Some(below) if line.positionals.is_empty() => command = below,
                    _ => line.positionals.push(word.clone()),
                },
            }
        }
        line
    }

    /// The value of an option, without quotes.
    pub(super) fn option(&self, long: &str) -> Option<String> {
        let value = self.options.iter().rev().find(|(name, _)| name == long);
        value.map(|(_, value)| shell_words::unquoted(value))
    }
}
