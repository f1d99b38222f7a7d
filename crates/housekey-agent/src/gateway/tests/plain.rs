//! A plain upstream instead of a Homey: records exactly what it received, and replies as configured.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use housekey::Homey;
use housekey::Secret;
use housekey::auth::store::{Access, HomeyRecord, Store};
use housekey::catalogue::Dialect;
use housekey::clock::SystemClock;
use housekey::discovery::Addresses;
use housekey::http::Http;
use housekey::redaction::TokenVariables;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::served_homey::{LazyMirror, ServedHomey};
use crate::write_log::WriteLog;

/// The key that only the gateway knows.
pub(super) const KEY: &str = "secret-of-the-gateway";

/// The length of `/api/large`, in bytes: more than all buffers between Homey and client.
const LARGE: usize = 20 << 20;

/// The upstream; it ends when this is dropped.
pub(in crate::gateway) struct Plain {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Method and target.
    pub(super) line: String,
    /// The other header lines, in lower case and sorted.
    pub(super) headers: Vec<String>,
    pub(super) body: String,
}

impl Plain {
    pub(in crate::gateway) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let seeing = seen.clone();
        let connections = Arc::<AtomicUsize>::default();
        let counted = connections.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Relaxed);
                tokio::spawn(serve(stream, seeing.clone()));
            }
        });
        Self { address, seen, connections, accepting }
    }

    /// As the gateway leads to it.
    pub(in crate::gateway) fn served(&self, name: &str, in_flight: usize) -> ServedHomey {
        Self::at(self.address, name, in_flight)
    }

    /// Another upstream that knows the same key.
    pub(super) fn at(address: SocketAddr, name: &str, in_flight: usize) -> ServedHomey {
        Self::with_key(address, name, in_flight, KEY)
    }

    /// Another upstream, with that key.
    pub(super) fn with_key(
        address: SocketAddr,
        name: &str,
        in_flight: usize,
        key: &str,
    ) -> ServedHomey {
        let record = HomeyRecord {
            name: name.to_owned(),
            title: name.to_owned(),
            id: "plain".to_owned(),
            dialect: Dialect::Local,
            addresses: Addresses::only(format!("http://{address}").parse().unwrap()),
            access: Access::ApiKey { id: None, key: Secret::new(key), refused: false },
        };
        let store = Store::memory();
        store.save_homey(&record).unwrap();
        let (http, clock) = (Http::new().unwrap(), SystemClock::shared());
        let mirror = LazyMirror::new(clock.clone());
        let homey = Homey::stored_with_timeout(&record, store, http, clock, Duration::ZERO);
        let (name, title) = (record.name, record.title);
        let (dialect, variables) = (record.dialect, TokenVariables::default());
        let writes = WriteLog::default();
        ServedHomey { name, title, dialect, homey, in_flight, variables, writes, mirror }
    }

    /// How many connections there have been.
    pub(in crate::gateway) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }

    /// What was received since the last call, without the identity checks.
    pub(super) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let path = request.line.split(' ').nth(1).unwrap_or_default().to_owned();
        let head = request.line.starts_with("HEAD");
        if path.starts_with("/api/manager/system/ping") {
            let pong = b"HTTP/1.1 200 OK\r\nX-Homey-ID: plain\r\nContent-Length: 2\r\n\r\n{}";
            if stream.write_all(pong).await.is_err() {
                return;
            }
            continue;
        }
        let echo = format!("{} {}", request.line, request.body);
        seen.lock().unwrap().push(request);
        match path.trim_start_matches("/api/") {
            "large" => {
                let head = format!("HTTP/1.1 200 OK\r\nContent-length: {LARGE}\r\n\r\n");
                let sent = stream.write_all(head.as_bytes()).await.is_ok();
                if !sent || stream.write_all(&vec![b'x'; LARGE]).await.is_err() {
                    return;
                }
                continue;
            }
            "slow" => tokio::time::sleep(Duration::from_millis(50)).await,
            _ => {}
        }
        let answer = answer(path.trim_start_matches("/api/"), &echo, head);
        if stream.write_all(answer.as_bytes()).await.is_err() || !answer.contains("length") {
            return;
        }
    }
}

