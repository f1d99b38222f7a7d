//! Sends one request with a trace, a time limit and a bounded answer; knows nothing of tokens.

mod connection;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

pub use self::connection::Connection;
pub use self::transport::Transport;

use crate::Secret;
use crate::error::HttpError;
use crate::resolve::Resolver;

/// The largest answer that is taken in, in bytes: a Homey with thousands of devices sends a tenth.
pub const ANSWER_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// How long connecting may take, within the time limit of the request.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Sends requests; cheap to clone, keeps its connections.
#[derive(Debug, Clone)]
pub struct Http {
    carrier: Carrier,
    resolver: Resolver,
    tls: Arc<rustls::ClientConfig>,
    answer_limit_bytes: usize,
}

/// What a request goes out by.
#[derive(Debug, Clone)]
enum Carrier {
    Network(reqwest::Client),
    Other(Arc<dyn Transport>),
}

/// A request to be sent.
#[derive(Debug)]
pub struct Outgoing {
    method: reqwest::Method,
    url: Url,
    headers: HeaderMap,
    /// A secret, since it may hold passwords and tokens.
    body: Option<Secret>,
    limit: Duration,
}

/// An answer that has arrived in full.
#[derive(Debug)]
pub struct Incoming {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, decompressed.
    pub body: Vec<u8>,
    server: String,
}

impl Http {
    /// Makes a sender that verifies certificates against the public roots, follows no redirects
    /// and stores no cookies. Nothing switches the verification off.
    ///
    /// # Errors
    /// [`HttpError::Invalid`] when the TLS library cannot be set up.
    pub fn new() -> Result<Self, HttpError> {
        Self::with_resolver(Resolver::default())
    }

