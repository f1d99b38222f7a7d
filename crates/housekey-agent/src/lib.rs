//! Keeps Homey tokens fresh for good and hands them to every program that needs one.

pub mod credential;
