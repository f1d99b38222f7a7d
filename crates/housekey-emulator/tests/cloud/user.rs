//! The user record, the sign-ins of the user, and the delegation key.

use housekey_emulator::{Dialect, Model, Quirk};
use serde_json::{Value, json};

use crate::caller::Caller;

#[tokio::test]
async fn the_record_of_each_dialect_leads_to_this_listener() {
    for (dialect, api_version, platform, local) in [
        (Dialect::V2, 2, "local", true),
        (Dialect::Local, 3, "local", true),
        (Dialect::Cloud, 3, "cloud", false),
    ] {
        let caller = Caller::with(|builder| builder.dialect(dialect).homeys(2)).await;
        let (access, _) = caller.pair().await;
        let user = caller.get_as(&access, "/user/me").await.json();
        assert_eq!(user["email"], caller.facts.email);
        assert_eq!((&user["_id"], user["devices"].is_array()), (&user["id"], true));
        assert_eq!(user["homeys"].as_array().unwrap().len(), 2);
        let homey = &user["homeys"][0];
        assert_eq!(homey["_id"], caller.facts.cloud_id);
        assert_eq!(homey["id"], caller.facts.cloud_id);
        assert_eq!(homey["apiVersion"], api_version, "{dialect}");
        assert_eq!(homey["platform"], platform, "{dialect}");
        assert_eq!(homey["remoteUrl"], caller.facts.url);
        let local = if local { json!(caller.facts.url) } else { Value::Null };
        assert_eq!(homey["localUrl"], local, "{dialect}");
        assert!(homey["state"].as_str().unwrap().starts_with("online"));
        let ping = caller.get("/api/manager/system/ping").await;
        assert_eq!(homey["softwareVersion"], ping.header("x-homey-version"), "{dialect}");

        caller.world.quirk(Quirk::HomeyNotInAccount, true);
        let user = caller.get_as(&access, "/user/me").await.json();
        assert_eq!(user["homeys"].as_array().unwrap().len(), 1);
        assert_eq!(user["homeys"][0]["id"], caller.facts.homeys[1].cloud_id);
    }
}

#[tokio::test]
async fn a_sign_in_can_be_looked_up_and_ended() {
    let caller = Caller::new().await;
    let (mine, refresh) = caller.pair().await;
    let (other, _) = caller.pair().await;
    let list = caller.get_as(&mine, "/user/me/session").await.json();
    let current: Vec<_> =
        list.as_array().unwrap().iter().filter(|one| one["current"] == true).collect();
    let [session] = current[..] else { panic!("one is the current: {list}") };
    let path = format!("/user/me/session/{}", session["id"].as_str().unwrap());
    let bearer = |token: &str| format!("Bearer {token}");

    let nobody = caller.send("DELETE", &path, &[], "").await;
    assert_eq!(nobody.refusal(), (401, "invalid_token".into()));
    let foreign = caller.get_as(&mine, "/user/000000000000000000000000/session").await;
    assert_eq!(foreign.refusal(), (403, "access_denied".into()));

    let ended = caller.send("DELETE", &path, &[("authorization", &bearer(&mine))], "").await;
    assert_eq!((ended.status, &*ended.text), (204, ""));
    assert_eq!(caller.get_as(&mine, "/user/me").await.status, 401);
    let renewed = caller.token("refresh_token", &[("refresh_token", &refresh)]).await;
    assert_eq!(renewed.refusal(), (400, "invalid_grant".into()));
    assert_eq!(caller.get_as(&other, "/user/me").await.status, 200);
    let again = caller.send("DELETE", &path, &[("authorization", &bearer(&other))], "").await;
    assert_eq!(again.status, 404);
}

#[tokio::test]
async fn a_delegation_token_can_be_checked() {
    let caller = Caller::new().await;
    let (access, _) = caller.pair().await;
    let bearer = format!("Bearer {access}");
    let path = "/delegation/token?audience=homey";
    // No body, no content type: other clients send none.
    let token = caller.send("POST", path, &[("authorization", &bearer)], "").await.json();
    let token = token.as_str().unwrap();
    let claims = caller.get(&format!("/delegation/verify?token={token}")).await.json();
    assert_eq!(claims["aud"], "homey");
    let user = caller.get_as(&access, "/user/me").await.json();
    assert_eq!(claims["sub"], user["id"]);
    let bad = caller.get(&format!("/delegation/verify?token={token}x")).await;
    assert_eq!(bad.refusal(), (400, "invalid_delegation_token".into()));
    let key = caller.get("/delegation/key").await;
    assert!(key.text.starts_with("-----BEGIN PUBLIC KEY-----"), "{}", key.text);
    let nobody = caller.send("POST", path, &[], "").await;
    assert_eq!(nobody.refusal(), (401, "invalid_token".into()));
}

