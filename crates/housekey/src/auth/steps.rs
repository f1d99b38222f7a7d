//! The steps of a sign-in at the account cloud, from credentials to tokens.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use tokio::time::Instant;
use url::Url;

use super::cloud::{CLOUD_LIMIT, Cloud, OAuthClient, refusal_text, refused};
use super::consent::{ConsentForm, Redirect, csrf_cookie, read_page, read_redirect};
use super::log_in;
use super::oauth::{self, TokenGrant};
use super::password::Password;
use super::store::StoredCredentials;
use super::token::AccountTokens;
use crate::Secret;
use crate::clock::Clock;
use crate::error::{Error, SignInError, is_transient};
use crate::http::{Http, HttpRequest, HttpResponse};

/// How many pages of the cloud's own a consent may lead through.
const REDIRECTS: usize = 5;

/// One of the steps of a sign-in, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// 1: the account takes e-mail address and password.
    LogIn,
    /// 2: the consent page is opened; it may say at once that consent was given before.
    OpenConsent,
    /// 3: consent is given.
    GiveConsent,
    /// 4: the code of the consent becomes access and refresh token.
    ExchangeCode,
    /// Between 4 and 5: the account's record lists its Homeys and their addresses.
    ReadAccount,
    /// 5: the cloud makes a delegation token for the Homey.
    Delegate,
    /// 6: the Homey makes a session of it.
    LogInToHomey,
}

/// How far a sign-in has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The step begins.
    Started(Step),
    /// The step is done and took that time.
    Done(Step, Duration),
    /// The step is not needed: consent was given before.
    Skipped(Step),
}

/// Is called with every step of a sign-in.
pub(super) type OnProgress = dyn Fn(Progress) + Send + Sync;

/// What the steps at the cloud take.
pub(super) struct CloudSteps<'a> {
    pub(super) http: &'a Http,
    pub(super) cloud: &'a Cloud,
    pub(super) client: &'a OAuthClient,
    pub(super) clock: &'a dyn Clock,
    pub(super) on_progress: &'a OnProgress,
}

/// Reports the beginning and the end of a step.
pub(super) async fn timed<T>(
    on_progress: &OnProgress,
    step: Step,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    on_progress(Progress::Started(step));
    let started = Instant::now();
    let outcome = work.await?;
    on_progress(Progress::Done(step, started.elapsed()));
    Ok(outcome)
}

