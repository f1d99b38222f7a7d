//! Takes tokens out of what a Homey says before anybody else reads it.
//!
//! Two rules. The text of a known token is replaced wherever it appears ([`TokenText`]). The value of a
//! logic variable that is written with tokens is replaced whatever it is at the moment, since it may be
//! a token that nobody here knows ([`TokenVariables`]).

mod json;
mod text;
mod variables;

pub use self::json::Unreadable;
pub use self::text::TokenText;
pub use self::variables::TokenVariables;

/// What appears where a token was.
pub const MASK: &str = "***";
