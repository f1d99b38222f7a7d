//! `housekey images get`.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::found::Images;
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::file;

/// Write the bytes of an image to a file or into a pipe
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey images get Doorbell --output doorbell.png
  housekey images get Doorbell > doorbell.png
  housekey images get Doorbell --jq .lastUpdated")]
pub(crate) struct Args {
    /// The device it is of, Zone/Device or id: `housekey images list` shows them
    image: String,
    /// Write it to this file; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let shows_record = context.out.is_json();
    if shows_record && args.output.as_deref() == Some(Path::new("-")) {
        return Err(Failure::usage("standard output can take only one form")
            .hint("leave out `--output -`, or `--json` and `--jq`"));
    }
    if file.is_none() && !shows_record && context.out.is_terminal() {
        return Err(Failure::usage("an image is nothing for a terminal")
            .hint("write it to a file with `--output FILE`, or into a pipe"));
    }
    let target = context.homey(Purpose::Read).await?;
    let images = Images::read(&target, context).await?;
    let image = images.find(&args.image)?;
    if shows_record {
        context.out.json(&json!(image))?;
        if file.is_none() {
            return Ok(());
        }
    }
    let none = |what: &str| {
        let name = images.named(image).full();
        Failure::failed(format!("the Homey has no picture for {name}: it {what}"))
            .hint("try again later: some devices take a picture only on request")
    };
    if image.url.text().is_none() {
        return Err(none("names no path"));
    }
    let answer = target.homey.images().bytes(image).await?;
    let kind = answer.header("content-type").unwrap_or_default().to_owned();
    if answer.body.is_empty() {
        return Err(none("sent nothing"));
    }
    if kind.starts_with("text/html") || kind.contains("json") {
        return Err(none(&format!("sent {kind}")));
    }
    match file {
        None => context.out.bytes(&answer.body),
        Some(path) => {
            file::write(path, &answer.body)?;
            let length = answer.body.len();
            let kind = if kind.is_empty() { String::new() } else { format!("{kind}, ") };
            context.out.note(&format!("{} holds {kind}{length} bytes", path.display()));
            Ok(())
        }
    }
}
