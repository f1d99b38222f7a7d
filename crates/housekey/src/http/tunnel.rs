//! A bare connection through a proxy: CONNECT for HTTP proxies, SOCKS for the others.

use std::error::Error as Cause;
use std::io;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::Uri;
use hyper_util::client::legacy::connect::proxy::{SocksV4, SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;
use url::Url;

use super::Http;
use super::connection::{Io, bare_host};

type Failed = Box<dyn Cause + Send + Sync>;

/// Connects to a proxy.
#[derive(Clone)]
struct ToProxy {
    http: Http,
    proxy: Url,
}

impl Service<Uri> for ToProxy {
    type Response = TokioIo<Box<dyn Io>>;
    type Error = Failed;
    type Future = BoxFuture<'static, Result<Self::Response, Failed>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Self { http, proxy } = self.clone();
        async move {
            let (host, port) = (bare_host(&proxy), port(&proxy));
            let tcp = http.tcp(host, port).await?;
            if proxy.scheme() != "https" {
                return Ok(TokioIo::new(Box::new(tcp) as Box<dyn Io>));
            }
            let name = ServerName::try_from(host.to_owned())?;
            let tls = TlsConnector::from(http.tls).connect(name, tcp).await?;
            Ok(TokioIo::new(Box::new(tls) as Box<dyn Io>))
        }
        .boxed()
    }
}

impl Http {
    /// A connection to the server of the URL through that proxy.
    pub(super) async fn tunnel(&self, proxy: &Url, url: &Url) -> Result<Box<dyn Io>, Failed> {
        let host = url.host_str().unwrap_or_default();
        let port = url.port_or_known_default().unwrap_or_default();
        let target: Uri = format!("{}://{host}:{port}", url.scheme()).parse()?;
        let way = intercept(proxy, &target).ok_or_else(|| io::Error::other("no such proxy"))?;
        let to_proxy = ToProxy { http: self.clone(), proxy: proxy.clone() };
        let login = way.raw_auth().map(|(user, password)| (user.to_owned(), password.to_owned()));
        let opened = match proxy.scheme() {
            "socks4" | "socks4a" => {
                let mut socks =
                    SocksV4::new(way.uri().clone(), to_proxy).local_dns(proxy.scheme() == "socks4");
                socks.call(target).await?
            }
            "socks5" | "socks5h" => {
                let mut socks =
                    SocksV5::new(way.uri().clone(), to_proxy).local_dns(proxy.scheme() == "socks5");
                if let Some((user, password)) = login {
                    socks = socks.with_auth(user, password);
                }
                socks.call(target).await?
            }
            _ => {
                let mut tunnel = Tunnel::new(way.uri().clone(), to_proxy);
                if let Some(login) = way.basic_auth() {
                    tunnel = tunnel.with_auth(login.clone());
                }
                tunnel.call(target).await?
            }
        };
        Ok(opened.into_inner())
    }
}

/// The proxy as the library for it wants it, with the log-in that its address holds.
fn intercept(proxy: &Url, target: &Uri) -> Option<Intercept> {
    Matcher::builder().all(proxy.as_str().to_owned()).build().intercept(target)
}

fn port(proxy: &Url) -> u16 {
    proxy.port_or_known_default().unwrap_or(1080)
}
