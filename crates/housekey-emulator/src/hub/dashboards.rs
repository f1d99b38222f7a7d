//! Dashboards.

use serde_json::{Map, Value, json};

use super::call::{Handlers, HubError};
use super::items::{self, ItemKind};
use crate::state::Home;

pub(super) const HANDLERS: Handlers = &[
    ("dashboards.getDashboards", |home, call| DASHBOARD.list(home, call)),
    ("dashboards.getDashboard", |home, call| DASHBOARD.get(home, call)),
    ("dashboards.createDashboard", |home, call| {
        DASHBOARD.create(home, call, |_| json!({ "columns": [] }))
    }),
    ("dashboards.updateDashboard", |home, call| DASHBOARD.update(home, call)),
    ("dashboards.deleteDashboard", |home, call| DASHBOARD.delete(home, call)),
];

const DASHBOARD: ItemKind = ItemKind {
    manager: "dashboards",
    item: "dashboard",
    name: "Dashboard",
    all: |home| &home.dashboards,
    all_mut: |home| &mut home.dashboards,
    keys: &["name", "columns"],
    check,
    view: items::as_stored,
};

/// Columns hold widgets, and both have ids.
fn check(_: &Home, dashboard: &Map<String, Value>) -> Result<(), HubError> {
    let with_id = |item: &Value| item.get("id").is_some_and(Value::is_string);
    let column = |column: &Value| {
        let widgets = column.get("widgets").and_then(Value::as_array);
        with_id(column) && widgets.is_some_and(|widgets| widgets.iter().all(with_id))
    };
    let columns = dashboard.get("columns").and_then(Value::as_array);
    if columns.is_some_and(|columns| columns.iter().all(column)) {
        return Ok(());
    }
    Err(HubError::invalid("columns should hold widgets with ids"))
}
