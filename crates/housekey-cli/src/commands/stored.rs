//! What is stored, as it is shown: without any secret.

use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Key};
use housekey::error::StoreError;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::context::Context;
use crate::error::Outcome;
use crate::span;

/// Whether what is stored still opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    /// It does.
    SignedIn,
    /// It does after a renewal, which happens by itself at the next use.
    Renewable,
    /// Somebody has to sign in again.
    SignedOut,
    /// The record cannot be read.
    Unreadable,
}

/// A stored Homey.
#[derive(Debug, Serialize)]
pub(crate) struct Homey {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) dialect: Option<housekey::catalogue::Dialect>,
    /// `account`, `local-user` or `api-key`.
    pub(crate) access: Option<&'static str>,
    /// The account or the local user.
    pub(crate) user: Option<String>,
    pub(crate) issued_at: Option<Timestamp>,
    /// When the session ends; an API key does not.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) state: State,
    /// What is wrong with the record.
    pub(crate) problem: Option<String>,
    /// Whether `homeys use` chose it.
    pub(crate) chosen: bool,
    pub(crate) path: String,
}

/// A stored account.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    /// The host of its cloud.
    pub(crate) cloud: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) state: State,
    pub(crate) problem: Option<String>,
    /// The short names of the Homeys it renews.
    pub(crate) homeys: Vec<String>,
    pub(crate) path: String,
}

/// Every stored Homey, also those whose record cannot be read.
pub(crate) fn homeys(context: &Context) -> Outcome<Vec<Homey>> {
    let chosen = context.settings.read()?.homey;
    let now = context.clock.now();
    let each = |name: String| {
        let chosen = chosen.as_ref() == Some(&name);
        let path = context.store.path(&Key::Homey(name.clone())).display().to_string();
        match context.store.homey(&name) {
            Ok(record) => record.map(|record| Homey::of(record, chosen, path, now)),
            Err(error) => Some(Homey::unreadable(name, &error, chosen, path)),
        }
    };
    Ok(context.store.homeys()?.into_iter().filter_map(each).collect())
}

/// Every stored account, also those whose record cannot be read.
pub(crate) fn accounts(context: &Context, homeys: &[Homey]) -> Outcome<Vec<Account>> {
    let now = context.clock.now();
    let each = |name: String| {
        let renews =
            |homey: &&Homey| homey.access == Some("account") && homey.user.as_ref() == Some(&name);
        let renewed = homeys.iter().filter(renews).map(|homey| homey.name.clone()).collect();
        let path = context.store.path(&Key::Account(name.clone())).display().to_string();
        match context.store.account(&name) {
            Ok(record) => record.map(|record| Account::of(record, renewed, path, now)),
            Err(error) => Some(Account::unreadable(name, &error, renewed, path)),
        }
    };
    Ok(context.store.accounts()?.into_iter().filter_map(each).collect())
}

impl Homey {
    pub(crate) fn of(record: HomeyRecord, chosen: bool, path: String, now: Timestamp) -> Self {
        let session = record.access.session();
        let alive = session.is_none_or(|session| now < session.expires_at);
        let (issued_at, expires_at) =
            (session.map(|session| session.issued_at), session.map(|session| session.expires_at));
        let (access, user, ended) = match record.access {
            Access::Account { account, .. } => ("account", Some(account), State::Renewable),
            Access::LocalUser { username, .. } => ("local-user", Some(username), State::SignedOut),
            Access::ApiKey { .. } => ("api-key", None, State::SignedOut),
        };
        Self {
            name: record.name,
            title: Some(record.title),
            id: Some(record.id),
            dialect: Some(record.dialect),
            access: Some(access),
            user,
            issued_at,
            expires_at,
            state: if alive { State::SignedIn } else { ended },
            problem: None,
            chosen,
            path,
        }
    }

    fn unreadable(name: String, error: &StoreError, chosen: bool, path: String) -> Self {
        Self {
            name,
            title: None,
            id: None,
            dialect: None,
            access: None,
            user: None,
            issued_at: None,
            expires_at: None,
            state: State::Unreadable,
            problem: Some(error.to_string()),
            chosen,
            path,
        }
    }

    /// How it lets us in, in words.
    pub(crate) fn access_text(&self) -> String {
        match (self.access, &self.user) {
            (Some("local-user"), Some(user)) => format!("local user {user}"),
            (Some("api-key"), _) => "API key".to_owned(),
            (_, Some(account)) => account.clone(),
            _ => String::new(),
        }
    }
}

impl Account {
    fn of(record: AccountRecord, homeys: Vec<String>, path: String, now: Timestamp) -> Self {
        let tokens = record.tokens;
        let state = match (now < tokens.expires_at, tokens.refresh.is_some()) {
            (true, _) => State::SignedIn,
            (false, true) => State::Renewable,
            (false, false) => State::SignedOut,
        };
        Self {
            name: record.name,
            id: Some(record.id),
            cloud: Some(housekey::http::server_of(&record.cloud.api)),
            client_id: Some(record.client.id),
            expires_at: Some(tokens.expires_at),
            state,
            problem: None,
            homeys,
            path,
        }
    }

    fn unreadable(name: String, error: &StoreError, homeys: Vec<String>, path: String) -> Self {
        Self {
            name,
            id: None,
            cloud: None,
            client_id: None,
            expires_at: None,
            state: State::Unreadable,
            problem: Some(error.to_string()),
            homeys,
            path,
        }
    }
}

/// The state in words, with the time that is left where there is one.
pub(crate) fn state_text(state: State, expires_at: Option<Timestamp>, now: Timestamp) -> String {
    let left = expires_at.map(|end| end.duration_since(now)).filter(SignedDuration::is_positive);
    match (state, left) {
        (State::SignedIn, Some(left)) => format!("signed in, {} left", span::show(left)),
        (State::SignedIn, None) => "signed in".to_owned(),
        (State::Renewable, _) => "renews at its next use".to_owned(),
        (State::SignedOut, _) => "signed out".to_owned(),
        (State::Unreadable, _) => "unreadable".to_owned(),
    }
}
