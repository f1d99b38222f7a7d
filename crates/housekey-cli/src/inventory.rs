//! What is stored, as it is shown: without any secret.

use std::collections::BTreeMap;
use std::path::PathBuf;

use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Key, Protection};
use housekey::discovery::{Candidate, PlainHttp, candidates};
use housekey::error::StoreError;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use crate::context::Context;
use crate::duration;
use crate::error::Outcome;

/// Whether what is stored still opens the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SignInState {
    /// It does.
    SignedIn,
    /// It will work after a renewal, which is made at the next use.
    Renewable,
    /// A new sign-in is required.
    SignedOut,
    /// The record cannot be read.
    Unreadable,
}

/// Where a record rests, and what protects it there.
#[derive(Debug, Serialize)]
pub(crate) struct Rests {
    /// `file`, `keyring` or `age`; null where that cannot be read.
    #[serde(serialize_with = "by_name")]
    store: Option<Protection>,
    /// The file; that of a record in the keyring only leads there.
    path: PathBuf,
}

fn by_name<S: Serializer>(store: &Option<Protection>, to: S) -> Result<S::Ok, S::Error> {
    store.map(Protection::as_str).serialize(to)
}

impl Rests {
    pub(crate) fn of(key: &Key, context: &Context) -> Self {
        let store = context.store.protection(key).ok().flatten();
        Self { store, path: context.store.path(key) }
    }

    /// For people.
    pub(crate) fn words(&self) -> String {
        let path = self.path.display();
        match self.store {
            Some(Protection::Keyring) => format!("the keyring, to which {path} leads"),
            Some(Protection::Age) => format!("{path}, encrypted"),
            Some(Protection::File) | None => path.to_string(),
        }
    }

    /// The same in one word, for tables.
    pub(crate) fn word(&self) -> String {
        self.store.map(|store| store.to_string()).unwrap_or_default()
    }
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
    pub(crate) state: SignInState,
    /// What is wrong with the record, or why nothing renews the session any more.
    pub(crate) problem: Option<String>,
    /// Whether all that is sent to it is encrypted; null where the record cannot be read.
    pub(crate) encrypted: Option<bool>,
    /// Whether `homeys use` chose it.
    pub(crate) chosen: bool,
    #[serde(flatten)]
    pub(crate) rests: Rests,
}

/// A stored account.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    /// The host of its cloud.
    pub(crate) cloud: Option<String>,
    pub(crate) client_id: Option<String>,
    /// Whether the password is kept to sign in again.
    pub(crate) remembered: bool,
    /// Whether it has two-factor authentication; null where the cloud has not said.
    pub(crate) two_factor: Option<bool>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) state: SignInState,
    /// What is wrong with the record, or why the cloud has ended the sign-in.
    pub(crate) problem: Option<String>,
    /// The short names of the Homeys it renews.
    pub(crate) homeys: Vec<String>,
    #[serde(flatten)]
    pub(crate) rests: Rests,
}

