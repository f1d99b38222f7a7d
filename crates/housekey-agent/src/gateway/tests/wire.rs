//! One WebSocket to the gateway, by hand.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::gateway::tests::harness::TestGateway;

/// A live connection as a client sees it.
pub(super) struct Wire(WebSocketStream<TcpStream>);

impl Wire {
    /// One that has shaken hands and joined the namespace; gives the answer to the handshake as well.
    pub(super) async fn joined(gateway: &TestGateway, key: &str) -> (Self, String) {
        let tcp = TcpStream::connect(gateway.address).await.unwrap();
        let url = format!("ws://{}/socket.io/?EIO=3&transport=websocket", gateway.address);
        let (socket, _) = client_async(url, tcp).await.unwrap();
        let mut wire = Self(socket);
        let hands =
            wire.call(&format!(r#"420["handshakeClient",{{"token":"{key}"}}]"#), "430").await;
        wire.call("40/api,", "40/api,").await;
        (wire, hands)
    }

    /// Sends a frame, and gives the next one that begins so.
    pub(super) async fn call(&mut self, frame: &str, begins: &str) -> String {
        self.0.send(Message::text(frame)).await.unwrap();
        self.next(begins).await
    }

    /// The next frame that begins so.
    pub(super) async fn next(&mut self, begins: &str) -> String {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(frame))) if frame.starts_with(begins) => {
                    return frame.as_str().to_owned();
                }
                Some(Ok(_)) => {}
                other => panic!("waiting for {begins}: {other:?}"),
            }
        }
    }
}
