//! x
pub mod hub;
mod state;
