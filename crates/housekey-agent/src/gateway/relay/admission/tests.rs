use housekey::catalogue::Dialect;
use housekey::clock::SystemClock;
use housekey::http::Http;
use tokio::io::{DuplexStream, duplex};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::gateway::relay::read_limit::ReadLimit;
use crate::gateway::tests::plain::Plain;
use crate::key::new_key;
use crate::security::SecurityLog;
use crate::settings::{AccessSettings, GatewaySettings, KeySettings};

struct TestAdmission {
    admission: Admission<ReadLimit<DuplexStream>>,
    caller: WebSocketStream<DuplexStream>,
    /// A key for this Homey, and one for another.
    keys: [String; 2],
    plain: Plain,
    stop: CancellationToken,
}

async fn test_admission(version: EngineVersion) -> TestAdmission {
    let plain = Plain::start().await;
    let served = plain.served("home", 2);
    let key = |name: &str, homeys: Option<Vec<String>>| {
        let (key, hash) = new_key();
        let scopes = vec!["readonly".parse().unwrap()];
        let settings =
            KeySettings { name: name.to_owned(), hash, scopes, homeys, expires: None, mcp: None };
        (key.expose().to_owned(), settings)
    };
    let (here, elsewhere) = (key("here", None), key("elsewhere", Some(vec!["cabin".to_owned()])));
    let access = AccessSettings { keys: vec![here.1, elsewhere.1], ..AccessSettings::default() };
    let (http, clock) = (Http::new().unwrap(), SystemClock::shared());
    let gate = Arc::new(Gate::new(&access, 0, clock.clone(), SecurityLog::default()));
    let (settings, main) = (GatewaySettings::default(), Handle::current());
    let upstream = UpstreamHomey::new(served, http, clock, main, Arc::default(), &settings);
    let (near, far) = duplex(64 << 10);
    let near = ReadLimit::new(near, Some(16 << 10));
    let client = WebSocketStream::from_raw_socket(near, Role::Server, None).await;
    let session =
        RelaySession::new("home".to_owned(), Dialect::Local, None, None, upstream.redactor.clone());
    let stop = CancellationToken::new();
    let peer = Peer::Address([127, 0, 0, 1].into());
    let admission = Admission {
        client,
        session,
        gate,
        peer,
        upstream: Rc::new(upstream),
        stop: stop.clone(),
        version,
    };
    let caller = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
    TestAdmission { admission, caller, keys: [here.0, elsewhere.0], plain, stop }
}

fn handshake(key: &str) -> Message {
    Message::text(format!(r#"420["handshakeClient",{{"token":"{key}","homeyId":"x"}}]"#))
}

async fn received(caller: &mut WebSocketStream<DuplexStream>) -> String {
    caller.next().await.unwrap().unwrap().to_text().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_caller_is_greeted_and_let_through_with_the_right_key_alone() {
    let TestAdmission { mut admission, mut caller, keys: [here, elsewhere], plain, .. } =
        test_admission(EngineVersion::Three).await;
    let talking = async {
        let open = received(&mut caller).await;
        assert!(open.starts_with("0{") && open.contains(r#""pingInterval":5000"#), "{open}");
        assert_eq!(received(&mut caller).await, "40");
        for (sent, want) in [
            ("2", "3"),
            ("40/api,", r#"44/api,"Missing Handshake""#),
            (r#"421["api",{"uri":"homey:manager:zones","operation":"getZones"}]"#, "431["),
            (r#"422["subscribe","homey:manager:zones"]"#, "432["),
        ] {
            caller.send(Message::text(sent)).await.unwrap();
            let reply = received(&mut caller).await;
            assert!(reply.starts_with(want), "{sent}: {reply}");
        }
        for (key, want) in [("hk_wrong", "401"), (&*elsewhere, "403")] {
            caller.send(handshake(key)).await.unwrap();
            let reply = received(&mut caller).await;
            assert!(reply.starts_with("430[{") && reply.contains(want), "{reply}");
        }
        caller.send(handshake(&here)).await.unwrap();
    };
    let ((), admitted) = tokio::join!(talking, admission.authenticate());
    let (_, caller) = admitted.ok().unwrap();
    assert_eq!(caller.name(), "here");
    assert_eq!(plain.connections(), 0, "the Homey heard nothing of it");
}

#[tokio::test(start_paused = true)]
async fn it_has_ten_seconds_whatever_it_sends() {
    let TestAdmission { mut admission, mut caller, .. } = test_admission(EngineVersion::Four).await;
    let begun = Instant::now();
    let talking = async {
        while caller.send(Message::text("40")).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(700)).await;
            let Some(Ok(_)) = caller.next().await else { break };
        }
    };
    let admitting = async {
        let end = admission.authenticate().await.err().unwrap();
        assert!(matches!(end, SessionEnd::Closed(CloseCode::Policy, _)));
        drop(admission);
    };
    tokio::join!(talking, admitting);
    assert!((10..12).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn it_may_not_say_much() {
    let (ping, long) = (Message::Ping("p".into()), Message::text(format!("2{}", "x".repeat(2000))));
    for (message, many) in [(ping, true), (long, false)] {
        let TestAdmission { mut admission, mut caller, .. } =
            test_admission(EngineVersion::Three).await;
        let mut sent = 0;
        let flooding = async {
            while caller.send(message.clone()).await.is_ok() {
                sent += 1;
                assert!(sent < 10_000, "it goes on");
            }
        };
        let admitting = async {
            let end = admission.authenticate().await.err().unwrap();
            drop(admission);
            end
        };
        let ((), end) = tokio::join!(flooding, admitting);
        match many {
            true => assert!(matches!(end, SessionEnd::Closed(CloseCode::Policy, _))),
            false => assert!(matches!(end, SessionEnd::Left(None)), "as one that breaks"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_ends_with_the_gateway() {
    let TestAdmission { mut admission, caller: _caller, stop, .. } =
        test_admission(EngineVersion::Three).await;
    stop.cancel();
    let end = admission.authenticate().await.err().unwrap();
    assert!(matches!(end, SessionEnd::Closed(CloseCode::Away, _)));
}
