//! `housekey flows import`.

mod shared;

use std::path::PathBuf;

use housekey_backup::portable;
use serde_json::{Value, json};

use super::change::{self, Update};
use super::document::{self, Document};
use super::found::{Flow, Flows};
use crate::context::{Context, Purpose, Target};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::file;
use crate::output::table::Table;

/// Import flows: update those with the same id, create the rest
///
/// The whole file is checked before anything is sent. A flow that is there is read first and kept in
/// a file; what was written is read again and compared. Flows of `export --portable` are made anew,
/// disabled, with the devices and variables of this home that are called the same.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows import night.json
  housekey flows import flows.json --dry-run

With shared flows the exit code is 3 where something will not work as it did.")]
pub(crate) struct Args {
    /// What `export` has written; `-` is standard input
    file: PathBuf,
    /// Make new flows, also where those of the file are still there
    #[arg(long)]
    new: bool,
    /// With shared flows, take which device is which from this file
    #[arg(long, value_name = "FILE", conflicts_with = "new")]
    map: Option<PathBuf>,
    #[command(flatten)]
    dry_run: DryRun,
}

/// What becomes of a flow of the file.
enum Change<'f> {
    Update(Update<'f>),
    /// It is new here, and this is sent.
    Create(Value),
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let content = file::read_json(&args.file)?;
    if portable::is_portable(&content) {
        let Args { file, map, dry_run, .. } = args;
        return shared::run(&content, &file, map.as_deref(), dry_run, context).await;
    }
    let documents = document::all(content, &args.file)?;
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let flows = Flows::read(&target, context).await?;
    let mut plan = Vec::new();
    for document in documents {
        let step = step(&document, args.new, &flows, &target, context).await?;
        plan.push((document, step));
    }
    if target.dry_run.is_given() {
        return show_plan(&plan, &target, context).await;
    }
    let mut there = Vec::new();
    for (document, step) in plan {
        there.push(done(&document, step, &target, context).await?);
    }
    context.out.data(Value::Array(there).to_string().as_bytes())
}

async fn step<'f>(
    document: &Document,
    is_new: bool,
    flows: &'f Flows,
    target: &Target,
    context: &Context,
) -> Outcome<Change<'f>> {
    let mut values = change::writable(document.kind, &document.flow);
    let folder = values.get("folder").and_then(Value::as_str);
    if folder.is_some_and(|id| flows.folders.with_id(id).is_none()) {
        context.out.note(&format!("The folder of {} is not on this Homey", document.name));
        values.insert("folder".to_owned(), Value::Null);
    }
    let is_it = |flow: &&Flow| {
        flow.kind == document.kind && document.id.as_deref() == Some(flow.head.id.as_str())
    };
    match flows.items.iter().find(is_it).filter(|_| !is_new) {
        Some(flow) => Ok(Change::Update(Update::of(flow, values, target).await?)),
        None => Ok(Change::Create(Value::Object(values))),
    }
}

/// What would be done, for people and programs, which get the requests too.
async fn show_plan(plan: &[(Document, Change<'_>)], target: &Target, context: &Context) -> Outcome {
    let mut records = Vec::new();
    let mut table = Table::new(["flow", "kind", "would be"]);
    for (Document { kind, name, id, .. }, step) in plan {
        let (what, call) = match step {
            Change::Create(flow) => ("made", Some(kind.create(&target.homey, flow.clone()))),
            Change::Update(update) if update.is_needed() => ("changed", Some(update.call(target))),
            Change::Update(_) => ("left as it is", None),
        };
        let mut record = json!({ "name": name, "kind": kind.as_str(), "id": id, "would_be": what });
        if let (Some(call), Value::Object(fields)) = (call, &mut record) {
            fields.extend(target.preview_of(call.request().await?));
        }
        records.push(record);
        table.row([name.clone(), kind.as_str().to_owned(), what.to_owned()]);
    }
    context.out.table(&records.into(), || table)
}

/// Does it, and answers what is there then.
async fn done(
    document: &Document,
    step: Change<'_>,
    target: &Target,
    context: &Context,
) -> Outcome<Value> {
    let (there, what) = match step {
        Change::Update(update) => {
            let what = if update.is_needed() { "changed" } else { "the same already" };
            (update.write(target, context).await?, what)
        }
        Change::Create(flow) => (create(document, flow, target).await?, "made"),
    };
    target.report(&format!("The flow {} is {what}", document.name), context);
    if there["broken"] == true {
        context.out.note(&format!(
            "It is broken: some of its cards or devices are not on \"{}\"",
            target.title
        ));
    }
    Ok(there)
}

async fn create(document: &Document, wanted: Value, target: &Target) -> Outcome<Value> {
    let Document { kind, name, .. } = document;
    let made = kind.create(&target.homey, wanted.clone()).await?;
    let id = made["id"].as_str().ok_or_else(|| {
        Failure::failed(format!("the Homey did not send the id of the new flow {name}"))
            .hint("`housekey flows list` shows whether it was made")
    })?;
    change::verified(*kind, id, &wanted, target).await
}
