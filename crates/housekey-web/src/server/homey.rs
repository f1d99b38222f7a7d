//! A Homey, as the agent gives it to the dashboard.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use housekey::Homey;
use housekey::catalogue::Dialect;
use housekey::mirror::Mirror;
use http::Method;

use super::recorded::Recorded;

/// Notes who wrote, with which method and to which path.
pub(super) type Wrote = Arc<dyn Fn(&str, &Method, String) + Send + Sync>;

/// A Homey that the dashboard shows.
#[derive(Clone)]
pub struct DashboardHomey {
    /// Its short name.
    pub name: String,
    /// The name its owner gave it.
    pub title: String,
    /// Its dialect.
    pub dialect: Dialect,
    /// What writes.
    pub homey: Homey,
    /// What is shown: the mirror that it shares with other parts.
    pub mirror: Arc<dyn Fn() -> BoxFuture<'static, Result<Mirror, String>> + Send + Sync>,
    /// Its recorded values, if they are kept.
    pub recorded: Option<Arc<dyn Recorded>>,
    /// Notes a write: by whom, method and path.
    pub wrote: Wrote,
}
