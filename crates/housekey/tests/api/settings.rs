//! Presence, options, radios, and what tells only a state.

use housekey::catalogue::Dialect;
use housekey::client::api::Opts;
use housekey::error::Kind;
use serde_json::{Value, json};

use crate::{home, is_absent};

#[tokio::test]
async fn presence_and_sleep_are_told_and_set() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let me = homey.users().get_user_me().await.unwrap();
        for state in [false, true] {
            homey.presence().set_present_me(state).await.unwrap();
            assert_eq!(homey.presence().get_present(&me.id).await.unwrap().value(), Some(state));
            homey.presence().set_asleep_me(state).await.unwrap();
            assert_eq!(homey.presence().get_asleep(&me.id).await.unwrap().value(), Some(state));
            let user = homey.users().get_user(&me.id).await.unwrap();
            assert_eq!(
                (user.present.is_true(), user.asleep.is_true()),
                (state, state),
                "{dialect}"
            );
        }
        homey.presence().set_present(&me.id, false).await.unwrap();
        homey.presence().set_asleep(&me.id, false).await.unwrap();
        let root = homey.presence().root().await.unwrap();
        assert!(root.is_object(), "{dialect}: {root}");
    }
}

#[tokio::test]
async fn options_are_told_set_and_put_back() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let language = || async {
            let option = homey.i18n().get_option_language().await.unwrap();
            option.value().as_str().unwrap().to_owned()
        };
        let new = language().await;
        homey.i18n().set_option_language("nl").await.unwrap();
        assert_eq!(language().await, "nl", "{dialect}");
        homey.i18n().unset_option_language().await.unwrap();
        assert_eq!(language().await, new, "{dialect}");
        homey.i18n().set_option_units("imperial").await.unwrap();
        assert_eq!(homey.i18n().get_option_units().await.unwrap().value(), "imperial");
        homey.i18n().unset_option_units().await.unwrap();
        assert_eq!(homey.i18n().root().await.unwrap()["units"], "metric", "{dialect}");

        let place = json!({ "latitude": 48.2, "longitude": 16.4, "accuracy": 10 });
        homey.geolocation().set_option_location(place.clone()).await.unwrap();
        assert_eq!(homey.geolocation().get_option_location().await.unwrap().value(), &place);
        assert_eq!(homey.geolocation().root().await.unwrap()["location"], place, "{dialect}");
        homey.geolocation().unset_option_location().await.unwrap();
        let address = homey.geolocation().get_option_address().await;
        assert_eq!(is_absent(address), dialect == Dialect::V2, "{dialect}");
        homey.geolocation().get_option_mode().await.map_or_else(
            |error| assert!(dialect != Dialect::V2, "{error}"),
            |mode| assert_eq!(mode.value(), "auto"),
        );
        let set = homey.geolocation().set_option_mode("manual").await;
        assert_eq!(is_absent(set), dialect != Dialect::V2, "{dialect}");
    }
}

#[tokio::test]
async fn the_ring_of_lights_is_told_and_set() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let state = homey.ledring().get_state().await;
        if dialect == Dialect::Cloud {
            assert!(is_absent(state));
            continue;
        }
        let savers = homey.ledring().get_screensavers().await.unwrap();
        let saver = json!({ "uri": savers[1]["uri"], "id": savers[1]["id"] });
        homey.ledring().set_option_screensaver(saver.clone()).await.unwrap();
        assert_eq!(homey.ledring().get_option_screensaver().await.unwrap().value(), &saver);
        assert_eq!(homey.ledring().get_state().await.unwrap()["screensaver"], saver, "{dialect}");
        homey.ledring().unset_option_screensaver().await.unwrap();
        let set = homey.ledring().set_option_brightness(0.5).await;
        if dialect == Dialect::V2 {
            set.unwrap();
            assert_eq!(homey.ledring().get_option_brightness().await.unwrap().value(), &json!(0.5));
            homey.ledring().unset_option_brightness().await.unwrap();
        } else {
            assert!(is_absent(set));
        }
    }
}

#[tokio::test]
async fn radios_take_commands_in_both_forms() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        homey.zwave().set_log_enabled(true).await.unwrap();
        let state = homey.zwave().get_state().await.unwrap();
        let node = state["zw_state"]["nodes"].as_array().unwrap().last().unwrap().as_u64().unwrap();
        let node = u16::try_from(node).unwrap();
        let text = node.to_string();
        for opts in [Opts::from(node), Opts::from(&*text), Opts::from(json!({ "nodeId": text }))] {
            homey.zwave().heal(opts.clone()).await.unwrap();
            homey.zwave().test(opts).await.unwrap();
        }
        homey.zwave().send_data(&*format!("{node},0x20,0x00")).await.unwrap();
        homey.zwave().send_data(json!({ "nodeId": node })).await.unwrap();
        let error = homey.zwave().heal(999).await.expect_err("there is no such node");
        assert_eq!(error.kind(), Kind::Failed, "{dialect}: {error}");
        let error =
            homey.zwave().run_command("heal").with("opts", Value::Null).await.expect_err("no node");
        assert_eq!(error.kind(), Kind::Failed, "{dialect}: {error}");
        assert_eq!(
            homey.zwave().get_log().await.unwrap().as_array().unwrap().len(),
            8,
            "{dialect}"
        );

        let zigbee = homey.zigbee().get_state().await.unwrap();
        assert!(zigbee["nodes"].is_object(), "{dialect}: {zigbee}");
    }
}

#[tokio::test]
async fn what_tells_only_a_state() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        assert!(homey.cloud().get_state().await.unwrap().is_object(), "{dialect}");
        assert!(homey.users().get_state().await.unwrap().is_object(), "{dialect}");
        assert!(homey.mobile().root().await.unwrap().is_object(), "{dialect}");
        assert_eq!(is_absent(homey.mobile().get_state().await), dialect == Dialect::V2);
        assert_eq!(is_absent(homey.mobile().get_summary().await), dialect != Dialect::V2);
        assert!(homey.system().get_memory_info().await.unwrap()["total"].is_number(), "{dialect}");
        assert!(homey.system().get_storage_info().await.unwrap().is_object(), "{dialect}");

        let experiments = homey.experiments().get_experiments().await;
        assert_eq!(experiments.is_ok(), dialect != Dialect::Cloud, "{experiments:?}");
        // Old firmware alone has reminders.
        let reminders = homey.reminder().get_reminders().await;
        assert_eq!(reminders.is_ok(), dialect == Dialect::V2, "{reminders:?}");
    }
}

#[tokio::test]
async fn a_restart_is_asked_for_once() {
    let (world, homey) = home(Dialect::Local).await;
    homey.system().reboot().await.unwrap();
    assert_eq!(world.calls("system.reboot"), 1);
}
