//! The mirror against the virtual Homey: what it shows, what it tells, and how it says that it is.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use housekey::auth::store::Store;
use housekey::mirror::{
    Change, ChangeKind, ChangeStream, Home, ItemKind, Kinds, Mirror, MirrorState, Origin,
};
use housekey::model::Device;
use housekey::{Homey, args};
use housekey_emulator::{Builder, Dialect, Emulator, Interruption};
use rand::rngs::StdRng;
use rand::seq::IteratorRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use house::House;

struct Mirrored {
    house: House,
    homey: Homey,
    mirror: Mirror,
    lamp: String,
}

impl Mirrored {
    async fn on(dialect: Dialect) -> Self {
        Self::with(Emulator::builder().dialect(dialect)).await
    }

    async fn with(builder: Builder) -> Self {
        let house = House::with(builder).await;
        let store = Store::memory();
        house.signed_in(&store).await;
        let homey = house.homey(&store);
        let clock = house.shared_clock();
        let mirror = Mirror::start(homey.clone(), Kinds::all(), clock).await.expect("started");
        mirror.complete().await;
        let home = mirror.home();
        let is_lamp = |device: &Device| {
            device.capability("onoff").is_some_and(|onoff| onoff.setable.is_true())
        };
        let lamp = home.all::<Device>().find(is_lamp).expect("a lamp").id;
        Self { house, homey, mirror, lamp }
    }

    async fn switch(&self, on: bool) {
        let arguments =
            args! { "deviceId" => &*self.lamp, "capabilityId" => "onoff", "value" => on };
        self.homey.call("devices.setCapabilityValue", &arguments).await.expect("switched");
    }

    fn is_on(&self, home: &Home) -> bool {
        let lamp = home.item(ItemKind::Device, &self.lamp).expect("the lamp");
        lamp.report("onoff").expect("a value").value == json!(true)
    }

    async fn state(&self, state: MirrorState) {
        let mut status = self.mirror.status();
        status.wait_for(|status| status.state == state).await.expect("it goes on");
    }

    /// What the Homey itself says.
    async fn truth(&self, kind: ItemKind) -> Value {
        self.homey.call(kind.operation(), &args! {}).await.expect("a list")
    }
}

/// The next change.
async fn next(changes: &mut ChangeStream) -> Arc<Change> {
    changes.next().await.expect("no end").expect("none is missed")
}

/// The next value of that device.
async fn value(changes: &mut ChangeStream, device: &str) -> (Origin, Value, Value) {
    loop {
        let change = next(changes).await;
        if let ChangeKind::Value { value, previous, .. } = &change.what
            && *change.id == *device
        {
            return (change.origin, previous.clone(), value.clone());
        }
    }
}

/// What a home holds of a kind, as the API would tell it.
fn held(home: &Home, kind: ItemKind) -> Value {
    Value::Object(home.items(kind).map(|(id, item)| (id.to_string(), item.value())).collect())
}

#[tokio::test]
async fn a_complete_copy_is_what_the_homey_says_on_every_dialect() {
    for dialect in Dialect::ALL {
        let mirrored = Mirrored::on(dialect).await;
        let home = mirrored.mirror.home();
        for kind in ItemKind::ALL {
            assert_eq!(held(&home, kind), mirrored.truth(kind).await, "{kind} on {dialect}");
        }
        assert!(home.items(ItemKind::User).len() > 0, "there are users");
    }
}

#[tokio::test]
async fn changes_arrive_live_and_missed_ones_after_the_gap() {
    let mirrored = Mirrored::on(Dialect::Local).await;
    mirrored.state(MirrorState::Live).await;
    let mut follower = Home::clone(&mirrored.mirror.home());
    let mut changes = mirrored.mirror.changes_after(follower.seq());
    let on = mirrored.is_on(&follower);
    mirrored.switch(!on).await;
    let lamp = &mirrored.lamp;
    assert_eq!(value(&mut changes, lamp).await, (Origin::Live, json!(on), json!(!on)));
    for how in [Interruption::Drop, Interruption::Kick, Interruption::Disconnect] {
        let on = mirrored.is_on(&mirrored.mirror.home());
        mirrored.house.world.interrupt(how);
        mirrored.switch(!on).await;
        assert_eq!(
            value(&mut changes, lamp).await,
            (Origin::CaughtUp, json!(on), json!(!on)),
            "{how:?}"
        );
        mirrored.state(MirrorState::Live).await;
    }
    // The changes lead to the copy of the mirror.
    let mut again = mirrored.mirror.changes_after(follower.seq());
    let home = mirrored.mirror.home();
    while follower.seq() < home.seq() {
        follower.apply(&*next(&mut again).await);
    }
    assert!(follower == *home);
}

#[tokio::test]
async fn a_report_received_twice_is_one_change() {
    let mirrored = Mirrored::on(Dialect::Local).await;
    mirrored.state(MirrorState::Live).await;
    let mut changes = mirrored.mirror.changes();
    mirrored.house.world.advance(jiff::SignedDuration::from_hours(1));
    let mut reported = BTreeSet::new();
    // Of each device the values come first, then the device as a whole.
    while reported.len() < 10 {
        let change = next(&mut changes).await;
        if let ChangeKind::Value { capability, at, .. } = &change.what {
            let at = at.expect("a time").to_string();
            let report = (change.id.clone(), capability.clone(), at);
            assert!(reported.insert(report), "{change:?} a second time");
        }
    }
}