/// The response of that path. Only a head with `close` in lower case ends the connection.
fn answer(name: &str, echo: &str, head: bool) -> String {
    let length = echo.len();
    let whole = match name {
        "204" => "HTTP/1.1 204 No Content\r\nx-length: none\r\n\r\n".to_owned(),
        "304" => "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nx-length: none\r\n\r\n".to_owned(),
        "chunked" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nx-length: none\r\n\r\n\
                      3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
            .to_owned(),
        // It never comes to its end.
        "drip" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nx-length: none\r\n\r\n3\r\none\r\n"
            .to_owned(),
        "trailers" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\nx-length: none\r\n\r\n\
                       3\r\none\r\n0\r\nx-sum: 3\r\n\r\n"
            .to_owned(),
        "until-closed" => "HTTP/1.1 200 OK\r\n\r\nall of it".to_owned(),
        "hints" => "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n\
                    HTTP/1.1 200 OK\r\nContent-length: 2\r\n\r\nok"
            .to_owned(),
        "switch" => "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n".to_owned(),
        "cut" => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf".to_owned(),
        "cut-chunks" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n".to_owned(),
        "silent-end" => String::new(),
        "garbage" => "NOT HTTP AT ALL\r\n\r\n".to_owned(),
        "two-lengths" => {
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc".to_owned()
        }
        "two-framings" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n\
                           3\r\none\r\n0\r\n\r\n"
            .to_owned(),
        "packed" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\none\r\n0\r\n\r\n".to_owned(),
        "steers" => "HTTP/1.1 200 OK\r\nRefresh: 0; url=http://192.0.2.1/\r\nLink: <http://192.0.2.1/>; rel=preload\r\n\
                     Clear-Site-Data: \"*\"\r\nAlt-Svc: h2=\":1\"\r\nContent-Security-Policy: script-src *\r\n\
                     Content-length: 2\r\n\r\nok"
            .to_owned(),
        "cookies" => "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nAccess-Control-Allow-Origin: *\r\n\
                      Keep-Alive: timeout=5\r\nConnection: keep-alive, x-mine\r\nX-Mine: 1\r\nX-Kept: 1\r\n\
                      Content-length: 2\r\n\r\nok"
            .to_owned(),
        "refused" => "HTTP/1.1 401 Unauthorized\r\nContent-length: 2\r\n\r\nno".to_owned(),
        _ => format!("HTTP/1.1 200 OK\r\nContent-length: {length}\r\n\r\n{echo}"),
    };
    match whole.split_once("\r\n\r\n") {
        Some((start, _)) if head => format!("{start}\r\n\r\n"),
        _ => whole,
    }
}

/// Strict, so that what the gateway sends is looked at as well.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|bytes| *bytes > 0)?;
        let line = line.strip_suffix("\r\n").expect("a line has its end").to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let line = lines.remove(0);
    let line = line.strip_suffix(" HTTP/1.1").expect("the version").to_owned();
    let mut headers: Vec<_> = lines.iter().map(|line| line.to_ascii_lowercase()).collect();
    headers.sort();
    let values = |name: &str| -> Vec<String> {
        headers.iter().filter_map(|line| Some(line.strip_prefix(name)?.to_owned())).collect()
    };
    let (lengths, codings) = (values("content-length: "), values("transfer-encoding: "));
    assert!(lengths.len() + codings.len() <= 1, "one framing: {headers:?}");
    let mut body = Vec::new();
    if let Some(length) = lengths.first() {
        body = vec![0; length.parse().expect("a length")];
        stream.read_exact(&mut body).await.ok()?;
    } else if let Some(coding) = codings.first() {
        assert_eq!(coding, "chunked");
        loop {
            let mut size = String::new();
            stream.read_line(&mut size).await.ok().filter(|bytes| *bytes > 0)?;
            let size = usize::from_str_radix(size.trim_end(), 16).expect("a size");
            let mut chunk = vec![0; size + 2];
            stream.read_exact(&mut chunk).await.ok()?;
            body.extend_from_slice(&chunk[..size]);
            if size == 0 {
                break;
            }
        }
    }
    Some(Seen { line, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
