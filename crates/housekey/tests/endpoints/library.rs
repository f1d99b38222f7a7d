//! The library's calls for the lines of the list, by the name that the list gives them.

use housekey::auth::HomeyLogin;
use housekey::discovery::{Addresses, Route};
use housekey::{Error, Secret};
use serde_json::{Value, json};

use crate::home::Home;
use crate::list::Line;

/// The answer of the library, as JSON.
pub(crate) async fn call(home: &Home, line: &Line) -> Result<Value, Error> {
    let homey = &home.homey;
    Ok(match line.library.as_str() {
        "alarms().get_alarms" => json!(homey.alarms().get_alarms().await?),
        "apps().get_apps" => json!(homey.apps().get_apps().await?),
        "apps().get_app" => json!(homey.apps().get_app(home.id("<APP_ID>")).await?),
        "cloud().get_state" => homey.cloud().get_state().await?,
        "devices().get_devices" => json!(homey.devices().get_devices().await?),
        "devices().get_device" => {
            json!(homey.devices().get_device(home.id("<DEVICE_ID>")).await?)
        }
        "devices().set_capability_value" => {
            let value = home.body(line)["value"].clone();
            homey.devices().set_capability_value(home.id("<DEVICE_ID>"), "onoff", value).await?
        }
        "drivers().get_drivers" => json!(homey.drivers().get_drivers().await?),
        "drivers().get_pair_sessions" => json!(homey.drivers().get_pair_sessions().await?),
        "experiments().get_experiments" => homey.experiments().get_experiments().await?,
        "flow().get_flows" => json!(homey.flow().get_flows().await?),
        "flow().get_flow" => json!(homey.flow().get_flow(home.id("<FLOW_ID>")).await?),
        "flow().get_flow_folders" => json!(homey.flow().get_flow_folders().await?),
        "flowtoken().get_flow_tokens" => json!(homey.flowtoken().get_flow_tokens().await?),
        "geolocation().root" => homey.geolocation().root().await?,
        "i18n().root" => homey.i18n().root().await?,
        "images().get_images" => json!(homey.images().get_images().await?),
        "insights().get_logs" => json!(homey.insights().get_logs().await?),
        "ledring().get_screensavers" => homey.ledring().get_screensavers().await?,
        "ledring().get_state" => homey.ledring().get_state().await?,
        "logic().get_variables" => json!(homey.logic().get_variables().await?),
        "logic().get_variable" => {
            json!(homey.logic().get_variable(home.id("<VARIABLE_ID>")).await?)
        }
        "logic().update_variable" => {
            json!(homey.logic().update_variable(home.id("<VARIABLE_ID>"), home.body(line)).await?)
        }
        "mobile().root" => homey.mobile().root().await?,
        "notifications().get_notifications" => {
            json!(homey.notifications().get_notifications().await?)
        }
        "notifications().get_owners" => json!(homey.notifications().get_owners().await?),
        "presence().root" => homey.presence().root().await?,
        "reminder().get_reminders" => homey.reminder().get_reminders().await?,
        "sessions().get_sessions" => json!(homey.sessions().get_sessions().await?),
        "system().get_info" => json!(homey.system().get_info().await?),
        "system().reboot" => json!(homey.system().reboot().await?),
        "users().get_users" => json!(homey.users().get_users().await?),
        "users().get_user" => json!(homey.users().get_user(home.id("<USER_ID>")).await?),
        "users().get_state" => homey.users().get_state().await?,
        "weather().get_weather" => json!(homey.weather().get_weather().await?),
        "zigbee().get_state" => homey.zigbee().get_state().await?,
        "zwave().get_state" => homey.zwave().get_state().await?,
        "zwave().get_log" => homey.zwave().get_log().await?,
        "zwave().heal" => homey.zwave().heal(home.body(line)["opts"].clone()).await?,
        "zwave().send_data" => homey.zwave().send_data(home.body(line)["opts"].clone()).await?,
        "zones().get_zones" => json!(homey.zones().get_zones().await?),
        "zones().get_zone" => json!(homey.zones().get_zone(home.id("<ZONE_ID>")).await?),
        "HomeyLogin::with_delegation" => login(home, line).await?,
        other => panic!("the list names `{other}`, which is not called here"),
    })
}

async fn login(home: &Home, line: &Line) -> Result<Value, Error> {
    let (http, address) = (home.house.http.clone(), home.address());
    let route = Route::new(http, String::new(), None, Addresses::only(address));
    let login = HomeyLogin { http: &home.house.http, route: &route, clock: &*home.house.clock };
    let delegation = home.body(line)["token"].as_str().expect("a token").to_owned();
    let session = login.with_delegation(&Secret::new(delegation)).await?;
    Ok(session.token.expose().into())
}
