//! Questions at a terminal. None is put where stdin or stderr is no terminal.

mod terminal;

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use housekey::Secret;
use housekey::config::{HomeyAddress, input};
use housekey::http::Http;
use housekey::whole_file::SETTINGS_LIMIT_BYTES;
use inquire::list_option::ListOption;
use inquire::{Confirm, InquireError, Password, PasswordDisplayMode, Select, Text};
use tokio::task::JoinError;
use url::Url;

use crate::error::{Failure, Outcome};
use crate::output;
use crate::output::terminal::harmless_line;

/// What every command takes that destroys or interrupts something.
#[derive(Debug, clap::Args)]
pub(crate) struct Sure {
    /// Skip the confirmation
    #[arg(long, short)]
    yes: bool,
}

impl Sure {
    /// Whether `--yes` confirms it.
    pub(crate) fn is_given(&self) -> bool {
        self.yes
    }

    /// Confirms the action with the person at the terminal, unless `--yes` does.
    ///
    /// # Errors
    /// Usage, when nobody can be asked; failed, when the answer is no.
    pub(crate) fn check(&self, question: &str) -> Outcome {
        if self.yes { Ok(()) } else { confirm(question) }
    }
}

/// Whether questions can be put: both stdin and stderr are terminals.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// The error for an input that is missing where there is no terminal.
pub(crate) fn missing(what: &str, hint: &str) -> Failure {
    Failure::usage(format!("{what} is missing, and there is no terminal for a prompt")).hint(hint)
}

/// Whether stdin is no terminal, and so may hold what is wanted.
pub(crate) fn is_piped() -> bool {
    !io::stdin().is_terminal()
}

/// Prompts for a text.
pub(crate) fn text(question: &str) -> Outcome<String> {
    let question = harmless_line(question);
    terminal::kept(|| Text::new(&question).prompt()).map_err(refused)
}

/// Prompts for a text with a line of help; Enter alone answers the default, or nothing.
pub(crate) fn text_or(question: &str, default: Option<&str>, help: &str) -> Outcome<String> {
    let (question, default) = (harmless_line(question), default.map(harmless_line));
    let mut prompt = Text::new(&question);
    prompt.default = default.as_deref();
    prompt.help_message = Some(help).filter(|help| !help.is_empty());
    terminal::kept(|| prompt.prompt()).map_err(refused)
}

/// Prompts for a secret, without showing what is typed.
pub(crate) fn hidden(question: &str) -> Outcome<Secret> {
    hidden_with(question, None)
}

/// Prompts for a secret with a line of help.
pub(crate) fn hidden_with(question: &str, help: Option<&str>) -> Outcome<Secret> {
    let question = harmless_line(question);
    let mut prompt = Password::new(&question)
        .with_display_mode(PasswordDisplayMode::Hidden)
        .without_confirmation();
    prompt.help_message = help;
    terminal::kept(|| prompt.prompt()).map(Secret::new).map_err(refused)
}

fn confirm(question: &str) -> Outcome {
    if !can_ask() {
        return Err(Failure::usage(
            "this has to be confirmed, and there is no terminal for a prompt",
        )
        .hint("say `--yes` if you are sure"));
    }
    match agree(question)? {
        true => Ok(()),
        false => Err(stopped()),
    }
}

/// Puts a question whose answer is no unless a person says yes.
pub(crate) fn agree(question: &str) -> Outcome<bool> {
    decide(question, false)
}

/// Puts a question whose answer is yes unless a person says no.
pub(crate) fn agree_by_default(question: &str) -> Outcome<bool> {
    decide(question, true)
}

fn decide(question: &str, default: bool) -> Outcome<bool> {
    let question = harmless_line(question);
    terminal::kept(|| Confirm::new(&question).with_default(default).prompt()).map_err(refused)
}

