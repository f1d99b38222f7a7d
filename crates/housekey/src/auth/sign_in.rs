//! A sign-in with an account: from a password, a code or a token to a session on a Homey.

use std::fmt;
use std::sync::Arc;

use super::account::{Account, AccountHomey};
use super::cloud::{Cloud, OAuthClient};
use super::consent::{ConsentForm, choose_resource};
use super::delegation::delegate;
use super::foreign;
use super::homey_login::HomeyLogin;
use super::password::Password;
use super::signed_in::{SignedIn, slug};
use super::steps::{CloudSteps, OnProgress, Progress, Step, timed};
use super::store::{Access, AccountRecord, HomeyRecord, StoredCredentials};
use super::token::AccountTokens;
use crate::Secret;
use crate::clock::{SharedClock, SystemClock};
use crate::discovery::{PlainHttp, Route};
use crate::error::{Error, SignInError};
use crate::http::Http;

/// A sign-in with an account. It stores nothing: that is for [`SignedIn::save`].
///
/// ```no_run
/// # async fn example() -> Result<(), housekey::Error> {
/// use housekey::auth::store::Store;
/// use housekey::auth::{Cloud, OAuthClient, Password, SignIn};
/// let sign_in = SignIn::at(Cloud::default(), housekey::http::Http::new()?)
///     .client(OAuthClient::new("5a8d…", "the secret of the client"))
///     .homey("Beach Cabin");
/// let signed_in = sign_in.with_password(&Password::new("robin@example.org", "a password")).await?;
/// signed_in.save(&Store::files("/var/lib/example")).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent before one of the `with_…` methods"]
pub struct SignIn {
    http: Http,
    cloud: Cloud,
    client: Option<OAuthClient>,
    clock: SharedClock,
    homey: Option<String>,
    chooses: Option<Arc<ChoosesHomey>>,
    on_progress: Arc<OnProgress>,
    plain_http: Arc<DecidesPlainHttp>,
}

/// Decides whether a Homey may be reached over plain HTTP. An error ends the sign-in before anything is
/// sent to the Homey; [`SignInError::Stopped`] is for a person who does not answer the question.
pub type DecidesPlainHttp = dyn Fn(&AccountHomey) -> Result<PlainHttp, SignInError> + Send + Sync;

/// A Homey of an account, to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedHomey {
    /// The cloud id.
    pub id: String,
    /// The name its owner gave it.
    pub name: String,
}

/// Chooses one of several Homeys of an account, by its position. An error ends the sign-in, before consent is
/// given; [`SignInError::Stopped`] is for a person who chooses none.
pub type ChoosesHomey = dyn Fn(&[ListedHomey]) -> Result<usize, SignInError> + Send + Sync;

impl SignIn {
    /// A sign-in at that cloud.
    pub fn at(cloud: Cloud, http: Http) -> Self {
        Self {
            http,
            cloud,
            client: None,
            clock: SystemClock::shared(),
            homey: None,
            chooses: None,
            on_progress: Arc::new(|_| {}),
            plain_http: Arc::new(|_| Ok(PlainHttp::Forbidden)),
        }
    }

    /// The OAuth client that requests access. A sign-in with tokens does without, and is not renewed then.
    pub fn client(self, client: OAuthClient) -> Self {
        Self { client: Some(client), ..self }
    }

    /// The clock that the lives of tokens are counted on; that of the system otherwise.
    pub fn clock(self, clock: SharedClock) -> Self {
        Self { clock, ..self }
    }

    /// The Homey that is meant, by cloud id or name; without it the account must have only one.
    pub fn homey(self, wanted: impl Into<String>) -> Self {
        Self { homey: Some(wanted.into()), ..self }
    }

    /// A function that chooses one of several Homeys where none is named; without it that is an error.
    pub fn choose_homey(
        self,
        chooses: impl Fn(&[ListedHomey]) -> Result<usize, SignInError> + Send + Sync + 'static,
    ) -> Self {
        Self { chooses: Some(Arc::new(chooses)), ..self }
    }

    /// A function that is called with every step.
    pub fn on_progress(self, on_progress: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { on_progress: Arc::new(on_progress), ..self }
    }

    /// A function that decides whether the Homey may be reached over plain HTTP; it may not otherwise.
    pub fn plain_http(
        self,
        decides: impl Fn(&AccountHomey) -> Result<PlainHttp, SignInError> + Send + Sync + 'static,
    ) -> Self {
        Self { plain_http: Arc::new(decides), ..self }
    }

    /// Signs in with e-mail address and password: all six steps.
    ///
    /// # Errors
    /// Each step has its own [`SignInError`]; [`SignInError::NoClient`] without [`SignIn::client`]; an
    /// [`Error::Http`] when a host gives no usable answer.
    pub async fn with_password(&self, password: &Password) -> Result<SignedIn, Error> {
        let user_token = self.steps()?.user_token(password).await?;
        let signed_in = self.with_user_token(&user_token).await?;
        Ok(signed_in.typed(&password.email, password.otp.is_some()))
    }

