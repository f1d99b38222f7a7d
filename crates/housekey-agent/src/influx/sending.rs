//! Sends lines, and decides what follows an answer.

use std::fs;
use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use housekey::Secret;
use housekey::http::{Http, HttpRequest};
use housekey::retry::Backoff;
use housekey_history::influx::{Spool, SpooledBatch, WriteAnswer, first_lines};
use url::Url;

use crate::error_chain::error_chain;
use crate::settings::{InfluxSettings, Login};

/// How long a server may take to store a batch.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// The shortest wait after a failure.
const MIN_WAIT: Duration = Duration::from_secs(1);

/// After a refusal that only a change of settings ends.
const REFUSED_WAIT: Duration = Duration::from_secs(5 * 60);

/// The most bytes of a server's answer that are shown.
const MAX_SHOWN: usize = 200;

/// One server.
#[derive(Debug)]
pub(super) struct Sender {
    http: Http,
    url: Url,
    /// Scheme and secret of `Authorization`.
    login: Option<(&'static str, Secret)>,
    /// The most bytes that it takes at once, as far as known.
    max_bytes: usize,
    /// In a row.
    failures: u32,
}

/// A batch, or its first lines, and the answer to them.
#[derive(Debug)]
pub(super) struct SentLines {
    batch: SpooledBatch,
    sent_bytes: usize,
    /// The answer and its text, or why there is none.
    outcome: Result<(WriteAnswer, String), String>,
}

/// What follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The lines are stored.
    Stored,
    /// The lines are wrong.
    Dropped {
        /// In the words of the server.
        why: String,
    },
    /// They are sent again, fewer at once.
    Smaller,
    /// They are sent again after a wait.
    Later {
        /// What failed.
        why: String,
        /// The next step.
        advice: Option<&'static str>,
        wait: Duration,
        /// Whether it is the first failure in a row.
        first: bool,
    },
}

impl Sender {
    /// Reads the secret.
    pub(super) fn new(settings: &InfluxSettings, http: Http) -> io::Result<Self> {
        let secret = |path: &std::path::Path| -> io::Result<Secret> {
            let text = fs::read_to_string(path).map_err(|error| {
                io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display()))
            })?;
            Ok(Secret::new(text.trim().to_owned()))
        };
        let login = match &settings.login {
            None => None,
            Some(Login::Token(path)) => Some(("Token", secret(path)?)),
            Some(Login::Password(user, path)) => {
                let pair = format!("{user}:{}", secret(path)?.expose());
                Some(("Basic", Secret::new(STANDARD.encode(pair))))
            }
        };
        Ok(Self { http, url: settings.url.clone(), login, max_bytes: usize::MAX, failures: 0 })
    }

    /// Sends the lines of a batch, or as many as the server takes at once.
    pub(super) fn send(&self, batch: SpooledBatch) -> BoxFuture<'static, SentLines> {
        let lines = first_lines(&batch.lines, self.max_bytes);
        let sent_bytes = lines.len();
        let request = HttpRequest::new(hyper::Method::POST, self.url.clone(), SEND_TIMEOUT)
            .text("text/plain; charset=utf-8", Secret::new(lines.to_owned()));
        let request = match &self.login {
            Some((scheme, secret)) => request.authorization(scheme, secret),
            None => request,
        };
        let http = self.http.clone();
        let send = async move {
            let outcome = match http.send(request).await {
                Ok(answer) => {
                    let text: String = answer.text().trim().chars().take(MAX_SHOWN).collect();
                    let answer = WriteAnswer::of(answer.status, answer.retry_after_s());
                    Ok((answer, text))
                }
                Err(error) => Err(error_chain(&error)),
            };
            SentLines { batch, sent_bytes, outcome }
        };
        send.boxed()
    }

    /// That batch as it was sent, with an answer.
    #[cfg(test)]
    pub(super) fn answered(
        &self,
        batch: SpooledBatch,
        outcome: Result<(WriteAnswer, String), String>,
    ) -> SentLines {
        let sent_bytes = first_lines(&batch.lines, self.max_bytes).len();
        SentLines { batch, sent_bytes, outcome }
    }

    /// What follows; chance draws `chance` (0 to 1).
    pub(super) fn after(&mut self, sent: &SentLines, chance: f64) -> Next {
        let (wait, advice, why) = match &sent.outcome {
            Ok((WriteAnswer::Stored, _)) => {
                self.failures = 0;
                return Next::Stored;
            }
            Ok((WriteAnswer::Wrong, why)) => return Next::Dropped { why: why.clone() },
            Ok((WriteAnswer::TooLarge, why)) => {
                if sent.lines().matches('\n').count() <= 1 {
                    return Next::Dropped { why: why.clone() };
                }
                self.max_bytes = sent.sent_bytes / 2;
                return Next::Smaller;
            }
            Ok((WriteAnswer::Refused, why)) => {
                let advice = "check the address, the database, and who may write there";
                (Some(REFUSED_WAIT), Some(advice), format!("the server refuses: {why}"))
            }
            Ok((WriteAnswer::Later(stated), why)) => {
                (*stated, None, format!("the server is busy: {why}"))
            }
            Err(why) => (None, None, why.clone()),
        };
        let backoff = Backoff::BACKGROUND.wait(self.failures, chance).max(MIN_WAIT);
        let (wait, first) = (wait.unwrap_or_default().max(backoff), self.failures == 0);
        self.failures = self.failures.saturating_add(1);
        Next::Later { why, advice, wait, first }
    }
}

impl SentLines {
    /// The lines that were sent.
    pub(super) fn lines(&self) -> &str {
        &self.batch.lines[..self.sent_bytes]
    }

    /// Whether the batch has more lines.
    pub(super) fn is_partial(&self) -> bool {
        self.sent_bytes < self.batch.lines.len()
    }

    /// Removes them from those that wait.
    pub(super) fn remove_from(&self, spool: &mut Spool) -> io::Result<()> {
        match self.is_partial() {
            true => spool.keep_rest(&self.batch, &self.batch.lines[self.sent_bytes..]),
            false => spool.finish(&self.batch),
        }
    }
}
