//! The apps manager.

use housekey::catalogue::Dialect;
use serde_json::{Value, json};

use super::call::{Answer, Answered, Call, Handlers, HubError, text_in};
use super::{icon, items};
use crate::state::app::App;
use crate::state::ids::thing;
use crate::state::value::{number, sentence};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("apps.getApps", |home, _| Ok(items::by_id(&home.apps, |app| view(home, app)))),
    ("apps.getApp", |home, call| Ok(view(home, find(home, call)?).into())),
    ("apps.updateApp", update),
    ("apps.enableApp", |home, call| set_enabled(home, call, true)),
    ("apps.disableApp", |home, call| set_enabled(home, call, false)),
    ("apps.restartApp", restart),
    ("apps.garbageCollectApp", |home, call| find(home, call).map(|_| Answer::NOTHING)),
    ("apps.installFromAppStore", install),
    ("apps.uninstallApp", uninstall),
    ("apps.getAppStd", |home, call| find(home, call).map(|_| Answer::NOTHING)),
    ("apps.getAppLocales", |home, call| find(home, call).map(|_| json!({ "en": {} }).into())),
    ("apps.getAppUsage", |home, call| Ok(usage(home, find(home, call)?).into())),
    ("apps.getAppSettings", |home, call| {
        Ok(Value::Object(find(home, call)?.settings.clone()).into())
    }),
    ("apps.getAppSetting", |home, call| {
        let setting = find(home, call)?.settings.get(call.text("name")?);
        Ok(setting.cloned().unwrap_or_default().into())
    }),
    ("apps.setAppSetting", |home, call| {
        let mut app = find(home, call)?.clone();
        app.settings.insert(call.text("name")?.to_owned(), call.value("value"));
        Ok(put(home, app))
    }),
    ("apps.unsetAppSetting", |home, call| {
        let mut app = find(home, call)?.clone();
        app.settings.shift_remove(call.text("name")?);
        Ok(put(home, app))
    }),
];

fn find<'a>(home: &'a Home, call: &Call<'_>) -> Result<&'a App, HubError> {
    items::find(&home.apps, "App", call.text("id")?)
}

/// Load in percent and memory in bytes, which vary a little.
fn usage(home: &Home, app: &App) -> Value {
    let noise = home.seed.noise(thing(&app.id), home.now.as_second() / 60);
    let running = f64::from(u8::from(app.enabled));
    json!({
        "cpu": number((noise * 4.0 * running * 100.0).round() / 100.0),
        "mem": number(((24.0 + 20.0 * noise) * 1_000_000.0 * running).round()),
    })
}

fn view(home: &Home, app: &App) -> Value {
    let state = if app.enabled { "running" } else { "stopped" };
    let mut view = json!({
        "id": app.id,
        "name": app.name,
        "version": app.version,
        "compatibility": ">=5.0.0",
        "author": { "name": "Example Works", "email": "apps@example.com" },
        "permissions": ["homey:manager:api"],
        "iconObj": icon::of(home.dialect, &app.id),
        "images": { "small": "/assets/images/small.png", "large": "/assets/images/large.png" },
        "state": state,
        "enabled": app.enabled,
        "crashed": false,
        "crashedMessage": null,
        "origin": "appstore",
        "channel": app.channel,
        "autoupdate": app.autoupdate,
        "settings": true,
        "usage": usage(home, app),
    });
    let Some(map) = view.as_object_mut() else { return view };
    if app.channel.is_empty() {
        let usual = if home.dialect == Dialect::V2 { "stable" } else { "live" };
        map.insert("channel".to_owned(), usual.into());
    }
    let rest = match home.dialect {
        Dialect::V2 => json!({
            "sdk": 3,
            "icon": "/assets/icon.svg",
            "brandColor": icon::APP_COLOUR,
            "hasDrivers": home.devices.values().any(|device| device.app == app.id),
            "session": null,
            "ready": app.enabled,
            "exitCode": null,
            "exitSignal": null,
            "exitCount": 0,
            "updateAvailable": null,
        }),
        Dialect::Local => {
            json!({ "color": icon::APP_COLOUR, "updateAvailable": false, "crashedCount": 0 })
        }
        Dialect::Cloud => json!({ "color": icon::APP_COLOUR }),
    };
    map.extend(items::object(rest));
    if home.dialect == Dialect::Cloud {
        for key in ["autoupdate", "settings", "usage"] {
            map.shift_remove(key);
        }
    }
    view
}

fn put(home: &mut Home, app: App) -> Answer {
    home.changed("apps", "app", &app.id, ChangeKind::Updated);
    home.apps.insert(app.id.clone(), app);
    Answer::NOTHING
}

fn update(home: &mut Home, call: &Call<'_>) -> Answered {
    let mut app = find(home, call)?.clone();
    let body = call.object("app")?;
    if let Some(autoupdate) = body.get("autoupdate").and_then(Value::as_bool) {
        app.autoupdate = autoupdate;
    }
    if let Some(channel) = text_in(body, "channel")? {
        app.channel = channel.to_owned();
    }
    put(home, app);
    Ok(view(home, find(home, call)?).into())
}

fn set_enabled(home: &mut Home, call: &Call<'_>, enabled: bool) -> Answered {
    let app = App { enabled, ..find(home, call)?.clone() };
    let id = app.id.clone();
    let answer = put(home, app);
    home.app_switched(&id);
    Ok(answer)
}

fn restart(home: &mut Home, call: &Call<'_>) -> Answered {
    let app = find(home, call)?.clone();
    if !app.enabled {
        return Err(HubError::refused(400, "app_disabled", "The app is disabled"));
    }
    Ok(put(home, app))
}

/// There is no app store: any app id in reverse-domain form exists.
fn install(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = call.text("id")?;
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    if !id.contains('.') || !id.chars().all(allowed) {
        return Err(HubError::not_found("App", id));
    }
    let name = id.rsplit('.').next().unwrap_or(id);
    let version = call.text_if_any("version").unwrap_or("1.0.0");
    let mut app = App::new(id, &sentence(name), version);
    app.channel = call.text_if_any("channel").unwrap_or_default().to_owned();
    home.changed("apps", "app", id, ChangeKind::Created);
    home.apps.insert(id.to_owned(), app);
    Ok(view(home, find(home, call)?).into())
}

/// The devices of an app are removed with it.
fn uninstall(home: &mut Home, call: &Call<'_>) -> Answered {
    let id = find(home, call)?.id.clone();
    let gone: Vec<String> = home
        .devices
        .values()
        .filter(|device| device.app == id)
        .map(|device| device.id.clone())
        .collect();
    for device in gone {
        home.remove_device(&device);
    }
    home.apps.shift_remove(&id);
    home.changed("apps", "app", &id, ChangeKind::Deleted);
    Ok(Answer::NOTHING)
}
