//! The codes, access tokens and refresh tokens that the cloud has issued.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::state::ids::Seed;

/// How long an authorisation code lives (the vendor's public documentation).
const CODE_LIFE: SignedDuration = SignedDuration::from_secs(30);

/// One sign-in, which lives on through its refresh tokens until it is revoked. The cloud's users
/// know it as a session.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) id: String,
    /// The grant type it began with.
    pub(crate) began_with: &'static str,
    /// Whether it stands for the user; one of `client_credentials` stands for the client alone.
    pub(crate) for_user: bool,
    pub(crate) created: Timestamp,
    pub(crate) last_used: Timestamp,
    /// The latest pair, and until when its access token is good.
    pub(crate) access: String,
    pub(crate) access_until: Timestamp,
    /// The latest refresh token, unless it was made to expire.
    pub(crate) refresh: Option<String>,
    /// The refresh token before the latest, and when it was used.
    replaced: Option<(String, Timestamp)>,
}

impl Grant {
    fn new(id: String, began_with: &'static str, for_user: bool, created: Timestamp) -> Self {
        Self {
            id,
            began_with,
            for_user,
            created,
            last_used: created,
            access: String::new(),
            access_until: created,
            refresh: None,
            replaced: None,
        }
    }
}

/// How long tokens are valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lives {
    pub(crate) access: SignedDuration,
    /// How long the refresh token before the latest is answered with the latest pair.
    pub(crate) reuse_window: SignedDuration,
}

/// All codes, tokens and grants.
pub(crate) struct Ledger {
    lives: Lives,
    seed: Seed,
    minted: u64,
    /// Code to end of life.
    codes: HashMap<String, Timestamp>,
    /// Access token to grant and end of life; older tokens of a grant stay good until then.
    access: HashMap<String, (String, Timestamp)>,
    grants: Vec<Grant>,
    /// Stands for the user until it is taken back; no refresh token belongs to it.
    personal: Grant,
    secrets: Vec<String>,
}

impl Ledger {
    pub(crate) fn new(lives: Lives, seed: Seed, personal_access_token: &str) -> Self {
        let personal = Grant {
            access: personal_access_token.to_owned(),
            access_until: Timestamp::MAX,
            ..Grant::new(
                seed.uuid("personal access token"),
                "personal_access_token",
                true,
                Timestamp::UNIX_EPOCH,
            )
        };
        Self {
            personal,
            lives,
            seed,
            minted: 0,
            codes: HashMap::new(),
            access: HashMap::new(),
            grants: Vec::new(),
            secrets: vec![personal_access_token.to_owned()],
        }
    }

    /// A new text of forty hexadecimal digits.
    pub(crate) fn mint(&mut self, kind: &str) -> String {
        self.minted += 1;
        self.seed.secret(&format!("{kind}/{}", self.minted))
    }

    fn mint_secret(&mut self, kind: &str) -> String {
        let secret = self.mint(kind);
        self.remember(secret.clone());
        secret
    }

    /// Records a secret that was made elsewhere.
    pub(crate) fn remember(&mut self, secret: String) {
        self.secrets.push(secret);
    }

    /// Every secret issued so far.
    pub(crate) fn secrets(&self) -> &[String] {
        &self.secrets
    }

    /// A code that can be exchanged once.
    pub(crate) fn new_code(&mut self, now: Timestamp) -> String {
        let code = self.mint_secret("code");
        self.codes.insert(code.clone(), later(now, CODE_LIFE));
        code
    }

    /// Uses a code up; an error says why it is not valid.
    pub(crate) fn take_code(&mut self, code: &str, now: Timestamp) -> Result<(), &'static str> {
        let until = self.codes.remove(code).ok_or("The authorization code is unknown or used.")?;
        if now < until { Ok(()) } else { Err("The authorization code has expired.") }
    }

    /// Creates a grant with its first pair of tokens.
    pub(crate) fn begin(
        &mut self,
        began_with: &'static str,
        for_user: bool,
        now: Timestamp,
    ) -> &Grant {
        self.minted += 1;
        let id = self.seed.uuid(&format!("grant/{}", self.minted));
        self.grants.push(Grant::new(id, began_with, for_user, now));
        self.renew(self.grants.len() - 1, now)
    }

    /// Answers a refresh token with a new pair, or with the latest one again if it was replaced
    /// less than the reuse window ago; `None` if it is not good any more.
    pub(crate) fn refresh(&mut self, token: &str, now: Timestamp) -> Option<&Grant> {
        if let Some(place) =
            self.grants.iter().position(|one| one.refresh.as_deref() == Some(token))
        {
            self.grants[place].replaced = Some((token.to_owned(), now));
            return Some(self.renew(place, now));
        }
        let window = self.lives.reuse_window;
        self.grants.iter().find(|grant| {
            let replaced = grant.replaced.as_ref();
            replaced.is_some_and(|(old, when)| old == token && now < later(*when, window))
        })
    }

    fn renew(&mut self, place: usize, now: Timestamp) -> &Grant {
        let (access, refresh) = (self.mint_secret("access"), self.mint_secret("refresh"));
        let until = later(now, self.lives.access);
        let grant = &mut self.grants[place];
        self.access.insert(access.clone(), (grant.id.clone(), until));
        grant.access = access;
        grant.access_until = until;
        grant.refresh = Some(refresh);
        grant.last_used = now;
        grant
    }

    /// The grant of an access token that is good now.
    pub(crate) fn grant_of(&mut self, access: &str, now: Timestamp) -> Option<&Grant> {
        if access == self.personal.access {
            return Some(&self.personal);
        }
        let (id, until) = self.access.get(access)?;
        if now >= *until {
            return None;
        }
        let grant = self.grants.iter_mut().find(|grant| grant.id == *id)?;
        grant.last_used = now;
        Some(grant)
    }

    /// The grants that stand for the user, oldest first.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = &Grant> {
        self.grants.iter().filter(|grant| grant.for_user)
    }

    /// Ends a grant and all its tokens; whether there was one.
    pub(crate) fn revoke(&mut self, id: &str) -> bool {
        let before = self.grants.len();
        self.grants.retain(|grant| grant.id != id);
        self.access.retain(|_, (grant, _)| grant != id);
        self.grants.len() < before
    }

    /// Makes every access token refused from now on.
    pub(crate) fn expire_access(&mut self) {
        self.access.clear();
    }

    /// Makes every refresh token refused from now on.
    pub(crate) fn expire_refresh(&mut self) {
        for grant in &mut self.grants {
            grant.refresh = None;
            grant.replaced = None;
        }
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
