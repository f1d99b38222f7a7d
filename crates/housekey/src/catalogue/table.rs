//! The tables that the build generates from the catalogue files.

use super::{
    AnswerType, Dialect, Dialects, ItemAccess, Method, Operation, Parameter, Place, Property,
    ValueType, Variant,
};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
