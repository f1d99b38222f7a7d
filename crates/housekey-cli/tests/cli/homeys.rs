//! `housekey homeys add`, `remove`, `discover` and `diagnose`.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};
use std::time::Duration;

use housekey_emulator::{Emulator, Expire, Quirk};
use insta::assert_snapshot;
use mdns_sd::{DaemonEvent, ServiceDaemon, ServiceInfo};

use crate::context::TestContext;

/// Signed in to the first of three Homeys of the account.
async fn first_of_three() -> TestContext {
    let context = TestContext::with(Emulator::builder().homeys(3)).await;
    assert_eq!(context.login(&["--homey", "Canal House"]).exit, 0);
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn another_homey_of_the_account_needs_no_password() {
    let context = first_of_three().await;
    // The access is renewed on the way.
    context.world().expire(Expire::Access);
    assert_snapshot!(context.run(&["homeys", "add", "beach cabin", "--name", "cabin"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Signed in to "Beach Cabin" as cabin.
    The token is kept in $HOME/state/credentials/homey-cabin.json
    "#);
    assert_eq!(context.world().calls("login"), 1, "nobody signed in again");
    let name = ["api", "GET", "/api/manager/system/name", "--homey", "cabin"];
    assert_eq!(context.run(&name).stdout, "\"Beach Cabin\"\n");
    // One is left, so it is clear which.
    assert_snapshot!(context.run(&["homeys", "add", "--json", "--jq", ".name"]), @r#"
    exit: 0
    stdout:
    workshop
    stderr:
    Signed in to "Workshop" as workshop.
    The token is kept in $HOME/state/credentials/homey-workshop.json
    "#);
    assert_snapshot!(context.run(&["homeys", "add"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: every Homey of this account is configured already
    hint: name one to sign in to it anew: `housekey homeys add NAME`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn which_homey_of_which_account_has_to_be_clear() {
    let context = first_of_three().await;
    let before = context.stored();
    assert_snapshot!(context.run(&["homeys", "add"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: the account has several Homeys that are not configured here
    hint: name one: "Beach Cabin" (1cdf9884d09f9ef04b5c5a99), "Workshop" (ae546297a198bd40bdc128e5)
    "#);
    assert_snapshot!(context.run(&["homeys", "add", "Lighthouse"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no Homey "Lighthouse" in this account
    hint: there is: "Canal House" (ff6a4bbf2a760b2c536ae76c), "Beach Cabin" (1cdf9884d09f9ef04b5c5a99), "Workshop" (ae546297a198bd40bdc128e5)
    "#);
    assert_snapshot!(context.run(&["homeys", "add", "--account", "nobody@example.org"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no account "nobody@example.org"
    hint: there is: robin.vale@example.org
    "#);
    let taken = ["homeys", "add", "Beach Cabin", "--name", "canal-house"];
    assert_snapshot!(context.run(&taken), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: the name canal-house belongs to "Canal House"
    hint: give another with `--name`, or run `housekey logout` for that one
    "#);
    assert_eq!(context.stored(), before);
    assert_snapshot!(TestContext::alone().run(&["homeys", "add"]), @"
    exit: 4
    stdout: nothing
    stderr:
    error: not signed in
    hint: run `housekey login`
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_is_removed_and_its_account_stays() {
    let context = TestContext::signed_in().await;
    assert_eq!(context.run(&["homeys", "use", "canal-house"]).exit, 0);
    assert_snapshot!(context.run(&["homeys", "remove", "Canal House"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    The session on "Canal House" cannot be ended from here; it expires in 23 h 59 min.
    Forgot the Homey canal-house.
    "#);
    assert_eq!(context.run(&["homeys", "list", "--json"]).stdout, "[]\n");
    assert_eq!(context.run(&["accounts", "list", "--jq", "length"]).stdout, "1\n");
    assert_eq!(context.run(&["homeys", "add"]).exit, 0, "the account brings it back");
    assert_snapshot!(context.run(&["homeys", "remove", "lighthouse"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no configured Homey "lighthouse"
    hint: there is: canal-house
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_to_a_homey_is_tried() {
    let mut context = TestContext::signed_in().await;
    // A machine that does not answer.
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = silent.local_addr().expect("an address").port();
    context.set("HOMEY_DISCOVERY_MDNS_HOST", "127.0.0.1");
    context.set("HOMEY_DISCOVERY_MDNS_PORT", &port.to_string());
    assert_snapshot!(context.run(&["homeys", "diagnose"]), @"
    exit: 0
    stdout:
    WAY              ADDRESS                                       OUTCOME                                                           TOOK
    localSecure                                                    no address is known
    local            http://HOMEY/                       works, unencrypted, version 13.4.0  N ms
    mdns             http://homey-ff6a4bbf2a760b2c536ae76c.local/  not tried: it is plain HTTP, which is not allowed for this Homey
    remoteForwarded                                                no address is known
    cloud            http://HOMEY/                       works, unencrypted, version 13.4.0  N ms
    stderr:
    Calls go by local, unencrypted: http://HOMEY/
    ");
    let show = ".[] | [.strategy, .works, .reason]";
    context.world().quirk(Quirk::NotAHomey, true);
    assert_snapshot!(context.run(&["homeys", "diagnose", "canal-house", "--jq", show]), @r#"
    exit: 1
    stdout:
    ["localSecure",false,"no-address"]
    ["local",false,"not-a-homey"]
    ["mdns",false,"unencrypted"]
    ["remoteForwarded",false,"no-address"]
    ["cloud",false,"not-a-homey"]
    stderr:
    error: no way leads to the Homey "Canal House" now
    hint: look whether it is switched on and online, or allow plain HTTP, which is not encrypted: `housekey homeys add 'Canal House' --plain-http`
    "#);
}

#[test]
fn a_homey_that_announces_itself_is_discovered() {
    let free = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a free port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let daemon = ServiceDaemon::new_with_port(port).expect("a responder");
    let events = daemon.monitor().expect("events");
    let texts = [("id", "5e0001"), ("name", "Beach \u{1b}[31mhouse"), ("version", "12.9.0")];
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let service =
        ServiceInfo::new("_homey._tcp.local.", "x", "beach.local.", address, 4859, &texts[..]);
    daemon.register(service.expect("a service")).expect("registered");
    let announced = |event| matches!(event, Ok(DaemonEvent::Announce(..)));
    while !announced(events.recv_timeout(Duration::from_secs(30))) {}

    let mut context = TestContext::alone();
    context.set("HOMEY_DISCOVERY_MDNS_HOST", "127.0.0.1");
    context.set("HOMEY_DISCOVERY_MDNS_PORT", &port.to_string());
    assert_snapshot!(context.run(&["homeys", "discover", "--seconds", "2"]), @"
    exit: 0
    stdout:
    NAME             ADDRESS                 MODEL  VERSION  ID
    Beach [31mhouse  http://127.0.0.1:4859/  -      12.9.0   5e0001
    stderr: nothing
    ");
    let _ = daemon.shutdown();
    let json = ["homeys", "discover", "--seconds", "1", "--json"];
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = silent.local_addr().expect("an address").port();
    context.set("HOMEY_DISCOVERY_MDNS_PORT", &port.to_string());
    assert_snapshot!(context.run(&json), @"
    exit: 0
    stdout:
    []
    stderr:
    No Homey announced itself. A hub does not; its address is in its app.
    ");
    context.set("HOMEY_DISCOVERY_MDNS_PORT", "0");
    assert_snapshot!(context.run(&json), @"
    exit: 2
    stdout: nothing
    stderr:
    error: HOMEY_DISCOVERY_MDNS_PORT is not a port from 1 to 65535: 0
    ");
}
