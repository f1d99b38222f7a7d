//! The line at the end of stderr that is drawn again and again, and cleared before anything else is printed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

static LINE: Mutex<StatusLine> =
    Mutex::new(StatusLine { drawn: None, prompts: 0, interruptions: 0 });

struct StatusLine {
    drawn: Option<ProgressBar>,
    /// How many prompts are open, which have the end of the terminal for themselves.
    prompts: usize,
    interruptions: u64,
}

/// How much is done of a known amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fraction {
    pub(crate) done: u64,
    pub(crate) total: u64,
}

/// An open prompt: nothing is drawn meanwhile.
pub(crate) struct PromptGuard(());

fn line() -> MutexGuard<'static, StatusLine> {
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether stderr is a terminal that can draw a line again.
pub(crate) fn is_possible() -> bool {
    !ProgressDrawTarget::stderr().is_hidden()
}

/// Draws the line, with a bar where a fraction is known.
pub(crate) fn draw(text: &str, fraction: Option<Fraction>) {
    let mut line = line();
    if line.prompts > 0 {
        return;
    }
    if line.drawn.as_ref().is_some_and(|bar| bar.length().is_some() != fraction.is_some()) {
        line.clear();
    }
    let bar = line.drawn.get_or_insert_with(|| {
        let bar = ProgressBar::with_draw_target(
            fraction.map(|fraction| fraction.total),
            ProgressDrawTarget::stderr(),
        );
        bar.with_style(style(fraction.is_some())).with_message(text.to_owned())
    });
    if let Some(Fraction { done, total }) = fraction {
        bar.set_length(total);
        bar.set_position(done);
    }
    bar.set_message(text.to_owned());
    bar.tick();
}

/// Clears the line, before something is printed in its place.
pub(crate) fn clear() {
    let mut line = line();
    line.interruptions += 1;
    line.clear();
}

/// Clears the line where one is drawn.
pub(crate) fn clear_if_drawn() {
    line().clear();
}

/// Clears the line, and draws none before the guard is dropped.
pub(crate) fn hold_for_prompt() -> PromptGuard {
    let mut line = line();
    line.prompts += 1;
    line.clear();
    PromptGuard(())
}

/// How often something was printed or prompted for.
pub(crate) fn interruptions() -> u64 {
    line().interruptions
}

fn style(bar: bool) -> ProgressStyle {
    let template = match bar {
        true => "{spinner:.cyan} {bar:20.cyan} {wide_msg}",
        false => "{spinner:.cyan} {wide_msg}",
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
        .progress_chars("━━╌")
}

impl StatusLine {
    fn clear(&mut self) {
        if let Some(bar) = self.drawn.take() {
            bar.finish_and_clear();
        }
    }
}

impl Drop for PromptGuard {
    fn drop(&mut self) {
        let mut line = line();
        line.prompts = line.prompts.saturating_sub(1);
        line.interruptions += 1;
    }
}
