//! Advice: the next step after an error.

use std::fmt;
use std::path::PathBuf;

/// The next step after an error. A program that has commands or settings for one names them; its
/// `Display` is one sentence without a full stop that fits any program.
///
/// ```
/// use housekey::error::{Advice, Error, SignInError};
/// let advice = Error::from(SignInError::NotSignedIn).advice().expect("advice");
/// assert_eq!(advice, Advice::SignIn);
/// assert_eq!(advice.to_string(), "sign in");
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Advice {
    /// Sign in.
    SignIn,
    /// Sign in, or use a new API key.
    SignInOrNewKey,
    /// Check e-mail address and password, then sign in again.
    CheckPassword,
    /// Give a two-factor code; `check_both`: after checking e-mail address and password, if there is one.
    GiveCode {
        /// Whether the password may be wrong instead.
        check_both: bool,
    },
    /// Give the next two-factor code.
    NextCode,
    /// Use an API key of the Homey, or an OAuth client of your own.
    OtherToken,
    /// The same, and unset the variable that holds the token.
    OtherTokenThan {
        /// The variable.
        variable: &'static str,
    },
    /// Check id, secret and redirect address of the OAuth client.
    CheckClient,
    /// Use an encrypted address of the account cloud.
    EncryptedCloud,
    /// Sign in again, in time.
    NewAuthorizationCode,
    /// Store the credentials that are right now.
    StoreCredentials,
    /// Check the token, make a new one, or sign in in another way.
    CheckToken,
    /// Repeat the sign-in in the browser, or do it without one on this machine.
    RepeatBrowser,
    /// Free the port of the sign-in in the browser, or do it without one on this machine.
    FreePort {
        /// Whether another program listens there.
        in_use: bool,
    },
    /// Try again later, else sign in again.
    LaterOrSignIn,
    /// Give another short name, or sign out of the Homey that has it.
    OtherName,
    /// Choose another Homey, or sign in.
    ChooseHomey,
    /// Name one of these Homeys.
    NameHomey {
        /// Those that are known.
        known: Vec<String>,
    },
    /// Sign in again, so that the new address of the Homey is learned; `any`: whether one is known.
    LearnAddress {
        /// Whether any address is known.
        any: bool,
    },
    /// Make sure that the Homey is online.
    Reconnect {
        /// The name of the Homey.
        name: String,
        /// Whether plain HTTP could be allowed for it.
        plain_http: bool,
        /// Each address and why it does not answer.
        tried: Vec<String>,
    },
    /// Trust the authority of the certificate, if it is your own.
    TrustAuthority,
    /// Check the files with trusted certificates.
    CheckAuthorities,
    /// Check the proxy, or except this host from it.
    CheckProxy {
        /// The host.
        host: String,
    },
    /// Move a broken file away and sign in.
    MoveAway {
        /// The file.
        path: PathBuf,
    },
    /// Name the age identity that opens the store, and its passphrase.
    GiveIdentity,
    /// Unlock the keyring, or store the records elsewhere.
    UnlockKeyring,
    /// Any other step, in words.
    Words(String),
}

impl From<&str> for Advice {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "sign in",
            Self::SignInOrNewKey => "sign in, or make a new API key on the Homey",
            Self::CheckPassword => "check both, then sign in again",
            Self::GiveCode { check_both: false } => "sign in again with a two-factor code",
            Self::GiveCode { check_both: true } => {
                "check both; where the account has two-factor authentication, give a code as well"
            }
            Self::NextCode => "wait for the next code, then sign in again with it",
            Self::OtherToken => {
                "use an API key of the Homey (Homeys of 2023 and later), or for any Homey an OAuth client of \
                 your own"
            }
            Self::OtherTokenThan { variable } => {
                return write!(f, "{}; and unset {variable}", Self::OtherToken);
            }
            Self::CheckClient => {
                "check the id of the client, its secret and its redirect address against those it was \
                 registered with"
            }
            Self::EncryptedCloud => {
                "use addresses that begin with https://; http:// is for an emulator on this machine"
            }
            Self::NewAuthorizationCode => "sign in again: a code lives 30 seconds and works once",
            Self::StoreCredentials => "sign in and store what is right now",
            Self::CheckToken => "check the token, make a new one, or sign in in another way",
            Self::RepeatBrowser => "sign in again",
            Self::FreePort { in_use: true } => {
                "end the program that listens there, which would get the code"
            }
            Self::FreePort { in_use: false } => "free the port",
            Self::LaterOrSignIn => "try again later; if it stays so, sign in again",
            Self::OtherName => "give another name, or sign out of the Homey that has it",
            Self::ChooseHomey => "choose another, or sign in",
            Self::NameHomey { known } => return write!(f, "name one: {}", known.join(", ")),
            Self::LearnAddress { any: true } => {
                "sign in again, so that its new address is learned"
            }
            Self::LearnAddress { any: false } => "no address of it is known: sign in again",
            Self::Reconnect { plain_http, tried, .. } => {
                f.write_str("look whether it is switched on and online")?;
                f.write_str(if *plain_http { ", or allow plain HTTP for it" } else { "" })?;
                return tried.iter().try_for_each(|why| write!(f, "; {why}"));
            }
            Self::TrustAuthority => {
                "if it is an authority of your own, add its certificate to the trusted ones; else \
                 something between here and there shows its own"
            }
            Self::CheckAuthorities => "check the files with trusted certificates: PEM files",
            Self::CheckProxy { host } => {
                return write!(f, "check the proxy, or reach {host} without it");
            }
            Self::MoveAway { path } => {
                return write!(f, "move {} away and sign in; nothing was changed", path.display());
            }
            Self::GiveIdentity => {
                "name the file of its age identity, and its passphrase if it has one; nothing was changed"
            }
            Self::UnlockKeyring => {
                "unlock the keyring of your desktop; where there is none, use another store"
            }
            Self::Words(words) => words,
        })
    }
}
