//! The commands of the README and of `docs/` run as they are written, at the virtual Homey.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::context::{TestContext, feed};

/// Commands that are not run here, by how they begin, with the reason. Their options still have to exist.
const NOT_RUN: &[(&str, &str)] = &[
    ("housekey login", "takes a person's own account or key; tests of their own sign in"),
    ("housekey agent install", "writes a unit of systemd"),
    ("housekey agent open", "needs a running agent"),
    ("housekey agent reload", "needs a running agent"),
    ("housekey agent run", "runs until it is stopped"),
    ("housekey demo", "signs in by itself; tests of its own run it"),
    ("housekey emulate", "runs until it is stopped"),
    ("housekey backup log", "needs snapshots of the agent; tests of their own make some"),
    ("housekey flows undo", "needs snapshots of the agent; tests of their own make some"),
    ("housekey flows versions", "needs snapshots of the agent; tests of their own make some"),
    ("housekey history", "needs a recorded home; tests of their own import one"),
    ("housekey devices watch", "runs until something happens"),
    ("housekey watch", "runs until it is stopped"),
    ("housekey agent key create NAME", "NAME stands for any name"),
    ("housekey call MANAGER", "MANAGER.OPERATION stands for any operation"),
    ("housekey agent key delete", "waits for a confirmation"),
    ("housekey apply --undo", "undoes an apply that has changed something; has tests of its own"),
    ("housekey mcp approve 5f0c9a1e", "needs a call that waits; has tests of its own"),
    ("housekey migrate", "needs two Homeys; has tests of its own"),
    ("housekey devices set Freezer", "the virtual home has no freezer"),
];

/// A line of a page.
struct Line {
    page: String,
    number: usize,
    command: String,
}

/// The pages of the repository that people read.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![root.join("README.md")];
    for directory in ["docs", "docs/recipes"] {
        for entry in fs::read_dir(root.join(directory)).expect("the pages") {
            let path = entry.expect("a page").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The lines of code blocks of a shell that call the program, each with what it continues on.
fn commands() -> Vec<Line> {
    let mut commands = Vec::new();
    for path in pages() {
        let page = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a page");
        let mut in_shell = false;
        let mut in_block = false;
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let line = line.trim();
            if let Some(language) = line.strip_prefix("```") {
                in_shell = !in_block && matches!(language, "" | "sh" | "bash" | "console");
                in_block = !in_block;
                continue;
            }
            let line = line.strip_prefix("$ ").unwrap_or(line);
            if !(in_block && in_shell && line.starts_with("housekey ")) {
                continue;
            }
            let mut command = line.to_owned();
            while command.ends_with('\\') {
                command.pop();
                command.push_str(lines.next().map_or("", |(_, line)| line.trim()));
            }
            commands.push(Line { page: page.clone(), number: index + 1, command });
        }
    }
    commands
}

/// A command without the remark after it.
fn without_remark(command: &str) -> &str {
    command.split("  ").next().unwrap_or(command).trim()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_documentation_runs_as_it_is_written() {
    let mut pages: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in commands() {
        pages.entry(line.page.clone()).or_default().push(line);
    }
    assert!(pages.values().map(Vec::len).sum::<usize>() > 30, "there are commands");
    let mut wrong = Vec::new();
    for lines in pages.values() {
        let mut context = TestContext::new().await;
        assert_eq!(context.login(&["--name", "cabin"]).exit, 0, "signed in");
        assert_eq!(context.run(&["agent", "init"]).exit, 0, "the settings of the agent");
        let home = context.directory().display().to_string();
        context.set("HOME", &home);
        for Line { page, number, command } in lines {
            let plain = without_remark(command);
            let place = format!("{page}:{number}: {plain}");
            if NOT_RUN.iter().any(|(begins, _)| plain.starts_with(begins)) {
                wrong.extend(
                    unknown_options(&context, plain)
                        .map(|option| format!("{place}\n  no {option}")),
                );
                continue;
            }
            let directory =
                Path::new(env!("CARGO_BIN_EXE_housekey")).parent().expect("a directory");
            let mut shell: Command = context.command_of("/bin/bash", &["-c", plain]);
            shell.env("PATH", format!("{}:/usr/bin:/bin", directory.display()));
            let said = context.said(&feed(&mut shell, ""));
            if said.exit != 0 {
                wrong.push(format!("{place}\n{said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The options of a command that its help does not know.
fn unknown_options(context: &TestContext, command: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let is_name = |word: &&&str| {
        word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
    };
    let mut path: Vec<&str> = words.iter().take_while(is_name).copied().collect();
    let mut help = String::new();
    while !path.is_empty() {
        let said = context.run(&[path.as_slice(), &["--help"]].concat());
        if said.exit == 0 {
            help = said.stdout;
            break;
        }
        path.pop();
    }
    let options = words.into_iter().filter(|word| word.starts_with("--"));
    let options: Vec<String> = options
        .map(|option| option.split('=').next().unwrap_or(option).to_owned())
        .filter(|option| !help.contains(option.as_str()))
        .collect();
    options.into_iter()
}
