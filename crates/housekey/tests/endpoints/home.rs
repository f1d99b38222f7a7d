//! The virtual Homey on which the lines are tried: what their placeholders stand for, and what a call
//! has done.

use std::time::Duration;

use housekey::auth::store::Store;
use housekey::catalogue::Dialect;
use housekey::client::RawCall;
use housekey::http::HttpRequest;
use housekey::request::Body;
use housekey::{Error, Homey, Secret};
use housekey_emulator::Emulator;
use serde_json::{Value, json};
use url::Url;

use crate::house::House;
use crate::list::{Ids, Line, filled};

/// A virtual Homey and who is signed in to it.
pub(crate) struct Home {
    pub(crate) house: House,
    pub(crate) homey: Homey,
    pub(crate) ids: Ids,
}

/// What a call answered, and what was so afterwards.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    answer: Value,
    effect: Value,
}

impl Home {
    /// A home in which something stands for every placeholder.
    pub(crate) async fn new(dialect: Dialect) -> Self {
        let (house, store) =
            (House::with(Emulator::builder().dialect(dialect)).await, Store::memory());
        let signed_in = house.sign_in(&house.password(), None).await.0.expect("signed in");
        let delegation =
            delegation(&house, &signed_in.account.expect("an account").tokens.access).await;
        house.signed_in(&store).await;
        let homey = house.homey(&store);

        let devices = homey.devices().get_devices().await.expect("devices");
        let lamp = devices.iter().find(|device| device.capability("onoff").is_some());
        let variable = homey.logic().add_variable("night", 1).await.expect("a variable");
        let flow = json!({
            "name": "By hand",
            "trigger": match dialect {
                Dialect::V2 => json!({ "uri": "homey:manager:flow", "id": "programmatic_trigger" }),
                _ => json!({ "id": "homey:manager:flow:programmatic_trigger" }),
            },
            "conditions": [],
            "actions": [],
        });
        let flow = homey.flow().create_flow(flow).await.expect("a flow");
        homey.zwave().set_log_enabled(true).await.expect("switched on");
        let zwave = homey.zwave().get_state().await.expect("a state");
        let node = zwave["zw_state"]["nodes"].as_array().and_then(|nodes| nodes.last());
        let ids = vec![
            ("<APP_ID>", homey.apps().get_apps().await.expect("apps")[0].id.clone()),
            ("<DEVICE_ID>", lamp.expect("a lamp").id.clone()),
            ("<FLOW_ID>", flow.id),
            ("<VARIABLE_ID>", variable.id),
            ("<USER_ID>", homey.users().get_user_me().await.expect("a user").id),
            ("<ZONE_ID>", homey.zones().get_zones().await.expect("zones")[0].id.clone()),
            ("<NODE_ID>", node.expect("a node").to_string()),
            ("<VALUE>", "21.5".to_owned()),
            ("<DELEGATION>", json!(delegation.expose()).to_string()),
        ];
        Self { house, homey, ids }
    }

    /// What a placeholder stands for.
    pub(crate) fn id(&self, placeholder: &str) -> &str {
        let found = self.ids.iter().find(|(name, _)| *name == placeholder);
        &found.unwrap_or_else(|| panic!("{placeholder} stands for nothing")).1
    }

    /// The body of a line.
    pub(crate) fn body(&self, line: &Line) -> Value {
        let text = filled(line.body.as_deref().expect("a body"), &self.ids);
        serde_json::from_str(&text).expect("JSON")
    }

    /// Where the Homey answers.
    pub(crate) fn address(&self) -> Url {
        self.house.world.facts().homey_url.parse().expect("a URL")
    }

    /// The answer to the line as a raw call of that path.
    pub(crate) async fn raw(&self, line: &Line, path: &str) -> Result<Value, Error> {
        let body = line.body.is_some().then(|| Body::Json(self.body(line)));
        let call = RawCall {
            method: line.method().parse().expect("a method"),
            path_and_query: path.to_owned(),
            body,
        };
        self.homey.raw_as(&call).await
    }

