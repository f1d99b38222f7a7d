//! Lines for InfluxDB: what a server gets, whatever happens to it or to the agent.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use housekey_agent::status::{PartState, Status};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::fixture::Fixture;
use super::server::{Server, encoded, free_address};

/// A server that answers as scripted, and then stores everything.
struct Scripted {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Write>>>,
    accepting: JoinHandle<()>,
}

#[derive(Debug, Clone)]
struct Write {
    head: String,
    lines: Vec<String>,
    stored: bool,
}

impl Scripted {
    async fn at(address: SocketAddr, answers: &[&'static str]) -> Self {
        Self::from(address, answers, 0).await
    }

    /// The script begins with the first write of that many lines; those before it are stored, and not seen.
    async fn from(address: SocketAddr, answers: &[&'static str], begins_with: usize) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Write>>>::default();
        let script: VecDeque<&'static str> = answers.iter().copied().collect();
        let (seeing, script) = (seen.clone(), Arc::new(Mutex::new(script)));
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, seeing.clone(), script.clone(), begins_with));
            }
        });
        Self { address, seen, accepting }
    }

    async fn start(answers: &[&'static str]) -> Self {
        Self::at(([127, 0, 0, 1], 0).into(), answers).await
    }

    fn seen(&self) -> Vec<Write> {
        self.seen.lock().unwrap().clone()
    }

    fn stored(&self) -> BTreeSet<String> {
        let stored = self.seen().into_iter().filter(|write| write.stored);
        stored.flat_map(|write| write.lines).collect()
    }

    async fn until(&self, done: impl Fn(&Self) -> bool) {
        let wait = async {
            while !done(self) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = timeout(Duration::from_secs(60), wait).await;
        assert!(waited.is_ok(), "{} writes, {} lines", self.seen().len(), self.stored().len());
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(
    stream: TcpStream,
    seen: Arc<Mutex<Vec<Write>>>,
    script: Arc<Mutex<VecDeque<&'static str>>>,
    begins_with: usize,
) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            match stream.read_line(&mut head).await {
                Ok(read) if read > 0 => {}
                _ => return,
            }
        }
        let length = head.to_lowercase();
        let length = length.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.trim().parse().unwrap())];
        if stream.read_exact(&mut body).await.is_err() {
            return;
        }
        let lines: Vec<_> = String::from_utf8(body).unwrap().lines().map(str::to_owned).collect();
        let has_begun = !seen.lock().unwrap().is_empty() || lines.len() >= begins_with;
        let scripted = has_begun.then(|| script.lock().unwrap().pop_front()).flatten();
        let answer = scripted.unwrap_or("204 No Content");
        let stored = answer.starts_with("204");
        if has_begun {
            seen.lock().unwrap().push(Write { head, lines, stored });
        }
        let answer = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn settings(address: SocketAddr, more: &str) -> String {
    format!(
        "[[influx]]\nurl = \"http://{address}/write?db=home\"\nevery = \"200ms\"\nhomeys = [\"home\"]\n{more}"
    )
}

