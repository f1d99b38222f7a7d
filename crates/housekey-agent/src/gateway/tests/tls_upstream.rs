//! A connection to a Homey over TLS: it carries several requests, and responses larger than its buffers
//! arrive whole.

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use futures_util::FutureExt as _;
use housekey::http::Connection;
use hyper::Request;
use hyper::header::HOST;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::gateway::body::Download;
use crate::gateway::body::request::RequestBody;
use crate::gateway::upstream::connection::UpstreamConnection;
use crate::gateway::upstream::endpoint::Endpoint;
use crate::gateway::upstream::fair_queue::{FairQueue, Lease};

const LARGE: usize = 300_000;

/// Takes one caller and answers each of its requests with [`LARGE`] bytes.
async fn answer(listener: TcpListener, tls: TlsAcceptor) {
    let (tcp, _) = listener.accept().await.unwrap();
    let mut stream = tls.accept(tcp).await.unwrap();
    let mut head = Vec::new();
    // A client that leaves announces nothing.
    while stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            stream.write_all(&vec![b'x'; LARGE]).await.unwrap();
            stream.flush().await.unwrap();
        }
    }
}

#[tokio::test]
async fn requests_follow_each_other_over_tls() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(provider.clone());
    let server = server.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let server = server.with_single_cert(vec![made.cert.der().clone()], key).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(provider);
    let client = client.with_safe_default_protocol_versions().unwrap();
    let client = client.with_root_certificates(roots).with_no_client_auth();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answering = tokio::spawn(answer(listener, TlsAcceptor::from(Arc::new(server))));
    let tcp = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(client)).connect(name, tcp).await.unwrap();
    let mut connection = UpstreamConnection::over(Connection::Tls(Box::new(stream))).await.unwrap();

    let base = format!("https://{address}/").parse().unwrap();
    let (endpoint, queue) =
        (Rc::new(Endpoint::new(base, 1).unwrap()), FairQueue::new(1, Arc::default()));
    for _ in 0..3 {
        let request = Request::get("/api/x").header(HOST, "localhost");
        let request = request.body(RequestBody::default()).unwrap();
        let answer = connection.send(request).await.ok().unwrap();
        assert_eq!(answer.status(), 200);
        let lease = Lease::of("anybody");
        let permit = queue.acquire(&lease, tokio::time::Instant::now()).now_or_never().flatten();
        let permits = (permit.unwrap(), None);
        let mut download =
            Download::new(answer.into_body(), connection, endpoint.clone(), permits, lease);
        let mut bytes = 0;
        while let Some(frame) = poll_fn(|cx| download.poll_frame(cx)).await {
            bytes += frame.unwrap().into_data().unwrap().len();
        }
        assert_eq!(bytes, LARGE);
        let kept = poll_fn(|cx| Poll::Ready(endpoint.idle_connection(cx))).await;
        connection = kept.expect("it carries another");
        assert!(connection.used);
    }
    drop(connection);
    answering.await.unwrap();
}
