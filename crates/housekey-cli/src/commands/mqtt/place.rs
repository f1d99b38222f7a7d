//! The brokers that agent.toml names for a Homey, and its copy.

use std::sync::Arc;
use std::time::Duration;

use housekey::mirror::{Home, Kinds, Mirror};
use housekey_agent::AgentError;
use housekey_agent::settings::{MqttSettings, Settings};
use housekey_mqtt::HomeyNames;
use tokio::time::timeout;

use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};

/// How long the home may take.
const COMPLETE: Duration = Duration::from_secs(60);

/// The tables `[[mqtt]]` that publish a Homey; none where agent.toml has none.
///
/// # Errors
/// It is wrong.
pub(super) fn brokers(target: &Target, context: &Context) -> Outcome<Vec<MqttSettings>> {
    let file = context.settings.directory().join("agent.toml");
    if !file.exists() {
        return Ok(Vec::new());
    }
    let stored = context.store.homeys().unwrap_or_default();
    let settings = Settings::read(&file, &stored).map_err(|error| {
        let error = AgentError::Settings(error);
        Failure::usage(error.lines(&file).join("\n")).hint("correct that first; nothing was sent")
    })?;
    let name = target.name.as_deref().unwrap_or_default();
    let publishes = |broker: &MqttSettings| broker.homeys.iter().any(|homey| homey == name);
    Ok(settings.mqtt.into_iter().filter(publishes).collect())
}

/// How topics and ids name a Homey.
pub(super) fn names(target: &Target) -> HomeyNames {
    let name = target.name.as_deref().unwrap_or("home");
    HomeyNames::new(name, &target.title, target.homey.id())
}

/// The whole home.
pub(super) async fn home(target: &Target, context: &Context) -> Outcome<Arc<Home>> {
    let mirror = Mirror::start(target.homey.clone(), Kinds::all(), context.clock.clone()).await?;
    let complete = timeout(COMPLETE, mirror.complete()).await;
    complete.map_err(|_| Failure::failed("the home could not be read in time"))?;
    Ok(mirror.home())
}
