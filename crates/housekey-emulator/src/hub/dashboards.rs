//! Dashboards. The virtual home's apps bring no widgets, so those lists are empty.

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::call::{Call, Handlers, name_in};
use super::error::HubError;
use super::items;
use crate::state::{ChangeKind, Home};

pub(super) const HANDLERS: Handlers = &[
    ("dashboards.getDashboards", |home, _| Ok(items::all(&home.dashboards))),
    ("dashboards.getDashboard", |home, call| {
        items::one(&home.dashboards, "Dashboard", call.text("id")?)
    }),
    ("dashboards.createDashboard", create),
    ("dashboards.updateDashboard", update),
    ("dashboards.deleteDashboard", |home, call| {
        let id = call.text("id")?;
        items::find(&home.dashboards, "Dashboard", id)?;
        home.dashboards.shift_remove(id);
        home.changed("dashboards", "dashboard", id, ChangeKind::Deleted);
        Ok(Answer::NOTHING)
    }),
    ("dashboards.getAppWidgets", |_, _| Ok(json!({}).into())),
    ("dashboards.getAppWidget", |_, call| Err(HubError::not_found("AppWidget", call.text("id")?))),
    ("dashboards.getWidgetStores", |_, _| Ok(json!({}).into())),
    ("dashboards.getWidgetStore", |_, call| {
        Err(HubError::not_found("WidgetStore", call.text("id")?))
    }),
];

/// Columns hold widgets, and both have ids.
fn check(dashboard: &Map<String, Value>) -> Result<(), HubError> {
    let with_id = |item: &Value| item.get("id").is_some_and(Value::is_string);
    let column = |column: &Value| {
        let widgets = column.get("widgets").and_then(Value::as_array);
        with_id(column) && widgets.is_some_and(|widgets| widgets.iter().all(with_id))
    };
    let columns = dashboard.get("columns").and_then(Value::as_array);
    if columns.is_some_and(|columns| columns.iter().all(column)) {
        return Ok(());
    }
    Err(HubError::Argument("Invalid Argument: columns should hold widgets with ids".to_owned()))
}

fn create(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let body = call.object("dashboard")?;
    let name = name_in(body, "name")?
        .ok_or_else(|| HubError::Argument("Missing Argument: dashboard.name".to_owned()))?;
    let id = home.new_id("dashboard");
    let mut dashboard = items::object(json!({ "id": id, "name": name, "columns": [] }));
    items::merge(&mut dashboard, body, &["columns"]);
    put(home, &id, dashboard, ChangeKind::Created)
}

fn update(home: &mut Home, call: &Call<'_>) -> Result<Answer, HubError> {
    let (id, body) = (call.text("id")?, call.object("dashboard")?);
    let mut dashboard = items::find(&home.dashboards, "Dashboard", id)?.clone();
    name_in(body, "name")?;
    items::merge(&mut dashboard, body, &["name", "columns"]);
    put(home, id, dashboard, ChangeKind::Updated)
}

fn put(
    home: &mut Home,
    id: &str,
    dashboard: Map<String, Value>,
    what: ChangeKind,
) -> Result<Answer, HubError> {
    check(&dashboard)?;
    home.dashboards.insert(id.to_owned(), dashboard);
    home.changed("dashboards", "dashboard", id, what);
    items::one(&home.dashboards, "Dashboard", id)
}
