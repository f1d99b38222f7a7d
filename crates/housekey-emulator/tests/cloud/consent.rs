//! Steps 2 and 3: the consent page in all its variants, and what is refused.

use housekey_emulator::Quirk;

use crate::caller::{Answer, Caller, FORM, between, code_in, form};

/// A consent in the writing: right in all its parts until one is changed.
struct Consent {
    query: String,
    cookie: String,
    csrf: String,
    resources: Vec<String>,
    allow: &'static str,
}

impl Consent {
    async fn begin(caller: &Caller) -> Self {
        let query = caller.authorise_query(&caller.user_token().await);
        let page = caller.get(&format!("/oauth2/authorise?{query}")).await;
        Self {
            cookie: page.header("set-cookie").to_owned(),
            csrf: between(&page.text, "name=\"_csrf\" value=\"", "\">").to_owned(),
            resources: vec![format!("resource.homey.{}", caller.facts.cloud_id)],
            allow: "Allow",
            query,
        }
    }

    async fn post(&self, caller: &Caller) -> Answer {
        let mut fields: Vec<_> = self.resources.iter().map(|one| ("resource", &**one)).collect();
        fields.extend([("_csrf", &*self.csrf), ("allow", self.allow)]);
        let headers = [FORM, ("cookie", &*self.cookie)];
        caller.send("POST", &format!("/authorise?{}", self.query), &headers, form(&fields)).await
    }
}

#[tokio::test]
async fn what_a_consent_lacks_is_refused_without_a_redirect() {
    let caller = Caller::new().await;
    let other = Consent::begin(&caller).await;
    type Change = fn(&mut Consent, &Consent);
    let cases: [(&str, u16, Change); 6] = [
        ("no cookie", 403, |consent, _| consent.cookie.clear()),
        ("the cookie of another page", 403, |consent, other| consent.cookie = other.cookie.clone()),
        ("the value of another page", 403, |consent, other| consent.csrf = other.csrf.clone()),
        ("no value", 403, |consent, _| consent.csrf.clear()),
        ("no Homey", 400, |consent, _| consent.resources.clear()),
        ("a foreign Homey", 400, |consent, _| {
            consent.resources.push("resource.homey.000000000000000000000000".into());
        }),
    ];
    for (what, status, change) in cases {
        let mut consent = Consent::begin(&caller).await;
        change(&mut consent, &other);
        let answer = consent.post(&caller).await;
        assert_eq!((answer.status, answer.header("location")), (status, ""), "{what}");
        assert!(answer.text.contains("Something went wrong"), "{what}");
    }
}

#[tokio::test]
async fn who_does_not_allow_is_sent_back_with_an_error() {
    let caller = Caller::new().await;
    let mut consent = Consent::begin(&caller).await;
    consent.allow = "Deny";
    consent.query.push_str("&state=s");
    let answer = consent.post(&caller).await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), "http://localhost?error=access_denied&state=s");
}

#[tokio::test]
async fn a_state_comes_back_behind_the_code_and_resources_may_be_several() {
    let caller = Caller::with(|builder| builder.homeys(2)).await;
    let mut consent = Consent::begin(&caller).await;
    consent.query.push_str("&state=a%26b%20c");
    consent.resources.push(format!("resource.homey.{}", caller.facts.homeys[1].cloud_id));
    let answer = consent.post(&caller).await;
    let location = answer.header("location");
    let code = code_in(location);
    assert_eq!(location, format!("http://localhost?code={code}&state=a%26b+c"));
}