    /// Makes the call in a home where it has something to do, and looks what it did.
    pub(crate) async fn outcome(
        &self,
        line: &Line,
        call: impl Future<Output = Result<Value, Error>>,
    ) -> Outcome {
        self.undo(line).await;
        let reboots = self.house.world.calls("system.reboot");
        let outcome = call.await;
        let mut answer = outcome.unwrap_or_else(|error| panic!("{}: {error:?}", line.request));
        let effect = match line.operation.as_deref() {
            Some("logic.updateVariable") => self.variable().await,
            Some("devices.setCapabilityValue") => self.lamp().await,
            Some("zwave.runCommand") => self.last_command().await,
            Some("system.reboot") => json!(self.house.world.calls("system.reboot") - reboots),
            Some("users.login") => {
                let session = self.session_of(answer.as_str().expect("a token")).await;
                answer = Value::Null;
                session
            }
            _ => Value::Null,
        };
        // Each write has an id of its own.
        if let Some(id) = answer.get_mut("transactionId") {
            assert!(id.as_str().is_some_and(|id| !id.is_empty()), "{}", line.request);
            *id = Value::Null;
        }
        Outcome { answer, effect }
    }

    /// Puts back what the line changes, so that a call that does nothing is seen.
    async fn undo(&self, line: &Line) {
        match line.operation.as_deref() {
            Some("logic.updateVariable") => {
                let value = json!({ "value": 0 });
                let undone = self.homey.logic().update_variable(self.id("<VARIABLE_ID>"), value);
                undone.await.expect("put back");
            }
            Some("devices.setCapabilityValue") => {
                let other = self.body(line)["value"] != true;
                let lamp = self.id("<DEVICE_ID>");
                let undone = self.homey.devices().set_capability_value(lamp, "onoff", other);
                undone.await.expect("put back");
            }
            Some("zwave.runCommand") => {
                self.homey.zwave().test(self.id("<NODE_ID>")).await.expect("tested");
            }
            _ => {}
        }
    }

    async fn variable(&self) -> Value {
        let variable = self.homey.logic().get_variable(self.id("<VARIABLE_ID>")).await;
        let value = variable.expect("the variable").value().clone();
        assert_eq!(value, 21.5);
        value
    }

    async fn lamp(&self) -> Value {
        let lamp = self.homey.devices().get_device(self.id("<DEVICE_ID>")).await.expect("the lamp");
        lamp.capability("onoff").expect("a switch").value().clone()
    }

    async fn last_command(&self) -> Value {
        let log = self.homey.zwave().get_log().await.expect("the log");
        let last = log.as_array().and_then(|log| log.last()).expect("a command")["log"].clone();
        assert!(!last.to_string().contains("test"), "the command arrived: {last}");
        last
    }

    /// Who is signed in with a token.
    async fn session_of(&self, token: &str) -> Value {
        let (address, http) = (self.address(), self.house.http.clone());
        let homey = Homey::at(address, Secret::new(token), http).await.expect("a Homey");
        json!(homey.sessions().get_session_me().await.expect("a session").user_id)
    }
}

impl Outcome {
    /// The same with an object of items by id as the array of them, where the other outcome has one.
    pub(crate) fn in_order_of(self, other: &Self) -> Self {
        let answer = match (self.answer, &other.answer) {
            (Value::Object(items), Value::Array(_)) => {
                items.into_iter().map(|(_, item)| item).collect()
            }
            (answer, _) => answer,
        };
        Self { answer, ..self }
    }
}

/// The fifth of the six steps: what a Homey makes a session of.
async fn delegation(house: &House, access: &Secret) -> Secret {
    let url = house.cloud.api.join("delegation/token?audience=homey").expect("a URL");
    let request = HttpRequest::new(reqwest::Method::POST, url, Duration::from_secs(10))
        .authorization("Bearer", access)
        .json(&json!({}));
    let answer = house.http.send(request).await.expect("answered");
    Secret::new(answer.decode::<String>("a token").expect("a token"))
}
