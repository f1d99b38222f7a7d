//! History in a file of SQLite, one for each Homey.

mod lock;
pub(super) mod open;
pub(super) mod rows;
pub(super) mod schema;

pub(super) use self::lock::WriteLock;
