//! `housekey call`: any operation of the catalogue, checked before it is sent.

pub(super) mod arguments;

use std::io;

use housekey::catalogue::{self, Method, ValueType};
use housekey::request::ArgumentError;
use housekey::whole_file::{self, INPUT_LIMIT_BYTES};

use self::arguments::Typed;
use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey call devices.getDevices --jq 'map(.name)'
  housekey call devices.setCapabilityValue deviceId=ID capabilityId=dim value=0.4
  housekey call flow.createFlow flow=@night.json
  housekey call zones.createZone zone:='{\"name\": \"Attic\", \"parent\": \"ID\"}'

`housekey operations` lists all operations and explains each.")]
pub(crate) struct Args {
    /// The operation, as in `devices.getDevice`
    #[arg(value_name = "MANAGER.OPERATION")]
    operation: String,
    /// name=value, name=@file, name:=json or name:=@file
    #[arg(value_name = "NAME=VALUE")]
    arguments: Vec<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(mut args: Args, context: &Context) -> Outcome {
    let unknown = || explained(ArgumentError::unknown(&args.operation).into());
    let operation = catalogue::find(&args.operation).ok_or_else(unknown)?;
    let typed = Typed::read(&args.arguments, |file| {
        let text = text_of(file)?;
        if file == "-" {
            args.dry_run.hide(&text);
        }
        Ok(text)
    })?;
    let reads = operation.variants.iter().all(|variant| variant.method == Method::Get);
    let is_dry_run = args.dry_run.is_given();
    let purpose = if reads { Purpose::Read } else { Purpose::Write(args.dry_run) };
    let target = context.homey(purpose).await?;
    let arguments = typed.arguments(operation.on(target.homey.dialect().await?));
    if is_dry_run {
        let request = target.homey.request(operation.id, &arguments).await.map_err(explained)?;
        return target.preview(request, None, context);
    }
    let answer = target.homey.call_bytes(operation.id, &arguments).await.map_err(explained)?;
    if !reads {
        context.out.note(&format!("{} went to \"{}\".", operation.id, target.title));
    }
    context.out.answer(&answer)
}

fn text_of(file: &str) -> io::Result<String> {
    let text = match file {
        "-" => whole_file::text_from(io::stdin(), INPUT_LIMIT_BYTES),
        path => whole_file::read_text(path.as_ref(), INPUT_LIMIT_BYTES),
    };
    text.map(|text| housekey::config::input::text(&text).to_owned())
}

/// The failure, with where to look up how the operation is called.
fn explained(error: housekey::Error) -> Failure {
    let housekey::Error::Argument(argument) = &error else { return error.into() };
    let hint = match argument {
        ArgumentError::Unknown { .. } => "`housekey operations` lists all of them".to_owned(),
        ArgumentError::Mistyped { name, takes, given: "a string", .. }
            if !name.contains('.')
                && takes
                    .iter()
                    .all(|kind| matches!(kind, ValueType::Object | ValueType::Array)) =>
        {
            format!("write it as JSON, `{name}:='...'`, or take it from a file, `{name}=@FILE`")
        }
        ArgumentError::Absent { operation, .. }
        | ArgumentError::Missing { operation, .. }
        | ArgumentError::Surplus { operation, .. }
        | ArgumentError::Mistyped { operation, .. }
        | ArgumentError::NotForPath { operation, .. } => {
            format!("`housekey operations {operation}` explains it")
        }
        _ => return error.into(),
    };
    Failure::from(error).hint(hint)
}