fn trouble(status: &Status) -> Option<String> {
    let part = status.parts.iter().find(|part| part.name.starts_with("influx "))?;
    assert_eq!(part.state, PartState::Running);
    part.trouble.as_ref().map(|trouble| trouble.text.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_is_stored_whatever_the_server_answers() {
    let answers = [
        "503 Service Unavailable\r\nRetry-After: 1",
        "413 Payload Too Large",
        "204 No Content",
        "429 Too Many Requests",
        "400 Bad Request",
    ];
    let address = free_address();
    let settings = settings(address, "");
    let mut fixture = Fixture::start(&settings).await;
    fixture.burst(200).await;
    fixture.stop().await;
    // What was written down first may be a single line, which has no parts.
    let server = Scripted::from(address, &answers, 2).await;
    fixture.run(&settings).await;
    fixture.burst(50).await;
    server.until(|server| server.seen().len() > answers.len()).await;
    let writes = server.seen();
    assert!(writes[0].head.starts_with("POST /write?db=home&precision=ms "), "{}", writes[0].head);
    assert_eq!(writes[0].lines, writes[1].lines, "sent again");
    assert!(writes[2].lines.len() < writes[1].lines.len(), "in parts");
    assert!(writes[1].lines.starts_with(&writes[2].lines));
    assert_eq!(writes[3].lines, writes[4].lines, "sent again");
    assert_ne!(writes[4].lines, writes[5].lines, "wrong lines are not sent again");
    let all: BTreeSet<_> = writes[0].lines.iter().cloned().collect();
    let wrong: BTreeSet<_> = writes[4].lines.iter().cloned().collect();
    server.until(|server| all.difference(&wrong).all(|line| server.stored().contains(line))).await;
    fixture.until(|status| trouble(status).is_none()).await;

    // A change is a line soon.
    let before = server.stored().len();
    fixture.burst(20).await;
    server.until(|server| server.stored().len() > before).await;
    let metrics = fixture.send("GET /metrics", "", "").await.text();
    let refused = format!(
        "housekey_influx_refused_lines_total{{target=\"http://{}/write?db=home\"}} {:?}",
        server.address,
        wrong.len() as f64
    );
    assert!(metrics.contains(&refused), "{refused} in {metrics}");
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_wait_on_disk_while_server_and_agent_are_down() {
    let address = free_address();
    let settings = settings(address, "");
    let mut fixture = Fixture::start(&settings).await;
    fixture.burst(50).await;
    fixture.until(|status| trouble(status).is_some()).await;

    fixture.stop().await;
    let waiting: BTreeSet<String> = lines_below(&fixture.path("state/influx"));
    assert!(!waiting.is_empty());
    let server = Scripted::at(address, &[]).await;
    fixture.run(&settings).await;
    server.until(|server| waiting.is_subset(&server.stored())).await;
    fixture.until(|status| trouble(status).is_none()).await;
    fixture.stop().await;
}

fn lines_below(directory: &std::path::Path) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => lines.extend(lines_below(&path)),
            false => {
                let text = std::fs::read_to_string(path).unwrap();
                lines.extend(text.lines().map(str::to_owned));
            }
        }
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_shown_and_nothing_is_lost() {
    let server = Scripted::start(&["401 Unauthorized"]).await;
    let login = "token_file = \"influx.token\"";
    let mut fixture = Fixture::start("").await;
    fixture.file("influx.token", &housekey::Secret::new("t0ken\n"));
    fixture.run(&settings(server.address, login)).await;
    fixture.burst(20).await;
    fixture
        .until(|status| trouble(status).is_some_and(|text| text.contains("the server refuses")))
        .await;
    let writes = server.seen();
    assert_eq!(writes.len(), 1, "not sent again at once");
    assert!(
        writes[0].head.to_lowercase().contains("authorization: token t0ken"),
        "{}",
        writes[0].head
    );
    // The settings are corrected.
    fixture.run(&settings(server.address, login)).await;
    server.until(|server| writes[0].lines.iter().all(|line| server.stored().contains(line))).await;
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs InfluxDB"]
async fn influxdb_stores_both_layouts() {
    let mut fixture = Fixture::start("").await;
    let (listen, backup) = (free_address(), free_address());
    let below = |name: &str| fixture.path(name).display().to_string();
    let config = format!(
        "reporting-disabled = true\nbind-address = \"{backup}\"\n[meta]\ndir = {:?}\n[data]\ndir = {:?}\nwal-dir = {:?}\n\
         [http]\nbind-address = \"{listen}\"\n[monitor]\nstore-enabled = false\n",
        below("meta"),
        below("data"),
        below("wal"),
    );
    std::fs::write(fixture.path("influxdb.conf"), config).unwrap();
    let mut command = Command::new("influxd");
    command.arg("-config").arg(fixture.path("influxdb.conf"));
    let server = Server::start(command, listen, "/ping", &fixture.path("influxd.log")).await;
    for database in ["home", "old"] {
        let create = format!("/query?q={}", encoded(&format!("CREATE DATABASE {database}")));
        let request = format!(
            "POST {create} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        assert_eq!(super::fixture::request_to(listen, &request).await.status, 200);
    }
    let hostile = "a\"b\\c, d=e \u{1F600}é";
    fixture.run("").await;
    let id = fixture.rename(hostile).await;
    let old = "[[influx]]\nurl = \"http://ADDRESS/write?db=old\"\nevery = \"200ms\"\nlayout = \"homey-influxdb\"\n";
    let both = settings(listen, "") + &old.replace("ADDRESS", &listen.to_string());
    fixture.run(&both).await;
    fixture.burst(20).await;
    let query = |database: &str, query: &str| format!("/query?db={database}&q={}", encoded(query));
    // Lines arrive batch by batch, so a query is sent until its rows are those expected.
    let until = async |database: &str, text: &str, done: &dyn Fn(&[serde_json::Value]) -> bool| {
        let mut seen = Vec::new();
        let wait = async {
            while seen.is_empty() || !done(&seen) {
                sleep(Duration::from_millis(100)).await;
                let answer = server.json(&query(database, text)).await;
                // Each measurement is a series of its own.
                let series = answer["results"][0]["series"].as_array().into_iter().flatten();
                let rows = series.filter_map(|one| one["values"].as_array()).flatten();
                seen = rows.cloned().collect();
            }
        };
        let waited = timeout(Duration::from_secs(60), wait).await;
        assert!(waited.is_ok(), "{text}: {seen:?}");
    };
    let of_device = format!("SELECT value FROM onoff WHERE device_id = '{id}'");
    for (on, value) in [(true, 1), (false, 0)] {
        fixture.set(&id, "onoff", on).await;
        until("home", &of_device, &|rows| rows.iter().any(|row| row[1] == value)).await;
    }
    let is_named = |rows: &[serde_json::Value]| rows.iter().any(|row| row[1] == hostile);
    until("home", "SHOW TAG VALUES WITH KEY = device", &is_named).await;
    until("old", "SHOW TAG VALUES WITH KEY = \"name\"", &is_named).await;
    let name = hostile.replace(' ', "_");
    let is_measured = |rows: &[serde_json::Value]| rows.iter().any(|row| row[0] == name);
    until("old", "SHOW MEASUREMENTS", &is_measured).await;
    fixture.until(|status| trouble(status).is_none()).await;
    let metrics = fixture.send("GET /metrics", "", "").await.text();
    let refused =
        metrics.lines().filter(|line| line.starts_with("housekey_influx_refused_lines_total{"));
    assert!(
        refused.clone().count() == 2 && refused.clone().all(|line| line.ends_with(" 0.0")),
        "{metrics}"
    );
    fixture.stop().await;
}
