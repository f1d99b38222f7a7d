//! Experiments: features that can be tried. The names are ours; the shape is what the vendor's
//! specification hints at.

use serde_json::{Value, json};

use super::call::{Answer, Call, Handlers, HubError};
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("experiments.getExperiments", |home, _| {
        let all = EXPERIMENTS.iter().map(|(id, name)| {
            let enabled = home.experiments.contains(*id);
            ((*id).to_owned(), json!({ "id": id, "name": name, "enabled": enabled }))
        });
        Ok(Value::Object(all.collect()).into())
    }),
    ("experiments.enableExperiment", |home, call| {
        let id = known(call)?;
        home.experiments.insert(id.to_owned());
        Ok(changed(home, id))
    }),
    ("experiments.disableExperiment", |home, call| {
        let id = known(call)?;
        home.experiments.remove(id);
        Ok(changed(home, id))
    }),
];

const EXPERIMENTS: [(&str, &str); 2] =
    [("faster-charts", "Faster charts"), ("zigbee-map", "Map of the Zigbee network")];

fn known<'a>(call: &'a Call<'_>) -> Result<&'a str, HubError> {
    let id = call.text("id")?;
    let found = EXPERIMENTS.iter().any(|(known, _)| *known == id);
    if found { Ok(id) } else { Err(HubError::not_found("Experiment", id)) }
}

fn changed(home: &mut Home, id: &str) -> Answer {
    home.changed("experiments", "experiment", id, ChangeKind::Updated);
    Answer::NOTHING
}
