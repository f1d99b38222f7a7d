//! The Homeys that are examined: the one that is named or that the environment gives, else all that are stored.

use std::time::Duration;

use futures_util::future::join_all;
use housekey::Homey;
use housekey::auth::store::HomeyRecord;
use housekey::config::OneOff;
use housekey::error::{Error, SignInError};

use super::check::{Finding, Findings};
use crate::context::{Context, Purpose};
use crate::error::Outcome;

/// How many stored Homeys are examined at most.
const MOST: usize = 16;

/// A Homey that is examined.
pub(super) struct Subject {
    /// What people call it.
    pub(super) title: String,
    /// The Homey.
    pub(super) homey: Homey,
    /// Its record, where it is stored.
    pub(super) record: Option<HomeyRecord>,
}

/// The Homeys that are examined.
pub(super) struct Subjects {
    /// Those that can be opened.
    pub(super) open: Vec<Subject>,
    /// What the others fail with.
    pub(super) broken: Vec<Finding>,
}

impl Subjects {
    /// Opens the Homeys that are meant. Only a wrong `--homey` is an error.
    pub(super) async fn of(context: &Context) -> Outcome<Self> {
        let (mut open, mut broken) = (Vec::new(), Vec::new());
        if let Some(named) = &context.homey_named {
            match context.find_homey(named) {
                Ok(record) => open.push(stored(record, context)?),
                Err(Error::SignIn(SignInError::NotSignedIn)) => {}
                Err(error) => return Err(error.into()),
            }
        } else if OneOff::new(&context.env)?.is_some() {
            match context.homey(Purpose::Read).await {
                Ok(target) => {
                    let (title, homey) = (target.title, target.homey);
                    open.push(Subject { title, homey, record: None });
                }
                Err(failure) => {
                    let lines = failure.lines().map(|(_, text)| text.to_owned());
                    broken.push(Finding::failed(lines.take(2).collect::<Vec<_>>().join(": ")));
                }
            }
        } else {
            // What cannot be read is a finding of the check of the sign-in.
            for name in context.store.homeys().unwrap_or_default().into_iter().take(MOST) {
                if let Ok(Some(record)) = context.store.homey(&name) {
                    open.push(stored(record, context)?);
                }
            }
        }
        Ok(Self { open, broken })
    }

    /// What each Homey makes of a check, all at the same time; that a sign-in is needed, where there is none.
    pub(super) async fn each<'a, F>(&'a self, work: impl Fn(&'a Subject) -> F) -> Findings
    where
        F: Future<Output = Examined>,
    {
        if self.open.is_empty() {
            return Finding::sign_in_first().into();
        }
        let mut findings = Findings::default();
        let mut facts = serde_json::Map::new();
        for (subject, (list, about)) in
            self.open.iter().zip(join_all(self.open.iter().map(work)).await)
        {
            list.into_iter().for_each(|finding| findings.add(finding));
            facts.insert(subject.name().to_owned(), about);
        }
        findings.fact("homeys", facts);
        findings
    }

    /// Waits until no renewal is under way.
    pub(super) async fn settle(&self) {
        join_all(self.open.iter().map(|subject| subject.homey.settle())).await;
    }
}

/// What was found at one Homey, and the same for programs.
pub(super) type Examined = (Vec<Finding>, serde_json::Value);

impl Subject {
    /// Its short name, or its title where it is not stored.
    pub(super) fn name(&self) -> &str {
        self.record.as_ref().map_or(&self.title, |record| &record.name)
    }
}

/// A stored Homey whose renewal is tried once, as a check has a time limit of its own.
fn stored(record: HomeyRecord, context: &Context) -> Outcome<Subject> {
    let plain_http = context.settings.read()?.plain_http(&record.name);
    let (store, http, clock) = (context.store.clone(), context.http()?, context.clock.clone());
    let homey = Homey::stored_with_timeout(&record, store, http, clock, Duration::ZERO)
        .with_plain_http(plain_http);
    Ok(Subject { title: record.title.clone(), homey, record: Some(record) })
}
