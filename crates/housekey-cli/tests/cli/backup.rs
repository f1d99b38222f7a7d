//! `housekey backup`, `plan` and `apply`.

use std::fs;
use std::path::{Path, PathBuf};

use housekey_emulator::Dialect;
use insta::assert_snapshot;
use serde_json::Value;

use crate::context::TestContext;

/// Where the test keeps its backup.
fn place(context: &TestContext, name: &str) -> String {
    context.directory().join(name).display().to_string()
}

/// The file of a flow, the first by its path.
fn a_flow(home: &str) -> PathBuf {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut waiting = vec![Path::new(home).join("flows")];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).expect("a directory") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => waiting.push(path),
                false if path.to_string_lossy().ends_with(".adv.json") => {}
                false => found.push(path),
            }
        }
    }
    found.sort();
    found.remove(0)
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    change(&mut value);
    fs::write(path, value.to_string()).expect("written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_is_backed_up_edited_planned_applied_and_undone() {
    let context = TestContext::with_key(Dialect::Local).await;
    let home = place(&context, "home");
    let run = |arguments: &[&str]| context.run(arguments);
    assert_snapshot!(run(&["backup", "create", &home]));
    assert_snapshot!(run(&["backup", "diff", &home]), @"
    exit: 0
    stdout:
    No differences
    stderr: nothing
    ");
    assert_snapshot!(run(&["backup", "verify", &home]), @"
    exit: 0
    stdout:
    $HOME/home is whole: 47 files can be read
    stderr: nothing
    ");
    let flow = a_flow(&home);
    edit(&flow, |flow| flow["name"] = "Renamed".into());
    assert_snapshot!(run(&["plan", &home]), @"
    exit: 0
    stdout:
    ~ flow Evening/Renamed
        name: Good night → Renamed

    0 to create, 1 to change, 0 to delete
    stderr: nothing
    ");
    assert_eq!(run(&["plan", &home, "--exit-code"]).exit, 3);
    assert_snapshot!(run(&["backup", "create", &home]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: $HOME/home has edits that are not on the Homey: the flow Evening/Renamed
    hint: `housekey backup diff` shows them; --force overwrites them
    ");
    assert_snapshot!(run(&["apply", &home]), @"
    exit: 2
    stdout:
    ~ flow Evening/Renamed
        name: Good night → Renamed

    0 to create, 1 to change, 0 to delete
    stderr:
    error: this has to be confirmed, and there is no terminal for a prompt
    hint: say `--yes` if you are sure
    ");
    let applied = run(&["apply", &home, "--yes"]);
    assert_eq!(applied.exit, 0, "{}", applied.stderr);
    assert_eq!(run(&["plan", &home, "--exit-code"]).exit, 0);
    assert_snapshot!(run(&["flows", "get", "Renamed", "--jq", ".name"]), @"
    exit: 0
    stdout:
    Renamed
    stderr: nothing
    ");
    let undone = run(&["apply", "--undo", "last", "--yes"]);
    assert_eq!(undone.exit, 0, "{}", undone.stderr);
    assert_ne!(run(&["flows", "get", "Renamed"]).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_backups_of_an_unchanged_home_are_the_same() {
    let context = TestContext::with_key(Dialect::V2).await;
    let [one, two] = ["one", "two"].map(|name| place(&context, name));
    for home in [&one, &two] {
        assert_eq!(context.run(&["backup", "create", home]).exit, 0);
    }
    let files = |home: &str| {
        let mut files = Vec::new();
        let mut waiting = vec![PathBuf::from(home)];
        while let Some(directory) = waiting.pop() {
            for entry in fs::read_dir(directory).expect("a directory") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    waiting.push(path);
                } else if !path.ends_with("housekey.toml") {
                    let name = path.strip_prefix(home).expect("below").to_path_buf();
                    files.push((name, fs::read(path).expect("a file")));
                }
            }
        }
        files.sort();
        files
    };
    assert!(files(&one).len() > 20);
    assert_eq!(files(&one), files(&two));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_backup_is_named() {
    let context = TestContext::with_key(Dialect::Local).await;
    let run = |arguments: &[&str]| context.run(arguments);
    let [home, archive, nothing] =
        ["home", "home.tar.zst", "nothing"].map(|name| place(&context, name));
    assert_eq!(run(&["backup", "create", &home]).exit, 0);
    assert_eq!(run(&["backup", "create", &archive, "--secrets"]).exit, 0);
    assert_snapshot!(run(&["backup", "verify", &archive]), @"
    exit: 0
    stdout:
    $HOME/home.tar.zst is whole: 48 files can be read
    stderr: nothing
    ");
    let whole = fs::read(&archive).expect("an archive");
    fs::write(&archive, &whole[..whole.len() / 2]).expect("written");
    assert_snapshot!(run(&["backup", "verify", &archive]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: $HOME/home.tar.zst is damaged, or it is no archive of this kind
      caused by: incomplete frame
    hint: use another copy of it; nothing was changed
    ");
    assert_snapshot!(run(&["plan", &nothing]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no housekey.toml in $HOME/nothing: it is not a backup of a home
    hint: `housekey backup create DIR` writes one
    ");
    let flow = a_flow(&home);
    let text = fs::read_to_string(&flow).expect("a file");
    fs::write(&flow, text.replacen("\"name\":", "name:", 1)).expect("written");
    assert_snapshot!(run(&["plan", &home]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: flows/Evening/Good night.json, line 3: key must be a string, column 3
    ");
    fs::write(&flow, &text).expect("written");
    fs::copy(&flow, Path::new(&home).join("flows/Copy.json")).expect("copied");
    assert_snapshot!(run(&["apply", &home, "--yes"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: flows/Copy.json and flows/Evening/Good night.json hold the same flow, with the id 1e99dc45-4db9-4243-88b8-77d64e4b7756
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_is_refused_once_the_homey_has_moved() {
    let context = TestContext::with_key(Dialect::Local).await;
    let run = |arguments: &[&str]| context.run(arguments);
    let [home, plan] = ["home", "a.hkplan"].map(|name| place(&context, name));
    assert_eq!(run(&["backup", "create", &home]).exit, 0);
    let flow = a_flow(&home);
    let name: Value = serde_json::from_slice(&fs::read(&flow).expect("a file")).expect("JSON");
    let name = name["name"].as_str().expect("a name").to_owned();
    edit(&flow, |flow| flow["name"] = "Mine".into());
    assert_eq!(run(&["plan", &home, "--out", &plan]).exit, 0);
    assert_eq!(run(&["flows", "rename", &name, "Theirs"]).exit, 0);
    assert_snapshot!(run(&["apply", &plan, "--yes"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the plan is stale: the flow Evening/Mine is not as it was when the plan was made
    hint: plan again; nothing was changed
    ");
    assert_snapshot!(run(&["plan", &home]), @"
    exit: 0
    stdout:
    Changed on both sides (--ours or --theirs decides):
      flow Evening/Mine: changed in the files and on the Homey

    Nothing to change
    stderr: nothing
    ");
    assert_snapshot!(run(&["apply", &home, "--yes"]), @"
    exit: 1
    stdout:
    Changed on both sides (--ours or --theirs decides):
      flow Evening/Mine: changed in the files and on the Homey

    Nothing to change
    stderr:
    error: one item was changed on both sides
    hint: nothing was changed; --ours lets the files win, --theirs the Homey
    ");
    let ours = run(&["apply", &home, "--yes", "--ours"]);
    assert_eq!(ours.exit, 0, "{}", ours.stderr);
    assert_eq!(run(&["flows", "get", "Mine"]).exit, 0);
}
