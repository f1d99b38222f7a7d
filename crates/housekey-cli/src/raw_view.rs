//! Answers that no document describes: read and shown as they are.

use housekey::Homey;
use housekey::client::{Call, RawCall};
use housekey::model::name::{self, label};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::context::{Context, Purpose, Target};
use crate::error::Outcome;
use crate::lookup::{self, Named};
use crate::output::unknown;

/// Makes a call and shows its answer.
pub(crate) async fn show_call<A>(
    call: impl for<'h> FnOnce(&'h Homey) -> Call<'h, A>,
    context: &Context,
) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    show(&call(&target.homey).bytes().await?, context)
}

/// Shows an answer.
pub(super) fn show(answer: &[u8], context: &Context) -> Outcome {
    context.out.shown(answer, "JSON", |answer: Value| unknown::shown(&answer))
}

/// The root of a manager or another path below `/api/manager/` that is in no specification, though
/// in lists of endpoints. `None` where the Homey does not know it.
pub(super) async fn unlisted(path: &str, target: &Target) -> Outcome<Option<Vec<u8>>> {
    let answer = target.homey.raw(&RawCall::get(format!("/api/manager/{path}/"))).await?;
    match answer.refusal {
        Some(refusal) if refusal.is_unknown_call() => Ok(None),
        Some(refusal) => Err(housekey::Error::from(refusal).into()),
        None => {
            let is_json = serde_json::from_slice::<IgnoredAny>(&answer.body).is_ok();
            Ok(is_json.then_some(answer.body))
        }
    }
}

/// An item of a collection that no document describes.
#[derive(Clone, Copy)]
pub(super) struct UntypedItem<'a> {
    pub(super) id: &'a str,
    /// What people read; the id where it has none.
    pub(super) title: &'a str,
    pub(super) value: &'a Value,
}

/// The item of that id or title; what has no id is passed over. `kind` is what to call such a thing.
pub(super) fn find<'a>(kind: &str, answer: &'a Value, wanted: &str) -> Outcome<UntypedItem<'a>> {
    let of = |key: Option<&'a str>, value: &'a Value| {
        let id = value["id"].as_str().or(key)?;
        let title = name::or_id(label(&value["title"]).or(label(&value["name"])), id);
        Some(UntypedItem { id, title, value })
    };
    let items: Vec<UntypedItem<'a>> = match answer {
        Value::Array(items) => items.iter().filter_map(|item| of(None, item)).collect(),
        Value::Object(items) => {
            items.iter().filter_map(|(key, item)| of(Some(key), item)).collect()
        }
        _ => Vec::new(),
    };
    let named = |item: &UntypedItem<'a>| Named { id: item.id, name: item.title, zone: None };
    lookup::find(kind, &items, wanted, named).copied()
}
