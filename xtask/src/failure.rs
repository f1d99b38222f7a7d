//! Why a task failed.

use std::error::Error;

/// Text for the person at the keyboard: what failed, why, what to do next.
pub(crate) type Failure = Box<dyn Error>;
