//! Text frames to packets and back: Engine.IO 3 with Socket.IO 2.
//!
//! Decoding borrows from the frame and copies nothing. Source of the framing: frames recorded from
//! the vendor's client and a 2.5 server.

mod arguments;

use std::fmt;

use serde::Deserialize;

pub use self::arguments::{EventPayload, elements};

/// One text frame. JSON stays text: an array that is not parsed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The server's first packet, with the intervals of the heartbeat.
    Open(Open),
    /// The other side is about to close.
    Close,
    /// Sent by the client in this version of the protocol, with any text.
    Ping(&'a str),
    /// The server's answer.
    Pong(&'a str),
    /// A namespace is joined; the server joins the root unasked.
    Connect {
        /// `/` for the root.
        namespace: &'a str,
    },
    /// A namespace is left, or the other side removed us from it.
    Disconnect {
        /// `/` for the root.
        namespace: &'a str,
    },
    /// An event or a request.
    Event {
        /// `/` for the root.
        namespace: &'a str,
        /// The number for the acknowledgement, if one is expected.
        ack: Option<u64>,
        /// A JSON array: the event's name, then its arguments.
        arguments: &'a str,
    },
    /// The acknowledgement of an event.
    Ack {
        /// `/` for the root.
        namespace: &'a str,
        /// The number of the event.
        ack: u64,
        /// A JSON array: error, result.
        arguments: &'a str,
    },
    /// A namespace cannot be joined.
    Error {
        /// `/` for the root.
        namespace: &'a str,
        /// Any JSON; mostly a text.
        data: &'a str,
    },
    /// A packet that a Homey never sends and that needs no answer: an event with binary
    /// attachments, a transport upgrade, a noop.
    Ignored,
}

/// The server's first packet, reduced to the fields that a client needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Open {
    /// The server's id of the connection.
    pub sid: String,
    /// How often the client pings, in milliseconds.
    pub ping_interval: u64,
    /// How long the answer to a ping may take, in milliseconds.
    pub ping_timeout: u64,
}

/// Why a frame cannot be decoded. The frame is not quoted, since it may hold a token.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// The frame is empty.
    #[error("an empty frame")]
    Empty,
    /// The first or second character is not a type of packet.
    #[error("a frame of an unknown type")]
    UnknownType,
    /// The open packet has no identifier or no times.
    #[error("an open packet without its times")]
    Open,
    /// An acknowledgement without its number, or a number above `u64::MAX`.
    #[error("an answer without a number")]
    AckNumber,
    /// The arguments are not a JSON array.
    #[error("arguments that are not a list")]
    Arguments,
}

impl<'a> Packet<'a> {
    /// Reads a text frame.
    ///
    /// # Errors
    /// See [`PacketError`]. The JSON of arguments is not checked here.
    pub fn decode(frame: &'a str) -> Result<Self, PacketError> {
        let (kind, rest) = split_digit(frame)?;
        match kind {
            b'0' => serde_json::from_str(rest).map(Self::Open).map_err(|_| PacketError::Open),
            b'1' => Ok(Self::Close),
            b'2' => Ok(Self::Ping(rest)),
            b'3' => Ok(Self::Pong(rest)),
            b'4' => Self::decode_message(rest),
            b'5' | b'6' => Ok(Self::Ignored),
            _ => Err(PacketError::UnknownType),
        }
    }

    fn decode_message(message: &'a str) -> Result<Self, PacketError> {
        let (kind, rest) = split_digit(message)?;
        let (namespace, rest) = split_namespace(rest);
        match kind {
            b'0' => Ok(Self::Connect { namespace }),
            b'1' => Ok(Self::Disconnect { namespace }),
            b'2' => {
                let (ack, arguments) = split_number(rest)?;
                Ok(Self::Event { namespace, ack, arguments: list(arguments)? })
            }
            b'3' => {
                let (ack, arguments) = split_number(rest)?;
                let ack = ack.ok_or(PacketError::AckNumber)?;
                Ok(Self::Ack { namespace, ack, arguments: list(arguments)? })
            }
            b'4' => Ok(Self::Error { namespace, data: rest }),
            b'5' | b'6' => Ok(Self::Ignored),
            _ => Err(PacketError::UnknownType),
        }
    }
}

/// The frame of a packet.
impl fmt::Display for Packet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(Open { sid, ping_interval, ping_timeout }) => write!(
                f,
                r#"0{{"sid":{},"upgrades":[],"pingInterval":{ping_interval},"pingTimeout":{ping_timeout}}}"#,
                serde_json::Value::from(sid.as_str()),
            ),
            Self::Close => f.write_str("1"),
            Self::Ping(text) => write!(f, "2{text}"),
            Self::Pong(text) => write!(f, "3{text}"),
            Self::Connect { namespace } => write!(f, "40{}", Prefix(namespace)),
            Self::Disconnect { namespace } => write!(f, "41{}", Prefix(namespace)),
            Self::Event { namespace, ack: None, arguments } => {
                write!(f, "42{}{arguments}", Prefix(namespace))
            }
            Self::Event { namespace, ack: Some(ack), arguments } => {
                write!(f, "42{}{ack}{arguments}", Prefix(namespace))
            }
            Self::Ack { namespace, ack, arguments } => {
                write!(f, "43{}{ack}{arguments}", Prefix(namespace))
            }
            Self::Error { namespace, data } => write!(f, "44{}{data}", Prefix(namespace)),
            Self::Ignored => f.write_str("6"),
        }
    }
}

/// A namespace as it is written before the rest: left out for the root, else followed by a comma.
struct Prefix<'a>(&'a str);

impl fmt::Display for Prefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == "/" { Ok(()) } else { write!(f, "{},", self.0) }
    }
}

fn split_digit(text: &str) -> Result<(u8, &str), PacketError> {
    let first = *text.as_bytes().first().ok_or(PacketError::Empty)?;
    // A character of several bytes is no digit, and a cut after its first byte would panic.
    let rest = text.get(1..).ok_or(PacketError::UnknownType)?;
    Ok((first, rest))
}

/// The namespace without its query, `/` where none is written.
fn split_namespace(text: &str) -> (&str, &str) {
    if !text.starts_with('/') {
        return ("/", text);
    }
    let (namespace, rest) = text.split_once(',').unwrap_or((text, ""));
    (namespace.split_once('?').map_or(namespace, |(path, _)| path), rest)
}

fn split_number(text: &str) -> Result<(Option<u64>, &str), PacketError> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() {
        return Ok((None, rest));
    }
    digits.parse().map(|number| (Some(number), rest)).map_err(|_| PacketError::AckNumber)
}

fn list(text: &str) -> Result<&str, PacketError> {
    if text.starts_with('[') { Ok(text) } else { Err(PacketError::Arguments) }
}

#[cfg(test)]
mod tests;
