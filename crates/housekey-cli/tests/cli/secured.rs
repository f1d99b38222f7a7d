//! An encrypted address: TLS with a certificate of its own, before what speaks plain HTTP.

use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::context::TestContext;

/// One that listens for as long as the test runs.
pub(crate) struct Secured {
    /// `https://127.0.0.1:PORT`
    pub(crate) url: String,
    /// Its certificate, as `SSL_CERT_FILE` wants it.
    pem: String,
}

impl Secured {
    /// In front of the virtual Homey of that context.
    pub(crate) async fn before(context: &TestContext) -> Self {
        let target = context.facts().url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        // Its own subject: of one that is trusted under the same name the signature would be wrong.
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("names");
        params.distinguished_name.push(DnType::CommonName, url.as_str());
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("made").der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect("a certificate");
        tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), target));
        let text = STANDARD.encode(certificate);
        let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        Self { url, pem }
    }

    /// Makes the program trust this certificate from now on.
    pub(crate) fn is_trusted_by(&self, context: &mut TestContext) {
        let file = context.directory().join("authority.pem");
        fs::write(&file, &self.pem).expect("written");
        context.set("SSL_CERT_FILE", &file.display().to_string());
    }
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, target: String) {
    while let Ok((connection, _)) = listener.accept().await {
        let (acceptor, target) = (acceptor.clone(), target.clone());
        tokio::spawn(async move {
            let Ok(mut caller) = acceptor.accept(connection).await else { return };
            let Ok(mut homey) = TcpStream::connect(target).await else { return };
            // Either side may hang up.
            let _ = copy_bidirectional(&mut caller, &mut homey).await;
        });
    }
}
