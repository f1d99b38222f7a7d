//! Failures of the sign-in and of renewals.

use super::advice::Advice;
use super::kind::{Kind, again_after, with_status};

/// Signing in, or renewing what keeps us signed in, was refused.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Step 1: e-mail or password is wrong.
    #[error("the account cloud refused this e-mail address and password")]
    WrongPassword,
    /// Step 1: the account has two-factor authentication and no code was given.
    #[error("this account has two-factor authentication and no code was given")]
    TwoFactorNeeded,
    /// Step 1: refused, and the cloud does not say for what.
    #[error("{}", match code_given {
        false => "the account cloud refused this e-mail address and password, or wants a two-factor code",
        true => "the account cloud refused this e-mail address, the password or the two-factor code",
    })]
    LogInRefused {
        /// Whether a code was given.
        code_given: bool,
    },
    /// Step 1: a code made of the secret that is kept was refused, and the cloud does not say what time
    /// it is.
    #[error(
        "the account cloud refused the two-factor code, and the clock of this machine may be wrong"
    )]
    TwoFactorClock,
    /// Step 1: the two-factor code is wrong or too old.
    #[error("the account cloud refused the two-factor code")]
    TwoFactorWrong,
    /// Steps 2 and 4: the cloud does not know the client, or its secret or redirect is wrong.
    #[error("the account cloud does not accept the OAuth client: {message}")]
    UnknownClient {
        /// Its message.
        message: String,
    },
    /// A sign-in that takes an OAuth client has none.
    #[error("no OAuth client is named, which the account cloud requires")]
    NoClient,
    /// The address of the account cloud is plain HTTP, and not on this machine; nothing was sent.
    #[error("{address} is not encrypted: passwords and tokens of an account are not sent there")]
    Unencrypted {
        /// Which.
        address: String,
    },
    /// Step 2: the page has no form that could be posted back.
    #[error("the consent page has no CSRF value, so consent cannot be given")]
    NoConsentForm,
    /// Step 3: consent was not accepted.
    #[error("the account cloud did not accept the consent: {message}")]
    ConsentRefused {
        /// Its message, or what was missing.
        message: String,
    },
    /// Step 4: the authorization code was refused; it lives 30 s and works once.
    #[error("the account cloud refused the authorization code: {message}")]
    CodeRefused {
        /// Its message.
        message: String,
    },
    /// The stored refresh token was refused for good.
    #[error("signed out: the account cloud refused to renew the access: {message}")]
    SignedOut {
        /// Its message.
        message: String,
    },
    /// The cloud refuses the access token; it is renewed if possible.
    #[error("the account cloud does not take the access token: {message}")]
    AccessRefused {
        /// Its message.
        message: String,
    },
    /// The cloud does not take the access token any more, and there is nothing to renew it with.
    #[error("signed out: the account cloud does not take the access token any more: {message}")]
    AccessEnded {
        /// Its message.
        message: String,
    },
    /// The cloud does not take a token that was brought along: a personal access token, or one that
    /// another program got.
    #[error("the account cloud does not take this token: {message}")]
    ForeignTokenRefused {
        /// Its message.
        message: String,
    },
    /// A personal access token of the kind that publishes apps, and opens no Homey.
    #[error("this token (pat-apps-…) is for publishing apps, and opens no Homey")]
    PublishesApps,
    /// The refresh token was refused for good, and so were the credentials that were kept.
    #[error("{message}")]
    StoredCredentialsRefused {
        /// The message of the cloud.
        message: String,
    },
    /// The browser came back with something else than what it was sent for.
    #[error("what came back from the browser is not the answer to this sign-in: {why}")]
    ForeignAnswer {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The sign-in in the browser was not finished in time.
    #[error("the sign-in in the browser was not finished within {} min", limit_s / 60)]
    BrowserTimedOut {
        /// The time limit, in seconds.
        limit_s: u64,
    },
    /// No port could be opened for the browser to come back to.
    #[error("cannot listen at {address} for the browser to come back to")]
    NoListener {
        /// Which address.
        address: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// A step was refused for another reason; with a 429 or a 5xx it is worth trying again.
    #[error(
        "{what} {}: {}",
        if is_transient(*status) { "could not be had for now" } else { "was refused" },
        with_status(message, *status)
    )]
    Refused {
        /// What was requested: `the delegation token`.
        what: &'static str,
        /// The HTTP status.
        status: u16,
        /// Its message.
        message: String,
        /// `Retry-After`, in seconds.
        retry_after_s: Option<u64>,
    },
    /// Step 6: the Homey did not take the delegation token.
    #[error("the Homey did not accept the sign-in: {message}")]
    HomeyRefused {
        /// Its message.
        message: String,
    },
    /// Local user: name or password is wrong.
    #[error("the Homey refused this user name and password: {message}")]
    LocalUserRefused {
        /// Its message.
        message: String,
    },
    /// The API key is refused.
    #[error("the Homey does not take this API key: {message}")]
    ApiKeyRefused {
        /// Its message.
        message: String,
    },
    /// The account has no Homey of that name or id.
    #[error("there is no Homey \"{wanted}\" in this account")]
    UnknownHomey {
        /// The name or id.
        wanted: String,
        /// The Homeys of the account.
        known: Vec<String>,
    },
    /// The account has no Homey at all.
    #[error("there is no Homey in this account")]
    NoHomey,
    /// The account has several and none was named.
    #[error("there are several Homeys in this account")]
    SeveralHomeys {
        /// Their names.
        known: Vec<String>,
    },
    /// The Homey is too old for the API.
    #[error("the Homey \"{name}\" has an API of version {version}, which nothing can use any more")]
    TooOld {
        /// Its name.
        name: String,
        /// The version.
        version: i64,
    },
    /// The user cancelled the sign-in.
    #[error("{why}")]
    Stopped {
        /// The reason, given by the program.
        why: String,
    },
    /// Nothing is stored that gives a token.
    #[error("not signed in")]
    NotSignedIn,
    /// The session has ended and there is nothing stored to make a new one with.
    #[error("the session on the Homey has ended, and nothing is stored that could renew it")]
    NothingToRenewWith,
}

