//! `housekey config path`.

use housekey::config::Directories;
use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::files::{FILES, FileReference};
use crate::nearness;
use crate::output::table::Table;

/// Print where the files and directories of housekey are
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey config path
  ${EDITOR:-vi} \"$(housekey config path config.toml)\"
  housekey config path --jq '.[] | select(.exists) | .path'")]
pub(crate) struct Args {
    /// Print the path of this one alone
    name: Option<String>,
}

pub(crate) fn run(args: Args, context: &Context) -> Outcome {
    let directories = Directories {
        config: context.settings.directory().to_owned(),
        state: context.state.clone(),
    };
    let path = |file: &FileReference| match file.name {
        "age-key" => context.store_config.age_key.file.clone(),
        _ => file.path(&directories),
    };
    let value = |file: &FileReference| {
        let path = path(file);
        json!({ "name": file.name, "path": path, "exists": path.exists(), "about": file.about })
    };
    if let Some(name) = args.name {
        let file = FILES.iter().find(|file| file.name == name).ok_or_else(|| {
            Failure::usage(format!("housekey has no file \"{name}\""))
                .hint(nearness::hint(&name, FILES.iter().map(|file| file.name)))
        })?;
        return context.out.value(&value(file), || format!("{}\n", path(file).display()));
    }
    context.out.value(&FILES.iter().map(value).collect(), || {
        let mut table = Table::new(["name", "path", "there"]);
        for file in FILES {
            let path = path(file);
            let there = if path.exists() { "yes" } else { "no" };
            table.row([file.name.to_owned(), path.display().to_string(), there.to_owned()]);
        }
        context.out.render(table)
    })
}
