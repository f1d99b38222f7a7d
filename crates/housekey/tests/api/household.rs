//! Apps, drivers, images, notifications, alarms and moods.

use housekey::Error;
use housekey::catalogue::Dialect;
use housekey::client::RawCall;
use housekey::model::Alarm;
use housekey::request::Body;
use serde_json::{Map, Value, json};

use crate::{home, is_absent};

#[tokio::test]
async fn apps_are_stopped_started_and_removed() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let apps = homey.apps().get_apps().await.unwrap();
        let app = &apps[0];
        assert!(app.name().is_some() && app.version.text().is_some(), "{dialect}");
        assert_eq!(homey.apps().get_app(&app.id).await.unwrap().id, app.id);

        let disabled = homey.apps().disable_app(&app.id).await;
        if dialect == Dialect::Cloud {
            assert!(is_absent(disabled));
            assert!(is_absent(homey.apps().enable_app(&app.id).await));
            assert!(is_absent(homey.apps().restart_app(&app.id).await));
        } else {
            disabled.unwrap();
            assert!(!homey.apps().get_app(&app.id).await.unwrap().enabled.is_true(), "{dialect}");
            homey.apps().restart_app(&app.id).await.expect_err("it is disabled");
            homey.apps().enable_app(&app.id).await.unwrap();
            homey.apps().restart_app(&app.id).await.unwrap();
            let app = homey.apps().update_app(&app.id, json!({ "autoupdate": false })).await;
            assert!(!app.unwrap().autoupdate.is_true(), "{dialect}");
        }
        homey.apps().set_app_setting(&app.id, "key", json!([1])).await.unwrap();
        assert_eq!(homey.apps().get_app_settings(&app.id).await.unwrap()["key"], json!([1]));
        let usage = homey.apps().get_app_usage(&app.id).await;
        assert_eq!(usage.is_ok(), dialect == Dialect::Local, "{usage:?}");

        homey.apps().install_from_app_store("com.example.fresh").await.unwrap();
        assert_eq!(
            homey.apps().get_app("com.example.fresh").await.unwrap().id,
            "com.example.fresh"
        );
        homey.apps().uninstall_app("com.example.fresh").await.unwrap();
        homey.apps().get_app("com.example.fresh").await.expect_err("it is gone");
    }
}

#[tokio::test]
async fn drivers_are_found_by_their_whole_id() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let drivers = homey.drivers().get_drivers().await.unwrap();
        let devices = homey.devices().get_devices().await.unwrap();
        let driver = devices[0].driver().unwrap();
        let driver = drivers.iter().find(|one| one.id() == driver).expect("the device's driver");
        let one = homey.drivers().get_driver(&driver.id()).await;
        match dialect {
            Dialect::Cloud => assert!(is_absent(one)),
            _ => assert_eq!(&one.unwrap(), driver, "{dialect}"),
        }

        let wanted = match dialect {
            Dialect::V2 => {
                json!({ "type": "pair", "driverUri": driver.uri, "driverId": driver.id })
            }
            _ => json!({ "type": "pair", "driverId": driver.id }),
        };
        let session = homey.drivers().create_pair_session(wanted).await.unwrap();
        assert_eq!(session.kind.text(), Some("pair"), "{dialect}");
        assert_eq!(homey.drivers().get_pair_session(&session.id).await.unwrap(), session);
        let sessions = homey.drivers().get_pair_sessions().await;
        match dialect {
            Dialect::V2 => assert_eq!(sessions.unwrap().0, std::slice::from_ref(&session)),
            _ => assert!(is_absent(sessions)),
        }
        homey.drivers().delete_pair_session(&session.id).await.unwrap();
        homey.drivers().get_pair_session(&session.id).await.expect_err("it is over");
    }
}

#[tokio::test]
async fn images_have_bytes() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let images = homey.images().get_images().await.unwrap();
        let answer = homey.images().bytes(&images[0]).await.unwrap();
        assert_eq!(answer.header("content-type"), Some("image/png"), "{dialect}");
        assert!(answer.body.starts_with(b"\x89PNG"), "{dialect}");
        let mut gone = images[0].clone();
        gone.url = "/api/image/gone".to_owned().into();
        homey.images().bytes(&gone).await.expect_err("a refusal");
        gone.url = "elsewhere.example/a.png".to_owned().into();
        let error = homey.images().bytes(&gone).await.expect_err("no path");
        assert!(error.to_string().contains("an image with a path of its own"), "{error}");
    }
}

