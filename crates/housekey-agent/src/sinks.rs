//! Hands the token of a Homey to the places that want it, each on its own.

mod command;
mod delivery;
mod file;
mod variable;

use std::fmt;
use std::time::Duration;

use housekey::Homey;
use housekey::retry::Backoff;
use tokio::time::sleep;

use self::delivery::{Delivery, SinkError};
use crate::credential::{Credential, Format};
use crate::error_chain::error_chain;
use crate::settings::SinkTarget;
use crate::status::{SinkState, Trouble};
use crate::status_board::{SinkIndex, StatusBoard};
use tokio_util::sync::CancellationToken;

use crate::supervisor::PartError;
use crate::token_variables::HomeyVariables;

/// How often a file is checked: it may have been removed.
const CHECK_EVERY: Duration = Duration::from_secs(60);

/// The shortest wait after a failure. A new token does not cut it short: where each write is refused
/// and brings a new token, that would never end.
const MIN_WAIT: Duration = Duration::from_secs(1);

/// One place.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    homey: Homey,
    target: SinkTarget,
    /// The variables of the Homey that are known to hold tokens.
    variables: HomeyVariables,
    /// Its row of the status.
    index: SinkIndex,
    board: StatusBoard,
}

/// The outcome of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeliveryOutcome {
    /// There is no good token.
    NoToken,
    /// The place has it.
    Delivered,
    /// The place could not be given it.
    Failed,
}

impl fmt::Display for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sink {}", self.target)
    }
}

impl Sink {
    pub(crate) fn new(
        homey: Homey,
        target: SinkTarget,
        variables: HomeyVariables,
        index: SinkIndex,
        board: StatusBoard,
    ) -> Self {
        Self { homey, target, variables, index, board }
    }

    /// Makes sure that it could be written, before anything is started.
    pub(crate) async fn check(&self) -> Result<(), SinkError> {
        let outcome = match &self.target {
            SinkTarget::File { path, .. } => file::check(path).await,
            SinkTarget::Variable { name } => {
                let outcome = variable::check(&self.homey, name, &self.variables.variables).await;
                self.variables.save();
                outcome
            }
            SinkTarget::Command { run, .. } => command::check(run),
        };
        match outcome {
            Err(error) if !error.is_permanent() => Ok(()),
            outcome => outcome,
        }
    }

    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let Some(session) = self.homey.session() else {
            return Err(PartError::NoSession);
        };
        let mut tokens = session.subscribe();
        let (mut delivered, mut failures) = (None, 0);
        loop {
            let token = tokens.borrow_and_update().token().clone();
            // A sink on the Homey is written once for each token; a file is also checked now and then.
            if delivered.as_ref() != Some(&token) || self.is_local() {
                let wait = Backoff::BACKGROUND.wait(failures, fastrand::f64()).max(MIN_WAIT);
                match self.deliver(Some(wait)).await {
                    DeliveryOutcome::NoToken => (delivered, failures) = (None, 0),
                    DeliveryOutcome::Delivered => (delivered, failures) = (Some(token), 0),
                    DeliveryOutcome::Failed => {
                        failures += 1;
                        tokio::select! {
                            () = stop.cancelled() => return Ok(()),
                            () = sleep(wait) => continue,
                        }
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = tokens.changed() => changed.map_err(|_| PartError::NoSession)?,
                () = sleep(CHECK_EVERY) => {}
            }
        }
    }

    fn is_local(&self) -> bool {
        matches!(self.target, SinkTarget::File { .. })
    }

    /// Delivers the token, without another attempt.
    pub(crate) async fn deliver_once(&self) -> DeliveryOutcome {
        self.deliver(None).await
    }

    /// Delivers the token and records the outcome. `wait`: after which a failure is retried.
    async fn deliver(&self, wait: Option<Duration>) -> DeliveryOutcome {
        let now = self.board.clock().now();
        let outcome = match Credential::at_hand(&self.homey, self.format(), now).await {
            Ok(None) => {
                self.board.sink(self.index, |sink| sink.state = SinkState::Waiting);
                return DeliveryOutcome::NoToken;
            }
            Ok(Some(credential)) => self.give(&credential).await,
            Err(error) => Err(error.into()),
        };
        match outcome {
            Ok(delivery) => {
                self.record_delivery(delivery);
                DeliveryOutcome::Delivered
            }
            Err(error) => {
                let text = error_chain(&error);
                self.record_failure(match wait {
                    Some(wait) => self.board.retried(text, error.advice_while_retried(), wait),
                    None => self.board.trouble(text, error.advice()),
                });
                DeliveryOutcome::Failed
            }
        }
    }

    fn format(&self) -> Format {
        match &self.target {
            SinkTarget::File { format, .. } => *format,
            SinkTarget::Variable { .. } => Format::Raw,
            SinkTarget::Command { .. } => Format::Env,
        }
    }

    async fn give(&self, credential: &Credential) -> Result<Delivery, SinkError> {
        match &self.target {
            SinkTarget::File { path, format, mode, owner } => {
                file::give(path, credential.render(*format), *mode, *owner).await
            }
            SinkTarget::Variable { name } => {
                let known = &self.variables.variables;
                let outcome = variable::give(&self.homey, name, &credential.token, known).await;
                self.variables.save();
                outcome
            }
            SinkTarget::Command { run, timeout } => command::give(run, *timeout, credential).await,
        }
    }

    fn record_delivery(&self, delivery: Delivery) {
        let now = self.board.clock().now();
        self.board.sink(self.index, |sink| {
            if delivery == Delivery::Given {
                sink.deliveries += 1;
                tracing::info!(homey = sink.homey, kind = sink.kind, sink = sink.target, "given");
            }
            sink.state = SinkState::Delivered;
            sink.delivered_at = Some(now);
            sink.trouble = None;
        });
    }

    fn record_failure(&self, trouble: Trouble) {
        self.board.sink(self.index, |sink| {
            let (homey, kind, target) = (&sink.homey, &sink.kind, &sink.target);
            let (why, next) = (&trouble.text, trouble.next_attempt_at.map(tracing::field::display));
            tracing::warn!(homey, kind, sink = target, why, next_attempt = next, "not given");
            sink.failures += 1;
            sink.state = SinkState::Failing;
            sink.trouble = Some(trouble);
        });
    }
}
