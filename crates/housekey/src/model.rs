//! The items people use every day as types: lenient in what they read, exact in what they write.
//!
//! Homeys of different years send fields that others leave out, send `null` or another type, and add
//! fields that no document knows. So hardly a field is demanded: each is a [`Field`], which holds
//! whatever came, and what has no field of its own is kept in `other`. Decoding an item and encoding it
//! again gives the same JSON value. V2 and V3 shapes come out as the same type; where they name a thing
//! differently, a method answers for both.
//!
//! Shapes are those that real Homeys were seen to send; where only a specification or another client
//! says so, the field's text says *inferred*.

mod advanced_flow;
mod alarm;
mod api_key;
mod app;
mod attention;
mod capabilities;
mod capability;
mod device;
mod driver;
mod energy;
mod field;
mod flow;
mod flow_card;
mod flow_folder;
mod flow_token;
mod image;
pub(crate) mod items;
mod log;
mod measure;
mod mood;
pub mod name;
mod notification;
mod option;
mod owner;
mod presence;
mod read;
mod session;
mod system;
mod time;
mod user;
mod value;
mod variable;
mod weather;
mod zone;

pub use advanced_flow::{AdvancedFlow, Node};
pub use alarm::Alarm;
pub use api_key::ApiKey;
pub use app::{App, Usage};
pub use attention::LowBattery;
pub use capabilities::Capabilities;
pub use capability::{Capability, Choice};
pub use device::Device;
pub use driver::{Driver, PairSession};
pub use energy::{LiveItem, LiveReport, Power};
pub use field::{Field, FieldValue};
pub use flow::{Flow, PlacedCard, Wait};
pub use flow_card::{CardArgument, CardToken, FlowCard};
pub use flow_folder::FlowFolder;
pub use flow_token::FlowToken;
pub use image::Image;
pub use items::Items;
pub use log::{Log, LogEntries, LogEntry};
pub use measure::{Measure, number_text};
pub use mood::{Mood, MoodDevice};
pub use notification::{Notification, NotificationOwner};
pub use option::OptionValue;
pub use presence::Presence;
pub use session::SessionInfo;
pub use system::SystemInfo;
pub use time::Time;
pub use user::User;
pub use value::{ValueError, ValueKind};
pub use variable::Variable;
pub use weather::{Forecast, Weather};
pub use zone::Zone;

macro_rules! named {
    ($($item:ty),+ $(,)?) => {$(
        impl $item {
            /// What people call it: its name, in English where it comes in several languages; its id where
            /// it has none.
            pub fn name(&self) -> &str {
                name::or_id(self.name.label(), &self.id)
            }
        }
    )+};
}

named!(AdvancedFlow, Alarm, ApiKey, Device, Flow, FlowFolder, Mood, User, Variable, Zone);
