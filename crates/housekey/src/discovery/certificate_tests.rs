//! The certificate is verified, above all where the address was read off the name.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Addresses, PlainHttp, Reason, diagnose};
use crate::http::{Http, Network, Roots, in_pem};

const ID: &str = "5e0001";
const NAME: &str = "127-0-0-1.homey.homeylocal.com";

/// A Homey with a self-signed certificate, and the senders of somebody who trusts it and of
/// everybody else.
struct Secured {
    port: u16,
    /// How many requests got through.
    answered: Arc<AtomicUsize>,
    trusting: Http,
    other: Http,
}

impl Secured {
    async fn with_certificate_for(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answered = Arc::<AtomicUsize>::default();
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), answered.clone()));
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("ca.pem");
        std::fs::write(&file, in_pem(&certificate)).unwrap();
        let mut roots = Roots::default();
        roots.add_file(&file).unwrap();
        let trusting = Http::on(Network { roots, ..Network::default() }).unwrap();
        Self { port, answered, trusting, other: Http::new().unwrap() }
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, answered: Arc<AtomicUsize>) {
    while let Ok((connection, _)) = listener.accept().await {
        let Ok(mut connection) = acceptor.accept(connection).await else { continue };
        let Ok(1..) = connection.read(&mut [0; 4096]).await else { continue };
        answered.fetch_add(1, Ordering::SeqCst);
        let answer = format!("HTTP/1.1 204 No Content\r\nX-Homey-ID: {ID}\r\n\r\n");
        let _ = connection.write_all(answer.as_bytes()).await;
    }
}

#[tokio::test]
async fn only_a_certificate_that_is_trusted_and_for_that_name_will_do() {
    for (certificate_for, host, trusted, works) in [
        (NAME, NAME, true, true),
        (NAME, NAME, false, false),
        ("127-0-0-2.homey.homeylocal.com", NAME, true, false),
        (NAME, "127.0.0.1", true, false),
    ] {
        let case = format!("for {certificate_for}, at {host}, trusted: {trusted}");
        let homey = Secured::with_certificate_for(certificate_for).await;
        let http = if trusted { &homey.trusting } else { &homey.other };
        let base = format!("https://{host}:{}", homey.port).parse().unwrap();
        let addresses = Addresses { local_secure: Some(base), ..Addresses::default() };
        let found = &diagnose(http, &addresses, PlainHttp::Forbidden, Some(ID)).await[0];
        let reason = (!works).then_some(Reason::Tls);
        assert_eq!((found.works, found.reason), (works, reason), "{case}: {found:?}");
        let requests = homey.answered.load(Ordering::SeqCst);
        assert_eq!(requests, usize::from(works), "{case}: nothing is sent before");
    }
}
