//! Classifies network errors by what a person can do about them.

use std::error::Error as Cause;
use std::io;

use rustls::{CertificateError, InvalidMessage};

use crate::error::{CertificateProblem, HttpError};

/// The error of a request. It names only the server: reqwest names the URL, and a query may hold a
/// token.
pub(super) fn of_request(error: reqwest::Error, server: &str, proxy: Option<String>) -> HttpError {
    let error = error.without_url();
    let server = server.to_owned();
    if error.is_builder() {
        return HttpError::Invalid { server, cause: error.into() };
    }
    match error.is_connect() {
        true => of_connection(error.into(), server, proxy),
        false => known(&error, &server)
            .unwrap_or_else(|| HttpError::Cut { server: server.clone(), cause: error.into() }),
    }
}

/// The error of a connection attempt: nothing was sent.
pub(super) fn of_connection(
    cause: Box<dyn Cause + Send + Sync>,
    server: String,
    proxy: Option<String>,
) -> HttpError {
    match (known(&*cause, &server), proxy) {
        (Some(HttpError::Certificate { problem, .. }), _) => {
            HttpError::Certificate { server, problem, cause }
        }
        (Some(known), _) => known,
        (None, Some(proxy)) => HttpError::Proxy { server, proxy, cause },
        (None, None) => HttpError::Unreachable { server, cause },
    }
}

/// The error, if a cause identifies it.
fn known(error: &(dyn Cause + 'static), server: &str) -> Option<HttpError> {
    let server = || server.to_owned();
    causes(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(wrong)) => Some(HttpError::Certificate {
            server: server(),
            problem: problem(wrong),
            cause: cause.to_string().into(),
        }),
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            Some(HttpError::WrongScheme { server: server(), speaks: "http" })
        }
        Some(_) => None,
        // The first bytes of a TLS alert are no HTTP version.
        None => cause
            .downcast_ref::<hyper::Error>()
            .is_some_and(|error| error.is_parse() && error.to_string().contains("HTTP version"))
            .then(|| HttpError::WrongScheme { server: server(), speaks: "https" }),
    })
}

fn problem(wrong: &CertificateError) -> CertificateProblem {
    match wrong {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            CertificateProblem::Expired
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            CertificateProblem::NotYetValid
        }
        CertificateError::UnknownIssuer => CertificateProblem::UnknownIssuer,
        CertificateError::NotValidForName => CertificateProblem::OtherName { names: Vec::new() },
        CertificateError::NotValidForNameContext { presented, .. } => {
            CertificateProblem::OtherName {
                names: presented.iter().map(|name| plain(name)).collect(),
            }
        }
        CertificateError::Revoked => CertificateProblem::Revoked,
        _ => CertificateProblem::Unusable,
    }
}

/// `example.com` of `DnsName("example.com")`, without control characters, which a terminal would
/// obey: the text comes from the other side.
fn plain(presented: &str) -> String {
    let inner = presented.split_once('"').and_then(|(_, rest)| rest.rsplit_once('"'));
    let name = inner.map_or(presented, |(name, _)| name);
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// An error and its causes, outermost first.
pub(crate) fn causes<'a>(
    error: &'a (dyn Cause + 'static),
) -> impl Iterator<Item = &'a (dyn Cause + 'static)> {
    std::iter::successors(Some(error), |&error| {
        // An I/O error skips the error that it carries.
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        carried.map(|error| error as &(dyn Cause + 'static)).or_else(|| error.source())
    })
}
