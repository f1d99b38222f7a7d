//! A whole agent that follows the emulator.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use housekey::Secret;
use housekey::auth::store::{Access, HomeyRecord, Store};
use housekey::catalogue::Dialect;
use housekey::clock::SystemClock;
use housekey::discovery::{Addresses, PlainHttp};
use housekey::http::Http;
use housekey_agent::key::new_key;
use housekey_agent::local_api::{Answer, Request, ask};
use housekey_agent::status::Status;
use housekey_agent::{Agent, AgentError, PlainHttpOf, ServiceManager};
use housekey_emulator::Emulator;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How long between two looks at something that takes its time.
const LOOK: Duration = Duration::from_millis(20);

/// A running agent with two Homeys, `home` and `cabin`, which are one.
pub(crate) struct Fixture {
    pub(crate) world: Emulator,
    pub(crate) directory: tempfile::TempDir,
    pub(crate) full: Secret,
    running: Option<JoinHandle<Result<(), AgentError>>>,
    keys: String,
    pub(crate) address: SocketAddr,
}

/// An answer over HTTP.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

impl Fixture {
    /// An agent with these lines in its settings.
    pub(crate) async fn start(lines: &str) -> Self {
        let world = Emulator::builder().dialect(Dialect::Local).start().await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let full = Secret::new("");
        let address = ([127, 0, 0, 1], 0).into();
        let mut fixture =
            Self { world, directory, full, running: None, keys: String::new(), address };
        fixture.full = fixture.add_key("full", "scopes = [\"full\"]");
        fixture.run(lines).await;
        fixture
    }

