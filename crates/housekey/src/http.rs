//! Sends one request with tracing, a time limit and a bounded response; knows nothing of tokens.

mod connection;
mod failure;
mod proxy;
mod request;
mod response;
mod roots;
mod transport;
mod tunnel;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

pub use self::connection::Connection;
pub(crate) use self::failure::causes;
pub use self::request::HttpRequest;
pub use self::response::HttpResponse;
// The names that `auth` uses still.
pub use self::proxy::Proxies;
use self::proxy::Proxying;
pub use self::roots::Roots;
#[cfg(test)]
pub(crate) use self::roots::in_pem;
pub use self::transport::Transport;

use crate::error::HttpError;
use crate::resolve::{Resolver, zone_of};

/// The largest accepted response, in bytes: a Homey with thousands of devices sends a tenth.
pub const ANSWER_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// How long connecting may take, within the time limit of the request.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// An HTTP client. Cheap to clone; clones share connections.
///
/// ```no_run
/// # async fn example() -> Result<(), housekey::Error> {
/// use housekey::http::{Http, HttpRequest};
/// let url = "http://192.0.2.7/api/manager/system/ping".parse().expect("a URL");
/// let limit = std::time::Duration::from_secs(10);
/// let response = Http::new()?.send(HttpRequest::new(reqwest::Method::GET, url, limit)).await?;
/// println!("{}", response.status);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Http {
    backend: HttpBackend,
    resolver: Resolver,
    tls: Arc<rustls::ClientConfig>,
    proxying: Arc<Proxying>,
    answer_limit_bytes: usize,
}

/// The transport of requests.
#[derive(Debug, Clone)]
enum HttpBackend {
    Network(reqwest::Client),
    Other(Arc<dyn Transport>),
}

/// The network that requests are sent over.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Resolves host names.
    pub resolver: Resolver,
    /// The proxies.
    pub proxies: Proxies,
    /// The trusted authorities besides the public ones.
    pub roots: Roots,
}

impl Http {
    /// A client that verifies certificates against the public roots, uses no proxy, follows no
    /// redirects and stores no cookies. The verification cannot be switched off.
    ///
    /// # Errors
    /// [`HttpError::Invalid`] when the TLS library cannot be set up.
    pub fn new() -> Result<Self, HttpError> {
        Self::on(Network::default())
    }

    /// The same with another resolver.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn with_resolver(resolver: Resolver) -> Result<Self, HttpError> {
        Self::on(Network { resolver, ..Network::default() })
    }

    /// The same with these network settings.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn on(network: Network) -> Result<Self, HttpError> {
        let Network { resolver, proxies, roots } = network;
        let proxying = Arc::new(Proxying::new(proxies));
        let invalid = |cause: Box<dyn std::error::Error + Send + Sync>| HttpError::Invalid {
            server: "any server".to_owned(),
            cause,
        };
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(
            rustls::crypto::ring::default_provider(),
        ))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid(error.into()))?
        .with_root_certificates(roots.store())
        .with_no_client_auth();
        let decides = Arc::clone(&proxying);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_LIMIT)
            .dns_resolver(resolver.clone())
            // Otherwise it reads the environment variables.
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| decides.of(url).cloned()))
            .user_agent(concat!("housekey/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| invalid(error.without_url().into()))?;
        let (backend, tls) = (HttpBackend::Network(client), Arc::new(tls));
        Ok(Self { backend, resolver, tls, proxying, answer_limit_bytes: ANSWER_LIMIT_BYTES })
    }

    /// Marks a URL as one in the home: it is never reached through a proxy.
    pub(crate) fn at_home(&self, url: &Url) {
        self.proxying.at_home(url);
    }

    /// The same with another transport in place of the network.
    #[must_use]
    pub fn over(mut self, transport: Arc<dyn Transport>) -> Self {
        self.backend = HttpBackend::Other(transport);
        self
    }

    /// The resolver.
    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// The same client with another limit on the size of a response, in bytes.
    #[must_use]
    pub fn with_answer_limit(mut self, bytes: usize) -> Self {
        self.answer_limit_bytes = bytes;
        self
    }

    /// Sends the request once and reads the whole response, whatever its status.
    ///
    /// # Errors
    /// See [`HttpError`]. The time limit covers connecting, sending and the whole answer.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let server = authority(&request.url);
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

    async fn exchange(
        &self,
        request: HttpRequest,
        server: &str,
    ) -> Result<HttpResponse, HttpError> {
        match &self.backend {
            HttpBackend::Network(client) => self.over_network(client, request, server).await,
            HttpBackend::Other(transport) => {
                let answer = transport.carry(request.complete(server)?).await?;
                let (parts, body) = answer.into_parts();
                if body.len() > self.answer_limit_bytes {
                    return Err(self.too_large(server));
                }
                let (status, server) = (parts.status.as_u16(), server.to_owned());
                Ok(HttpResponse { status, headers: parts.headers, body: body.into(), server })
            }
        }
    }

    async fn over_network(
        &self,
        client: &reqwest::Client,
        request: HttpRequest,
        server: &str,
    ) -> Result<HttpResponse, HttpError> {
        let proxy = self.proxying.of(&request.url).map(authority);
        let mut builder = client.request(request.method, request.url).headers(request.headers);
        if let Some(text) = &request.body {
            builder = builder.body(text.expose().to_owned());
        }
        let failed = |error| failure::of_request(error, server, proxy.clone());
        let mut response = builder.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let announced =
            usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if announced > self.answer_limit_bytes {
            return Err(self.too_large(server));
        }
        let mut body = Vec::with_capacity(announced);
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > self.answer_limit_bytes {
                return Err(self.too_large(server));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, headers, body, server: server.to_owned() })
    }

    fn too_large(&self, server: &str) -> HttpError {
        HttpError::TooLarge { server: server.to_owned(), limit_bytes: self.answer_limit_bytes }
    }
}

/// Host and port, which is all of a URL that may be shown.
pub fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or("no host");
    let zone = zone_of(host).map(|(address, _)| format!("[{address}]"));
    let host = zone.as_deref().unwrap_or(host);
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// `base` with `path` behind whatever path it has; its query and fragment are dropped.
pub fn join_path(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
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
            let url = join_path(&Url::parse(base).unwrap(), "/user/me");
            assert_eq!(url.as_str(), want, "join_path {base}");
        }
    }
}
