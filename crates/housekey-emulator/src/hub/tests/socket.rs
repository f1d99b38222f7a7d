//! Calls by name, as the live connection makes them, against the same calls over HTTP.

use housekey::catalogue::{self, Dialect, Operation, Variant};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::coverage::{over_http, something};
use super::flows::{Parts, card};
use super::{ACCOUNT, Bench, Hub, JWT};

impl Bench {
    /// The result of a call by name, or the error object.
    fn call(&mut self, uri: &str, name: &str, given: Value) -> Result<Value, Value> {
        let verify = |jwt: &str| (jwt == JWT).then(|| ACCOUNT.to_owned());
        let given = given.as_object().unwrap();
        let answer = self.hub.call((uri, name), given, &self.token, self.now, &verify)?;
        Ok(serde_json::from_str(answer.get()).unwrap())
    }
}

/// One call both ways, on two Homeys that are alike.
fn both(
    dialect: Dialect,
    operation: &Operation,
    variant: &Variant,
    token: impl Fn(&mut Bench) -> String,
) -> (Result<Value, Value>, Result<Value, Value>) {
    let make = || {
        let mut bench = Bench::with(dialect, 12, 1);
        bench.token = token(&mut bench);
        bench
    };
    let (path, body) = over_http(variant);
    let reply = make().reply(variant.method.as_str(), &path, Some(body));
    let value = serde_json::from_slice(&reply.body).unwrap();
    let http = if reply.status == 200 { Ok(value) } else { Err(value) };
    let mut given: Map<String, Value> =
        variant.parameters.iter().map(|one| (one.name.to_owned(), something(one))).collect();
    // What the vendor's client adds.
    given.entry("$validate").or_insert(json!(true));
    given.entry("query").or_insert(json!({}));
    let uri = format!("homey:manager:{}", operation.manager);
    (http, make().call(&uri, operation.name, given.into()))
}

#[test]
fn every_operation_answers_a_call_by_name_as_it_does_over_http() {
    let mut results = 0;
    for dialect in Dialect::ALL {
        for operation in catalogue::operations() {
            let Some(variant) = operation.on(dialect) else { continue };
            let (http, live) = both(dialect, operation, variant, |bench| bench.token.clone());
            assert_eq!(live, http, "{dialect} {}", operation.id);
            results += usize::from(live.is_ok());
        }
    }
    assert!(results > 300, "only {results} calls had a result to compare");
}

#[test]
fn every_operation_wants_the_same_scopes_over_both() {
    let none = |bench: &mut Bench| bench.key(&["homey.nothing"]);
    for operation in catalogue::operations() {
        let Some(variant) = operation.on(Dialect::Local) else { continue };
        for (what, token) in
            [("no scope", &none as &dyn Fn(&mut Bench) -> String), ("no token", &|_| String::new())]
        {
            let (http, live) = both(Dialect::Local, operation, variant, token);
            assert_eq!(live, http, "{what}: {}", operation.id);
        }
    }
}

#[test]
fn what_is_no_operation_is_not_found() {
    let mut bench = Bench::new(Dialect::Local);
    for (uri, name) in [
        ("homey:manager:devices", "getNothing"),
        ("homey:manager:nothing", "getDevices"),
        ("homey:device:x", "getDevices"),
        ("", ""),
    ] {
        let error = bench.call(uri, name, json!({})).unwrap_err();
        assert_eq!(error["statusCode"], 404, "{uri} {name}: {error}");
    }
}

/// The events for a subscriber of every URI.
fn events(hub: &mut Hub) -> Vec<(String, String, Value)> {
    let events = hub.take_events(&|_| true).into_iter();
    let data = |text: &str| serde_json::from_str(text).unwrap();
    events.map(|event| (event.uri, event.name, data(event.data.get()))).collect()
}

#[test]
fn what_flows_do_is_told_without_a_transaction() {
    for dialect in Dialect::ALL {
        let mut bench = Bench::new(dialect);
        let parts = Parts::new(&mut bench, dialect);
        let by_hand = card(dialect, "homey:manager:flow", "programmatic_trigger", json!({}));
        let mut action = parts.lamp("dim", json!({ "dim": 0.25 }));
        action["group"] = json!("then");
        let flow = bench
            .post("flow/flow", json!({ "name": "Dim", "trigger": by_hand, "actions": [action] }));
        let path = format!("flow/flow/{}/trigger", flow["id"].as_str().unwrap());
        events(&mut bench.hub);
        assert_eq!(bench.post(&path, json!({})), json!(true));
        let dim = events(&mut bench.hub).into_iter().find(|(uri, name, data)| {
            *uri == parts.lamp && name == "capability" && data["capabilityId"] == "dim"
        });
        let (_, _, data) = dim.unwrap_or_else(|| panic!("{dialect}: no event of the lamp"));
        assert_eq!((&data["value"], &data["transactionId"]), (&json!(0.25), &Value::Null));
    }
}

#[test]
fn what_the_simulation_does_is_told() {
    let mut bench = Bench::new(Dialect::Local);
    bench.get("devices/device");
    events(&mut bench.hub);
    bench.advance(SignedDuration::from_hours(1));
    let now = bench.now;
    bench.hub.tick(now);
    let all = events(&mut bench.hub);
    let of_devices = all
        .iter()
        .filter(|(uri, name, _)| uri.starts_with("homey:device:") && name == "capability");
    assert!(of_devices.count() > 5, "{all:?}");
    let whole = all
        .iter()
        .filter(|(uri, name, _)| uri == "homey:manager:devices" && name == "device.update");
    assert!(whole.count() > 3, "{all:?}");
}
