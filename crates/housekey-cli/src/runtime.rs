//! Runs a command on a tokio runtime, which is built only for those that need one.

use std::pin::Pin;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::context::Context;
use crate::error::{Failure, Outcome};

/// How long a command that is done waits for a renewal that still runs: as long as one request to the
/// cloud may take.
const SETTLE_LIMIT: Duration = Duration::from_secs(10);

/// What a command does, boxed: the futures of the commands differ in size by kilobytes.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = Outcome<T>> + 'a>>;

/// Runs a client of the network on one thread, which starts faster than several. What it waits for is shown.
pub(crate) fn online<T>(context: &Context, work: Work<'_, T>) -> Outcome<T> {
    let work = match context.out.is_quiet() {
        true => work,
        false => Box::pin(context.waiting.show_during(work)),
    };
    run_on(Builder::new_current_thread(), context, work)
}

/// Runs a server, with a thread for each core.
pub(crate) fn serving(context: &Context, work: Work<'_, ()>) -> Outcome {
    run_on(Builder::new_multi_thread(), context, work)
}

fn run_on<T>(mut runtime: Builder, context: &Context, work: Work<'_, T>) -> Outcome<T> {
    let runtime = runtime
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("cannot start").because(&error))?;
    let outcome = runtime.block_on(async {
        let outcome = tokio::select! {
            outcome = work => outcome,
            never = context.tell_of_waiting() => match never {},
        };
        // What has not settled by then is repaired by the next command.
        let _ = tokio::time::timeout(SETTLE_LIMIT, context.settle()).await;
        context.say_notices();
        outcome
    });
    // A blocking task that waits for a lock of another process must not hold up the exit.
    runtime.shutdown_background();
    outcome
}
