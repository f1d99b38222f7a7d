//! Every operation of the Homey Web API and of the account cloud as data: the one list that request
//! building, the command line, the emulator and the documents read.
//!
//! The facts stand in `crates/housekey/catalogue/*.ops`, one small text file for each manager; the
//! build turns them into static tables, so nothing is parsed when a program starts.

#[cfg(test)]
mod check;
mod find;
mod grant;
pub mod need;
mod operation;
mod route;
pub mod scope;
mod table;

pub use find::{by_uri, find, operations, suggest};
pub use grant::{Grant, Preset, lacks};
pub use need::{Need, meant};
pub use operation::{
    Access, Answer, Dialect, Dialects, Kind, Method, Operation, Parameter, Place, Property, Variant,
};
pub use route::{Route, route};
pub use table::CLOUD;
