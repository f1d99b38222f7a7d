//! Every frame of the protocol, letter by letter as it was recorded from a genuine server.

use housekey_emulator::Emulator;
use serde_json::{Value, json};

use crate::wire::{PATH, Wire, lamp};

#[tokio::test]
async fn the_server_speaks_first_and_declines_compression() {
    let world = Emulator::start().await.unwrap();
    for path in [
        PATH,
        "/socket.io?EIO=3&transport=websocket",
        "/socket.io/?transport=websocket&EIO=3&t=x&b64=1",
    ] {
        let (mut wire, response) = Wire::open(&world, path).await;
        assert_eq!(response.headers().get("sec-websocket-extensions"), None, "{path}");
        let open = wire.next().await.unwrap();
        let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
        assert!(open["sid"].as_str().is_some_and(|sid| sid.len() > 10), "{open}");
        assert_eq!(
            (&open["upgrades"], &open["pingInterval"], &open["pingTimeout"]),
            (&json!([]), &json!(5000), &json!(8000))
        );
        assert_eq!(wire.next().await.as_deref(), Some("40"), "{path}");
    }
    assert_eq!(world.calls("realtime.open"), 3);
}

#[tokio::test]
async fn newer_clients_join_the_root_themselves() {
    let world = Emulator::start().await.unwrap();
    let (mut wire, _) = Wire::open(&world, "/socket.io/?EIO=4&transport=websocket").await;
    assert!(wire.next().await.unwrap().contains(r#""maxPayload":"#));
    // There the server pings.
    let mut joined = wire.ask("40").await;
    while joined == "2" {
        joined = wire.next().await.unwrap();
    }
    assert!(joined.starts_with(r#"40{"sid":""#), "{joined}");
}

#[tokio::test]
async fn pings_are_answered_with_bare_pongs() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::opened(&world).await;
    assert_eq!(wire.ask("2").await, "3");
    assert_eq!(wire.ask("2").await, "3");
}

#[tokio::test]
async fn the_handshake_lets_in_who_has_a_token() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::opened(&world).await;
    let refused = wire.ask(r#"420["handshakeClient",{"token":"a:b:c","homeyId":"5f00"}]"#).await;
    let refused: Value = serde_json::from_str(refused.strip_prefix("430").unwrap()).unwrap();
    assert_eq!(refused[0]["statusCode"], 401, "{refused}");
    for odd in [
        r#"421["handshakeClient"]"#,
        r#"421["handshakeClient","text",7]"#,
        r#"421["handshakeClient",null]"#,
    ] {
        assert!(wire.ask(odd).await.starts_with("431[{"), "{odd}");
    }
    // The namespace is closed until then.
    assert!(wire.ask("40/api,").await.starts_with("44/api,"));
    let token = world.facts().api_key;
    let shake = format!(r#"4212["handshakeClient",{{"token":"{token}","homeyId":"token-homey"}}]"#);
    assert_eq!(
        wire.ask(&shake).await,
        format!(r#"4312[null,{{"token":"{token}","namespace":"/api","success":true}}]"#)
    );
    assert_eq!(wire.ask("40/api,").await, "40/api,");
    assert!(wire.ask("40/nope,").await.starts_with("44/nope,"));
    assert_eq!(world.seen().connections(), 1);
}

#[tokio::test]
async fn subscriptions_are_answered_and_forgotten() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    for uri in ["homey:manager:devices", "homey:app:com.example", "anything at all"] {
        assert_eq!(wire.ask(&format!(r#"42/api,0["subscribe","{uri}"]"#)).await, "43/api,0[null]");
        assert_eq!(world.seen().subscriptions(uri), 1);
        // An answer only where one is asked for.
        wire.send(&format!(r#"42/api,["unsubscribe","{uri}"]"#)).await;
        assert_eq!(
            wire.ask(&format!(r#"42/api,9["unsubscribe","{uri}"]"#)).await,
            "43/api,9[null]"
        );
        assert_eq!(world.seen().subscriptions(uri), 0);
    }
    let odd = wire.ask(r#"42/api,5["subscribe",{"uri":7}]"#).await;
    let odd: Value = serde_json::from_str(odd.strip_prefix("43/api,5").unwrap()).unwrap();
    assert_eq!(odd[0]["statusCode"], 400, "{odd}");
}

#[tokio::test]
async fn whoever_leaves_without_a_word_is_forgotten_with_all_subscriptions() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    wire.ask(r#"42/api,0["subscribe","homey:manager:zones"]"#).await;
    wire.send("41/api,").await;
    world.until(|seen| seen.connections() == 0).await;
    assert_eq!(world.seen().subscriptions("homey:manager:zones"), 0);
    // The handshake was for that time alone.
    assert!(wire.ask("40/api,").await.starts_with("44/api,"));
    let mut other = Wire::joined(&world).await;
    other.ask(r#"42/api,0["subscribe","homey:manager:zones"]"#).await;
    drop(other);
    world.until(|seen| seen.connections() == 0).await;
    assert_eq!(world.seen().subscriptions("homey:manager:zones"), 0);
}

#[tokio::test]
async fn calls_are_answered_by_their_number() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    let (lamp, on) = lamp(&mut wire).await;
    let arguments = json!({
        "$validate": true, "query": {}, "deviceId": lamp, "capabilityId": "onoff", "value": !on,
        "transactionId": "homey-api-1", "transactionTime": 1_795_392_376_049_u64,
    });
    let answer = wire.call("devices", "setCapabilityValue", arguments).await;
    let want = json!({ "transactionId": "homey-api-1", "value": !on });
    assert_eq!(answer[0], Value::Null);
    for (key, value) in want.as_object().unwrap() {
        assert_eq!(answer[1][key], *value, "{answer}");
    }
    let missing = json!({ "$validate": true, "query": { "a": 1 }, "id": "d9" });
    let answer = wire.call("devices", "getDevice", missing).await;
    assert_eq!(answer[0]["statusCode"], 404, "{answer}");
    assert_eq!(answer.as_array().unwrap().len(), 1);
    // Nothing to tell: one argument alone.
    let zone = wire.call("zones", "createZone", json!({ "zone": { "name": "Attic" } })).await;
    let gone = wire.call("zones", "deleteZone", json!({ "id": zone[1]["id"] })).await;
    assert_eq!(gone, json!([null]));
    for odd in [
        r#"42/api,4294967296["api"]"#,
        r#"42/api,4294967296["api",7]"#,
        r#"42/api,4294967296["api",{"uri":"x"}]"#,
    ] {
        assert!(wire.ask(odd).await.starts_with("43/api,4294967296[{"), "{odd}");
    }
}

#[tokio::test]
async fn what_nobody_knows_is_passed_over() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    for odd in [
        r#"42/api,["nothing",1]"#,
        r#"42/api,["subscribe","x"]"#,
        r#"42["nothing"]"#,
        r#"43/api,99["late"]"#,
    ] {
        wire.send(odd).await;
    }
    assert_eq!(wire.ask("2").await, "3");
}
