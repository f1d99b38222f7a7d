//! The answers of the tools that read, from a home at one moment.

mod audit;
mod condition;
mod device;
mod device_line;
mod devices;
mod doctor;
mod events;
mod facts;
mod flow;
mod flowcards;
mod flows;
mod history;
mod overview;
mod secret_free;
mod span;

pub(crate) use self::audit::audit;
pub(crate) use self::device::{Beside, device, find_device};
pub(crate) use self::devices::devices;
pub(crate) use self::doctor::{Client, doctor};
pub(crate) use self::events::events;
pub(crate) use self::facts::FlowFacts;
pub(crate) use self::flow::flow;
pub(crate) use self::flowcards::{
    choices, describe as describe_card, find_card, search as search_cards,
};
pub(crate) use self::flows::flows;
pub(crate) use self::history::{NamedReading, added_up, by_step, history, step_for};
pub(crate) use self::overview::overview;
pub(crate) use self::secret_free::{in_words, secret_free};
pub(crate) use self::span::span;