    /// The same, with another way to find the addresses behind names.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn with_resolver(resolver: Resolver) -> Result<Self, HttpError> {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        Self::with_roots(resolver, roots)
    }

    pub(crate) fn with_roots(
        resolver: Resolver,
        roots: rustls::RootCertStore,
    ) -> Result<Self, HttpError> {
        let invalid = |cause: Box<dyn std::error::Error + Send + Sync>| HttpError::Invalid {
            server: "any server".to_owned(),
            cause,
        };
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid(error.into()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .dns_resolver(resolver.clone())
            .user_agent(concat!("housekey/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| invalid(error.without_url().into()))?;
        let (carrier, tls) = (Carrier::Network(client), Arc::new(tls));
        Ok(Self { carrier, resolver, tls, answer_limit_bytes: ANSWER_LIMIT_BYTES })
    }

    /// The same with another transport in the place of the network.
    #[must_use]
    pub fn over(mut self, transport: Arc<dyn Transport>) -> Self {
        self.carrier = Carrier::Other(transport);
        self
    }

    /// How it finds the addresses behind names.
    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// The same sender with another bound on the size of an answer, in bytes.
    #[must_use]
    pub fn with_answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit_bytes = bytes;
        self
    }

    /// Sends the request once and takes in the whole answer, whatever its status.
    ///
    /// # Errors
    /// See [`HttpError`]. The time limit covers connecting, sending and the whole answer.
    pub async fn send(&self, request: Outgoing) -> Result<Incoming, HttpError> {
        let server = server_of(&request.url);
        let (method, path) = (request.method.clone(), request.url.path().to_owned());
        let limit = request.limit;
        let started = tokio::time::Instant::now();
        let answer = match tokio::time::timeout(limit, self.exchange(request, &server)).await {
            Ok(answer) => answer,
            Err(_) => Err(HttpError::TimedOut { server: server.clone(), limit }),
        };
        // Path only: a query may carry a token.
        let took_ms = started.elapsed().as_millis();
        match &answer {
            Ok(answer) => {
                tracing::debug!(%method, %server, path, status = answer.status, took_ms, "answered");
            }
            Err(error) => tracing::debug!(%method, %server, path, took_ms, %error, "failed"),
        }
        answer
    }

    async fn exchange(&self, request: Outgoing, server: &str) -> Result<Incoming, HttpError> {
        match &self.carrier {
            Carrier::Network(client) => self.over_network(client, request, server).await,
            Carrier::Other(transport) => {
                let answer = transport.carry(request.complete(server)?).await?;
                let (parts, body) = answer.into_parts();
                if body.len() > self.answer_limit_bytes {
                    return Err(self.too_large(server));
                }
                let (status, server) = (parts.status.as_u16(), server.to_owned());
                Ok(Incoming { status, headers: parts.headers, body: body.into(), server })
            }
        }
    }

    async fn over_network(
        &self,
        client: &reqwest::Client,
        request: Outgoing,
        server: &str,
    ) -> Result<Incoming, HttpError> {
        let mut builder = client.request(request.method, request.url).headers(request.headers);
        if let Some(text) = &request.body {
            builder = builder.body(text.expose().to_owned());
        }
        let failed = |error| failure(error, server);
        let mut response = builder.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let told = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if told > self.answer_limit_bytes {
            return Err(self.too_large(server));
        }
        let mut body = Vec::with_capacity(told);
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.answer_limit_bytes {
                return Err(self.too_large(server));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Incoming { status, headers, body, server: server.to_owned() })
    }

    fn too_large(&self, server: &str) -> HttpError {
        HttpError::TooLarge { server: server.to_owned(), limit_bytes: self.answer_limit_bytes }
    }
}

impl Outgoing {
    /// A request without a body.
    pub fn new(method: reqwest::Method, url: Url, limit: Duration) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None, limit }
    }

    /// Adds a header; a value that no header may hold is left out, which the server then refuses.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Adds `Authorization: <scheme> <secret>`, marked so that no debug output shows it.
    #[must_use]
    pub fn authorization(mut self, scheme: &str, secret: &Secret) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(&format!("{scheme} {}", secret.expose())) {
            value.set_sensitive(true);
            self.headers.insert(reqwest::header::AUTHORIZATION, value);
        }
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.text("application/json", Secret::new(body.to_string()))
    }

    /// Sets a form body of these fields, in this order.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.text("application/x-www-form-urlencoded", Secret::new(form))
    }

    /// Sets a `multipart/form-data` body of these texts, in this order.
    #[must_use]
    pub fn multipart(self, parts: &[(&'static str, String)]) -> Self {
        // By chance, so that no text can hold it.
        let boundary = format!("housekey-{:032x}", rand::random::<u128>());
        let mut body = String::new();
        for (name, text) in parts {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"");
            body.extend(["--", &boundary, "\r\n", &head, "\r\n\r\n", text, "\r\n"]);
        }
        body.extend(["--", &boundary, "--\r\n"]);
        self.text(&format!("multipart/form-data; boundary={boundary}"), Secret::new(body))
    }

    fn text(mut self, content_type: &str, text: Secret) -> Self {
        self.body = Some(text);
        self.header(CONTENT_TYPE, content_type)
    }

    fn complete(self, server: &str) -> Result<http::Request<Bytes>, HttpError> {
        let body = self.body.map(|text| Bytes::copy_from_slice(text.expose().as_bytes()));
        let request = http::Request::builder().method(self.method).uri(self.url.as_str());
        let request = request.body(body.unwrap_or_default());
        let mut request = request.map_err(|error| HttpError::Invalid {
            server: server.to_owned(),
            cause: error.into(),
        })?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

impl Incoming {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the server calls the body JSON.
    pub fn is_json(&self) -> bool {
        self.header("content-type")
            .is_some_and(|kind| kind.trim_start().starts_with("application/json"))
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON of a given shape, whatever the content type says.
    ///
    /// # Errors
    /// [`HttpError::Unreadable`], naming what was expected. The body itself is not quoted, since it
    /// may hold a token.
    pub fn decode<T: DeserializeOwned>(&self, expected: &'static str) -> Result<T, HttpError> {
        // A text is checked far faster as a whole than string by string.
        let value = match std::str::from_utf8(&self.body) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(&self.body),
        };
        value.map_err(|_| self.unreadable(expected))
    }

    /// The error for a body that is not what it should be.
    pub fn unreadable(&self, expected: &'static str) -> HttpError {
        HttpError::Unreadable { server: self.server.clone(), status: self.status, expected }
    }

    /// How long the server asks us to wait, in seconds; only the numeric form is read.
    pub fn retry_after_s(&self) -> Option<u64> {
        self.header("retry-after")?.trim().parse().ok()
    }
}

/// Host and port, which is all of a URL that may be shown.
pub fn server_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or("no host");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// `base` with `path` behind whatever path it has; its query and fragment are dropped.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
}

fn failure(error: reqwest::Error, server: &str) -> HttpError {
    let server = server.to_owned();
    // reqwest names the URL in its message, and a query may carry a token.
    let error = error.without_url();
    if error.is_connect() {
        HttpError::Unreachable { server, cause: error.into() }
    } else if error.is_builder() {
        HttpError::Invalid { server, cause: error.into() }
    } else {
        HttpError::Cut { server, cause: error.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_a_path_prefix() {
        for (base, want) in [
            ("https://api.example.com", "https://api.example.com/user/me"),
            ("https://api.example.com/", "https://api.example.com/user/me"),
            ("http://127.0.0.1:8080/cloud/", "http://127.0.0.1:8080/cloud/user/me"),
        ] {
            let url = below(&Url::parse(base).unwrap(), "/user/me");
            assert_eq!(url.as_str(), want, "below {base}");
        }
    }

    #[test]
    fn a_form_is_sent_part_by_part_below_one_boundary() {
        let url = Url::parse("http://192.0.2.7/").unwrap();
        let form = Outgoing::new(reqwest::Method::POST, url, CONNECT_LIMIT)
            .multipart(&[("name", "Lamp".to_owned()), ("text", "a\r\n--b".to_owned())]);
        let kind = form.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
        let body = form.body.unwrap().expose().replace(boundary, "B");
        let head = "--B\r\nContent-Disposition: form-data; name=";
        let want =
            format!("{head}\"name\"\r\n\r\nLamp\r\n{head}\"text\"\r\n\r\na\r\n--b\r\n--B--\r\n");
        assert_eq!(body, want);
    }
}
