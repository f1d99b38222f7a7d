//! The methods that the build generates from the catalogue.

use serde_json::Value;

use crate::Homey;
use crate::client::{Call, Done};
use crate::model::{
    AdvancedFlow, Alarm, ApiKey, App, Capability, Device, Driver, Flow, FlowCard, FlowFolder,
    FlowToken, Image, Items, LiveReport, Log, LogEntries, Mood, Notification, NotificationOwner,
    OptionValue, PairSession, Presence, SessionInfo, SystemInfo, User, Variable, Weather, Zone,
};

include!(concat!(env!("OUT_DIR"), "/api.rs"));
