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

mod api_key;
mod capability;
mod device;
mod field;
mod items;
mod session;
mod system;
mod time;
mod user;
mod value;
mod variable;
mod zone;

pub use api_key::ApiKey;
pub use capability::{Capability, Choice};
pub use device::Device;
pub use field::Field;
pub use items::Items;
pub use session::Session;
pub use system::SystemInfo;
pub use time::Time;
pub use user::User;
pub use value::{ValueError, ValueKind};
pub use variable::Variable;
pub use zone::Zone;
