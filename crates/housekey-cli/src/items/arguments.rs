//! What the commands about one item take, and what they do alike for every kind of item.

use std::marker::PhantomData;

use housekey::Homey;
use housekey::client::Call;
use serde_json::{Value, json};

use super::{Collection, Item};
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
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

impl<T: Item> One<T> {
    /// Shows the answer to a call for the item.
    pub(crate) async fn show<A>(
        self,
        call: impl for<'h> FnOnce(&'h Homey, &str) -> Call<'h, A>,
        context: &Context,
    ) -> Outcome {
        let target = context.homey(Purpose::Read).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let item = items.find(&self.item)?;
        raw_view::show(&call(&target.homey, item.id()).bytes().await?, &target, context).await
    }
}

// Names one item that is changed.
#[derive(Debug, clap::Args)]
pub(crate) struct ChangeOne<T: Item> {
    #[command(flatten)]
    one: One<T>,
    #[command(flatten)]
    dry_run: DryRun,
}

impl<T: Item> ChangeOne<T> {
    /// Makes a call for the item, and reports that the item `is` so now.
    pub(crate) async fn call<A>(
        self,
        call: impl for<'h> FnOnce(&'h Homey, &str) -> Call<'h, A>,
        is: &str,
        context: &Context,
    ) -> Outcome {
        let target = context.homey(Purpose::Write(self.dry_run)).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let item = items.find(&self.one.item)?;
        let done = format!("{} {is}", items.full_name(item));
        target.write(call(&target.homey, item.id()), &done, context).await
    }
}

// Names one item and its new name.
#[derive(Debug, clap::Args)]
pub(crate) struct Rename<T: Item> {
    #[command(flatten)]
    item: ChangeOne<T>,
    /// The new name
    name: String,
}

impl<T: Item> Rename<T> {
    /// Renames the item with a call that takes its new values.
    pub(crate) async fn run<A>(
        self,
        update: impl for<'h> FnOnce(&'h Homey, &str, Value) -> Call<'h, A>,
        context: &Context,
    ) -> Outcome {
        let is = format!("is called {} now", self.name);
        let values = json!({ "name": self.name });
        self.item.call(|homey, id| update(homey, id, values), &is, context).await
    }
}

// Names one item, and may say that it is not asked about.
#[derive(Debug, clap::Args)]
pub(crate) struct Delete<T: Item> {
    #[command(flatten)]
    item: ChangeOne<T>,
    #[command(flatten)]
    sure: Sure,
}

impl<T: Item> Delete<T> {
    /// Deletes the item with a call, after a question.
    pub(crate) async fn run<A>(
        self,
        call: impl for<'h> FnOnce(&'h Homey, &str) -> Call<'h, A>,
        context: &Context,
    ) -> Outcome {
        let ChangeOne { one, dry_run } = self.item;
        let target = context.homey(Purpose::Write(dry_run)).await?;
        let items = Collection::<T>::read(&target, &context.out).await?;
        let item = items.find(&one.item)?;
        let called = format!("{} {}", T::KIND, items.full_name(item));
        target.confirm(&self.sure, &format!("Delete the {called} of \"{}\"?", target.title))?;
        let done = format!("The {called} is deleted");
        target.write(call(&target.homey, item.id()), &done, context).await
    }
}