    /// Signs in with credentials that are kept in the store, for a new sign-in without a person should the
    /// cloud ever refuse the refresh token. A two-factor code that is refused is made once more where the
    /// cloud shows another time than this machine.
    ///
    /// # Errors
    /// As [`SignIn::with_password`].
    pub async fn with_remembered(&self, kept: &StoredCredentials) -> Result<SignedIn, Error> {
        let user_token = self.steps()?.user_token_of(kept).await?;
        let signed_in = self.with_user_token(&user_token).await?;
        Ok(signed_in.typed(&kept.email, kept.totp.is_some()).remembering(Some(kept.clone())))
    }

    async fn with_user_token(&self, user_token: &Secret) -> Result<SignedIn, Error> {
        let mut wanted = self.homey.clone();
        let choose = |form: &ConsentForm| {
            let listed =
                |(id, name): (&str, &str)| ListedHomey { id: id.to_owned(), name: name.to_owned() };
            let homeys: Vec<_> = form.homeys().map(listed).collect();
            wanted = self.chosen(wanted.take(), &homeys)?;
            choose_resource(form, wanted.as_deref())
        };
        let code = self.steps()?.consent(user_token, choose).await?;
        Self { homey: wanted, ..self.clone() }.with_code(&code).await
    }

    /// The Homey that is named, or the cloud id of the one that is chosen of several.
    fn chosen(
        &self,
        named: Option<String>,
        homeys: &[ListedHomey],
    ) -> Result<Option<String>, SignInError> {
        match (named, &self.chooses) {
            (None, Some(chooses)) if homeys.len() > 1 => {
                let chosen = homeys.get(chooses(homeys)?);
                Ok(chosen.map(|homey| homey.id.clone()))
            }
            (named, _) => Ok(named),
        }
    }

    /// Signs in with a code that a browser brought: steps 4 to 6.
    ///
    /// # Errors
    /// As [`SignIn::with_password`].
    pub async fn with_code(&self, code: &Secret) -> Result<SignedIn, Error> {
        self.with_tokens(self.steps()?.tokens(code).await?).await
    }

    /// Signs in with an access token that a person made, a personal access token for instance: steps 5 and 6.
    /// Nothing renews it; when it ends is not known, and it is used until it is refused.
    ///
    /// # Errors
    /// As [`SignIn::with_tokens`].
    pub async fn with_access_token(&self, access: Secret) -> Result<SignedIn, Error> {
        self.with_tokens(AccountTokens::unrenewed(access, self.clock.now())).await
    }

    /// Signs in with tokens that another program got: steps 5 and 6. They are renewed where there are a
    /// refresh token and the client that it was given to.
    ///
    /// # Errors
    /// As [`SignIn::with_password`]; [`SignInError::ForeignTokenRefused`] when the cloud does not take
    /// it; [`SignInError::PublishesApps`] for a token that opens no Homey.
    pub async fn with_tokens(&self, tokens: AccountTokens) -> Result<SignedIn, Error> {
        foreign::check(&tokens.access)?;
        let read = Account::fetch(&self.http, &self.cloud, &tokens.access);
        let account = match timed(&*self.on_progress, Step::ReadAccount, read).await {
            Err(Error::SignIn(SignInError::AccessRefused { message })) => {
                return Err(SignInError::ForeignTokenRefused { message }.into());
            }
            account => account?,
        };
        let listed =
            |one: &AccountHomey| ListedHomey { id: one.id.clone(), name: one.name.clone() };
        let homeys: Vec<_> = account.homeys.iter().map(listed).collect();
        let wanted = self.chosen(self.homey.clone(), &homeys)?;
        let homey = account.homey(wanted.as_deref())?.clone();
        let Some(dialect) = homey.dialect else {
            let (name, version) = (homey.name, homey.api_version);
            return Err(SignInError::TooOld { name, version }.into());
        };
        // Before there is a token that could end while a person reads the question.
        let plain_http = (self.plain_http)(&homey)?;
        let delegated = delegate(&self.http, &self.cloud, &tokens.access);
        let delegation = timed(&*self.on_progress, Step::Delegate, delegated).await?;
        let AccountHomey { id, name: title, addresses, .. } = homey;
        let route =
            Route::new(self.http.clone(), title.clone(), Some(id.clone()), addresses.clone())
                .with_plain_http(plain_http);
        let login = HomeyLogin { http: &self.http, route: &route, clock: &*self.clock };
        let logged_in = login.with_delegation(&delegation);
        let session = timed(&*self.on_progress, Step::LogInToHomey, logged_in).await?;
        let account = AccountRecord {
            name: account.email.unwrap_or_else(|| account.id.clone()),
            id: account.id,
            cloud: self.cloud.clone(),
            client: self.client.clone(),
            tokens,
            remembered: None,
            ended: None,
            two_factor: account.two_factor,
        };
        let access = Access::Account { account: account.name.clone(), session };
        let homey = HomeyRecord { name: slug(&title), title, id, dialect, addresses, access };
        Ok(SignedIn { account: Some(account), homey })
    }

    /// The steps at the cloud, which take a client.
    fn steps(&self) -> Result<CloudSteps<'_>, SignInError> {
        Ok(CloudSteps {
            http: &self.http,
            cloud: &self.cloud,
            client: self.client.as_ref().ok_or(SignInError::NoClient)?,
            clock: &*self.clock,
            on_progress: &*self.on_progress,
        })
    }
}

/// Without the functions.
impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("cloud", &self.cloud)
            .field("client", &self.client)
            .field("homey", &self.homey)
            .finish_non_exhaustive()
    }
}