/// Every stored Homey, also those whose record cannot be read.
pub(crate) fn homeys(context: &Context) -> Outcome<Vec<Homey>> {
    let settings = context.settings.read()?;
    let chosen = settings.homey.clone();
    let now = context.clock.now();
    // One that cannot be read says so itself.
    let accounts = context.store.accounts()?.into_iter();
    let ended: BTreeMap<String, String> = accounts
        .filter_map(|name| Some((name.clone(), context.store.account(&name).ok()??.ended?)))
        .collect();
    let each = |name: String| {
        let chosen = chosen.as_ref() == Some(&name);
        let rests = Rests::of(&Key::Homey(name.clone()), context);
        match context.store.homey(&name) {
            Ok(record) => record.map(|record| {
                let ended = match &record.access {
                    Access::Account { account, .. } => ended.get(account).cloned(),
                    Access::LocalUser { .. } | Access::ApiKey { .. } => None,
                };
                let plain_http = settings.plain_http(&record.name);
                Homey::of(record, ended, chosen, plain_http, rests, now)
            }),
            Err(error) => Some(Homey::unreadable(name, &error, chosen, rests)),
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
        let rests = Rests::of(&Key::Account(name.clone()), context);
        match context.store.account(&name) {
            Ok(record) => record.map(|record| Account::of(record, renewed, rests, now)),
            Err(error) => Some(Account::unreadable(name, &error, renewed, rests)),
        }
    };
    Ok(context.store.accounts()?.into_iter().filter_map(each).collect())
}

impl Homey {
    /// `ended` says why its account was refused for good, where it was.
    pub(crate) fn of(
        record: HomeyRecord,
        ended: Option<String>,
        chosen: bool,
        plain_http: PlainHttp,
        rests: Rests,
        now: Timestamp,
    ) -> Self {
        let used = candidates(&record.addresses, plain_http);
        let encrypted = used.iter().all(Candidate::is_encrypted);
        let session = record.access.session();
        let refused = record.access.is_refused();
        let alive = !refused && session.is_none_or(|session| now < session.expires_at);
        let (issued_at, expires_at) =
            (session.map(|session| session.issued_at), session.map(|session| session.expires_at));
        let state = match (alive, record.access.is_renewable()) {
            _ if ended.is_some() => SignInState::SignedOut,
            (true, _) => SignInState::SignedIn,
            (false, true) => SignInState::Renewable,
            (false, false) => SignInState::SignedOut,
        };
        let problem = ended.or_else(|| {
            let what = match &record.access {
                Access::ApiKey { .. } => "API key",
                Access::LocalUser { password_refused: true, .. } => "password that is kept",
                Access::LocalUser { .. } | Access::Account { .. } => "session",
            };
            let over = refused && state == SignInState::SignedOut;
            over.then(|| format!("signed out: the Homey does not take the {what} any more"))
        });
        let (access, user) = match record.access {
            Access::Account { account, .. } => ("account", Some(account)),
            Access::LocalUser { username, .. } => ("local-user", Some(username)),
            Access::ApiKey { .. } => ("api-key", None),
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
            state,
            problem,
            encrypted: Some(encrypted),
            chosen,
            rests,
        }
    }

    fn unreadable(name: String, error: &StoreError, chosen: bool, rests: Rests) -> Self {
        Self {
            name,
            title: None,
            id: None,
            dialect: None,
            access: None,
            user: None,
            issued_at: None,
            expires_at: None,
            state: SignInState::Unreadable,
            problem: Some(error.to_string()),
            encrypted: None,
            chosen,
            rests,
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
    fn of(record: AccountRecord, homeys: Vec<String>, rests: Rests, now: Timestamp) -> Self {
        let tokens = record.tokens;
        let renewable = tokens.refresh.is_some()
            || record.remembered.as_ref().is_some_and(|kept| !kept.refused);
        let state = match (now < tokens.expires_at, renewable) {
            _ if record.ended.is_some() => SignInState::SignedOut,
            (true, _) => SignInState::SignedIn,
            (false, true) => SignInState::Renewable,
            (false, false) => SignInState::SignedOut,
        };
        Self {
            name: record.name,
            id: Some(record.id),
            cloud: Some(housekey::http::authority(&record.cloud.api)),
            client_id: record.client.map(|client| client.id),
            // Nobody tells when a personal access token ends.
            expires_at: Some(tokens.expires_at).filter(|end| *end < Timestamp::MAX),
            remembered: record.remembered.is_some_and(|kept| !kept.refused),
            two_factor: record.two_factor,
            state,
            problem: record.ended,
            homeys,
            rests,
        }
    }

    fn unreadable(name: String, error: &StoreError, homeys: Vec<String>, rests: Rests) -> Self {
        Self {
            name,
            id: None,
            cloud: None,
            client_id: None,
            remembered: false,
            two_factor: None,
            expires_at: None,
            state: SignInState::Unreadable,
            problem: Some(error.to_string()),
            homeys,
            rests,
        }
    }
}

/// The state in words, with the time that is left where there is one.
pub(crate) fn state_text(
    state: SignInState,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> String {
    let left = expires_at.map(|end| end.duration_since(now)).filter(SignedDuration::is_positive);
    match (state, left) {
        (SignInState::SignedIn, Some(left)) => format!("signed in, {} left", duration::show(left)),
        (SignInState::SignedIn, None) => "signed in".to_owned(),
        (SignInState::Renewable, _) => "renews at its next use".to_owned(),
        (SignInState::SignedOut, _) => "signed out".to_owned(),
        (SignInState::Unreadable, _) => "unreadable".to_owned(),
    }
}
