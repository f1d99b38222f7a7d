//! Over TLS, with a certificate from files.

use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use housekey::clock::SystemClock;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::gateway::tests::harness::{TestGateway, settings};
use crate::gateway::tests::plain::Plain;
use crate::gateway::tls::acceptor;
use crate::settings::{AccessSettings, Certificate};

fn pem(what: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {what}-----\n{text}\n-----END {what}-----\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_verify_the_certificate_and_go_through() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    let certificate = Certificate { chain: place("chain.pem"), key: place("key.pem") };
    fs::write(&certificate.chain, pem("CERTIFICATE", made.cert.der())).unwrap();
    fs::write(&certificate.key, pem("PRIVATE KEY", &made.signing_key.serialize_der())).unwrap();
    let plain = Plain::start().await;
    let access = AccessSettings { require_key: false, ..AccessSettings::default() };
    let tls = Some(acceptor(&certificate).unwrap());
    let served = vec![plain.served("home", 8)];
    let gateway = TestGateway::guarded(served, SystemClock::shared(), settings(), &access, tls);
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider);
    let client = client.with_safe_default_protocol_versions().unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();
    let tcp = TcpStream::connect(gateway.address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(client)).connect(name, tcp).await.unwrap();
    let request = b"GET /api/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("GET /api/x "), "{answer}");
    // In the clear there is no answer.
    assert_eq!(gateway.say(request).await.matches("HTTP").count(), 0);
}

#[test]
fn what_is_wrong_with_the_files_is_reported_without_their_content() {
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name);
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(place("chain.pem"), pem("CERTIFICATE", made.cert.der())).unwrap();
    fs::write(place("nothing.pem"), "hunter2").unwrap();
    for (chain, key, want) in [
        ("absent.pem", "nothing.pem", "absent.pem: No such file"),
        ("nothing.pem", "nothing.pem", "nothing.pem: there is no certificate in it"),
        ("chain.pem", "nothing.pem", "nothing.pem: there is no private key in it"),
        ("chain.pem", "chain.pem", "chain.pem: there is no private key in it"),
    ] {
        let certificate = Certificate { chain: place(chain), key: place(key) };
        let outcome = acceptor(&certificate).err().expect(want);
        assert!(outcome.contains(want) && !outcome.contains("hunter2"), "{outcome}");
    }
}
