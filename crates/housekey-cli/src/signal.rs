//! The signals that end a command.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::error::{Failure, Outcome};

/// Whether a command waits for them.
static AWAITED: AtomicBool = AtomicBool::new(false);

/// Whether a command waits for them, so that they must not end the program at once.
pub(crate) fn is_awaited() -> bool {
    AWAITED.load(Ordering::Relaxed)
}

/// Waits for Ctrl-C or a polite request to end; heard from now on, not first when it is awaited.
pub(crate) fn stop() -> Outcome<impl Future<Output = ()>> {
    AWAITED.store(true, Ordering::Relaxed);
    let listen = |kind| {
        signal(kind).map_err(|error| Failure::failed("cannot listen for signals").because(&error))
    };
    let (mut interrupt, mut terminate) =
        (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
