//! Proxies: used for the cloud, never for the home, and named where they fail.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::json;

use crate::context::{NAME, TestContext};
use crate::encrypted::{account_knows, change};

/// A proxy that refuses everything; its address, and the first bytes of what it was sent.
fn refusing() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let (told, heard) = channel();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut connection) = connection else { return };
            let mut first = [0; 512];
            let length = connection.read(&mut first).unwrap_or(0);
            let _ = connection.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            if told.send(first[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    (address, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_is_never_reached_through_a_proxy() {
    let mut context = TestContext::signed_in().await;
    let (address, heard) = refusing();
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        context.set(variable, &format!("http://{address}"));
    }
    assert_eq!(context.run(&NAME).exit, 0);
    // Neither where nothing but the record says that an address is in the home.
    change(&context, |homey| {
        homey["addresses"] = json!({"localUrl": "http://homey.example.invalid", "typed": true});
    });
    account_knows(&context, &json!({"localUrl": "http://homey.example.invalid"}));
    assert_eq!(context.run(&NAME).exit, 1);
    assert!(heard.try_recv().is_err(), "something went to the proxy");
}

#[test]
fn the_cloud_is_reached_through_it_and_the_error_names_it() {
    for (variable, scheme, first) in [
        ("HTTPS_PROXY", "http", &b"CONNECT accounts.example.invalid:443 "[..]),
        ("https_proxy", "http", b"CONNECT accounts.example.invalid:443 "),
        ("ALL_PROXY", "socks5h", &[5]),
    ] {
        let mut context = TestContext::alone();
        let (address, heard) = refusing();
        context.set(variable, &format!("{scheme}://{address}"));
        context.set("HOUSEKEY_ACCOUNTS_URL", "https://accounts.example.invalid");
        context.set("HOUSEKEY_CLIENT_SECRET", "not a secret");
        let login = ["login", "--email", "a@example.org", "--client-id", "x", "--password-stdin"];
        let said = context.run_with(&login, "secret\n");
        assert_eq!(said.exit, 1, "{said}");
        let error = format!("cannot reach accounts.example.invalid through the proxy {address}");
        assert!(said.stderr.contains(&error), "{variable}: {said}");
        let sent = heard.recv().expect("the proxy was used");
        assert!(sent.starts_with(first), "{variable}: {:?}", String::from_utf8_lossy(&sent));

        context.set("NO_PROXY", "example.invalid");
        let said = context.run_with(&login, "secret\n");
        assert!(!said.stderr.contains("proxy"), "{variable}: {said}");
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_an_error() {
    let mut context = TestContext::alone();
    context.set("HOMEY_ADDRESS", "http://127.0.0.1:9");
    context.set("HOMEY_TOKEN", "x");
    context.set("HTTPS_PROXY", "ftp://me:secret@proxy.example.com");
    let said = context.run(&NAME);
    assert_eq!(said.exit, 2, "{said}");
    assert!(said.stderr.contains("HTTPS_PROXY is no address of a proxy"), "{said}");
    assert!(!said.stderr.contains("secret"), "{said}");
}
