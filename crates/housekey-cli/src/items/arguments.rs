//! What the commands about one item take, and what they do alike for every kind of item.

use std::marker::PhantomData;

use housekey::args;
use serde_json::{Value, json};

use super::{Collection, Item};
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::prompt::Sure;
use crate::raw_view;

// A doc comment on these would replace what the commands say of themselves in the help.

// Names one item.
#[derive(Debug, clap::Args)]
pub(crate) struct One<T: Item> {
    #[arg(value_name = T::PLACEHOLDER, help = T::NAMED_BY)]
    item: String,
    #[arg(skip)]
    kind: PhantomData<T>,
}

/// An operation that changes an item, and its argument that takes the new values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Update {
    pub(crate) operation: &'static str,
    pub(crate) argument: &'static str,
}

impl<T: Item> One<T> {
    /// What it was named by.
    pub(crate) fn name(&self) -> &str {
        &self.item
    }

    /// Shows the item as the Homey answers `operation`.
    pub(crate) async fn show(self, operation: &str, context: &Context) -> Outcome {
        let target = context.homey(Purpose::Read).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let wanted = args! { "id" => items.find(&self.item)?.id() };
        raw_view::show(&target.homey.call_bytes(operation, &wanted).await?, context)
    }

    /// Calls `operation` on the item, and reports that the item `is` so now.
    pub(crate) async fn call(self, operation: &str, is: &str, context: &Context) -> Outcome {
        let target = context.homey(Purpose::Write).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let item = items.find(&self.item)?;
        let wanted = args! { "id" => item.id() };
        let answer = target.homey.call_bytes(operation, &wanted).await?;
        context.report_write(&target, &format!("{} {is}", items.full_name(item)), &answer)
    }

    /// Gives the item these values, and reports that it `is` so now.
    pub(crate) async fn update(
        self,
        update: Update,
        values: Value,
        is: &str,
        context: &Context,
    ) -> Outcome {
        let target = context.homey(Purpose::Write).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let item = items.find(&self.item)?;
        let wanted = args! { "id" => item.id(), update.argument => values };
        let answer = target.homey.call_bytes(update.operation, &wanted).await?;
        context.report_write(&target, &format!("{} {is}", items.full_name(item)), &answer)
    }
}

// Names one item and its new name.
#[derive(Debug, clap::Args)]
pub(crate) struct Rename<T: Item> {
    #[command(flatten)]
    one: One<T>,
    /// The new name
    name: String,
}

impl<T: Item> Rename<T> {
    pub(crate) async fn run(self, update: Update, context: &Context) -> Outcome {
        let is = format!("is called {} now", self.name);
        self.one.update(update, json!({ "name": self.name }), &is, context).await
    }
}

// Names one item, and may say that it is not asked about.
#[derive(Debug, clap::Args)]
pub(crate) struct Delete<T: Item> {
    #[command(flatten)]
    one: One<T>,
    #[command(flatten)]
    sure: Sure,
}

impl<T: Item> Delete<T> {
    pub(crate) async fn run(self, operation: &str, context: &Context) -> Outcome {
        let target = context.homey(Purpose::Write).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let item = items.find(&self.one.item)?;
        let called = format!("{} {}", T::KIND, items.full_name(item));
        self.sure.check(&format!("Delete the {called} of \"{}\"?", target.title))?;
        let wanted = args! { "id" => item.id() };
        let answer = target.homey.call_bytes(operation, &wanted).await?;
        context.report_write(&target, &format!("The {called} is deleted"), &answer)
    }
}
