//! The futures that the driver waits for: a socket, a token, a message.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::Secret;
use crate::auth::{Bearer, SignInWatch};
use crate::error::{Error, Loss};
use crate::http::ANSWER_LIMIT_BYTES;
use crate::realtime::dial::Dial;

/// How much is read at once: about a hundred events. The library clears that much before each
/// read, and holds it as long as the connection lasts.
const READ_BYTES: usize = 16 << 10;

/// How much may wait to be sent, in bytes: the largest request, and what is queued before it.
const WRITE_BYTES: usize = ANSWER_LIMIT_BYTES + (1 << 20);

pub(super) type Socket<D> = WebSocketStream<<D as Dial>::Io>;

/// The transport and the WebSocket on it.
pub(super) async fn open<D: Dial>(dial: Arc<D>) -> Result<Socket<D>, Loss> {
    let (io, url) = dial.dial().await?;
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .max_write_buffer_size(WRITE_BYTES)
        .max_message_size(Some(ANSWER_LIMIT_BYTES))
        .max_frame_size(Some(ANSWER_LIMIT_BYTES));
    let opened = client_async_with_config(url.as_str(), io, Some(config)).await;
    opened.map(|(socket, _)| socket).map_err(|error| broken(&error))
}

pub(super) async fn authenticate(bearer: Bearer, refused: Option<Secret>) -> Result<Secret, Error> {
    match refused {
        Some(refused) => bearer.renew_after(&refused).await,
        None => bearer.token().await,
    }
}

/// The next message of a socket, if there is one.
pub(super) async fn next<S: futures_util::Stream + Unpin>(
    socket: &mut Option<S>,
) -> Option<S::Item> {
    match socket {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}

/// The result of an operation under way, if there is one.
pub(super) async fn pending<T>(under_way: &mut Option<BoxFuture<'static, T>>) -> T {
    match under_way {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

/// Waits for a new sign-in, if there is a watch for it.
pub(super) async fn signed_in(watch: Option<&mut SignInWatch>) {
    match watch {
        Some(watch) => watch.signed_in().await,
        None => std::future::pending().await,
    }
}

pub(super) fn broken(error: &dyn std::fmt::Display) -> Loss {
    Loss::Transport(error.to_string())
}
