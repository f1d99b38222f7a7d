//! Authorities of one's own, and a scheme that the port does not speak: the hint says what to do, and
//! doing it helps.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use housekey_emulator::Dialect;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::context::{NAME, TestContext};

/// The virtual Homey behind TLS, with a certificate of an unknown authority.
struct Secured {
    context: TestContext,
    /// Host and port of the encrypted side.
    server: String,
    /// The authority, in PEM form.
    authority: String,
}

impl Secured {
    async fn new() -> Self {
        let mut context = TestContext::with_key(Dialect::Local).await;
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&key).expect("signed");
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("an address");
        let certificate = params.signed_by(&key, &issuer).expect("signed");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
            )
            .expect("they belong together");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let server = listener.local_addr().expect("an address").to_string();
        let plain = context.facts().homey_url.trim_start_matches("http://").to_owned();
        let plain = plain.trim_end_matches('/').to_owned();
        tokio::spawn(carry(listener, TlsAcceptor::from(Arc::new(config)), plain));
        context.set("HOMEY_ADDRESS", &format!("https://{server}"));
        Self { context, server, authority: in_pem(authority.der()) }
    }

    /// Writes the authority into a file below the directory of the test.
    fn write_authority(&self, name: &str) -> PathBuf {
        let path = self.context.directory().join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("made");
        fs::write(&path, &self.authority).expect("written");
        path
    }
}

/// Takes TLS off every connection and carries it to the plain address.
async fn carry(listener: TcpListener, acceptor: TlsAcceptor, plain: String) {
    while let Ok((stream, _)) = listener.accept().await {
        let (acceptor, plain) = (acceptor.clone(), plain.clone());
        tokio::spawn(async move {
            // Whoever does not trust the certificate hangs up.
            let Ok(mut secured) = acceptor.accept(stream).await else { return };
            let Ok(mut plain) = TcpStream::connect(plain).await else { return };
            let _ = copy_bidirectional(&mut secured, &mut plain).await;
        });
    }
}

fn in_pem(der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_is_trusted_where_it_is_named() {
    type Name = fn(&mut Secured);
    let ways: [(&str, Name); 3] = [
        ("SSL_CERT_FILE", |secured| {
            let file = secured.write_authority("authority.pem");
            secured.context.set("SSL_CERT_FILE", &file.display().to_string());
        }),
        ("SSL_CERT_DIR", |secured| {
            let file = secured.write_authority("authorities/one.pem");
            let directory = file.parent().expect("a directory").display().to_string();
            secured.context.set("SSL_CERT_DIR", &directory);
        }),
        ("ca_file", |secured| {
            let file = secured.write_authority("authority.pem");
            let config = secured.context.directory().join("config");
            fs::create_dir_all(&config).expect("made");
            let line = format!("ca_file = {:?}\n", file.display().to_string());
            fs::write(config.join("config.toml"), line).expect("written");
        }),
    ];
    for (way, name) in ways {
        let mut secured = Secured::new().await;
        let said = secured.context.run(&NAME);
        assert_eq!((said.exit, &*said.stdout), (1, ""), "{way}: {said}");
        let error = format!(
            "error: the certificate of {} is not accepted: it is signed by an authority that is not \
             trusted here\n",
            secured.server
        );
        assert!(said.stderr.starts_with(&error), "{way}: {said}");
        let hint = "\nhint: if it is an authority of your own, name its certificate in SSL_CERT_FILE or \
                    with `ca_file` in config.toml; ";
        assert!(said.stderr.contains(hint), "{way}: {said}");
        assert_eq!(secured.context.world().calls("system.ping"), 0, "{way}: nothing was sent");

        name(&mut secured);
        let said = secured.context.run(&NAME);
        assert_eq!((said.exit, &*said.stdout, &*said.stderr), (0, "Canal House\n", ""), "{way}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scheme_that_the_port_does_not_speak_is_named_with_the_other_one() {
    let mut secured = Secured::new().await;
    let plain = secured.context.facts().homey_url.trim_start_matches("http://").to_owned();
    let plain = plain.trim_end_matches('/').to_owned();
    for (wrong, server, right) in
        [("http", secured.server.clone(), "https"), ("https", plain, "http")]
    {
        secured.context.set("HOMEY_ADDRESS", &format!("{wrong}://{server}"));
        let said = secured.context.run(&NAME).stderr.replace("HOMEY", &server);
        let want = format!(
            "error: {server} speaks {right} at that port\nhint: give its address as {right}://{server}\n"
        );
        assert_eq!(said, want, "{wrong}");
    }
    assert_eq!(secured.context.world().calls("system.ping"), 0, "nothing was understood");
}
