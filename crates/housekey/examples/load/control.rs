//! Steers the server that is called: the virtual Homey, or any other with the same few paths below
//! `/__bench/` (`stats`, `reset`, `expire`, `fault`).

use std::time::Duration;

use housekey::http::{Http, HttpRequest};
use reqwest::Method;
use serde_json::{Value, json};

/// The server's control side.
pub(crate) struct Control<'a> {
    http: &'a Http,
    address: &'a str,
    /// Account and client, where it is a virtual Homey.
    pub(crate) facts: Option<Value>,
}

/// How often something was asked for.
pub(crate) struct Counts {
    pub(crate) logins: i64,
    pub(crate) delegations: i64,
    pub(crate) refreshes: i64,
    /// Calls that went out with a token that was not taken: to the Homey, and to the cloud.
    pub(crate) refused: (i64, i64),
}

impl<'a> Control<'a> {
    /// `None` where there is no control side.
    pub(crate) async fn find(http: &'a Http, address: &'a str) -> Option<Self> {
        let mut control = Self { http, address, facts: None };
        control.facts = control.ask(Method::GET, "/_emulator/facts", None).await;
        let stats = control.facts.is_none();
        if stats {
            control.ask(Method::GET, "/__bench/stats", None).await?;
        }
        Some(control)
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Option<Value> {
        let url = format!("{}{path}", self.address).parse().expect("a URL");
        let mut request = HttpRequest::new(method, url, Duration::from_secs(10));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = self.http.send(request).await.ok()?;
        answer.is_success().then(|| serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    async fn order(&self, emulator: &str, body: Value, bench: &str) {
        let done = match &self.facts {
            Some(_) => self.ask(Method::POST, &format!("/_emulator/{emulator}"), Some(body)).await,
            None => self.ask(Method::POST, &format!("/__bench/{bench}"), None).await,
        };
        done.expect("the server carries it out");
    }

    pub(crate) async fn reset(&self) {
        self.order("reset", json!({}), "reset").await;
    }

    pub(crate) async fn expire_session(&self) {
        self.order("expire", json!({ "what": "session" }), "expire?homey=1").await;
    }

    pub(crate) async fn expire_access(&self) {
        self.order("expire", json!({ "what": "access" }), "expire?cloud=1").await;
    }

    /// The next login on the Homey is answered with 503.
    pub(crate) async fn fail_login(&self) {
        let fault = json!({ "match": "users.login", "status": 503 });
        self.order("fault", fault, "fault?login=1").await;
    }

    /// Logins on the Homey take 200 ms from now on.
    pub(crate) async fn slow_login(&self) {
        let fault = json!({ "match": "users.login", "delay_ms": 200, "times": 1000 });
        self.order("fault", fault, "fault?loginDelay=200").await;
    }

    /// `calls` of them were made, to the Homey or to the cloud.
    pub(crate) async fn counts(&self, calls: i64, to_cloud: bool) -> Counts {
        let path = if self.facts.is_some() { "/_emulator/calls" } else { "/__bench/stats" };
        let answer = self.ask(Method::GET, path, None).await.expect("counts");
        let number = |name: &str| answer[name].as_i64().unwrap_or_default();
        if self.facts.is_none() {
            return Counts {
                logins: number("login"),
                delegations: number("delegation"),
                refreshes: number("oauthToken"),
                refused: (number("homey401"), number("cloud401")),
            };
        }
        let (logins, delegations) = (number("users.login"), number("delegation.token"));
        Counts {
            logins,
            delegations,
            refreshes: number("oauth2.token.refresh_token"),
            refused: match to_cloud {
                true => (0, number("user.me") - calls),
                false => (number("zones.getZones") - calls, delegations - logins),
            },
        }
    }
}
