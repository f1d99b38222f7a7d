//! A check of `housekey doctor`: what it found, each finding with a verdict and a next step.

use std::time::Duration;

use housekey::error::{Error, HomeyError, Kind, chain};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::advice;

/// How long a check may take.
const LIMIT: Duration = Duration::from_secs(20);

/// The verdict on a finding, and the worst of its findings on a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// It was not looked at: something else is missing first.
    Skipped,
    /// As it should be.
    Ok,
    /// It works, with something to look at.
    Warning,
    /// It does not work.
    Failed,
}

/// One thing that a check found.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// How it is.
    pub(super) verdict: Verdict,
    /// What was found, in a sentence without a full stop.
    pub(super) text: String,
    /// What to do about it.
    pub(super) next: Option<String>,
}

/// What a check found, for people and for programs.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    facts: Map<String, Value>,
}

/// A check that is done.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    /// `sign-in`, `rights`, `clock`, `routes`, `versions`, `store` or `agent`.
    pub(super) name: &'static str,
    /// The worst verdict of its findings.
    pub(super) verdict: Verdict,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// What it found.
    pub(super) findings: Vec<Finding>,
    /// The same for programs.
    facts: Map<String, Value>,
}

impl Finding {
    fn new(verdict: Verdict, text: impl Into<String>) -> Self {
        Self { verdict, text: text.into(), next: None }
    }

    /// As it should be.
    pub(super) fn ok(text: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, text)
    }

    /// It works, with something to look at.
    pub(super) fn warning(text: impl Into<String>) -> Self {
        Self::new(Verdict::Warning, text)
    }

    /// It does not work.
    pub(super) fn failed(text: impl Into<String>) -> Self {
        Self::new(Verdict::Failed, text)
    }

    /// It was not looked at.
    pub(super) fn skipped(text: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, text)
    }

    /// It needs a sign-in.
    pub(super) fn sign_in_first() -> Self {
        Self::skipped("sign in first")
    }

    /// The same with what to do next.
    pub(super) fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// What a request to a Homey failed with. That of a missing sign-in, or of a Homey that is offline, is the
    /// finding of another check.
    pub(super) fn of_request(title: &str, error: &Error) -> Self {
        match root(error) {
            Error::Homey(HomeyError::Offline { .. }) => {
                Self::skipped(format!("{title} cannot be reached"))
            }
            error if error.kind() == Kind::SignIn => Self::sign_in_first(),
            error => Self::of_error(title, error),
        }
    }

    /// What something failed with.
    pub(super) fn of_error(title: &str, error: &Error) -> Self {
        let cause = chain(error).pop().filter(|cause| *cause != error.to_string());
        let cause = cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
        let finding = Self::failed(format!("{title}: {error}{cause}"));
        Self { next: error.advice().as_ref().map(advice::hint), ..finding }
    }
}

/// The error that several callers share.
fn root(error: &Error) -> &Error {
    match error {
        Error::Shared(shared) => root(shared),
        error => error,
    }
}

impl Findings {
    /// Adds a finding.
    pub(super) fn add(&mut self, finding: Finding) {
        self.list.push(finding);
    }

    /// Adds those of another part of the check.
    pub(super) fn join(&mut self, other: Self) {
        self.list.extend(other.list);
        self.facts.extend(other.facts);
    }

    /// Adds a fact for programs.
    pub(super) fn fact(&mut self, name: &str, value: impl Serialize) {
        self.facts.insert(name.to_owned(), json!(value));
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self { list: vec![finding], ..Self::default() }
    }
}

/// Runs a check, which fails where it takes too long.
pub(super) async fn run(name: &'static str, work: impl Future<Output = Findings>) -> Check {
    let started = Instant::now();
    let found = tokio::time::timeout(LIMIT, work).await.unwrap_or_else(|_| {
        Finding::failed(format!("no outcome within {} s", LIMIT.as_secs())).into()
    });
    let Findings { list: mut findings, facts } = found;
    // Several Homeys may lack the same.
    findings.dedup();
    let verdict = findings.iter().map(|finding| finding.verdict).max();
    Check {
        name,
        verdict: verdict.unwrap_or(Verdict::Skipped),
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        findings,
        facts,
    }
}
