//! The pages as HTML. Pure; complete without scripts, and without a style or script in the text.

pub(crate) mod activity;
pub(crate) mod agent;
pub(crate) mod approvals;
pub(crate) mod chart;
pub(crate) mod control;
pub(crate) mod device;
pub(crate) mod energy;
pub(crate) mod flow;
pub(crate) mod flows;
pub(crate) mod frame;
pub(crate) mod history;
pub(crate) mod home;
mod icon;
pub(crate) mod sign_in;
pub(crate) mod tile;