#[tokio::test]
async fn a_narrow_key_mirrors_what_it_may_read() {
    let house = House::new().await;
    let store = Store::memory();
    house.signed_in(&store).await;
    let owner = house.homey(&store);
    let key = owner.users().create_api_key("narrow", &["homey.zone.readonly"]);
    let token = key.await.expect("a key").token;
    let address = house.world.facts().homey_url.parse().expect("a URL");
    let homey = Homey::at(address, token, house.http.clone()).await.expect("a Homey");
    let mirror = Mirror::start(homey, Kinds::all(), house.shared_clock()).await.expect("started");
    mirror.complete().await;
    let status = mirror.status().borrow().clone();
    assert_eq!(status.state, MirrorState::Live, "{status:?}");
    assert!(status.reason.is_some(), "it says what it may not read");
    let home = mirror.home();
    assert!(home.items(ItemKind::Zone).len() > 0 && home.items(ItemKind::Device).len() == 0);
    drop((mirror, home));
    house.world.until(|seen| seen.connections() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_live_connection_it_polls_and_says_so() {
    let mirrored = Mirrored::on(Dialect::V2).await;
    mirrored.state(MirrorState::Live).await;
    let mut changes = mirrored.mirror.changes();
    mirrored.house.world.script("realtime.open").reply(503).times(u64::MAX);
    mirrored.house.world.interrupt(Interruption::Drop);
    mirrored.state(MirrorState::Polling).await;
    let reason = mirrored.mirror.status().borrow().reason.clone();
    assert!(reason.expect("a reason").contains("503"));
    let on = mirrored.is_on(&mirrored.mirror.home());
    mirrored.switch(!on).await;
    let reported = value(&mut changes, &mirrored.lamp).await;
    assert_eq!(reported, (Origin::Polled, json!(on), json!(!on)));
    for kind in ItemKind::ALL {
        mirrored.house.world.script(kind.operation()).reply(400).times(3);
    }
    mirrored.state(MirrorState::Offline).await;
    mirrored.state(MirrorState::Polling).await;
}

/// Something happens in the home, or to its events.
async fn something(mirrored: &Mirrored, rng: &mut StdRng) {
    let (homey, world) = (&mirrored.homey, &mirrored.house.world);
    let home = mirrored.mirror.home();
    let mut any = |kind| home.items(kind).map(|(id, _)| id.to_string()).choose(rng);
    let (device, zone, variable) =
        (any(ItemKind::Device), any(ItemKind::Zone), any(ItemKind::Variable));
    let name = format!("name {}", rng.random_range(0..1000));
    let outcome = match rng.random_range(0..16) {
        0..4 => {
            let on = rng.random_bool(0.5);
            let arguments =
                args! { "deviceId" => &*mirrored.lamp, "capabilityId" => "onoff", "value" => on };
            homey.call("devices.setCapabilityValue", &arguments).await
        }
        4 => {
            let arguments =
                args! { "id" => device.unwrap_or_default(), "device" => json!({ "name": name }) };
            homey.call("devices.updateDevice", &arguments).await
        }
        5 if device.as_ref() != Some(&mirrored.lamp) => {
            homey.call("devices.deleteDevice", &args! { "id" => device.unwrap_or_default() }).await
        }
        6 => homey.call("zones.createZone", &args! { "zone" => json!({ "name": name }) }).await,
        7 => {
            let arguments =
                args! { "id" => zone.unwrap_or_default(), "zone" => json!({ "name": name }) };
            homey.call("zones.updateZone", &arguments).await
        }
        8 => {
            let new = json!({ "name": name, "type": "string", "value": "a" });
            homey.call("logic.createVariable", &args! { "variable" => new }).await
        }
        9 => {
            let arguments = args! { "id" => variable.unwrap_or_default() };
            homey.call("logic.deleteVariable", &arguments).await
        }
        10 => homey.call("presence.setPresentMe", &args! { "value" => rng.random_bool(0.5) }).await,
        11 => {
            world.advance(jiff::SignedDuration::from_mins(5));
            Ok(Value::Null)
        }
        12 => {
            let fault = world.script("realtime.event").times(rng.random_range(1..5));
            drop(if rng.random_bool(0.5) { fault.lose() } else { fault.duplicate() });
            Ok(Value::Null)
        }
        13 => {
            world.script("realtime.event").cut();
            world.script("devices.getDevices").reply(500);
            Ok(Value::Null)
        }
        _ => {
            let all = [Interruption::Kick, Interruption::Drop, Interruption::Disconnect];
            world.interrupt(all.into_iter().choose(rng).expect("one of three"));
            Ok(Value::Null)
        }
    };
    // What was missed may be gone already, and then it cannot be changed.
    drop(outcome);
    tokio::time::sleep(Duration::from_millis(rng.random_range(0..3000))).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_random_day_the_mirror_equals_the_homey_and_its_changes_lead_there() {
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mirrored = Mirrored::with(Emulator::builder().devices(12).seed(seed)).await;
        let mut follower = Home::clone(&mirrored.mirror.home());
        let mut changes = mirrored.mirror.changes_after(follower.seq());
        for _ in 0..40 {
            something(&mirrored, &mut rng).await;
        }
        // What was lost without a word is found within five minutes, and reading takes its time.
        tokio::time::sleep(Duration::from_secs(330)).await;
        mirrored.state(MirrorState::Live).await;
        let home = mirrored.mirror.home();
        while follower.seq() < home.seq() {
            follower.apply(&*next(&mut changes).await);
        }
        for kind in ItemKind::ALL {
            let truth = mirrored.truth(kind).await;
            assert_eq!(held(&home, kind), truth, "seed {seed}: {kind} of the mirror");
            assert_eq!(held(&follower, kind), truth, "seed {seed}: {kind} of who followed");
        }
    }
}
