//! The end of a live connection: why, and the close frame for it.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// How long a close handshake may take.
pub(super) const CLOSE: Duration = Duration::from_secs(1);

/// Why a conversation ends.
pub(super) enum SessionEnd {
    /// One side has closed, or is lost.
    Left(Option<CloseFrame>),
    /// We end it.
    Closed(CloseCode, &'static str),
}

impl SessionEnd {
    /// The close frame that is sent.
    pub(super) fn close_frame(self) -> Option<CloseFrame> {
        match self {
            Self::Left(close_frame) => close_frame,
            Self::Closed(code, reason) => {
                tracing::debug!(reason, "a live connection is ended");
                Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) })
            }
        }
    }
}

/// Takes leave of a caller that no Homey knows of.
pub(super) async fn close<C>(caller: &mut WebSocketStream<C>, end: SessionEnd)
where
    C: AsyncRead + AsyncWrite + Unpin,
{
    let _ = timeout(CLOSE, caller.close(end.close_frame())).await;
}
