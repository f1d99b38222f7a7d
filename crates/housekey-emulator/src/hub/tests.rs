//! A Homey without a network, asked as a client would.

mod access;
mod advanced_flows;
mod captured;
mod coverage;
mod devices;
mod flow_cards;
mod flows;
mod home;
mod items;
mod measures;
mod pairing;
mod socket;
mod values;
mod writes;

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use housekey::catalogue::Dialect;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::model::Model;
use crate::quirk::{Quirk, Quirks};

use crate::reply::Reply;
use crate::request::Request;

use crate::hub_options::{HomeKind, HubClient, HubOptions, HubOwner};

use super::Hub;

/// A Homey, the time, and the token that requests carry.
struct Bench {
    hub: Hub,
    now: Timestamp,
    token: String,
}

const JWT: &str = "delegation.of.owner";
const ACCOUNT: &str = "5f00000000000000000000aa";

impl Bench {
    fn new(dialect: Dialect) -> Self {
        Self::with(dialect, 30, 7)
    }

    fn with(dialect: Dialect, devices: usize, seed: u64) -> Self {
        let now = "2026-03-10T18:30:00Z".parse().unwrap();
        let options = HubOptions {
            cloud_id: "5e0000000000000000000001".to_owned(),
            name: "Test house".to_owned(),
            model: Model::of(dialect),
            home: HomeKind::Family,
            devices,
            seed,
            new_ids: seed,
            quirks: Quirks::new(),
            session_life: SignedDuration::from_hours(24),
            owner: HubOwner { athom_id: ACCOUNT.to_owned(), name: "Alex".to_owned() },
            client: HubClient { id: "client-1".to_owned(), name: "Test client".to_owned() },
        };
        let hub = Hub::new(options, now);
        let token = hub.api_key().to_owned();
        Self { hub, now, token }
    }

    fn quirk(&mut self, quirk: Quirk) {
        self.hub.set_quirks(&Quirks::from([quirk]));
    }

    /// With the session of the owner, as keys cannot manage keys.
    fn signed_in(dialect: Dialect) -> Self {
        let mut bench = Self::new(dialect);
        bench.token.clear();
        bench.token = bench
            .post("users/login", serde_json::json!({ "token": JWT }))
            .as_str()
            .unwrap()
            .to_owned();
        bench
    }

    /// A new API key with these scopes, made by the owner.
    fn key(&mut self, scopes: &[&str]) -> String {
        let before = std::mem::take(&mut self.token);
        let session = self.post("users/login", serde_json::json!({ "token": JWT }));
        self.token = session.as_str().unwrap().to_owned();
        let key = self.post("users/pat", serde_json::json!({ "name": "none", "scopes": scopes }));
        self.token = before;
        key["token"].as_str().unwrap().to_owned()
    }

    fn advance(&mut self, by: SignedDuration) {
        self.now = self.now.saturating_add(by).unwrap();
    }

    fn reply(&mut self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut request = request(method, path, body.map(|body| body.to_string()));
        query.clone_into(&mut request.query);
        if !request.body.is_empty() {
            request.headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        }
        if !self.token.is_empty() {
            let bearer = format!("Bearer {}", self.token).parse().unwrap();
            request.headers.insert(header::AUTHORIZATION, bearer);
        }
        let verify = |jwt: &str| (jwt == JWT).then(|| ACCOUNT.to_owned());
        let route = self.hub.route(&request);
        self.hub.answer(&request, route, self.now, &verify)
    }

    /// Status and JSON body of a request below `/api/manager/`.
    fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        let reply = self.reply(method, &format!("/api/manager/{path}"), body);
        (reply.status, serde_json::from_slice(&reply.body).unwrap_or(Value::Null))
    }

    fn get(&mut self, path: &str) -> Value {
        let (status, body) = self.ask("GET", path, None);
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    fn put(&mut self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask("PUT", path, Some(body));
        assert_eq!(status, 200, "PUT {path}: {answer}");
        answer
    }

    fn post(&mut self, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask("POST", path, Some(body));
        assert_eq!(status, 200, "POST {path}: {answer}");
        answer
    }

    fn delete(&mut self, path: &str) -> Value {
        let (status, answer) = self.ask("DELETE", path, None);
        assert_eq!(status, 200, "DELETE {path}: {answer}");
        answer
    }

    /// The id of the item with that name in a collection.
    fn id(&mut self, path: &str, name: &str) -> String {
        let all = self.get(path);
        let mut items = all.as_object().unwrap().values();
        let item = items.find(|item| item["name"] == name).unwrap_or_else(|| panic!("{name}"));
        item["id"].as_str().unwrap().to_owned()
    }

    fn device(&mut self, name: &str) -> String {
        self.id("devices/device", name)
    }
}

/// A request without headers.
fn request(method: &str, path: &str, body: Option<String>) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: HeaderMap::new(),
        body: body.map(Bytes::from).unwrap_or_default(),
        peer: ([127, 0, 0, 1], 1).into(),
    }
}

fn content_type(reply: &Reply) -> &str {
    reply.headers.iter().find(|(name, _)| name == "Content-Type").map_or("", |(_, value)| value)
}
