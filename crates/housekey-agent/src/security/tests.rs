//! Which security events are logged, how often, and counted.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span;

use super::*;

/// Keeps the fields of every event, as `name=value`.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Lines {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields(event.metadata().level().to_string());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

fn logged(work: impl FnOnce()) -> Vec<String> {
    let lines = Lines::default();
    tracing::subscriber::with_default(lines.clone(), work);
    lines.0.lock().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn a_line_has_its_stable_form_and_a_flood_is_only_counted() {
    let log = SecurityLog::default();
    let lines = logged(|| {
        for _ in 0..25 {
            log.record(SecurityEvent::WrongKey, "192.0.2.7", "");
        }
        log.record(SecurityEvent::ForbiddenOrigin, "127.0.0.1", "https://evil.example");
    });
    let one = "WARN message=security event event=\"wrong_key\" from=\"192.0.2.7\" detail=\"\" suppressed=0";
    assert_eq!(lines[..10], vec![one; 10], "and no more of this kind");
    assert_eq!(
        lines[10..],
        ["WARN message=security event event=\"forbidden_origin\" from=\"127.0.0.1\" \
          detail=\"https://evil.example\" suppressed=0"],
        "a flood of one kind hides no other"
    );
    tokio::time::advance(WINDOW).await;
    let lines = logged(|| log.record(SecurityEvent::WrongKey, "192.0.2.7", ""));
    assert!(lines.len() == 1 && lines[0].ends_with("suppressed=15"), "{lines:?}");
    let counts: Vec<_> = log.counts().filter(|(_, count)| *count > 0).collect();
    assert_eq!(counts, [("wrong_key", 26), ("forbidden_origin", 1)]);
}

/// A client cannot add a line to the log by its `Host`.
#[test]
fn what_the_other_side_sends_is_cut_and_escaped() {
    let log = SecurityLog::default();
    let lines = logged(|| {
        log.record(SecurityEvent::UnknownHost, "192.0.2.7", "a\nWARN \u{1b}[2J\u{9b}\u{202e}é");
        log.record(SecurityEvent::UnknownHost, "192.0.2.7", "x".repeat(100_000));
    });
    let seen = lines.join("");
    assert!(!seen.contains(['\n', '\u{1b}', '\u{9b}', '\u{202e}']), "{seen:?}");
    assert!(seen.contains("u{202e}") && seen.contains('é') && seen.len() < 600, "{seen:?}");
}

#[test]
fn an_error_of_a_certificate_is_found_however_deep_it_stands() {
    let wrong = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
    let deep = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, wrong));
    assert!(is_of_certificate(&deep));
    let other = io::Error::other(rustls::Error::HandshakeNotComplete);
    assert!(!is_of_certificate(&other) && !is_of_certificate(&io::Error::other("certificate")));
}