#[tokio::test]
async fn an_authorise_request_is_checked_before_anything_is_shown() {
    let caller = Caller::new().await;
    let good = caller.authorise_query(&caller.user_token().await);
    let id = caller.facts.client_id.clone();
    for (from, to, want) in [
        (&*id, "nobody", "invalid_client"),
        ("localhost", "evil.example", "invalid_request"),
        ("response_type=code", "response_type=token", "invalid_request"),
        ("response_type=code", "authorization_type=code", "invalid_request"),
    ] {
        assert!(good.contains(from));
        let answer = caller.get(&format!("/oauth2/authorise?{}", good.replace(from, to))).await;
        assert_eq!(answer.refusal(), (400, want.into()), "{to}");
    }
    for token in ["", "rubbish"] {
        let query = caller.authorise_query(token);
        let page = caller.get(&format!("/oauth2/authorise?{query}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Log in") && !page.text.contains("_csrf"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_user_token_is_not_good_for_ever() {
    let caller = Caller::new().await;
    let query = caller.authorise_query(&caller.user_token().await);
    caller.world.advance(jiff::SignedDuration::from_hours(1));
    let page = caller.get(&format!("/oauth2/authorise?{query}")).await;
    assert!(page.text.contains("Log in"));
}

#[tokio::test]
async fn consent_that_was_given_skips_the_page() {
    let caller = Caller::with(|builder| builder.consent_given(true)).await;
    let query = caller.authorise_query(&caller.user_token().await);
    for path in ["/authorise", "/oauth2/authorise"] {
        let answer = caller.get(&format!("{path}?{query}&state=s")).await;
        assert_eq!(answer.status, 302, "{path}");
        let code = code_in(answer.header("location"));
        assert_eq!(answer.header("location"), format!("http://localhost?code={code}&state=s"));
        assert_eq!(caller.token("authorization_code", &[("code", &code)]).await.status, 200);
    }
    assert_eq!(caller.world.calls("authorise.get"), 2);
}

#[tokio::test]
async fn quirks_change_the_page_and_the_redirect() {
    let caller = Caller::with(|builder| builder.quirk(Quirk::CodeNotFirst, true)).await;
    let answer = Consent::begin(&caller).await.post(&caller).await;
    let code = code_in(answer.header("location"));
    assert_eq!(answer.header("location"), format!("http://localhost?scope=homey&code={code}"));

    let query = caller.authorise_query(&caller.user_token().await);
    let path = format!("/oauth2/authorise?{query}");
    caller.world.quirk(Quirk::ConsentReordered, true);
    let page = caller.get(&path).await;
    let csrf = between(&page.text, "VALUE='", "'");
    assert!(!page.text.contains("name=\"_csrf\"") && csrf.len() > 8, "{}", page.text);

    caller.world.quirk(Quirk::ConsentWithoutCsrf, true);
    let page = caller.get(&path).await;
    assert!(!page.text.contains("_csrf") && page.text.contains("Allow"), "{}", page.text);
    assert_eq!(page.header("set-cookie"), "");
}

#[tokio::test]
async fn a_homey_that_left_the_account_is_neither_offered_nor_taken() {
    let caller = Caller::with(|builder| builder.homeys(2)).await;
    let consent = Consent::begin(&caller).await;
    caller.world.quirk(Quirk::HomeyNotInAccount, true);
    assert_eq!(consent.post(&caller).await.status, 400);
    let page = caller.get(&format!("/oauth2/authorise?{}", consent.query)).await;
    let [first, second] = &caller.facts.homeys[..] else { panic!("two Homeys") };
    assert!(!page.text.contains(&first.cloud_id) && page.text.contains(&second.cloud_id));
}

#[tokio::test]
async fn the_user_token_may_come_as_bearer_where_the_quirk_is_on() {
    let caller = Caller::new().await;
    let token = caller.user_token().await;
    let bearer = format!("Bearer {token}");
    let query = caller.authorise_query("");
    let path = format!("/oauth2/authorise?{query}");
    let page = caller.send("GET", &path, &[("authorization", &bearer)], "").await;
    assert_eq!(page.status, 200, "the page to log in");
    caller.world.quirk(Quirk::UserTokenAsBearer, true);
    let answer = caller.send("GET", &path, &[("authorization", &bearer)], "").await;
    assert_eq!(answer.status, 302);
    let code = code_in(answer.header("location"));
    assert_eq!(caller.token("authorization_code", &[("code", &code)]).await.status, 200);
    let stale = caller.send("GET", &path, &[("authorization", "Bearer x.y.z")], "").await;
    assert_eq!(stale.status, 200);
}