impl CloudSteps<'_> {
    /// Step 1: a token of the person, for a password.
    pub(super) async fn user_token(&self, password: &Password) -> Result<Secret, Error> {
        self.timed(Step::LogIn, self.log_in(password)).await
    }

    /// The same with credentials that are kept. A two-factor code that is refused is made once more where the
    /// cloud shows another time than this machine.
    pub(super) async fn user_token_of(&self, kept: &StoredCredentials) -> Result<Secret, Error> {
        self.timed(Step::LogIn, self.log_in_with_kept(kept)).await
    }

    /// Step 4: tokens for a code.
    pub(super) async fn tokens(&self, code: &Secret) -> Result<AccountTokens, Error> {
        self.timed(Step::ExchangeCode, self.exchange(code)).await
    }

    async fn exchange(&self, code: &Secret) -> Result<AccountTokens, Error> {
        let buy =
            |grant| oauth::request(self.http, self.cloud, self.client, grant, self.clock.now());
        let tokens = buy(TokenGrant::AuthorizationCode(code)).await?;
        match &tokens.refresh {
            // Without an access token; the refresh token buys one.
            Some(refresh) if tokens.access.is_empty() => {
                let bought = buy(TokenGrant::RefreshToken(refresh)).await?;
                let refresh = bought.refresh.clone().or(tokens.refresh.clone());
                Ok(AccountTokens { refresh, ..bought })
            }
            _ => Ok(tokens),
        }
    }

    async fn timed<T>(
        &self,
        step: Step,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        timed(self.on_progress, step, work).await
    }

    /// Step 1.
    async fn log_in(&self, password: &Password) -> Result<Secret, Error> {
        log_in::read(&self.post_log_in(password).await?, password)
    }

    /// Step 1 with credentials that are kept. The clock of this machine may be wrong, so a code that is
    /// refused proves nothing unless it is the one of the cloud's own time.
    async fn log_in_with_kept(&self, kept: &StoredCredentials) -> Result<Secret, Error> {
        let mut password = kept.password_at(self.clock.now());
        let answer = self.post_log_in(&password).await?;
        let outcome = log_in::read(&answer, &password);
        let (Some(totp), Err(Error::SignIn(refusal))) = (&kept.totp, &outcome) else {
            return outcome;
        };
        if !refusal.may_be_the_code() {
            return outcome;
        }
        let Some(now) = log_in::date(&answer) else {
            return Err(SignInError::TwoFactorClock.into());
        };
        let code = totp.code_at(now);
        if password.otp.as_ref() == Some(&code) {
            return outcome;
        }
        tracing::warn!("the clock of this machine and that of the account cloud differ");
        password.otp = Some(code);
        log_in::read(&self.post_log_in(&password).await?, &password)
    }

    async fn post_log_in(&self, password: &Password) -> Result<HttpResponse, Error> {
        let otp = password.otp.as_ref().map_or("", Secret::expose);
        let request =
            HttpRequest::new(Method::POST, self.cloud.accounts_url("/login")?, CLOUD_LIMIT)
                .header(reqwest::header::ACCEPT, "application/json")
                .form(&[
                    ("email", &password.email),
                    ("password", password.password.expose()),
                    ("otptoken", otp),
                ]);
        Ok(self.http.send(request).await?)
    }

    /// Steps 2 and 3, or 2 alone where consent was given before. `choose` says for which of the
    /// resources that the page lists.
    pub(super) async fn consent(
        &self,
        user_token: &Secret,
        choose: impl FnOnce(&ConsentForm) -> Result<Vec<String>, SignInError>,
    ) -> Result<Secret, Error> {
        let mut page = self.timed(Step::OpenConsent, self.open(user_token)).await?;
        let (form, cookies) = match page {
            ConsentStep::Code(code) => {
                (self.on_progress)(Progress::Skipped(Step::GiveConsent));
                return Ok(code);
            }
            ConsentStep::Form(ref mut form, ref mut cookies) => (form, cookies),
        };
        let resources = choose(form)?;
        let give = self.give(user_token, form, cookies, &resources);
        self.timed(Step::GiveConsent, give).await
    }

    fn authorise_url(&self, path: &str, user_token: &Secret) -> Result<Url, SignInError> {
        let mut url = self.cloud.accounts_url(path)?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client.id)
            .append_pair("redirect_uri", &self.client.redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("user_token", user_token.expose());
        Ok(url)
    }

    /// Step 2: to the page with the form, or straight to the code.
    async fn open(&self, user_token: &Secret) -> Result<ConsentStep, Error> {
        let mut url = self.authorise_url("/oauth2/authorise", user_token)?;
        for _ in 0..=REDIRECTS {
            let request = HttpRequest::new(Method::GET, url.clone(), CLOUD_LIMIT);
            let answer = self.http.send(request).await?;
            match answer.status {
                200..=299 => {
                    let form = read_page(&answer.text()).ok_or(SignInError::NoConsentForm)?;
                    return Ok(ConsentStep::Form(form, csrf_cookie(set_cookies(&answer.headers))));
                }
                300..=399 => match read_redirect(&url, answer.header("location").unwrap_or("")) {
                    Redirect::Code(code) => return Ok(ConsentStep::Code(code)),
                    Redirect::Refused(message) => {
                        return Err(SignInError::ConsentRefused { message }.into());
                    }
                    Redirect::Page(next) => url = next,
                    Redirect::Nowhere => break,
                },
                status if is_transient(status) => {
                    return Err(refused("the consent page", &answer, &[user_token]).into());
                }
                _ => {
                    let message = refusal_text(&answer, &[user_token]);
                    return Err(SignInError::UnknownClient { message }.into());
                }
            }
        }
        let message = "its page leads nowhere".to_owned();
        Err(SignInError::ConsentRefused { message }.into())
    }

    /// Step 3: posts the form back; note that the path is not below `/oauth2`.
    async fn give(
        &self,
        user_token: &Secret,
        form: &ConsentForm,
        cookie: &Option<Secret>,
        resources: &[String],
    ) -> Result<Secret, Error> {
        let url = self.authorise_url("/authorise", user_token)?;
        let mut fields: Vec<_> =
            resources.iter().map(|resource| ("resource", resource.as_str())).collect();
        fields.extend([("_csrf", form.csrf.expose()), ("allow", "Allow")]);
        let mut request = HttpRequest::new(Method::POST, url.clone(), CLOUD_LIMIT).form(&fields);
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, &format!("_csrf={}", cookie.expose()));
        }
        let answer = self.http.send(request).await?;
        let sent = [user_token, &form.csrf];
        if is_transient(answer.status) {
            return Err(refused("the consent", &answer, &sent).into());
        }
        let location = answer.header("location").unwrap_or("");
        let message = match read_redirect(&url, location) {
            Redirect::Code(code) => return Ok(code),
            Redirect::Refused(message) => message,
            Redirect::Page(_) | Redirect::Nowhere => refusal_text(&answer, &sent),
        };
        Err(SignInError::ConsentRefused { message }.into())
    }
}

/// What step 2 came to.
enum ConsentStep {
    Form(ConsentForm, Option<Secret>),
    Code(Secret),
}

fn set_cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(SET_COOKIE).into_iter().filter_map(|value| value.to_str().ok())
}
