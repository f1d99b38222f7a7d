//! The home as lines for InfluxDB and for everything else that takes its line protocol.
//!
//! Pure: `line` (escaping), `layout` (a change becomes a line), `answer` (what follows an answer of the
//! server). Doing: `spool` (lines that wait on disk).

mod answer;
mod layout;
mod line;
mod spool;

pub use self::answer::{WriteAnswer, first_lines};
pub use self::layout::{Layout, Lines};
pub use self::spool::{Spool, SpooledBatch};
