//! A row of `housekey operations`.

use housekey::catalogue::{Operation, Variant};

/// An operation, and how it is called on the dialects that agree about it.
pub(super) type Entry = (&'static Operation, &'static Variant);
