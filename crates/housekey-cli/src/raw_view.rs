//! Answers that no document describes: read and shown as they are.

use std::borrow::Cow;

use housekey::Homey;
use housekey::client::{Call, RawCall};
use housekey::model::name::{self, label};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::context::{Context, Purpose, Target};
use crate::decode;
use crate::error::Outcome;
use crate::home_time;
use crate::lookup::{self, Named};
use crate::output::unknown;

/// Makes a call and shows its answer.
pub(crate) async fn show_call<A>(
    call: impl for<'h> FnOnce(&'h Homey) -> Call<'h, A>,
    context: &Context,
) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    show(&call(&target.homey).bytes().await?, &target, context).await
}

/// Shows an answer, its times on the clock of the home.
pub(crate) async fn show(answer: &[u8], target: &Target, context: &Context) -> Outcome {
    if context.out.is_json() {
        return context.out.answer(answer);
    }
    let mut value: Value = decode::read_bytes(answer, "JSON")?;
    home_time::localize(&mut value, target, context).await;
    context.out.text(&unknown::shown(&value))
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
#[derive(Clone)]
pub(crate) struct UntypedItem<'a> {
    /// Its id or key; its place where it has neither.
    pub(crate) id: Cow<'a, str>,
    pub(crate) value: &'a Value,
}

impl UntypedItem<'_> {
    /// What people read; the id where it has none.
    pub(crate) fn title(&self) -> &str {
        name::or_id(label(&self.value["title"]).or(label(&self.value["name"])), &self.id)
    }
}

/// The items of an array or an object.
pub(crate) fn items(answer: &Value) -> Vec<UntypedItem<'_>> {
    fn of<'a>(key: impl Into<Cow<'a, str>>, value: &'a Value) -> UntypedItem<'a> {
        let id = value["id"].as_str().map_or_else(|| key.into(), Cow::from);
        UntypedItem { id, value }
    }
    match answer {
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, item)| of(at.to_string(), item)).collect()
        }
        Value::Object(items) => items.iter().map(|(key, item)| of(key, item)).collect(),
        _ => Vec::new(),
    }
}

/// The item of that id or title. `kind` is what to call such a thing.
pub(super) fn find<'a>(kind: &str, answer: &'a Value, wanted: &str) -> Outcome<UntypedItem<'a>> {
    let mut items = items(answer);
    // A place is no id: nothing can be called with it.
    items.retain(|item| answer.is_object() || item.value["id"].is_string());
    let found = lookup::find(kind, &items, wanted, |item| Named {
        id: &item.id,
        name: item.title(),
        zone: None,
    });
    found.cloned()
}
