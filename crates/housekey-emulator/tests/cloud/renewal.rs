//! What happens to tokens with time: they expire, are replaced, and can be lost.

use housekey_emulator::Expire;
use jiff::SignedDuration;

use crate::caller::{Answer, Caller, pair_in};

async fn refresh(caller: &Caller, token: &str) -> Answer {
    caller.token("refresh_token", &[("refresh_token", token)]).await
}

async fn is_good(caller: &Caller, access: &str) -> bool {
    let answer = caller.get_as(access, "/user/me").await;
    if answer.status == 401 {
        assert_eq!(answer.refusal(), (401, "invalid_token".into()));
    }
    answer.status == 200
}

#[tokio::test]
async fn an_access_token_lives_as_long_as_it_says() {
    let caller = Caller::with(|builder| builder.access_life(SignedDuration::from_secs(100))).await;
    let code = caller.code().await;
    let answer = caller.token("authorization_code", &[("code", &code)]).await;
    assert_eq!(answer.json()["expires_in"], 100);
    let (access, _) = pair_in(&answer);
    caller.world.advance(SignedDuration::from_secs(99));
    assert!(is_good(&caller, &access).await);
    caller.world.advance(SignedDuration::from_secs(1));
    assert!(!is_good(&caller, &access).await);
}

#[tokio::test]
async fn a_refresh_token_is_replaced_and_answered_again_only_within_the_window() {
    let window = SignedDuration::from_secs(10);
    let caller = Caller::with(|builder| builder.refresh_reuse_window(window)).await;
    let (access_1, refresh_1) = caller.pair().await;
    let (access_2, refresh_2) = pair_in(&refresh(&caller, &refresh_1).await);
    assert!(access_1 != access_2 && refresh_1 != refresh_2);
    assert!(is_good(&caller, &access_1).await && is_good(&caller, &access_2).await);

    caller.world.advance(SignedDuration::from_secs(9));
    let again = refresh(&caller, &refresh_1).await;
    assert_eq!(again.json()["expires_in"], 3651);
    assert_eq!(pair_in(&again), (access_2, refresh_2.clone()));

    caller.world.advance(SignedDuration::from_secs(1));
    assert_eq!(refresh(&caller, &refresh_1).await.refusal(), (400, "invalid_grant".into()));
    let (_, refresh_3) = pair_in(&refresh(&caller, &refresh_2).await);
    assert_eq!(refresh(&caller, &refresh_1).await.status, 400);
    // Until revoked: a refresh token knows no time.
    caller.world.advance(SignedDuration::from_hours(24 * 365));
    assert_eq!(refresh(&caller, &refresh_3).await.status, 200);
}

#[tokio::test]
async fn with_a_window_of_zero_a_lost_answer_loses_the_sign_in() {
    let caller = Caller::with(|builder| builder.refresh_reuse_window(SignedDuration::ZERO)).await;
    let (_, first) = caller.pair().await;
    assert_eq!(refresh(&caller, &first).await.status, 200);
    assert_eq!(refresh(&caller, &first).await.refusal(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn tokens_are_refused_from_the_moment_they_are_told_to_expire() {
    for (what, access_good, refresh_good) in [
        (Expire::Session, true, true),
        (Expire::Access, false, true),
        (Expire::Refresh, true, false),
        (Expire::All, false, false),
    ] {
        let caller = Caller::new().await;
        let (access, token) = caller.pair().await;
        caller.world.expire(what);
        assert_eq!(is_good(&caller, &access).await, access_good, "{what:?}");
        let answer = refresh(&caller, &token).await;
        assert_eq!(answer.status == 200, refresh_good, "{what:?}");
        if refresh_good {
            assert!(is_good(&caller, &pair_in(&answer).0).await, "{what:?}");
        }
        assert_eq!(refresh(&caller, "").await.status, 400, "{what:?}: an empty token is none");
    }
}

#[tokio::test]
async fn after_a_reset_nothing_of_before_is_good_but_the_account_is_the_same() {
    let caller = Caller::new().await;
    let (access, token) = caller.pair().await;
    let known = caller.world.secrets();
    assert!(known.contains(&access) && known.contains(&token));
    caller.world.reset().unwrap();
    assert_eq!(caller.world.calls("login"), 0);
    assert!(!is_good(&caller, &access).await);
    assert_eq!(refresh(&caller, &token).await.status, 400);
    let (fresh, _) = caller.pair().await;
    assert_ne!(fresh, access);
    assert!(caller.world.secrets().contains(&access), "what was secret stays so");
}
