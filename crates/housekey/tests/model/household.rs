//! Apps, drivers, images, notifications, alarms and moods.

use housekey::model::{
    Alarm, App, Device, Driver, Image, Mood, Notification, NotificationOwner, PairSession,
};
use serde_json::{Value, json};

use crate::{items, one};

#[test]
fn apps_of_both_generations() {
    for (answer, state) in [(sample!("apps-v2"), "stopped"), (sample!("apps-local"), "crashed")] {
        let apps = items::<App>(answer);
        let [lamps, sense] = &apps[..] else { panic!("two apps") };
        assert_eq!((lamps.name(), sense.name()), (Some("Lamps"), Some("Sense")));
        assert_eq!((lamps.has_update(), sense.has_update()), (false, true));
        assert_eq!((lamps.state.text(), sense.state.text()), (Some("running"), Some(state)));
        assert_eq!(lamps.usage.get().unwrap().cpu.get().unwrap().as_f64(), Some(0.4));
        assert!(sense.crashed.is_true());
    }
}

#[test]
fn drivers_of_both_generations_are_those_of_their_devices() {
    for (drivers, devices) in [
        (sample!("drivers-v2"), sample!("devices-v2")),
        (sample!("drivers-local"), sample!("devices-local")),
    ] {
        let driver = &items::<Driver>(drivers)[0];
        assert_eq!(driver.id(), "homey:app:com.example.lamps:bulb");
        assert_eq!(driver.owner(), Some("homey:app:com.example.lamps"));
        assert_eq!(driver.owner_name(), Some("Lamps"));
        let devices = items::<Device>(devices);
        assert_eq!(devices[0].driver(), Some(driver.id()));
    }
    for answer in [sample!("pair-session-v2"), sample!("pair-session-local")] {
        let session: PairSession = one(answer);
        assert_eq!(session.kind.text(), Some("pair"));
        assert!(session.zone_id.text().is_some());
    }
}

#[test]
fn images_and_notifications_of_both_generations() {
    for answer in [sample!("images-v2"), sample!("images-local")] {
        let image = &items::<Image>(answer)[0];
        assert_eq!(image.url.text(), Some(&*format!("/api/image/{}", image.id)));
        let updated = image.last_updated.get().unwrap().timestamp().unwrap();
        assert_eq!(updated.to_string(), "2026-01-31T07:58:12.345Z");
    }
    let dated = json!({ "n": { "id": "n", "excerpt": "-", "date": "2026-01-31T07:58:12.345Z" } });
    for answer in [sample!("notifications-v2"), sample!("notifications-local"), dated] {
        let notification = &items::<Notification>(answer)[0];
        let created = notification.created().unwrap().timestamp().unwrap();
        assert_eq!(created.to_string(), "2026-01-31T07:58:12.345Z");
    }
    let owners = items::<NotificationOwner>(sample!("notification-owners"));
    assert!(owners[0].enabled.is_true() && !owners[0].push.is_true());
}

#[test]
fn alarms_go_off_on_days_of_the_week() {
    let alarms = items::<Alarm>(sample!("alarms"));
    let days = |alarm: &Alarm| alarm.days().collect::<Vec<_>>();
    assert_eq!(
        (alarms[0].time.text(), days(&alarms[0])),
        (Some("06:45"), vec!["monday", "friday"])
    );
    assert_eq!(days(&alarms[1]), [""; 0]);
    let strange: Alarm =
        one(json!({ "id": "a", "repetition": { "monday": "yes", "sunday": true } }));
    assert_eq!(days(&strange), ["sunday"]);
    assert_eq!(days(&one(json!({ "id": "a", "repetition": null }))), [""; 0]);
}

#[test]
fn moods_hold_values_of_devices() {
    let mood = &items::<Mood>(sample!("moods"))[0];
    let devices = mood.devices.get().unwrap();
    let state = devices["550e8400-e29b-41d4-a716-446655440000"].state.get().unwrap();
    assert_eq!(json!(state), json!({ "onoff": true, "dim": 0.1, "light_mode": "temperature" }));
}
