//! Security events: one log line in a stable form for each, rate-limited, and a counter for each kind.
//!
//! docs/agent.md documents the names, the fields and the limit. A detail may come from the other side
//! (a `Host`, an `Origin`), so it is cut and escaped; a key or a token never is one.

use std::error::Error;
use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use crate::error_chain::error_chain;
use crate::mutex::lock_unpoisoned;

/// How many lines of one kind are written in each [`WINDOW`]; the rest is only counted.
const LINES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);

/// The longest detail, in characters.
const DETAIL: usize = 200;

/// A kind of security event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecurityEvent {
    /// A key that is none of ours.
    WrongKey,
    /// A key that has ended.
    ExpiredKey,
    /// A peer that has sent too many wrong keys, so that further ones are not checked.
    TooManyWrongKeys,
    /// A key that lacks the scope or the Homey that it was used for.
    MissingScope,
    /// A `Host` that is not ours: a page whose own name was made to lead here, or a missing `hosts`.
    UnknownHost,
    /// A web page of an origin that the settings do not name.
    ForbiddenOrigin,
    /// A limit that keeps callers from using up what the agent needs. The detail names it.
    LimitReached,
    /// A certificate of the Homey or the cloud that is not accepted.
    CertificateError,
}

impl SecurityEvent {
    /// All kinds, in the order of the metrics.
    pub(crate) const ALL: [Self; 8] = [
        Self::WrongKey,
        Self::ExpiredKey,
        Self::TooManyWrongKeys,
        Self::MissingScope,
        Self::UnknownHost,
        Self::ForbiddenOrigin,
        Self::LimitReached,
        Self::CertificateError,
    ];

    /// The stable name, in logs and as a label of the metric.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::WrongKey => "wrong_key",
            Self::ExpiredKey => "expired_key",
            Self::TooManyWrongKeys => "too_many_wrong_keys",
            Self::MissingScope => "missing_scope",
            Self::UnknownHost => "unknown_host",
            Self::ForbiddenOrigin => "forbidden_origin",
            Self::LimitReached => "limit_reached",
            Self::CertificateError => "certificate_error",
        }
    }
}

/// Logs and counts security events. Cheap to clone; clones share the counts.
#[derive(Debug, Clone, Default)]
pub(crate) struct SecurityLog(Arc<[EventCounter; SecurityEvent::ALL.len()]>);

/// The events of one kind.
#[derive(Debug, Default)]
struct EventCounter {
    count: AtomicU64,
    recent: Mutex<LogWindow>,
}

#[derive(Debug, Default)]
struct LogWindow {
    began: Option<Instant>,
    lines: u32,
    /// Events without a line since the last one that had a line.
    suppressed: u64,
}

impl SecurityLog {
    /// Counts an event, and logs it unless there were too many of its kind. `from` is the peer or the name
    /// of the Homey; `detail` adds more, and may be empty.
    pub(crate) fn record(&self, event: SecurityEvent, from: impl Display, detail: impl Display) {
        let Some(kept) = self.0.get(event as usize) else { return };
        kept.count.fetch_add(1, Relaxed);
        let Some(suppressed) = kept.line(Instant::now()) else { return };
        let (event, from, detail) = (event.as_str(), escaped(from), escaped(detail));
        tracing::warn!(event, from, detail, suppressed, "security event");
    }

    /// Records an error of a connection to that Homey if it is about a certificate.
    pub(crate) fn record_certificate(&self, homey: &str, error: &(dyn Error + 'static)) {
        if is_of_certificate(error) {
            self.record(SecurityEvent::CertificateError, homey, error_chain(error));
        }
    }

    /// How many events of each kind there were since the start or the last reload.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let kinds = SecurityEvent::ALL.iter().zip(self.0.iter());
        kinds.map(|(event, kept)| (event.as_str(), kept.count.load(Relaxed)))
    }
}

impl EventCounter {
    /// How many events had no line since the last one, if this one gets a line.
    fn line(&self, now: Instant) -> Option<u64> {
        let mut recent = lock_unpoisoned(&self.recent);
        if recent.began.is_none_or(|began| now.duration_since(began) >= WINDOW) {
            (recent.began, recent.lines) = (Some(now), 0);
        }
        if recent.lines >= LINES {
            recent.suppressed += 1;
            return None;
        }
        recent.lines += 1;
        Some(std::mem::take(&mut recent.suppressed))
    }
}

/// A text of the other side as one that changes no log: cut, and nothing but what can be seen.
fn escaped(text: impl Display) -> String {
    let mut escaped = String::new();
    for c in text.to_string().chars().take(DETAIL) {
        if c == '"' || c == '\\' || c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() {
            escaped.push(c);
        } else {
            // Writing to memory does not fail.
            let _ = write!(escaped, "{}", c.escape_unicode());
        }
    }
    escaped
}

/// Whether an error is about a certificate that is not accepted, however deep that stands.
fn is_of_certificate(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let tls = error.downcast_ref::<rustls::Error>();
        if tls.is_some_and(|tls| matches!(tls, rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        // An input/output error hides what it was made of: its source is that of its content.
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

#[cfg(test)]
mod tests;
