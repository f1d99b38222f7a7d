//! `housekey operations`: the catalogue, listed, searched, explained, or as an OpenAPI document.

mod entry;
mod example;
mod explain;
mod record;
mod search;

use self::entry::Entry;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use housekey::catalogue::{self, Dialect, Operation, Variant};
use housekey::request::{self, ArgumentError, Arguments};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::table::Table;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey operations capability value
  housekey operations devices.setCapabilityValue
  housekey operations homey.flow.start --dialect v2
  housekey operations --openapi --dialect local > homey.json")]
pub(crate) struct Args {
    /// Words to search for, or the name of one operation
    #[arg(value_name = "PATTERN")]
    words: Vec<String>,
    /// Only what Homeys of this dialect have
    #[arg(long, value_parser = PossibleValuesParser::new(["v2", "local", "cloud"])
        .try_map(|word| word.parse::<Dialect>()))]
    dialect: Option<Dialect>,
    /// Print the whole dialect (local, unless named) as an OpenAPI 3.1 document
    #[arg(long, conflicts_with_all = ["words", "account"])]
    openapi: bool,
    /// The operations of the account cloud instead, which housekey calls for itself
    #[arg(long, conflicts_with = "dialect")]
    account: bool,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    if args.openapi {
        let document = housekey::openapi::document(args.dialect.unwrap_or(Dialect::Local));
        return context.out.value(&document, || format!("{document:#}\n"));
    }
    let found = found(&args)?;
    let records: Value = found.iter().copied().map(record::of).collect();
    match found[..] {
        [(first, _), ..] if found.iter().all(|(operation, _)| operation == &first) => {
            context.out.value(&records, || explain::text(first, &found, &context.out))
        }
        _ => context.out.table(&records, || table(&found)),
    }
}

/// What the words and flags mean; never nothing.
fn found(args: &Args) -> Outcome<Vec<Entry>> {
    let operations = if args.account { catalogue::CLOUD } else { catalogue::operations() };
    let on_dialect = |variant: &Variant| args.dialect.is_none_or(|d| variant.dialects.contains(d));
    let entries = |operation: &'static Operation| {
        operation.variants.iter().map(move |variant| (operation, variant))
    };
    if let [name] = &args.words[..]
        && let Some(operation) = named(name, args.dialect)
    {
        let entries: Vec<Entry> = entries(operation).filter(|(_, v)| on_dialect(v)).collect();
        return match (entries.is_empty(), args.dialect) {
            // Building the request says which dialects have it.
            (true, Some(dialect)) => Err(request::build(operation, dialect, &Arguments::new())
                .map_or_else(|error| housekey::Error::from(error).into(), |_| nothing(args))),
            _ => Ok(entries),
        };
    }
    let found: Vec<Entry> = operations
        .iter()
        .flat_map(entries)
        .filter(|(_, variant)| on_dialect(variant))
        .filter(|entry| search::matches(*entry, &args.words))
        .collect();
    if found.is_empty() { Err(nothing(args)) } else { Ok(found) }
}

/// The operation of that name; without a dialect it may be one of the account cloud.
fn named(name: &str, dialect: Option<Dialect>) -> Option<&'static Operation> {
    let of_account = || catalogue::CLOUD.iter().find(|operation| operation.id == name);
    match dialect {
        Some(_) => catalogue::find(name),
        None => catalogue::find(name).or_else(of_account),
    }
}

fn nothing(args: &Args) -> Failure {
    match &args.words[..] {
        [name] if name.contains('.') => housekey::Error::from(ArgumentError::unknown(name)).into(),
        words => Failure::usage(format!("no operation has `{}`", words.join("` and `"))),
    }
    .hint("`housekey operations` lists all of them")
}

fn table(found: &[Entry]) -> Table {
    let mut table = Table::new(["operation", "method", "path", "dialects"]);
    for (operation, variant) in found {
        let dialects: Vec<_> = variant.dialects.iter().map(Dialect::as_str).collect();
        table.row([
            operation.id.to_owned(),
            variant.method.to_string(),
            variant.path.to_owned(),
            dialects.join(" "),
        ]);
    }
    table
}