    /// Makes a key that the next run of the agent knows.
    pub(crate) fn add_key(&mut self, name: &str, rights: &str) -> Secret {
        let (key, hash) = new_key();
        self.keys += &format!("[[key]]\nname = \"{name}\"\nhash = \"{hash}\"\n{rights}\n");
        key
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a secret into a file, and gives its path.
    pub(crate) fn file(&self, name: &str, secret: &Secret) -> PathBuf {
        std::fs::write(self.path(name), secret.expose()).unwrap();
        self.path(name)
    }

    /// Starts the agent, again if it ran before.
    pub(crate) async fn run(&mut self, lines: &str) {
        self.stop().await;
        self.write_settings(lines);
        let settings = self.path("agent.toml");
        let http = Http::new().unwrap();
        let agent = Agent {
            settings,
            state: self.path("state"),
            store: self.store(),
            http,
            clock: SystemClock::shared(),
            plain_http: PlainHttpOf(Arc::new(|_| PlainHttp::Allowed)),
            service_manager: ServiceManager::new(None, None),
        };
        std::fs::create_dir_all(&agent.state).unwrap();
        self.running = Some(tokio::spawn(async move { agent.run().await }));
        self.address = loop {
            match self.try_status().await {
                Some(status) => break status.listen.unwrap(),
                None => sleep(LOOK).await,
            }
            let ended = self.running.as_ref().is_some_and(JoinHandle::is_finished);
            assert!(!ended, "{:?}", self.running.take().unwrap().await);
        };
    }

    /// Gives the agent that runs other settings.
    pub(crate) async fn reload(&mut self, lines: &str) {
        self.write_settings(lines);
        let answer = ask(&self.path("agent.sock"), Request::Reload).await.unwrap();
        assert_eq!(answer, Answer::Done);
        self.address = loop {
            match self.try_status().await.and_then(|status| status.listen) {
                Some(address) => break address,
                None => sleep(LOOK).await,
            }
        };
    }

    fn write_settings(&self, lines: &str) {
        let text = format!(
            "listen = \"127.0.0.1:0\"\nsocket = \"agent.sock\"\n[[homey]]\nname = \"home\"\n\
             [[homey]]\nname = \"cabin\"\n{}{lines}\n",
            self.keys
        );
        std::fs::write(self.path("agent.toml"), text).unwrap();
    }

    fn store(&self) -> Store {
        let facts = self.world.facts();
        let store = Store::memory();
        for name in ["home", "cabin"] {
            let record = HomeyRecord {
                name: name.to_owned(),
                title: name.to_owned(),
                id: facts.cloud_id.clone(),
                dialect: Dialect::Local,
                addresses: Addresses::only(facts.homey_url.parse().unwrap()),
                access: Access::ApiKey {
                    id: None,
                    key: Secret::new(facts.api_key.clone()),
                    refused: false,
                },
            };
            store.save_homey(&record).unwrap();
        }
        store
    }

    /// Stops the agent, if it runs.
    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            ask(&self.path("agent.sock"), Request::Stop).await.unwrap();
            running.await.unwrap().unwrap();
        }
    }

    async fn try_status(&self) -> Option<Status> {
        match ask(&self.path("agent.sock"), Request::Status).await {
            Ok(Answer::Status(status)) => Some(*status),
            _ => None,
        }
    }

    pub(crate) async fn status(&self) -> Status {
        self.try_status().await.expect("the agent runs")
    }

    /// Waits until the status satisfies a condition.
    pub(crate) async fn until(&self, done: impl Fn(&Status) -> bool) {
        while !done(&self.status().await) {
            sleep(LOOK).await;
        }
    }

    /// A request with these header lines.
    pub(crate) async fn send(&self, line: &str, headers: &str, body: &str) -> Response {
        let (address, length) = (self.address, body.len());
        let request = format!(
            "{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
        request_to(address, &request).await
    }

    /// A read with that key.
    pub(crate) async fn get(&self, path: &str, key: &Secret) -> Response {
        let header = format!("Authorization: Bearer {}\r\n", key.expose());
        self.send(&format!("GET {path}"), &header, "").await
    }

    /// Makes the home report that many values, once the agent follows it.
    pub(crate) async fn burst(&self, count: u64) {
        while self.world.burst(count).await.is_err() {
            sleep(LOOK).await;
        }
    }

    /// The page of the home once it has devices.
    pub(crate) async fn page(&self) -> String {
        self.page_of("home").await
    }

    /// The page of a home once it is followed and has devices.
    pub(crate) async fn page_of(&self, name: &str) -> String {
        let live = format!("homey_mirror_state{{homey=\"{name}\",state=\"live\"}} 1.0");
        loop {
            let page = self.get(&format!("/homeys/{name}/metrics"), &self.full).await.text();
            if page.contains("homey_device_available") && page.contains(&live) {
                return page;
            }
            sleep(LOOK).await;
        }
    }

    /// Gives a device with a switch another name, and returns its id.
    pub(crate) async fn rename(&self, name: &str) -> String {
        let key = &self.full;
        let devices = self.get("/homeys/home/api/manager/devices/device/", key).await.text();
        let devices: Value = serde_json::from_str(&devices).unwrap();
        let mut devices = devices.as_object().unwrap().iter();
        let with_switch = |(_, device): &(_, &Value)| {
            device["capabilitiesObj"]["onoff"]["setable"] == true && device["available"] == true
        };
        let id = devices.find(with_switch).unwrap().0.clone();
        self.put(&format!("device/{id}"), &json!({ "name": name })).await;
        id
    }

    /// Sets the value of a capability.
    pub(crate) async fn set(&self, id: &str, capability: &str, value: bool) {
        let path = format!("device/{id}/capability/{capability}");
        self.put(&path, &json!({ "value": value })).await;
    }

    async fn put(&self, path: &str, body: &Value) {
        let key = self.full.expose();
        let headers = format!("Authorization: Bearer {key}\r\nContent-Type: application/json\r\n");
        let line = format!("PUT /homeys/home/api/manager/devices/{path}");
        let answer = self.send(&line, &headers, &body.to_string()).await;
        assert_eq!(answer.status, 200, "{line}: {}", answer.text());
    }
}

/// Sends bytes and reads the whole answer.
pub(crate) async fn request_to(address: SocketAddr, request: &str) -> Response {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let cut = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
    let head = String::from_utf8(answer[..cut].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut body = answer.split_off(cut);
    if head.contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    Response { status, head, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&rest[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
        if size == 0 {
            break;
        }
    }
    body
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
