//! The certificate that the gateway shows, where the settings give one.

use std::path::Path;
use std::sync::Arc;

use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::settings::Certificate;

/// Reads a certificate with its chain, and its key.
///
/// # Errors
/// What is wrong with the files; their content is not repeated.
pub(crate) fn acceptor(certificate: &Certificate) -> Result<TlsAcceptor, String> {
    let describe = |path: &Path, why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let Certificate { chain, key } = certificate;
    let read = |path: &Path| {
        whole_file::read(path, SETTINGS_LIMIT_BYTES).map_err(|error| describe(path, &error))
    };
    let certificates = CertificateDer::pem_slice_iter(&read(chain)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| describe(chain, &error))?;
    if certificates.is_empty() {
        return Err(describe(chain, &"there is no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_slice(&read(key)?)
        .map_err(|_| describe(key, &"there is no private key in it"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, private))
        .map_err(|error| describe(key, &error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