#[tokio::test]
async fn the_timeline_is_written_and_cleared() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let timeline = homey.notifications();
        timeline.create_notification("The window is open").await.unwrap();
        let all = timeline.get_notifications().await.unwrap();
        let written = all.iter().find(|one| one.excerpt.text() == Some("The window is open"));
        let written = written.expect("it was written");
        assert!(written.created().and_then(|time| time.timestamp()).is_some(), "{dialect}");
        timeline.delete_notification(&written.id).await.unwrap();
        let owner = written.owner_uri.text();
        timeline.create_notification("Again").await.unwrap();
        timeline.delete_notifications().with("ownerUri", owner).await.unwrap();
        let left = timeline.get_notifications().await.unwrap();
        assert!(left.iter().all(|one| one.owner_uri.text() != owner), "{dialect}");

        let owners = timeline.get_owners().await.unwrap();
        let uri = owners[0].uri.text().unwrap();
        timeline.set_owner_enabled(uri, false).await.unwrap();
        timeline.set_owner_push(uri, true).await.unwrap();
        let changed = &timeline.get_owners().await.unwrap()[0];
        assert!(!changed.enabled.is_true() && changed.push.is_true(), "{dialect}");
    }
}

#[tokio::test]
async fn alarms_are_made_changed_and_removed() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let days: Map<String, Value> =
            Alarm::DAYS.map(|day| (day.to_owned(), (day == "friday").into())).into_iter().collect();
        let alarm = json!({ "name": "Work", "time": "06:45", "enabled": true, "repetition": days });
        let made = homey.alarms().create_alarm(alarm).await;
        if dialect == Dialect::Cloud {
            assert!(is_absent(made));
            continue;
        }
        let alarm = made.unwrap();
        assert_eq!(alarm.days().collect::<Vec<_>>(), ["friday"], "{dialect}");
        assert!(alarm.next_occurance.get().and_then(|time| time.timestamp()).is_some());
        let changed = homey.alarms().update_alarm(&alarm.id, json!({ "enabled": false })).await;
        assert!(!changed.unwrap().enabled.is_true(), "{dialect}");
        assert_eq!(homey.alarms().get_alarm(&alarm.id).await.unwrap().time, alarm.time);
        homey.alarms().delete_alarm(&alarm.id).await.unwrap();
        let left = homey.alarms().get_alarms().await.unwrap();
        assert!(left.iter().all(|left| left.id != alarm.id), "{dialect}");
    }
}

#[tokio::test]
async fn moods_set_their_devices() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let devices = homey.devices().get_devices().await.unwrap();
        let lamp = devices.iter().find(|device| device.capability("dim").is_some()).unwrap();
        let state = json!({ &lamp.id: { "state": { "dim": 0.35 } } });
        let mood = json!({ "name": "Film", "devices": state, "preset": null });
        let mood = homey.moods().create_mood(mood).await.unwrap();
        homey.moods().set_mood(&mood.id).await.unwrap();
        let lamp = homey.devices().get_device(&lamp.id).await.unwrap();
        assert_eq!(lamp.capability("dim").unwrap().value(), &json!(0.35), "{dialect}");
        let renamed = homey.moods().update_mood(&mood.id, json!({ "name": "Play" })).await.unwrap();
        assert_eq!((renamed.name(), &renamed.devices), ("Play", &mood.devices), "{dialect}");
        assert_eq!(homey.moods().get_mood(&mood.id).await.unwrap(), renamed);
        homey.moods().delete_mood(&mood.id).await.unwrap();
        assert!(homey.moods().get_moods().await.unwrap().iter().all(|left| left.id != mood.id));
    }
}

#[tokio::test]
async fn the_request_of_a_call_is_known_before_it_is_sent() {
    let (world, homey) = home(Dialect::Local).await;
    let call = homey.devices().set_capability_value("d1", "onoff", true);
    let request = call.request().await.unwrap();
    assert_eq!(request.method.as_str(), "PUT");
    assert_eq!(request.path_and_query, "/api/manager/devices/device/d1/capability/onoff");
    assert!(request.body == Some(Body::Json(json!({ "value": true }))));
    let unknown = homey.zones().get_zones().with("nothing", 1).request().await;
    assert!(matches!(unknown, Err(Error::Argument(_))), "{unknown:?}");
    assert_eq!(world.calls("devices.setCapabilityValue"), 0);
}

#[tokio::test]
async fn a_handle_that_is_read_only_sends_no_write() {
    let (world, homey) = home(Dialect::Local).await;
    let homey = homey.read_only();
    homey.zones().get_zones().await.unwrap();
    let zone = json!({ "name": "Attic" });
    let raw = RawCall {
        method: "POST".parse().unwrap(),
        path_and_query: "/api/manager/zones/zone?token=secret".to_owned(),
        body: Some(Body::Json(zone.clone())),
    };
    for (error, call) in [
        (
            homey.zones().create_zone(zone.clone()).await.unwrap_err(),
            "POST /api/manager/zones/zone",
        ),
        (homey.zones().create_zone(zone).live().await.unwrap_err(), "zones.createZone"),
        (homey.raw(&raw).await.unwrap_err(), "POST /api/manager/zones/zone"),
    ] {
        let told = format!("{call} is not sent: this handle of the Homey is read-only");
        assert_eq!(error.to_string(), told);
    }
    assert_eq!(world.calls("zones.createZone"), 0);
}
