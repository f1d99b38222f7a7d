//! The terminal as it was before a prompt, put back when a signal ends the program there.

use std::io::{self, Write as _};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread;

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use crate::output::status_line;
use crate::signal;

/// How the terminal was when the prompt that is open began.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// Shows the cursor again, and leaves the line of the prompt.
const LEAVE: &[u8] = b"\x1b[?25h\r\n";

fn before() -> MutexGuard<'static, Option<Termios>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a prompt. A signal meanwhile ends the program as it would have, with the terminal put back first.
pub(super) fn kept<T>(prompt: impl FnOnce() -> T) -> T {
    static LISTENING: Once = Once::new();
    // Where signals cannot be caught they end the program, as without this.
    LISTENING.call_once(|| {
        if let Ok(signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) {
            thread::spawn(move || listen(signals));
        }
    });
    let _guard = status_line::hold_for_prompt();
    *before() = tcgetattr(io::stdin()).ok();
    let answer = prompt();
    *before() = None;
    answer
}

/// A signal that was caught once stays caught, so this goes on after the prompt: what no command waits for
/// ends the program.
fn listen(mut signals: Signals) {
    for caught in signals.forever() {
        match before().take() {
            Some(before) => {
                let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
                let _ = io::stderr().write_all(LEAVE);
            }
            None if signal::is_awaited() => continue,
            None => {}
        }
        let _ = emulate_default_handler(caught);
    }
}
