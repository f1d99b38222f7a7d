//! What the pages show, made from the mirror of a Homey. Pure.

pub mod activity;
pub mod approvals;
pub mod control;
pub mod device;
pub mod energy;
pub mod flow;
pub mod flows;
pub mod freshness;
pub mod history;
pub mod home;
pub mod icon;
pub mod phrase;
pub mod tile;
pub mod when;
