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

pub use find::{by_uri, find, is_slow_call, operations, suggest};
pub use grant::{Permission, Preset, lacks};
pub use need::{Need, meant};
pub use operation::{
    AnswerType, Dialect, Dialects, ItemAccess, Method, Operation, Parameter, Place, Property,
    ValueType, Variant,
};
pub use route::{RouteMatch, is_slow_request, route};
pub use table::CLOUD;
