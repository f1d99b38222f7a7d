//! Multicast DNS against a responder that others wrote, on a port of its own.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4, UdpSocket};
use std::time::Duration;

use housekey::discovery::{Addresses, Announced, PlainHttp, Route, browse};
use housekey::http::Http;
use housekey::resolve::{Mdns, Resolver};
use housekey_emulator::Emulator;
use mdns_sd::{DaemonEvent, ServiceDaemon, ServiceInfo};

const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);

/// A responder of the service on a free port, and how it is asked.
struct Responder {
    daemon: ServiceDaemon,
    mdns: Mdns,
}

impl Responder {
    /// Ready when this returns. Of two sockets that share a port one machine's answer goes to one
    /// alone, so nobody else uses the port.
    fn new(asked_at: Ipv4Addr, host: &str, port: u16, texts: &[(&str, &str)]) -> Self {
        let free = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a free port");
        let own = free.local_addr().expect("an address").port();
        drop(free);
        let daemon = ServiceDaemon::new_with_port(own).expect("a responder");
        let events = daemon.monitor().expect("events");
        let service = ServiceInfo::new(
            "_homey._tcp.local.",
            "Beach house (2)",
            &format!("{host}."),
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            port,
            texts,
        );
        daemon.register(service.expect("a service")).expect("registered");
        loop {
            let event = events.recv_timeout(Duration::from_secs(30)).expect("announced in time");
            if matches!(event, DaemonEvent::Announce(..)) {
                break;
            }
        }
        Self { daemon, mdns: Mdns { target: SocketAddrV4::new(asked_at, own) } }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.daemon.shutdown();
    }
}

async fn is_found(asked_at: Ipv4Addr) {
    let texts =
        [("id", "5e0001"), ("model", "homey-shs"), ("name", "Beach house"), ("version", "12.9.0")];
    let responder = Responder::new(asked_at, "beach.local", 4859, &texts);
    let text = |text: &str| Some(text.to_owned());
    let want = Announced {
        name: "Beach house".to_owned(),
        id: text("5e0001"),
        model: text("homey-shs"),
        version: text("12.9.0"),
        addresses: vec!["http://127.0.0.1:4859".parse().expect("a URL")],
    };
    let found = browse(responder.mdns, Duration::from_secs(2)).await.expect("asked");
    assert_eq!(found, [want]);
}

#[tokio::test]
async fn a_homey_that_announces_itself_is_found_in_the_group() {
    is_found(GROUP).await;
}

#[tokio::test]
async fn a_homey_that_announces_itself_is_found_by_asking_it() {
    is_found(Ipv4Addr::LOCALHOST).await;
}

async fn is_reached(asked_at: Ipv4Addr) {
    let world = Emulator::start().await.expect("a free port");
    let (id, url) = (world.facts().cloud_id, world.facts().url);
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
    let host = format!("homey-{id}.local");
    let responder = Responder::new(asked_at, &host, port.expect("a port"), &[]);
    let http = Http::with_resolver(Resolver::new(responder.mdns)).expect("TLS");
    let mdns = Addresses::mdns_name(&id, Some(&host), port);
    let addresses = Addresses { mdns: mdns.clone(), ..Addresses::default() };
    let route = Route::new(http, "Home".to_owned(), Some(id), addresses);
    let route = route.with_plain_http(PlainHttp::Allowed);
    assert_eq!(route.base().await.ok(), mdns);
    assert_eq!(world.calls("system.ping"), 1);
}

#[tokio::test]
async fn a_homey_is_reached_by_the_name_made_of_its_id_in_the_group() {
    is_reached(GROUP).await;
}

#[tokio::test]
async fn a_homey_is_reached_by_the_name_made_of_its_id_by_asking_it() {
    is_reached(Ipv4Addr::LOCALHOST).await;
}
