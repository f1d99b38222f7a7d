//! The HTTP server: reads requests and sends answers, complete or cut.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{self, ConnectInfo, State};
use axum::http::Response;
use axum::middleware::{self, Next};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::call_names;
use crate::exchange::{Exchanged, exchange};
use crate::faulty_stream::{FaultyListener, OpenStreams, Peer};
use crate::realtime;
use crate::reply::Reply;
use crate::request::Request;
use crate::world::World;

/// The largest body that is read.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The state of the request handlers.
#[derive(Clone)]
struct Context {
    world: Arc<World>,
    /// Closed when the emulator stops.
    running: watch::Receiver<()>,
}

/// A running server. Dropping it closes the port and every connection.
pub(crate) struct Server {
    accepting: JoinHandle<()>,
    streams: OpenStreams,
    _running: watch::Sender<()>,
}

impl Server {
    /// Starts to serve a world.
    pub(crate) fn start(listener: TcpListener, world: Arc<World>) -> Self {
        let (sender, running) = watch::channel(());
        let mut ended = running.clone();
        let live = realtime::service(&world);
        let context = Context { world, running };
        let app = Router::new()
            .route_service("/socket.io", live.clone())
            .route_service("/socket.io/", live)
            .layer(middleware::from_fn_with_state(context.clone(), open))
            .fallback(serve)
            .with_state(context);
        let listener = FaultyListener::new(listener);
        let streams = listener.open();
        let serving = axum::serve(listener, app.into_make_service_with_connect_info::<Peer>())
            .with_graceful_shutdown(async move { while ended.changed().await.is_ok() {} });
        let accepting = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the emulator stopped serving");
            }
        });
        Self { accepting, streams, _running: sender }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
        // WebSockets are no longer part of the server's graceful shutdown.
        self.streams.cut_all();
    }
}

async fn serve(
    State(context): State<Context>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: extract::Request,
) -> Response<Body> {
    let mut running = context.running;
    tokio::select! {
        reply = answer(&context.world, &peer, request) => reply,
        _ = running.changed() => Reply::empty(503).cut(),
    }
}

async fn answer(world: &World, peer: &Peer, request: extract::Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => body,
        Err(error) => {
            let why = format!("The body is broken or larger than 16 MiB: {error}");
            return Reply::error(413, "payload_too_large", &why).whole();
        }
    };
    match exchange(world, Request::new(parts, body, peer.address)).await {
        Exchanged::Whole(reply) => reply.whole(),
        Exchanged::Cut(reply) => reply.cut(),
        Exchanged::Lost => {
            // Nothing is written to a connection that is cut.
            peer.control.cut();
            Reply::empty(503).whole()
        }
    }
}

/// Opens a live connection, unless a fault prevents that.
async fn open(
    State(context): State<Context>,
    request: extract::Request,
    next: Next,
) -> Response<Body> {
    let Some(fault) = context.world.record(&[call_names::OPEN]) else {
        return next.run(request).await;
    };
    tokio::time::sleep(fault.delay).await;
    match fault.reply {
        Some(canned) => Reply::from(canned).whole(),
        None if fault.cut => Reply::empty(503).cut(),
        None => next.run(request).await,
    }
}

/// Binds the address; an error names it.
pub(crate) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
    })
}
