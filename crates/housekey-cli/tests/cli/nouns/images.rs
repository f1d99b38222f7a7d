//! The bytes of images: whole into a file or a pipe, never onto a terminal.

use std::fs::{self, File};

use housekey_emulator::Dialect;
use insta::assert_snapshot;
use nix::pty::openpty;

use super::home;

#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_arrive_as_the_homey_has_them_on_every_dialect() {
    for dialect in Dialect::ALL {
        let context = home(dialect).await;
        let path = context.run(&["images", "get", "Hallway/Doorbell", "--jq", ".url"]).stdout;
        let api = context.command(&["api", "GET", path.trim()]).output().expect("ran");
        let piped = context.command(&["images", "get", "Hallway/Doorbell"]).output().expect("ran");
        assert!(piped.stdout.starts_with(b"\x89PNG\r\n\x1a\n"), "{dialect}: a picture");
        // `api` ends what has no end of line with one.
        assert_eq!(api.stdout.strip_suffix(b"\n"), Some(&piped.stdout[..]), "{dialect}");
        assert!(piped.status.success() && piped.stderr.is_empty(), "{dialect}");
        let filed = context.run(&["images", "get", "doorbell", "-o", "door.png"]);
        let told = format!("door.png holds image/png, {} bytes\n", piped.stdout.len());
        assert_eq!((filed.exit, filed.stdout.as_str()), (0, ""), "{dialect}\n{filed}");
        assert_eq!(filed.stderr, told, "{dialect}");
        let file = fs::read(context.directory().join("door.png")).expect("read");
        assert!(file == piped.stdout, "{dialect}: the file holds the same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_gets_no_bytes() {
    let context = home(Dialect::Local).await;
    let run = |arguments: &[&str]| {
        let terminal = openpty(None, None).expect("a terminal");
        let mut command = context.command(arguments);
        let output = command.stdout(File::from(terminal.slave)).output().expect("ran");
        (context.said(&output), terminal.master)
    };
    let (said, _) = run(&["images", "get", "Doorbell"]);
    assert_snapshot!(said, @"
    exit: 2
    stdout: nothing
    stderr:
    error: an image is nothing for a terminal
    hint: write it to a file with `--output FILE`, or into a pipe
    ");
    assert_eq!(context.world().calls("images.getImages"), 0);
    let (said, _) = run(&["images", "get", "Doorbell", "--output", "door.png"]);
    assert_eq!(said.exit, 0, "a file is no terminal\n{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_not_written() {
    let context = home(Dialect::Local).await;
    context.world().script("images.getImages").reply(200).body(serde_json::json!({
        "dummy": { "id": "dummy", "ownerUri": "homey:app:com.example.lumen", "url": "/api/manager/system/" },
        "none": { "id": "none", "ownerUri": "homey:app:com.example.klima", "url": null },
    })).times(4);
    let run = |image: &str| context.run(&["images", "get", image, "--output", "x.png"]);
    assert_snapshot!(run("homey:app:com.example.lumen"), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey has no picture for homey:app:com.example.lumen: it sent application/json; charset=utf-8
    hint: try again later: some devices take a picture only on request
    ");
    assert_snapshot!(run("none"), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the Homey has no picture for homey:app:com.example.klima: it names no path
    hint: try again later: some devices take a picture only on request
    ");
    assert!(!context.directory().join("x.png").exists(), "nothing is written");
    assert_snapshot!(context.run(&["images", "list"]), @"
    exit: 0
    stdout:
    IMAGE OF                     CHANGED  PATH                  ID
    homey:app:com.example.klima  -        -                     none
    homey:app:com.example.lumen  -        /api/manager/system/  dummy
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["images", "get", "dummy", "--json", "-o", "-"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: standard output can take only one form
    hint: leave out `--output -`, or `--json` and `--jq`
    ");
}
