//! Many clients at once while the token ends, the Homey restarts and then moves: no request is lost.
//! `bench/gateway-load.mjs` does the same with a thousand clients for a minute.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use housekey::discovery::Addresses;
use housekey_emulator::{Emulator, Expire};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::gateway::tests::harness::{Emulated, TestGateway, settings};

/// A switch in front of a Homey: while it is off, nothing gets through, and open connections are cut.
struct Relay {
    address: SocketAddr,
    to: SocketAddr,
    running: JoinSet<()>,
}

impl Relay {
    async fn open(address: SocketAddr, to: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut running = JoinSet::new();
        running.spawn(async move {
            // All of them end with this.
            let mut lines = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                lines.spawn(async move {
                    let mut far = TcpStream::connect(to).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { address, to, running }
    }

    async fn shut(&mut self) {
        self.running.shutdown().await;
    }

    async fn open_again(&mut self) {
        *self = Self::open(self.address, self.to).await;
    }
}

/// Sends requests one after the other on one connection, with that header line, and counts the responses
/// with 200.
pub(super) async fn caller(
    address: SocketAddr,
    key: String,
    answered: Arc<AtomicU64>,
    stop: Arc<AtomicU64>,
) {
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    while stop.load(Relaxed) == 0 {
        let request =
            format!("GET /api/manager/zones/zone HTTP/1.1\r\nHost: localhost\r\n{key}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let (mut status, mut length) = (String::new(), None);
        stream.read_line(&mut status).await.unwrap();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            match line.trim_end().to_ascii_lowercase().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().ok(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length.expect("a length")];
        stream.read_exact(&mut body).await.unwrap();
        assert!(status.starts_with("HTTP/1.1 200 "), "{status}{}", String::from_utf8_lossy(&body));
        answered.fetch_add(1, Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_is_lost_whatever_happens_upstream() {
    let emulated = Emulated::with(Emulator::builder().devices(3)).await;
    let record = emulated.store.known_homey("home").unwrap();
    let real = record.addresses.local.clone().unwrap();
    let to = real.socket_addrs(|| None).unwrap()[0];
    let mut relay = Relay::open("127.0.0.1:0".parse().unwrap(), to).await;
    let addresses = Addresses::only(format!("http://{}", relay.address).parse().unwrap());
    emulated.store.save_homey(&housekey::auth::store::HomeyRecord { addresses, ..record }).unwrap();
    let gateway = TestGateway::of(vec![emulated.served(8)], emulated.clock.clone(), settings());
    let (answered, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut callers = JoinSet::new();
    for _ in 0..40 {
        callers.spawn(caller(gateway.address, String::new(), answered.clone(), stop.clone()));
    }
    let more = async |count: u64| {
        let want = answered.load(Relaxed) + count;
        while answered.load(Relaxed) < want {
            tokio::task::yield_now().await;
        }
    };
    more(100).await;
    emulated.world.expire(Expire::Session);
    more(100).await;
    relay.shut().await;
    relay.open_again().await;
    more(100).await;
    // It answers elsewhere from now on, which only its account knows.
    relay.shut().await;
    more(100).await;
    stop.store(1, Relaxed);
    while let Some(ended) = callers.join_next().await {
        ended.unwrap();
    }
    assert_eq!(emulated.world.calls("users.login"), 2, "one at sign-in, one for all callers");
    let counts = &gateway.counts.homeys[0];
    assert!(counts.renewed.load(Relaxed) > 0);
    assert_eq!((counts.in_flight.load(Relaxed), counts.waiting.load(Relaxed)), (0, 0));
    assert_eq!(emulated.store.known_homey("home").unwrap().addresses.local, Some(real));
}
