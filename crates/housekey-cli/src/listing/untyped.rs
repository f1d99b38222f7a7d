//! Lists of items whose fields no document describes: a column for each field that fits into one.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::Listing;
use super::arguments::ListArgs;
use super::cell::Cell;
use super::form::ListJson;
use crate::context::{Context, Target};
use crate::decode;
use crate::error::Outcome;
use crate::home_time;
use crate::output::unknown;
use crate::raw_view;

impl ListArgs {
    /// Prints an answer as a list. `what` is what its items are called.
    pub(crate) async fn show_untyped(
        &self,
        answer: &[u8],
        what: &str,
        target: &Target,
        context: &Context,
    ) -> Outcome {
        if self.is_whole_answer(&context.out)? {
            return context.out.answer(answer);
        }
        let value: Value = decode::read_bytes(answer, what)?;
        let zone = match home_time::has_times(&value) {
            true => self.zone(target, context).await,
            false => TimeZone::UTC,
        };
        let items = raw_view::items(&value);
        let values: Vec<&Value> = items.iter().map(|item| item.value).collect();
        let keys = unknown::keys(values.iter().filter_map(|value| value.as_object()));
        let names: Vec<String> = keys.iter().map(|key| unknown::words(key)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut list = Listing::new(&names);
        for item in &items {
            let cell = |key: &&str| match home_time::read(&item.value[*key]) {
                Some(time) => Cell::time(Some(&time), &zone),
                None => Cell::of(&item.value[*key]),
            };
            list.row(&*item.id, keys.iter().map(cell).collect());
        }
        self.print(context, list, answer, what, &zone)
    }

    /// Prints settings as a list: an object of values by their names.
    pub(crate) fn show_settings<'a>(
        &self,
        settings: impl Into<ListJson<'a>>,
        context: &Context,
    ) -> Outcome {
        let json = settings.into();
        let settings = json.value("settings")?;
        let mut list = Listing::new(&["setting", "value"]);
        for (name, value) in settings.as_object().into_iter().flatten() {
            list.row(name, vec![Cell::text(name), Cell::of(value)]);
        }
        self.print(context, list, json, "settings", &TimeZone::UTC)
    }
}
