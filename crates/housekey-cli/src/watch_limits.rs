//! When watching ends, and whether that is what was wanted.

use std::pin::Pin;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::jq::Filter;
use crate::output::terminal::one_line;
use crate::{duration, signal};

// The flags of every command that watches. A doc comment would become what the commands say of themselves.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Limits {
    /// Stop after TIME: 90s, 10m, 24h
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse)]
    time: Option<SignedDuration>,
    /// Stop after N lines
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// Watch until this holds for one that is shown, in the language of jq
    #[arg(long, value_name = "FILTER")]
    until: Option<String>,
}

/// What is being watched for.
pub(crate) struct Watch {
    time: Option<SignedDuration>,
    count: Option<u64>,
    until: Option<Filter>,
    shown: u64,
    met: bool,
    complained: bool,
    over: Pin<Box<dyn Future<Output = End>>>,
}

/// Why it is over, where not for what was shown.
#[derive(Debug, Clone, Copy)]
pub(crate) enum End {
    /// The time is up.
    Time,
    /// A signal requested it.
    Signal,
}

impl Limits {
    /// Begins to watch; from now on Ctrl-C ends it politely.
    ///
    /// # Errors
    /// Usage, when the filter is not understood.
    pub(crate) fn begin(&self) -> Outcome<Watch> {
        let until = self.until.as_deref().map(|code| Filter::parse("--until", code));
        let (time, signal) = (self.time, signal::stop()?);
        let over = async move {
            tokio::select! {
                () = signal => End::Signal,
                () = after(time) => End::Time,
            }
        };
        Ok(Watch {
            time,
            count: self.count,
            until: until.transpose()?,
            shown: 0,
            met: false,
            complained: false,
            over: Box::pin(over),
        })
    }
}

async fn after(time: Option<SignedDuration>) {
    match time {
        Some(time) => tokio::time::sleep(Duration::try_from(time).unwrap_or_default()).await,
        None => std::future::pending().await,
    }
}

impl Watch {
    /// Waits until it is over, whatever is shown.
    pub(crate) async fn over(&mut self) -> End {
        self.over.as_mut().await
    }

    /// Shows one; whether that was the last.
    pub(crate) fn show(
        &mut self,
        context: &Context,
        value: &Value,
        text: impl FnOnce() -> String,
    ) -> Outcome<bool> {
        if context.out.event(value, || one_line(&text()))? {
            self.shown += 1;
        }
        if let Some(until) = &self.until {
            match until.holds(value) {
                Ok(holds) => self.met = holds,
                // What does not fit one event may fit the next.
                Err(failure) if !self.complained => {
                    self.complained = true;
                    context.out.note(&failure.to_string());
                }
                Err(_) => {}
            }
        }
        Ok(self.met || self.count.is_some_and(|count| self.shown >= count))
    }

    /// The outcome: a failure where a condition that was waited for did not come.
    pub(crate) fn outcome(&self, end: Option<End>) -> Outcome {
        let when = match (end, self.time) {
            (Some(End::Time), Some(time)) => format!("within {}", duration::show(time)),
            (Some(End::Signal), _) => "before it was interrupted".to_owned(),
            _ => format!("in the first {}", self.shown),
        };
        match (&self.until, self.count) {
            (Some(_), _) if !self.met => {
                Err(Failure::failed(format!("what --until waits for did not happen {when}")))
            }
            (None, Some(count)) if self.shown < count => {
                Err(Failure::failed(format!("only {} of {count} came {when}", self.shown)))
            }
            _ => Ok(()),
        }
    }
}
