//! Changes a flow that is there, so that nothing is lost: it is read, kept in a file, written as a
//! whole, read again and compared.

use std::path::Path;

use housekey::client::Call;
use serde_json::{Map, Value};

use super::found::{Flow, Flows};
use super::kind::Kind;
use super::{backup, compare};
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};

/// A flow that is there, and what it is to become.
pub(super) struct Update<'f> {
    flow: &'f Flow,
    there: Value,
    wanted: Value,
}

impl<'f> Update<'f> {
    /// Reads the flow. Whether a Homey keeps what an update leaves out is not settled, so the whole flow is
    /// sent: what `values` leave out stays as it is.
    pub(super) async fn of(
        flow: &'f Flow,
        values: Map<String, Value>,
        target: &Target,
    ) -> Outcome<Self> {
        let there = read(flow.kind, &flow.head.id, target).await?;
        let mut wanted = writable(flow.kind, &there);
        wanted.extend(values);
        Ok(Self { flow, there, wanted: Value::Object(wanted) })
    }

    /// Whether it changes anything.
    pub(super) fn is_needed(&self) -> bool {
        let there = Value::Object(writable(self.flow.kind, &self.there));
        !compare::same(&self.wanted, &there)
    }

    /// The call that writes it.
    pub(super) fn call<'h>(&self, target: &'h Target) -> Call<'h, Value> {
        self.flow.kind.update(&target.homey, &self.flow.head.id, self.wanted.clone())
    }

    /// Writes it where that is needed, and answers what is there then.
    pub(super) async fn write(self, target: &Target, context: &Context) -> Outcome<Value> {
        if !self.is_needed() {
            return Ok(self.there);
        }
        let call = self.call(target);
        let Self { flow: Flow { kind, head }, there, wanted } = self;
        let kept = backup::keep(&there, &head.id, target, context)?;
        call.await?;
        verified(*kind, &head.id, &wanted, target).await.map_err(|failure| {
            let kept = shell(&kept);
            failure.hint(format!("`housekey flows import {kept}` puts back what was there"))
        })
    }
}

/// Gives the flow of that name these values, and says that it `is` so now.
pub(super) async fn set(
    wanted: &str,
    flows: &Flows,
    values: Map<String, Value>,
    is: &str,
    (target, context): (&Target, &Context),
) -> Outcome {
    let flow = flows.find(wanted)?;
    let update = Update::of(flow, values, target).await?;
    let is_needed = update.is_needed();
    let when = if is_needed { "now" } else { "already" };
    let done = format!("{} is {is} {when}", flows.named(flow).full());
    if is_needed && target.unless_dry_run(update.call(target), &done, context).await?.is_none() {
        return Ok(());
    }
    let there = update.write(target, context).await?;
    target.report_write(&done, there.to_string().as_bytes(), context)
}

/// The flow with that id as the Homey has it now.
pub(super) async fn read(kind: Kind, id: &str, target: &Target) -> Outcome<Value> {
    Ok(kind.get(&target.homey, id).await?)
}

/// The part of a flow that can be written.
pub(super) fn writable(kind: Kind, flow: &Value) -> Map<String, Value> {
    let known = |key: &&str| Some(((*key).to_owned(), flow.get(*key)?.clone()));
    kind.keys().iter().filter_map(known).collect()
}

/// What is there now, held against what was sent.
pub(super) async fn verified(
    kind: Kind,
    id: &str,
    sent: &Value,
    target: &Target,
) -> Outcome<Value> {
    let there = read(kind, id, target).await?;
    let places = compare::differences(sent, &there);
    match places.is_empty() {
        true => Ok(there),
        false => Err(Failure::failed(format!(
            "the Homey did not keep the flow as it was sent: {} differ",
            places.join(", ")
        ))),
    }
}

/// A path as a shell takes it.
fn shell(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
