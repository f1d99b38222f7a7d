//! What the pages show, made from the mirror of a Homey. Pure.

pub mod activity;
pub mod control;
pub mod device;
pub mod flows;
pub mod freshness;
pub mod home;
pub mod icon;
pub mod phrase;
pub mod tile;
pub mod when;
