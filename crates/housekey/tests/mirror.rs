//! The mirror against the virtual Homey: what it shows, what it tells, and how it says that it is.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use std::sync::Arc;

use housekey::auth::store::Store;
use housekey::mirror::{Change, Changes, Home, How, Kind, Kinds, Mirror, State, What};
use housekey::model::Device;
use housekey::{Homey, args};
use housekey_emulator::{Dialect, Emulator, Interruption};
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
        let house = House::with(Emulator::builder().dialect(dialect)).await;
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
        let lamp = home.item(Kind::Device, &self.lamp).expect("the lamp");
        lamp.report("onoff").expect("a value").value == json!(true)
    }

    async fn state(&self, state: State) {
        let mut status = self.mirror.status();
        status.wait_for(|status| status.state == state).await.expect("it goes on");
    }

    /// What the Homey itself says.
    async fn truth(&self, kind: Kind) -> Value {
        self.homey.call(kind.operation(), &args! {}).await.expect("a list")
    }
}

/// The next change that is of some interest: one of a device's `lastSeenAt` alone is of none.
async fn next(changes: &mut Changes) -> Arc<Change> {
    changes.next().await.expect("no end").expect("none is missed")
}

/// The next value of that device.
async fn value(changes: &mut Changes, device: &str) -> (How, Value, Value) {
    loop {
        let change = next(changes).await;
        if let What::Value { value, previous, .. } = &change.what
            && *change.id == *device
        {
            return (change.how, previous.clone(), value.clone());
        }
    }
}

#[tokio::test]
async fn a_complete_copy_is_what_the_homey_says_on_every_dialect() {
    for dialect in Dialect::ALL {
        let mirrored = Mirrored::on(dialect).await;
        let home = mirrored.mirror.home();
        for kind in Kind::ALL {
            let held: serde_json::Map<_, _> =
                home.items(kind).map(|(id, item)| (id.to_string(), item.value())).collect();
            assert_eq!(Value::Object(held), mirrored.truth(kind).await, "{kind} on {dialect}");
        }
        assert!(home.items(Kind::User).len() > 0, "there are users");
    }
}

#[tokio::test]
async fn what_happens_is_told_and_what_was_missed_is_told_after_the_gap() {
    let mirrored = Mirrored::on(Dialect::Local).await;
    mirrored.state(State::Live).await;
    let mut follower = Home::clone(&mirrored.mirror.home());
    let mut changes = mirrored.mirror.changes_after(follower.seq());
    let on = mirrored.is_on(&follower);
    mirrored.switch(!on).await;
    let lamp = &mirrored.lamp;
    assert_eq!(value(&mut changes, lamp).await, (How::Live, json!(on), json!(!on)));
    for how in [Interruption::Drop, Interruption::Kick, Interruption::Disconnect] {
        let on = mirrored.is_on(&mirrored.mirror.home());
        mirrored.house.world.interrupt(how);
        mirrored.switch(!on).await;
        assert_eq!(
            value(&mut changes, lamp).await,
            (How::CaughtUp, json!(on), json!(!on)),
            "{how:?}"
        );
        mirrored.state(State::Live).await;
    }
    // All that was told leads to what the mirror holds.
    let mut again = mirrored.mirror.changes_after(follower.seq());
    let home = mirrored.mirror.home();
    while follower.seq() < home.seq() {
        follower.apply(&*next(&mut again).await);
    }
    assert!(follower == *home);
}
