//! The signals that ask a command to end.

use tokio::signal::unix::{SignalKind, signal};

use crate::error::{Failure, Outcome};

/// Waits for Ctrl-C or a polite request to end; heard from now on, not first when it is awaited.
pub(crate) fn stop() -> Outcome<impl Future<Output = ()>> {
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
