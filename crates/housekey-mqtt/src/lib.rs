//! Homes on an MQTT broker: Home Assistant discovery, and commands back.
//!
//! Pure: `options`, `view` (a device as it is published), `home_assistant` (components and their messages),
//! `shape` (which topic follows which capability), `outbox`, `rate`, `preview`, `bridge` (decides every message and command).
//! Doing: `connection` (a broker, behind [`Broker`]), `client` (the one that speaks MQTT 5), `task` (runs a bridge), `leftovers`
//! (what a broker keeps of ours).

mod bridge;
mod client;
mod connection;
mod home_assistant;
mod leftovers;
mod options;
mod outbox;
mod pattern;
mod payload;
mod preview;
mod rate;
mod shape;
mod slug;
mod task;
mod tls;
mod topics;
mod view;

pub use bridge::{Action, Bridge, CapabilityWrite, Command, Out, Received};
pub use client::Client;
pub use connection::{Broker, Connection, Event, Lost, Request};
pub use leftovers::{Cleaner, own_topics};
pub use options::{Discovery, Options, Override, Selection, UniqueIds};
pub use outbox::Message;
pub use preview::preview;
pub use task::{PublishedHome, Report, run};
pub use tls::tls;
pub use view::HomeyNames;