/// The whole address of a Homey. Where it could only be used in the clear, that is allowed by `plain_http`, or
/// by the person at the terminal.
///
/// # Errors
/// Usage, when it is not allowed.
pub(crate) async fn complete(
    address: HomeyAddress,
    sends: &Http,
    plain_http: bool,
) -> Outcome<Url> {
    let allow = |https: &Url, http: &Url| {
        let question = format!(
            "No Homey answers at {https}. Use {http}, which is not encrypted, although others in its network \
             can then read the token?"
        );
        Ok::<_, Failure>(plain_http || can_ask() && agree(&question)?)
    };
    address.complete(sends, allow).await
}

/// Prompts for one of several.
pub(crate) fn which(question: &str, options: Vec<String>) -> Outcome<String> {
    let chosen = position(question, &options, |option| option)?;
    options.into_iter().nth(chosen).ok_or_else(stopped)
}

/// Prompts for one of several, and returns its position among them. `short` cuts the chosen one to what is shown
/// of it afterwards.
pub(crate) fn position(
    question: &str,
    options: &[String],
    short: impl Fn(&str) -> &str,
) -> Outcome<usize> {
    let shown: Vec<String> = options.iter().map(|option| harmless_line(option)).collect();
    let question = harmless_line(question);
    let answer = |chosen: ListOption<&String>| short(chosen.value).to_owned();
    let prompt = Select::new(&question, shown)
        .with_help_message("↑↓ or a number to choose, Enter to take it")
        .with_formatter(&answer)
        .with_scorer(&|typed, _, option, _| matches(typed, option).then_some(0));
    terminal::kept(|| prompt.raw_prompt()).map(|chosen| chosen.index).map_err(refused)
}

/// Whether an option stays in the list: one with the number that is typed, or with the words.
fn matches(typed: &str, option: &str) -> bool {
    let number = option.split("  ").next().filter(|number| number.parse::<usize>().is_ok());
    match (typed.parse::<usize>(), number) {
        (Ok(_), Some(number)) => number.starts_with(typed),
        _ => option.to_lowercase().contains(&typed.to_lowercase()),
    }
}

/// Runs a prompt on a thread of its own, so that other work goes on meanwhile.
pub(crate) async fn beside<T: Send + 'static>(
    prompt: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    match tokio::task::spawn_blocking(prompt).await.map_err(JoinError::try_into_panic) {
        Ok(answer) => answer,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => Err(stopped()),
    }
}

/// A value as it was given, or for `-` the first line of stdin.
pub(crate) fn value(given: String) -> Outcome<String> {
    match given.as_str() {
        "-" => Ok(line_of_stdin("value")?.expose().to_owned()),
        _ => Ok(given),
    }
}

/// The first line of stdin, without its end.
///
/// # Errors
/// Usage, when there is none.
pub(crate) fn line_of_stdin(what: &str) -> Outcome<Secret> {
    let mut line = String::new();
    let mut stdin = io::stdin().lock().take(SETTINGS_LIMIT_BYTES);
    stdin.read_line(&mut line).map_err(|error| {
        Failure::failed(format!("cannot read {what} from standard input")).because(&error)
    })?;
    let line = input::text(&line);
    if line.is_empty() {
        return Err(Failure::usage(format!("there is no {what} on standard input"))
            .hint("send it as one line"));
    }
    Ok(Secret::new(line))
}

fn refused(error: InquireError) -> Failure {
    match error {
        InquireError::OperationCanceled => stopped(),
        InquireError::OperationInterrupted => {
            // The question still stands on its line.
            output::line_break();
            stopped()
        }
        error => Failure::failed("cannot prompt at this terminal").because(&error),
    }
}

fn stopped() -> Failure {
    Failure::failed("stopped; nothing was changed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_found_by_its_number_or_its_words() {
        for (typed, option, want) in [
            ("2", "2  Beach Cabin", true),
            ("2", "1  Homey Pro 2023", false),
            ("1", "12  Attic", true),
            ("cab", "2  Beach Cabin", true),
            ("", "2  Beach Cabin", true),
            ("2", "cabin-2", true),
            ("x", "2  Beach Cabin", false),
        ] {
            assert_eq!(matches(typed, option), want, "{typed:?} in {option:?}");
        }
    }
}
