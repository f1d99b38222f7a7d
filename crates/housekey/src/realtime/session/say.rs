//! What we say to a Homey, and its frames.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::Secret;
use crate::realtime::packet::Packet;

/// Something to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Say {
    /// The heart-beat.
    Ping,
    /// Who we are.
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
    /// Asks for the events of a URI.
    Subscribe {
        /// Where.
        namespace: Arc<str>,
        /// The number of the answer.
        ack: u64,
        /// Of what.
        uri: Arc<str>,
    },
    /// Wants no more events of a URI. There is no answer.
    Unsubscribe {
        /// Where.
        namespace: Arc<str>,
        /// Of what.
        uri: Arc<str>,
    },
    /// Calls an operation.
    Call {
        /// Where.
        namespace: Arc<str>,
        /// The number of the answer.
        ack: u64,
        /// What [`payload`] made.
        payload: Arc<str>,
    },
}

impl Say {
    /// The text frame. It is a secret, since it may hold a token or whatever a call carries.
    pub fn frame(&self) -> Secret {
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

/// What a call of an operation carries: the manager's URI, the operation's own name, and the
/// arguments by name wherever HTTP would have put them.
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
        for (say, want) in [
            (Say::Ping, "2"),
            (
                Say::Handshake { ack: 0, token: token.clone(), homey_id: Some("5f00".to_owned()) },
                r#"420["handshakeClient",{"token":"a:b:c","homeyId":"5f00"}]"#,
            ),
            (
                Say::Handshake { ack: 12, token, homey_id: None },
                r#"4212["handshakeClient",{"token":"a:b:c"}]"#,
            ),
            (Say::Join(api.clone()), "40/api,"),
            (Say::Leave(api.clone()), "41/api,"),
            (Say::Leave("/".into()), "41"),
            (
                Say::Subscribe { namespace: api.clone(), ack: 0, uri: uri.clone() },
                r#"42/api,0["subscribe","homey:manager:devices"]"#,
            ),
            (
                Say::Unsubscribe { namespace: api.clone(), uri: uri.clone() },
                r#"42/api,["unsubscribe","homey:manager:devices"]"#,
            ),
            (
                Say::Call {
                    namespace: api,
                    ack: 4,
                    payload: payload(&uri, "getDevice", &arguments),
                },
                r#"42/api,4["api",{"args":{"id":"d9"},"operation":"getDevice","uri":"homey:manager:devices"}]"#,
            ),
        ] {
            assert_eq!(say.frame().expose(), want);
        }
    }
}
