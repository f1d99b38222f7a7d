//! `housekey config reference`: the page docs/settings.md.

use std::fmt::Write as _;

use housekey::config::SETTINGS;
use housekey_agent::settings::TABLES;

use crate::context::Context;
use crate::env::VARIABLES;
use crate::error::Outcome;
use crate::files::FILES;

/// Print every setting, environment variable and file, as Markdown
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  housekey config reference | less")]
pub(crate) struct Args {}

const HEAD: &str = "\
# Settings

Every setting, environment variable and file of housekey. `housekey config list` shows the settings that apply and where
they come from, `housekey config set` writes one, `housekey config path` shows where the files are.

This page is printed by `housekey config reference`.
";

const CONFIG: &str = "\
Settings of the command line and of programs that use the library. All of them are optional. `NAME` stands for a name;
keys with dots can be written as tables: `[homeys.home]` with `plain_http = true` below. A variable comes before the
setting.
";

const ALIAS: &str = "\
An alias never hides a command. Its line is read as a shell reads words: with quotes, and without expansion. Arguments
follow it; `$1` to `$9` in it take one each. An alias may begin with another one.

```sh
housekey config set alias.lamp \"devices toggle 'Kitchen/Ceiling lamp'\"
housekey config set alias.dim 'devices set $1 dim $2'
housekey lamp
housekey dim 'Ceiling lamp' 50%
```
";

const AGENT: &str = "\
Settings of `housekey agent run`; `housekey agent init` writes a first file. An unknown key is refused. Relative paths begin
at the directory of the file. See [The agent](agent.md) and [The gateway](gateway.md).
";

const VARIABLES_HEAD: &str = "\
An empty variable counts as not set. A variable that holds a secret is not inherited by programs that housekey starts.
";

const FILES_HEAD: &str = "\
`$HOUSEKEY_CONFIG` is `$XDG_CONFIG_HOME/housekey` or `~/.config/housekey` where it is not set, `$HOUSEKEY_STATE` is
`$XDG_STATE_HOME/housekey` or `~/.local/state/housekey`. Both are readable by their owner only. housekey writes no log files:
log lines go to standard error, which systemd keeps in its journal.
";

pub(crate) fn run(_: Args, context: &Context) -> Outcome {
    context.out.text(&page())
}

fn page() -> String {
    let mut page = format!("{HEAD}\n## config.toml\n\n{CONFIG}\n");
    let rows = SETTINGS.iter().map(|setting| {
        let variable = setting.variable.map(|variable| code(variable.name)).unwrap_or_default();
        [
            code(setting.key),
            code(setting.value),
            default(setting.default),
            variable,
            text(setting.about),
        ]
    });
    table(&mut page, ["setting", "example", "default", "variable", "what it sets"], rows);
    let _ = write!(page, "\n### Aliases\n\n{ALIAS}\n## agent.toml\n\n{AGENT}");
    for reference in TABLES {
        let heading = match reference.heading {
            "" => "",
            heading => &format!("`{heading}`: "),
        };
        let _ = write!(page, "\n### {heading}{}\n\n", text(reference.about));
        let rows = reference.keys.iter().map(|key| {
            let example =
                if key.default == Some(key.value) { String::new() } else { code(key.value) };
            let default = key.default.map_or_else(|| "required".to_owned(), default);
            [code(key.name), example, default, text(key.about)]
        });
        table(&mut page, ["key", "example", "default", "what it sets"], rows);
    }
    let _ = write!(page, "\n## Environment variables\n\n{VARIABLES_HEAD}\n");
    let rows = VARIABLES.iter().map(|variable| {
        let secret = if variable.secret { "yes" } else { "" };
        [code(variable.name), text(variable.about), secret.to_owned()]
    });
    table(&mut page, ["variable", "what it is for", "secret"], rows);
    let _ = write!(page, "\n## Files\n\n{FILES_HEAD}\n");
    let rows = FILES.iter().map(|file| [code(file.name), code(&file.place()), text(file.about)]);
    table(&mut page, ["name", "path", "what it holds"], rows);
    page
}

fn table<const N: usize>(
    page: &mut String,
    headings: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) {
    let mut line = |cells: &[String]| {
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    };
    line(&headings.map(str::to_owned));
    line(&headings.map(|_| "---".to_owned()));
    rows.for_each(|cells| line(&cells));
}

/// Code in a cell, where a bar would end the cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// Text in a cell.
fn text(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

/// A default: code where it is a value, else words.
fn default(default: &str) -> String {
    let is_value = format!("x = {default}").parse::<toml::Table>().is_ok();
    if is_value { code(default) } else { text(default) }
}
