//! The tables that the build makes of the catalogue files.

use super::{
    Access, Answer, Dialect, Dialects, Kind, Method, Operation, Parameter, Place, Property, Variant,
};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
