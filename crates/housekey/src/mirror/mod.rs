//! A live copy of a Homey's state that is right again after every gap.
//!
//! Pure: `machine` (what to do when), `home` and `item` (the copy), `change`, `told` and `window` (what
//! events say), `kind`, `status`. Doing: `task` (does it), `history` (the last changes), `handle` (what
//! programs hold).

mod change;
mod handle;
mod history;
mod home;
mod item;
mod kind;
mod machine;
mod shared;
mod status;
mod task;
mod told;
mod window;

pub use self::change::{Change, How, What};
pub use self::handle::Mirror;
pub use self::history::{Changes, Missed};
pub use self::home::{Home, Mirrored};
pub use self::item::{Item, Report};
pub use self::kind::{Kind, Kinds};
pub use self::status::{State, Status};
