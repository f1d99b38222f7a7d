//! The LED ring and its screensavers.

use serde_json::{Value, json};

use super::call::{Answer, Handlers};
use super::options;

pub(super) const HANDLERS: Handlers = &[
    ("ledring.getScreensavers", |_, _| {
        let saver = |id: &&str| {
            json!({
                "uri": "homey:manager:ledring",
                "id": id,
                "title": crate::state::value::sentence(id),
            })
        };
        Ok(["rainbow", "clock", "weather", "off"].iter().map(saver).collect::<Value>().into())
    }),
    ("ledring.getState", |home, _| {
        Answer::json(json!({
            "brightness": options::value(home, "ledring/brightness"),
            "screensaver": options::value(home, "ledring/screensaver"),
        }))
    }),
];
