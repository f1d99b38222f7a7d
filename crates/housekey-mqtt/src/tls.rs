//! TLS to a broker.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

/// The settings of TLS from the texts of PEM files: of the authority that signed the certificate of the broker, and
/// of the certificate and key of this client. Without an authority those of the web are trusted.
///
/// # Errors
/// What is wrong with the texts; they are not repeated.
pub fn tls(
    authority: Option<&[u8]>,
    client: Option<(&[u8], &[u8])>,
) -> Result<Arc<ClientConfig>, String> {
    let certificates = |text: &[u8], what: &str| {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
        let all = all.map_err(|error| format!("{what}: {error}"))?;
        if all.is_empty() { Err(format!("{what}: there is no certificate in it")) } else { Ok(all) }
    };
    let mut roots = RootCertStore::empty();
    match authority {
        Some(text) => {
            for certificate in certificates(text, "`ca`")? {
                roots.add(certificate).map_err(|error| format!("`ca`: {error}"))?;
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots);
    let Some((chain, key)) = client else { return Ok(Arc::new(builder.with_no_client_auth())) };
    let chain = certificates(chain, "`client_cert`")?;
    let key = PrivateKeyDer::from_pem_slice(key)
        .map_err(|_| "`client_key`: there is no private key in it".to_owned())?;
    let config = builder.with_client_auth_cert(chain, key);
    Ok(Arc::new(config.map_err(|error| format!("`client_key`: {error}"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_named() {
        assert!(tls(None, None).is_ok());
        let error = |ca, client| tls(ca, client).unwrap_err();
        assert_eq!(error(Some(&b"text"[..]), None), "`ca`: there is no certificate in it");
        let client = Some((&b""[..], &b""[..]));
        assert_eq!(error(None, client), "`client_cert`: there is no certificate in it");
    }
}
