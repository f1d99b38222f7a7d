//! One WebSocket to the emulator, by hand.

use futures_util::{SinkExt as _, StreamExt as _};
use housekey_emulator::Emulator;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, handshake::client::Response};
use tokio_tungstenite::{WebSocketStream, client_async};

/// How a client of the vendor asks for it.
pub(crate) const PATH: &str = "/socket.io/?EIO=3&transport=websocket";

pub(crate) struct Wire(WebSocketStream<TcpStream>);

impl Wire {
    /// Opens one; the answer to the upgrade as well. It offers compression, as the vendor's client does.
    pub(crate) async fn open(world: &Emulator, path: &str) -> (Self, Response) {
        let url = world.facts().homey_url;
        let host = url.trim_start_matches("http://");
        let tcp = TcpStream::connect(host).await.unwrap();
        let mut request = format!("ws://{host}{path}").into_client_request().unwrap();
        let offer = "permessage-deflate; client_max_window_bits".parse().unwrap();
        request.headers_mut().insert("sec-websocket-extensions", offer);
        let (socket, response) = client_async(request, tcp).await.unwrap();
        (Self(socket), response)
    }

    /// One that has got the first two packets.
    pub(crate) async fn opened(world: &Emulator) -> Self {
        let (mut wire, _) = Self::open(world, PATH).await;
        assert!(wire.next().await.unwrap().starts_with("0{"));
        assert_eq!(wire.next().await.as_deref(), Some("40"));
        wire
    }

    /// One that has shaken hands with the API key, as answer number 0 of the root.
    pub(crate) async fn admitted(world: &Emulator) -> Self {
        let mut wire = Self::opened(world).await;
        let token = world.facts().api_key;
        wire.send(&format!(r#"420["handshakeClient",{{"token":"{token}"}}]"#)).await;
        let admitted =
            format!(r#"430[null,{{"token":"{token}","namespace":"/api","success":true}}]"#);
        assert_eq!(wire.next().await, Some(admitted));
        wire
    }

    /// One in the namespace.
    pub(crate) async fn joined(world: &Emulator) -> Self {
        let mut wire = Self::admitted(world).await;
        assert_eq!(wire.ask("40/api,").await, "40/api,");
        wire
    }

    pub(crate) async fn send(&mut self, frame: &str) {
        self.0.send(Message::text(frame)).await.unwrap();
    }

    /// Asks to close the connection, and stays.
    pub(crate) async fn say_good_bye(&mut self) {
        self.0.send(Message::Close(None)).await.unwrap();
    }

    /// The next frame; `None` when the connection is gone.
    pub(crate) async fn next(&mut self) -> Option<String> {
        match self.0.next().await? {
            Ok(Message::Text(text)) => Some(text.to_string()),
            Ok(Message::Close(_)) | Err(_) => None,
            Ok(other) => panic!("{other:?} is no text"),
        }
    }

    pub(crate) async fn ask(&mut self, frame: &str) -> String {
        self.send(frame).await;
        self.next().await.unwrap_or_else(|| panic!("gone instead of answering {frame}"))
    }

    /// Calls an operation of a manager; its whole answer.
    pub(crate) async fn call(&mut self, manager: &str, operation: &str, args: Value) -> Value {
        let uri = format!("homey:manager:{manager}");
        let call = serde_json::json!({ "args": args, "operation": operation, "uri": uri });
        let answer = self.ask(&format!(r#"42/api,77["api",{call}]"#)).await;
        let answer = answer.strip_prefix("43/api,77").unwrap_or_else(|| panic!("{answer}"));
        serde_json::from_str(answer).unwrap()
    }
}

/// A device that can be switched, and whether it is on.
pub(crate) async fn lamp(wire: &mut Wire) -> (String, bool) {
    let answer = wire.call("devices", "getDevices", serde_json::json!({})).await;
    let devices = answer[1].as_object().unwrap();
    let switch = |device: &Value| device["capabilitiesObj"]["onoff"].clone();
    let (id, device) = devices.iter().find(|(_, one)| switch(one)["setable"] == true).unwrap();
    (id.clone(), switch(device)["value"].as_bool().unwrap())
}
