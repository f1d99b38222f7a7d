//! A live copy of a Homey's state, which catches up after every gap.
//!
//! Pure: `machine` (the state machine), `home` and `item` (the copy), `change`, `item_event` and
//! `window` (events about items), `kind`, `status`. Doing: `task` (runs the machine), `history`
//! (the latest changes), `handle` (the handle for programs).

mod change;
mod handle;
mod history;
mod home;
mod item;
mod item_event;
mod kind;
mod machine;
mod shared;
mod status;
mod task;
mod window;

pub use self::change::{Change, ChangeKind, Origin};
pub use self::handle::Mirror;
pub use self::history::{ChangeStream, Missed};
pub use self::home::{Home, Mirrored};
pub use self::item::{Item, Report};
pub use self::kind::{ItemKind, Kinds};
pub use self::status::{MirrorState, MirrorStatus};
