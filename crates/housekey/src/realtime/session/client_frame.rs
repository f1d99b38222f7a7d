//! Frames from the client to a Homey.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::Secret;
use crate::realtime::packet::Packet;

/// A frame to send.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientFrame {
    /// The heartbeat.
    Ping,
    /// Authenticates.
    Handshake {
        /// The number of the answer.
        ack: u64,
        /// The session token or API key.
        token: Secret,
        /// The Homey's cloud id, where it is known.
        homey_id: Option<String>,
    },
    /// Joins the namespace that the handshake named.
    Join(Arc<str>),
    /// Leaves a namespace.
    Leave(Arc<str>),
    /// Subscribes to the events of a URI.
    Subscribe {
        /// The namespace.
        namespace: Arc<str>,
        /// The number of the answer.
        ack: u64,
        /// The URI.
        uri: Arc<str>,
    },
    /// Ends a subscription. There is no answer.
    Unsubscribe {
        /// The namespace.
        namespace: Arc<str>,
        /// The URI.
        uri: Arc<str>,
    },
    /// Calls an operation.
    Call {
        /// The namespace.
        namespace: Arc<str>,
        /// The number of the answer.
        ack: u64,
        /// The result of [`payload`].
        payload: Arc<str>,
    },
}

impl ClientFrame {
    /// The text frame. It is a secret, since it may hold a token or the data of a call.
    pub fn encode(&self) -> Secret {
        let event = |namespace: &str, ack, arguments: &str| {
            Packet::Event { namespace, ack, arguments }.to_string()
        };
        Secret::new(match self {
            Self::Ping => Packet::Ping("").to_string(),
            Self::Handshake { ack, token, homey_id } => {
                let mut who = Map::new();
                who.insert("token".to_owned(), token.expose().into());
                if let Some(id) = homey_id {
                    who.insert("homeyId".to_owned(), id.as_str().into());
                }
                let arguments = json!(["handshakeClient", who]).to_string();
                event("/", Some(*ack), &arguments)
            }
            Self::Join(namespace) => Packet::Connect { namespace }.to_string(),
            Self::Leave(namespace) => Packet::Disconnect { namespace }.to_string(),
            Self::Subscribe { namespace, ack, uri } => {
                event(namespace, Some(*ack), &json!(["subscribe", &**uri]).to_string())
            }
            Self::Unsubscribe { namespace, uri } => {
                event(namespace, None, &json!(["unsubscribe", &**uri]).to_string())
            }
            Self::Call { namespace, ack, payload } => {
                event(namespace, Some(*ack), &format!("[\"api\",{payload}]"))
            }
        })
    }
}

/// The payload of a call: the manager's URI, the operation's own name, and the arguments by name,
/// wherever HTTP would put them.
pub fn payload(uri: &str, operation: &str, arguments: &Map<String, Value>) -> Arc<str> {
    json!({ "args": arguments, "operation": operation, "uri": uri }).to_string().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_those_of_the_vendors_client() {
        let api: Arc<str> = "/api".into();
        let uri: Arc<str> = "homey:manager:devices".into();
        let token = Secret::new("a:b:c");
        let arguments = Map::from_iter([("id".to_owned(), json!("d9"))]);
        for (frame, want) in [
            (ClientFrame::Ping, "2"),
            (
                ClientFrame::Handshake {
                    ack: 0,
                    token: token.clone(),
                    homey_id: Some("5f00".to_owned()),
                },
                r#"420["handshakeClient",{"token":"a:b:c","homeyId":"5f00"}]"#,
            ),
            (
                ClientFrame::Handshake { ack: 12, token, homey_id: None },
                r#"4212["handshakeClient",{"token":"a:b:c"}]"#,
            ),
            (ClientFrame::Join(api.clone()), "40/api,"),
            (ClientFrame::Leave(api.clone()), "41/api,"),
            (ClientFrame::Leave("/".into()), "41"),
            (
                ClientFrame::Subscribe { namespace: api.clone(), ack: 0, uri: uri.clone() },
                r#"42/api,0["subscribe","homey:manager:devices"]"#,
            ),
            (
                ClientFrame::Unsubscribe { namespace: api.clone(), uri: uri.clone() },
                r#"42/api,["unsubscribe","homey:manager:devices"]"#,
            ),
            (
                ClientFrame::Call {
                    namespace: api,
                    ack: 4,
                    payload: payload(&uri, "getDevice", &arguments),
                },
                r#"42/api,4["api",{"args":{"id":"d9"},"operation":"getDevice","uri":"homey:manager:devices"}]"#,
            ),
        ] {
            assert_eq!(frame.encode().expose(), want);
        }
    }
}
