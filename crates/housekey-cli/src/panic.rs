//! What happens when the program itself is wrong: a report without any of its data, and exit 70.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;

use crate::error::{Exit, Failure, Outcome};

/// Runs `work`; a panic in it becomes a failure. The message of the panic is not shown, since it may hold a
/// token; its place in the source is enough to find it.
pub(crate) fn caught(work: impl FnOnce() -> Outcome) -> Outcome {
    static PLACE: Mutex<Option<String>> = Mutex::new(None);
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line()));
        *PLACE.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = place;
    }));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let place = PLACE.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let place = place.unwrap_or_else(|| "an unknown place".to_owned());
        let version = env!("CARGO_PKG_VERSION");
        Err(Failure::new(Exit::Bug, format!("housekey {version} has a bug, at {place}"))
            .hint("please report this line; what was stored is whole"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_without_what_it_says() {
        let failure = caught(|| panic!("token 5d0c:77aa:0f3b")).unwrap_err();
        let _ = panic::take_hook();
        assert_eq!(failure.exit(), Exit::Bug);
        let text: String = failure.lines().map(|(kind, text)| format!("{kind} {text}\n")).collect();
        assert!(text.contains("src/panic.rs:") && !text.contains("5d0c"), "{text}");
    }
}
