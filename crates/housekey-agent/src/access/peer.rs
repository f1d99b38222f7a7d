//! The other side of a connection, and the network it belongs to.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The other side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// Over TCP.
    Address(IpAddr),
    /// Over a unix socket, with the user id that the system vouches for.
    User(u32),
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::User(user) => write!(f, "user {user}"),
        }
    }
}

/// Those who are met together: addresses of one IPv6 network belong to one holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Network {
    Address(IpAddr),
    User(u32),
}

impl Network {
    pub(crate) fn of(peer: Peer) -> Self {
        match peer {
            Peer::User(user) => Self::User(user),
            Peer::Address(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(address) => Self::Address(address.into()),
                None => {
                    let [a, b, c, d, ..] = address.segments();
                    Self::Address(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into())
                }
            },
            Peer::Address(address) => Self::Address(address),
        }
    }
}
