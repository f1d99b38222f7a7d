//! The browser of a person who signs in on the account's own page.

use std::time::Duration;

use housekey::http::{Http, HttpRequest, HttpResponse};
use housekey_emulator::ConnectionInfo;
use http::{Method, header};
use serde_json::Value;
use url::Url;

const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Browser(Http);

impl Browser {
    pub(crate) fn new() -> Self {
        Self(Http::new().expect("TLS"))
    }

    pub(crate) async fn get(&self, url: &str) -> HttpResponse {
        let url = url.parse().expect("a URL");
        self.0.send(HttpRequest::new(Method::GET, url, LIMIT)).await.expect("answered")
    }

    /// Logs in on the page at that address and gives consent, or does not; where that leads.
    pub(crate) async fn consent(&self, url: &str, facts: &ConnectionInfo, allow: &str) -> String {
        let log_in_page = self.get(url).await;
        assert!(log_in_page.text().contains("<form id=\"login\" data-query=\""), "a log-in page");
        let base: Url = facts.url.parse().expect("a URL");
        let at = |path: &str| base.join(path).expect("a URL");
        // What the script of the page does.
        let fields = [("email", &*facts.email), ("password", &facts.password), ("otptoken", "")];
        let log_in = HttpRequest::new(Method::POST, at("/login"), LIMIT).form(&fields);
        let answer = self.0.send(log_in).await.expect("answered");
        let token: Value = answer.decode("JSON").expect("JSON");
        let mut next: Url = url.parse().expect("a URL");
        next.query_pairs_mut().append_pair("user_token", token["token"].as_str().expect("a token"));

        let page = self.get(next.as_str()).await;
        let text = page.text().into_owned();
        let after = |mark: &str| {
            let start = text.find(mark).expect("in the page") + mark.len();
            text[start..].split('"').next().expect("a value").replace("&amp;", "&")
        };
        let resource = format!("resource.homey.{}", facts.cloud_id);
        let csrf = after("name=\"_csrf\" value=\"");
        let fields = [("resource", &*resource), ("_csrf", &csrf), ("allow", allow)];
        let cookie = page.header("set-cookie").expect("a cookie").split(';').next().expect("one");
        let give = HttpRequest::new(Method::POST, at(&after("action=\"")), LIMIT)
            .form(&fields)
            .header(header::COOKIE, cookie);
        let answer = self.0.send(give).await.expect("answered");
        answer.header("location").expect("a redirect").to_owned()
    }
}
