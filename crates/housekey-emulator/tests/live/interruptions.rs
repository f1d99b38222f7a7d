//! Every way to lose a connection, as it looks on the wire.

use housekey_emulator::{Emulator, Interruption};

use crate::wire::{Wire, lamp};

#[tokio::test]
async fn a_kick_ends_the_session_and_leaves_the_connection() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    wire.ask(r#"42/api,0["subscribe","homey:manager:zones"]"#).await;
    world.interrupt(Interruption::Kick);
    assert_eq!(wire.next().await.as_deref(), Some("41/api,"));
    world.until(|seen| seen.connections() == 0).await;
    assert_eq!(world.seen().subscriptions("homey:manager:zones"), 0);
    assert_eq!(wire.ask("2").await, "3");
    assert!(wire.ask("40/api,").await.starts_with("44/api,"), "without a new handshake");
    let token = world.facts().api_key;
    wire.ask(&format!(r#"421["handshakeClient",{{"token":"{token}"}}]"#)).await;
    assert_eq!(wire.ask("40/api,").await, "40/api,");
    assert_eq!(world.calls("realtime.open"), 1);
}

#[tokio::test]
async fn thrown_out_of_the_root_alone_the_namespace_stays_usable() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    let (lamp, on) = lamp(&mut wire).await;
    wire.ask(&format!(r#"42/api,0["subscribe","homey:device:{lamp}"]"#)).await;
    world.interrupt(Interruption::Root);
    assert_eq!(wire.next().await.as_deref(), Some("41"));
    wire.send(&format!(
        r#"42/api,1["api",{{"uri":"homey:manager:devices","operation":"setCapabilityValue","args":{{"deviceId":"{lamp}","capabilityId":"onoff","value":{}}}}}]"#,
        !on
    ))
    .await;
    let mut both = [wire.next().await.unwrap(), wire.next().await.unwrap()];
    both.sort();
    assert!(
        both[0].starts_with(&format!(r#"42/api,["homey:device:{lamp}","capability",{{"#)),
        "{both:?}"
    );
    assert!(both[1].starts_with("43/api,1[null,"), "{both:?}");
    // It is gone with the connection.
    drop(wire);
    world.until(|seen| seen.connections() == 0).await;
}

#[tokio::test]
async fn told_to_leave_everything_the_connection_is_closed_behind() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.interrupt(Interruption::Disconnect);
    assert_eq!(wire.next().await.as_deref(), Some("41"));
    assert_eq!(wire.next().await.as_deref(), Some("41/api,"));
    assert_eq!(wire.next().await, None);
}

#[tokio::test]
async fn a_drop_comes_without_a_word() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.interrupt(Interruption::Drop);
    assert_eq!(wire.next().await, None);
    world.until(|seen| seen.connections() == 0).await;
}

#[tokio::test]
async fn what_is_held_comes_when_it_is_released() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.interrupt(Interruption::Hold);
    wire.send("2").await;
    wire.send(r#"42/api,0["subscribe","homey:manager:zones"]"#).await;
    // It is read and done all the same.
    world.until(|seen| seen.subscriptions("homey:manager:zones") == 1).await;
    world.interrupt(Interruption::Release);
    let mut both = [wire.next().await.unwrap(), wire.next().await.unwrap()];
    both.sort();
    assert_eq!(both, ["3", "43/api,0[null]"]);
}

#[tokio::test]
async fn whoever_says_good_bye_on_a_held_connection_is_forgotten_at_once() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.interrupt(Interruption::Hold);
    wire.send("2").await;
    // As the vendor's client does; it keeps the connection for as long as nobody answers that.
    wire.say_good_bye().await;
    world.until(|seen| seen.connections() == 0).await;
}

#[tokio::test]
async fn whoever_gives_up_on_a_held_connection_is_forgotten() {
    let world = Emulator::start().await.unwrap();
    let mut wire = Wire::joined(&world).await;
    world.interrupt(Interruption::Hold);
    wire.send("2").await;
    drop(wire);
    world.until(|seen| seen.connections() == 0).await;
}
