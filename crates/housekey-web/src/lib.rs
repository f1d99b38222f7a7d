//! The dashboard: a home in a browser, live.
//!
//! Pure: [`view`](mod@view) says what a page shows, made from the mirror of a Homey; `page` writes it as
//! HTML; `assets` holds style, scripts and icons. Doing: `session` (who is signed in), `server` (requests,
//! the live stream, writes).

mod assets;
mod page;
mod rights;
mod server;
mod session;
pub mod view;

pub use self::rights::Grant;
pub use self::server::{
    Approving, CheckKey, Dashboard, DashboardHomey, Recorded, SignedIn, StatusSource, Visit,
};
pub use self::session::{LINK_LIFE, SessionRow, Sessions};

/// The path below which everything of the dashboard lies.
pub const PATH: &str = "/dashboard";

/// Whether a path belongs to the dashboard.
pub fn is_dashboard(path: &str) -> bool {
    path == "/"
        || path.strip_prefix(PATH).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
