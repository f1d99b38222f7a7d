//! `housekey man`: the manual pages.

use std::path::PathBuf;

use clap_mangen::Man;

use crate::context::Context;
use crate::error::{Failure, Outcome};

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey man | man -l -
  housekey man --dir ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// Write a page for each command into this directory
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Prints or writes the manual of the program whose commands are `tree`.
pub(crate) fn run(args: Args, tree: clap::Command, context: &Context) -> Outcome {
    let Some(dir) = args.dir else {
        let mut page = Vec::new();
        Man::new(tree)
            .render(&mut page)
            .map_err(|error| Failure::failed("cannot make the page").because(&error))?;
        return context.out.bytes(&page);
    };
    std::fs::create_dir_all(&dir).and_then(|()| clap_mangen::generate_to(tree, &dir)).map_err(
        |error| Failure::failed(format!("cannot write to {}", dir.display())).because(&error),
    )
}
