//! Step 6 and after: what a Homey takes, and for how long.

use housekey_emulator::Expire;
use jiff::SignedDuration;
use serde_json::json;

use crate::caller::{Caller, JSON};

const ME: &str = "/api/manager/sessions/session/me";

/// Steps 1 to 6.
async fn session(caller: &Caller) -> String {
    let (access, _) = caller.pair().await;
    let headers = [("authorization", &*format!("Bearer {access}"))];
    let delegation = caller.send("POST", "/delegation/token", &headers, "").await.json();
    let body = json!({ "token": delegation }).to_string();
    let answer = caller.send("POST", "/api/manager/users/login", &[JSON], body).await;
    answer.json().as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_homey_takes_no_token_but_a_good_one_of_the_cloud() {
    let caller = Caller::new().await;
    let (access, _) = caller.pair().await;
    let bearer = format!("Bearer {access}");
    let ask = async |audience: &str| {
        let path = format!("/delegation/token?audience={audience}");
        let answer = caller.send("POST", &path, &[("authorization", &bearer)], "").await;
        answer.json().as_str().unwrap().to_owned()
    };
    let log_in = async |token: &str| {
        let body = json!({ "token": token }).to_string();
        caller.send("POST", "/api/manager/users/login", &[JSON], body).await.status
    };
    let good = ask("homey").await;
    assert_eq!(log_in(&good).await, 200);
    assert_eq!(log_in(&ask("elsewhere").await).await, 401);
    assert_eq!(log_in(&caller.user_token().await).await, 401);
    assert_eq!(log_in(&access).await, 401);
    caller.world.advance(jiff::SignedDuration::from_mins(10));
    assert_eq!(log_in(&good).await, 401, "a delegation token is short-lived");
}

#[tokio::test]
async fn a_session_ends_with_its_life_or_when_told_and_an_api_key_does_not() {
    let life = SignedDuration::from_hours(1);
    let caller = Caller::with(|builder| builder.session_life(life)).await;
    let token = session(&caller).await;
    let is_good = async |token: &str| caller.get_as(token, ME).await.status == 200;
    caller.world.advance(SignedDuration::from_secs(3599));
    assert!(is_good(&token).await);
    caller.world.advance(SignedDuration::from_secs(1));
    assert!(!is_good(&token).await);

    let token = session(&caller).await;
    caller.world.expire(Expire::Access);
    caller.world.expire(Expire::Refresh);
    assert!(is_good(&token).await);
    caller.world.expire(Expire::Session);
    assert!(!is_good(&token).await);
    assert!(is_good(&caller.facts.api_key).await);
    let known = caller.world.secrets();
    assert!(known.contains(&token) && known.contains(&caller.facts.api_key));
}

#[tokio::test]
async fn an_operation_of_a_homey_can_be_struck_by_its_name() {
    let caller = Caller::new().await;
    caller.world.script("devices.getDevices").reply(503);
    let list = async || caller.get_as(&caller.facts.api_key, "/api/manager/devices/device").await;
    assert_eq!(list().await.status, 503);
    let devices = list().await.json();
    assert_eq!(devices.as_object().unwrap().len(), 30);
    assert_eq!(caller.world.calls("devices.getDevices"), 2);
}