#[tokio::test]
async fn what_is_not_modelled_says_so_by_name() {
    let caller = Caller::new().await;
    let answer = caller.get("/user/me/newsletter").await;
    assert_eq!(answer.status, 501);
    assert!(answer.text.contains("getAuthenticatedUserNewsletterStatus"), "{}", answer.text);
    assert_eq!(caller.get("/user").await.refusal(), (404, "not_found".into()));
    assert_eq!(caller.get("/login").await.refusal(), (404, "not_found".into()));
}

#[tokio::test]
async fn a_token_for_publishing_apps_opens_no_homey() {
    let caller = Caller::new().await;
    let token = caller.facts.app_token.clone();
    assert!(token.starts_with("pat-apps-"), "as the developer site shows it");
    assert_eq!(caller.get_as(&token, "/user/me").await.refusal(), (401, "invalid_token".into()));
    let bearer = format!("Bearer {token}");
    for (audience, status) in [("apps", 200), ("homey", 401)] {
        let path = format!("/delegation/token?audience={audience}");
        let answer = caller.send("POST", &path, &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status, status, "{audience}");
    }
}

#[tokio::test]
async fn the_record_has_the_fields_of_real_ones() {
    let caller = Caller::with(|builder| builder.dialect(Dialect::V2).otp(true)).await;
    let (access, _) = caller.pair().await;
    let user = caller.get_as(&access, "/user/me").await.json();
    let full =
        format!("{} {}", user["firstname"].as_str().unwrap(), user["lastname"].as_str().unwrap());
    assert_eq!((&user["fullname"], &user["otpEnabled"]), (&json!(full), &json!(true)));
    let phone = &user["devices"][0];
    assert!(caller.world.secrets().iter().any(|secret| phone["token"] == **secret), "{phone}");
    let homey = &user["homeys"][0];
    assert_eq!(homey["users"][0]["user"]["fullname"], user["fullname"]);
    assert_eq!(homey["users"][0]["id"], user["id"]);
    for text in ["ipInternal", "ipExternal", "stateSince", "manufacturedAt", "modelName"] {
        assert!(homey[text].is_string(), "{text}: {homey}");
    }
    assert!(
        homey["geolocation"]["accuracy"].is_number() && homey["apps"][0]["version"].is_string()
    );
    assert_eq!(homey.get("remoteUrlForwarded"), None, "an older Homey does not have it");
    assert_eq!(homey["localUrlSecure"], Value::Null);
    caller.world.quirk(Quirk::SecureAddress, true);
    caller.world.quirk(Quirk::HomeyOffline, true);
    let user = caller.get_as(&access, "/user/me").await.json();
    let secure = user["homeys"][0]["localUrlSecure"].as_str().unwrap();
    assert_eq!(secure, caller.facts.url.replace("http:", "https:"));
    assert_eq!(user["homeys"][0]["state"], "offline");
}

#[tokio::test]
async fn each_kind_of_hub_has_its_record() {
    for (model, id, tier) in [
        (Model::Pro2019, "homey3d", "pro"),
        (Model::Homey2018, "homey1s", "pro"),
        (Model::Pro2023, "homey5q", "pro"),
        (Model::ProMini, "homey6q", "pro"),
        (Model::SelfHosted, "homeyshs", "shs"),
        (Model::Cloud, "homey-cloud", "premium"),
    ] {
        let caller = Caller::with(|builder| builder.model(model).devices(1)).await;
        assert_eq!(caller.facts.homeys[0].dialect, model.dialect());
        let (access, _) = caller.pair().await;
        let user = caller.get_as(&access, "/user/me").await.json();
        let homey = &user["homeys"][0];
        assert_eq!(homey["_id"], caller.facts.cloud_id, "{model:?}");
        let ping = caller.get("/api/manager/system/ping").await;
        assert_eq!(ping.header("x-homey-tier"), tier, "{model:?}");
        assert_eq!(homey["softwareVersion"], ping.header("x-homey-version"), "{model:?}");
        let system = caller.get_as(&caller.facts.api_key, "/api/manager/system").await.json();
        assert_eq!(system["homeyModelId"], id, "{model:?}");
        let old = model == Model::Homey2018;
        for newer in ["id", "platform", "platformVersion", "model", "apps", "localUrlSecure"] {
            assert_eq!(homey.get(newer).is_none(), old, "{model:?} {newer}");
        }
        assert_eq!(user.get("fullname").is_none(), old, "{model:?}");
        let ports = (&homey["portHttp"], &homey["portHttps"]);
        if model == Model::SelfHosted {
            assert_eq!(ports, (&json!(4859), &json!(4860)));
            assert_ne!(homey["localUrl"], caller.facts.url, "behind the network of a container");
        }
        assert_eq!(homey["remoteUrl"], caller.facts.url, "{model:?}");
    }
}
