//! History in a file of SQLite, one for each Homey.

mod lock;
mod maintain;
mod open;
mod read;
mod schema;
mod statistics;
#[cfg(test)]
mod tests;
mod write;

pub use self::maintain::{SeriesSize, Size};
pub use self::read::SqliteReader;
pub use self::statistics::Retention;
pub use self::write::SqliteWriter;
