//! From a password to a session that stays fresh: signing in, where tokens rest, when they are
//! renewed.

mod account;
mod account_access;
mod answer;
mod bearer;
mod browser;
mod cloud;
mod consent;
mod delegation;
mod foreign;
mod granted;
mod homey_login;
mod log_in;
mod oauth;
mod password;
mod policy;
mod reauthentication;
mod revocation;
mod session;
mod sign_in;
mod sign_in_watch;
mod signed_in;
mod steps;
pub mod store;
mod token;
mod totp;

pub use account::{Account, AccountHomey};
pub use account_access::AccountAccess;
pub(crate) use answer::LenientAnswer;
pub use answer::is_token;
pub use bearer::Bearer;
pub use browser::BrowserSignIn;
use cloud::CLOUD_LIMIT;
pub(crate) use cloud::refusal_code;
pub use cloud::{Cloud, OAuthClient};
#[cfg(any(test, fuzzing))]
pub use consent::fuzz::consent as fuzz_consent;
pub use foreign::check as check_foreign;
pub use homey_login::HomeyLogin;
pub(crate) use homey_login::homey_refusal;
pub use password::Password;
pub use policy::{ACCOUNT_MARGIN, Decision, decide, decide_account, due_at};
pub use revocation::Revoked;
pub use session::{PendingRenewal, Session, StoreNews};
pub use sign_in::{ChoosesHomey, DecidesPlainHttp, ListedHomey, SignIn};
pub(crate) use sign_in_watch::SignInWatch;
pub(crate) use signed_in::slug;
pub use signed_in::{SignedIn, short_name};
pub use steps::{Progress, Step};
pub use token::{ACCESS_LIFE, AccountTokens, SESSION_LIFE, SessionToken};
pub use totp::{TotpError, TotpSecret};
