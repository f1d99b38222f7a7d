//! Logs in through the cloud, has the tokens refused, and makes many calls at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Store};
use housekey::auth::{Account, AccountAccess, AccountTokens, Cloud, HomeyLogin, OAuthClient};
use housekey::clock::{Clock as _, SystemClock};
use housekey::discovery::Route;
use housekey::http::{Http, HttpRequest};
use housekey::{Error, Homey, Secret, args};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::Options;
use crate::control::Control;

/// What the account and the Homey are stored under.
const NAME: &str = "storm";

pub(crate) async fn run(options: &Options, http: &Http) -> Value {
    let address = options.address.trim_end_matches('/');
    let Some(control) = Control::find(http, address).await else {
        return json!({ "skipped": "no control paths" });
    };
    control.reset().await;
    let (scenario, calls) = (options.scenario.as_str(), options.count);
    let to_cloud = scenario == "cloud-only";
    let store = Store::memory();
    let homey = sign_in(http, address, &control, &store).await;
    let call = Arc::new(Call { homey, store, http: http.clone(), to_cloud });
    call.once().await.expect("a call before the storm");
    let before = control.counts(0, to_cloud).await;
    if !to_cloud {
        control.expire_session().await;
    }
    match scenario {
        "cloud-too" | "cloud-only" => control.expire_access().await,
        "login-503-once" => control.fail_login().await,
        "slow-login" | "spread" => control.slow_login().await,
        _ => {}
    }
    let begun = Instant::now();
    let spread = Duration::from_millis(if scenario == "spread" { 2 } else { 0 });
    let callers: Vec<_> = (0..calls)
        .map(|nth| {
            let (call, wait) = (call.clone(), spread * nth as u32);
            tokio::spawn(async move {
                if !wait.is_zero() {
                    tokio::time::sleep(wait).await;
                }
                call.once().await
            })
        })
        .collect();
    let mut errors = Vec::new();
    for caller in callers {
        if let Err(error) = caller.await.expect("no panic") {
            errors.push(error);
        }
    }
    let ms = begun.elapsed().as_secs_f64() * 1e3;
    let after = control.counts(calls as i64, to_cloud).await;
    let afterwards = call.once().await.map_or_else(|error| error.to_string(), |()| "ok".to_owned());
    control.reset().await;
    json!({
        "scenario": scenario,
        "calls": calls,
        "lost": errors.len(),
        "first_error": errors.first().map(ToString::to_string),
        "logins": after.logins - before.logins,
        "delegations": after.delegations - before.delegations,
        "oauth_refreshes": after.refreshes - before.refreshes,
        "homey_401": after.refused.0 - before.refused.0,
        "cloud_401": after.refused.1 - before.refused.1,
        "ms": ms,
        "call_afterwards": afterwards,
    })
}

struct Call {
    homey: Homey,
    store: Store,
    http: Http,
    to_cloud: bool,
}

impl Call {
    async fn once(&self) -> Result<(), Error> {
        if self.to_cloud {
            let account = AccountAccess::new(NAME, &self.store, &self.http, &SystemClock);
            return account.account().await.map(drop);
        }
        self.homey.call("zones.getZones", &args! {}).await.map(drop)
    }
}

/// As a program that signed in some time ago, its tokens stored.
async fn sign_in(http: &Http, address: &str, control: &Control<'_>, store: &Store) -> Homey {
    let fact = |name: &str, otherwise: &str| {
        let configured = control.facts.as_ref().and_then(|facts| facts[name].as_str());
        configured.unwrap_or(otherwise).to_owned()
    };
    let url = |path: &str| format!("{address}{path}").parse().expect("a URL");
    let cloud = Cloud { accounts: url("/"), api: url("/") };
    let client = OAuthClient {
        id: fact("client_id", "id"),
        secret: Secret::new(fact("client_secret", "secret")),
        redirect_uri: fact("redirect_uri", "http://localhost"),
    };
    let request = HttpRequest::new(Method::POST, url("/oauth2/token"), Duration::from_secs(10))
        .form(&[
            ("client_id", &client.id),
            ("client_secret", client.secret.expose()),
            ("grant_type", "password"),
            ("username", &fact("email", "a@example.org")),
            ("password", &fact("password", "password")),
        ]);
    let granted: Value = http.send(request).await.expect("tokens").decode("tokens").expect("JSON");
    let secret = |name: &str| Secret::new(granted[name].as_str().expect("a token"));
    let issued_at = SystemClock.now();
    let tokens = AccountTokens {
        access: secret("access_token"),
        refresh: Some(secret("refresh_token")),
        previous_refresh: None,
        issued_at,
        expires_at: issued_at + SignedDuration::from_hours(1),
    };
    let account = AccountRecord {
        name: NAME.to_owned(),
        id: String::new(),
        cloud: cloud.clone(),
        client: Some(client),
        remembered: None,
        ended: None,
        two_factor: None,
        tokens: tokens.clone(),
    };
    store.save_account(&account).expect("stored");
    let known = Account::fetch(http, &cloud, &tokens.access).await.expect("the account");
    let known = known.homeys.into_iter().next().expect("a Homey");
    let (id, addresses) = (Some(known.id.clone()), known.addresses.clone());
    let route = Route::new(http.clone(), known.name.clone(), id, addresses);
    let login = HomeyLogin { http, route: &route, clock: &SystemClock };
    let access = AccountAccess::new(NAME, store, http, &SystemClock);
    let record = HomeyRecord {
        name: NAME.to_owned(),
        title: known.name,
        id: known.id,
        dialect: known.dialect.expect("one of today"),
        addresses: known.addresses,
        access: Access::Account {
            account: NAME.to_owned(),
            session: access.log_in(&login).await.expect("a session"),
        },
    };
    store.save_homey(&record).expect("stored");
    Homey::stored(&record, store.clone(), http.clone(), SystemClock::shared())
}
