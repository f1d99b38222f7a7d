//! Global tokens: values that any flow may use in its cards.

use serde_json::Value;

use super::Home;
use super::app::App;
use super::capability::Capability;
use super::definition::ValueType;
use super::device::Device;
use super::variable::Variable;

/// One token and its value now.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) owner_uri: String,
    pub(crate) owner_name: String,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) kind: &'static str,
    pub(crate) value: Value,
}

impl Token {
    pub(crate) fn full_id(&self) -> String {
        format!("{}:{}", self.owner_uri, self.id)
    }
}

const LOGIC: &str = "homey:manager:logic";

impl Home {
    /// All global tokens.
    pub(crate) fn tokens(&self) -> Vec<Token> {
        let variables = self.variables.values().map(of_variable);
        let devices = self.devices.values().flat_map(|device| {
            let readable = device.capabilities.iter().filter(|one| one.definition.getable);
            readable.map(move |capability| of_capability(device, capability))
        });
        let apps = self.apps.values().flat_map(App::tokens);
        variables.chain(devices).chain(apps).collect()
    }

    /// The token `<owner uri>:<id>`.
    pub(crate) fn token(&self, full_id: &str) -> Option<Token> {
        if let Some(id) = full_id.strip_prefix(LOGIC).and_then(|rest| rest.strip_prefix(':')) {
            return self.variables.get(id).map(of_variable);
        }
        if let Some(app) = full_id.strip_prefix("homey:app:") {
            let (app, _) = app.split_once(':')?;
            return self.apps.get(app)?.tokens().find(|token| token.full_id() == full_id);
        }
        let (device, capability) = full_id.strip_prefix("homey:device:")?.split_once(':')?;
        let device = self.devices.get(device)?;
        let capability = device.capability(capability).filter(|one| one.definition.getable)?;
        Some(of_capability(device, capability))
    }
}

fn of_variable(variable: &Variable) -> Token {
    Token {
        owner_uri: LOGIC.to_owned(),
        owner_name: "Logic".to_owned(),
        id: variable.id.clone(),
        title: variable.name.clone(),
        kind: variable.kind.as_str(),
        value: variable.value.clone(),
    }
}

fn of_capability(device: &Device, capability: &Capability) -> Token {
    Token {
        owner_uri: format!("homey:device:{}", device.id),
        owner_name: device.name.clone(),
        id: capability.id.clone(),
        title: capability.title.clone(),
        kind: match capability.definition.kind {
            ValueType::Enum => "string",
            kind => kind.as_str(),
        },
        value: capability.value.clone(),
    }
}