/// Whether a status says "not now" rather than "no".
pub(crate) fn is_transient(status: u16) -> bool {
    // 417 is the relay's word for a Homey that is offline.
    matches!(status, 408 | 417 | 429 | 500..=599)
}

impl SignInError {
    /// Whether nothing that is stored renews the access any more.
    pub(crate) fn is_the_end(&self) -> bool {
        matches!(
            self,
            Self::SignedOut { .. }
                | Self::NothingToRenewWith
                | Self::StoredCredentialsRefused { .. }
        )
    }

    /// Whether it is e-mail address, password or second factor that was refused.
    pub(crate) fn is_about_credentials(&self) -> bool {
        matches!(
            self,
            Self::WrongPassword
                | Self::TwoFactorNeeded
                | Self::TwoFactorWrong
                | Self::LogInRefused { .. }
        )
    }

    /// Whether it may be the two-factor code that was given which was refused.
    pub(crate) fn may_be_the_code(&self) -> bool {
        matches!(self, Self::TwoFactorWrong | Self::LogInRefused { code_given: true })
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::UnknownHomey { .. }
            | Self::SeveralHomeys { .. }
            | Self::PublishesApps
            | Self::NoClient
            | Self::Unencrypted { .. } => Kind::Usage,
            Self::TooOld { .. } | Self::NoListener { .. } | Self::Stopped { .. } => Kind::Failed,
            // Signing in anew would not change them.
            Self::Refused { .. } | Self::HomeyRefused { .. } | Self::AccessRefused { .. } => {
                Kind::Failed
            }
            _ => Kind::SignIn,
        }
    }

    pub(super) fn advice_while_retried(&self) -> Option<Advice> {
        match self {
            Self::Refused { status, .. } if is_transient(*status) => {
                Some("nothing that is stored was lost".into())
            }
            _ => self.advice(),
        }
    }

    pub(super) fn advice(&self) -> Option<Advice> {
        Some(match self {
            Self::WrongPassword => Advice::CheckPassword,
            Self::TwoFactorNeeded => Advice::GiveCode { check_both: false },
            Self::LogInRefused { code_given: false } => Advice::GiveCode { check_both: true },
            Self::LogInRefused { code_given: true } => {
                "check all three, and run it again with the next code".into()
            }
            Self::TwoFactorClock => "set the clock of this machine right, then try again".into(),
            Self::PublishesApps => Advice::OtherToken,
            Self::TwoFactorWrong => Advice::NextCode,
            Self::UnknownClient { .. } => Advice::CheckClient,
            Self::NoClient => {
                "make one at https://tools.developer.homey.app/api/clients, and set HOUSEKEY_CLIENT_ID and \
                 HOUSEKEY_CLIENT_SECRET"
                    .into()
            }
            Self::Unencrypted { .. } => Advice::EncryptedCloud,
            Self::NoConsentForm => {
                "sign in with a browser once, so that pending questions of the account are answered, then try again"
                    .into()
            }
            Self::ConsentRefused { .. } => "check that the Homey belongs to this account".into(),
            Self::CodeRefused { .. } => Advice::NewAuthorizationCode,
            Self::StoredCredentialsRefused { .. } => Advice::StoreCredentials,
            Self::ForeignAnswer { .. } => {
                "copy the whole address, or the code alone, and try again".into()
            }
            Self::ForeignTokenRefused { .. } => Advice::CheckToken,
            Self::BrowserTimedOut { .. } => Advice::RepeatBrowser,
            Self::NoListener { cause, .. } => {
                Advice::FreePort { in_use: cause.kind() == std::io::ErrorKind::AddrInUse }
            }
            Self::AccessEnded { .. }
            | Self::SignedOut { .. }
            | Self::NothingToRenewWith
            | Self::NotSignedIn => Advice::SignIn,
            Self::Refused { status, retry_after_s, .. } if is_transient(*status) => {
                let again = again_after(*retry_after_s);
                Advice::Words(format!("{again}; nothing that is stored was lost"))
            }
            Self::Refused { .. } | Self::AccessRefused { .. } => Advice::LaterOrSignIn,
            Self::HomeyRefused { .. } => {
                "check that this account is still a user of the Homey".into()
            }
            Self::LocalUserRefused { .. } => "check both, then run it again".into(),
            Self::ApiKeyRefused { .. } => "make a new API key in the Homey's own web app".into(),
            Self::UnknownHomey { known, .. } | Self::SeveralHomeys { known } => {
                Advice::NameHomey { known: known.clone() }
            }
            Self::NoHomey => "sign in with the account that the Homey belongs to".into(),
            Self::TooOld { .. } => "update the Homey".into(),
            Self::Stopped { .. } => return None,
        })
    }
}
