//! What needs no network: an empty store, a broken one, wrong settings, a wrong command line.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::context::TestContext;

#[test]
fn nobody_is_signed_in() {
    let context = TestContext::alone();
    let said = context.run(&["status"]).to_string();
    assert_snapshot!(said, @"
    exit: 4
    stdout: nothing
    stderr:
    error: not signed in
    hint: run `housekey login`
    ");
    for arguments in [&["devices", "list"][..], &["devices", "on", "x"], &["token"], &["logout"]] {
        assert_eq!(context.run(arguments).to_string(), said, "{arguments:?}");
    }
    assert_snapshot!(context.run(&["homeys", "list", "--json"]), @"
    exit: 0
    stdout:
    []
    stderr: nothing
    ");
    assert!(fs::read_dir(context.directory()).expect("read").next().is_none(), "nothing is made");
}

#[test]
fn the_version_touches_no_disk_and_help_needs_no_home() {
    let mut context = TestContext::alone();
    context.unset("HOUSEKEY_STATE");
    context.unset("HOUSEKEY_CONFIG");
    let said = context.run(&["--version"]);
    assert_eq!(said.stdout, concat!("housekey ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_eq!(context.run(&["help"]).exit, 0);
    assert!(fs::read_dir(context.directory()).expect("read").next().is_none());
}

/// A file as the store makes them.
fn write_private(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("closed");
}

#[test]
fn a_broken_record_is_named_and_never_quoted() {
    let context = TestContext::alone();
    let record = context.credentials().join("homey-home.json");
    fs::create_dir_all(context.credentials()).expect("made");
    for broken in ["", "{\"token\": \"made-up-secret\"", "[]", "{\"housekey\": 1, \"homey\": {}}"] {
        write_private(&record, broken);
        let said = context.run(&["devices", "list"]);
        assert_eq!(said.exit, 1, "{broken}");
        assert!(!said.stderr.contains("made-up-secret"), "{}", said.stderr);
        assert_eq!(fs::read_to_string(&record).expect("read"), broken, "left as it is");
    }
    write_private(&record, "{\"token\": \"made-up-secret\"");
    assert_snapshot!(context.run(&["devices", "list"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: $HOME/state/credentials/homey-home.json is broken: no JSON at line 1, column 26
    hint: move $HOME/state/credentials/homey-home.json away and run `housekey login`; nothing was changed
    ");
    assert_snapshot!(context.run(&["status"]), @"
    exit: 0
    stdout:
    HOMEY  TITLE  SIGNED IN BY  STATE       KEPT IN
    home                        unreadable  file

    Kept in $HOME/state/credentials
    stderr:
    warning: $HOME/state/credentials/homey-home.json is broken: no JSON at line 1, column 26
    ");
    write_private(&record, "{\"housekey\": 99}");
    assert_snapshot!(context.run(&["devices", "list"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: $HOME/state/credentials/homey-home.json was written by a newer housekey (format 99, this one knows 1)
    hint: use the newer housekey
    ");
}

#[test]
fn wrong_settings_are_told_with_their_line() {
    let context = TestContext::alone();
    let config = context.directory().join("config");
    fs::create_dir_all(&config).expect("made");
    fs::write(config.join("config.toml"), "homey = home\n").expect("written");
    assert_snapshot!(context.run(&["homeys", "list"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: $HOME/config/config.toml cannot be understood
      caused by: TOML parse error at line 1, column 9
          |
        1 | homey = home
          |         ^^^^
        string values must be quoted, expected literal string
    hint: correct the line, or move the file away
    ");
    fs::write(config.join("config.toml"), "homie = \"home\"\n").expect("written");
    assert_snapshot!(context.run(&["homeys", "list"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: $HOME/config/config.toml cannot be understood
      caused by: TOML parse error at line 1, column 1
          |
        1 | homie = "home"
          | ^^^^^
        unknown field `homie`, expected one of `homey`, `client_id`, `store`, `age_key_file`, `ca_file`, `homeys`, `alias`
    hint: correct the line, or move the file away
    "#);
    fs::write(config.join("config.toml"), "homey = \"gone\"\n").expect("written");
    assert_snapshot!(context.run(&["zones", "list"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: the settings choose the Homey "gone", which is not configured
    hint: choose another with `housekey homeys use NAME`, or run `housekey login`
    "#);
}

#[test]
fn a_wrong_environment_is_told() {
    let mut context = TestContext::alone();
    context.set("HOUSEKEY_ACCOUNTS_URL", "localhost:8080");
    let login = ["login", "--email", "a@example.org", "--client-id", "c", "--password-stdin"];
    assert_snapshot!(context.run_with(&login, "x"), @"
    exit: 2
    stdout: nothing
    stderr:
    error: HOUSEKEY_ACCOUNTS_URL is not an address: begin it with a scheme, as in `http://localhost:8080`
    ");
    context.set("HOUSEKEY_LOG", "loud");
    assert_snapshot!(context.run(&["status"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: HOUSEKEY_LOG is "loud"
    hint: set it to off, error, warn, info, debug or trace
    "#);
    context.unset("HOUSEKEY_LOG");
    context.set("HOMEY_ADDRESS", "http://192.0.2.7");
    assert_snapshot!(context.run(&["zones", "list"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: HOMEY_ADDRESS is set, HOMEY_TOKEN is not
    hint: set HOMEY_TOKEN as well, or unset HOMEY_ADDRESS to use a stored Homey
    ");
    context.unset("HOUSEKEY_STATE");
    assert_eq!(context.run(&["--version"]).exit, 0);
}

#[test]
fn a_wrong_command_line_is_told() {
    let context = TestContext::alone();
    for wrong in [
        &["device", "list"][..],
        &["devices", "set", "Lamp"],
        &["token", "--format", "xml"],
        &["api", "GET", "manager/zones/zone"],
        &["api", "POST", "/x", "-F", "a=b"],
        &["emulate", "--homeys", "0"],
        &["emulate", "--session-life", "soon"],
        &["login", "--api-key", "--email", "a@example.org"],
        &["login", "--api-key", "--address", "192.0.2.7"],
        &["devices", "list", "--jq", ".["],
    ] {
        let said = context.run(wrong);
        assert_eq!((said.exit, said.stdout.as_str()), (2, ""), "{wrong:?}: {}", said.stderr);
        assert!(said.stderr.starts_with("error: "), "{wrong:?}: {}", said.stderr);
    }
}

#[test]
fn a_store_that_cannot_be_written_is_found_out_before_a_password_is_read() {
    let context = TestContext::alone();
    // A file where the directory should be: refused to anybody, even to root.
    fs::write(context.directory().join("state"), "in the way").expect("written");
    let login = ["login", "--email", "a@example.org", "--client-id", "c", "--password-stdin"];
    assert_snapshot!(context.run_with(&login, "password"), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot write $HOME/state/credentials/.check
      caused by: Not a directory (os error 20)
    hint: check who owns the directory and its mode; what was stored before is untouched
    ");
    assert_eq!(context.stored().len(), 1);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let context = TestContext::alone();
    let mut child = context.command(&["--help"]).stdout(Stdio::piped()).spawn().expect("started");
    drop(child.stdout.take());
    assert!(child.wait().expect("ended").success());
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("opened");
    let output =
        context.command(&["homeys", "list", "--json"]).stdout(full).output().expect("ended");
    assert_snapshot!(context.said(&output), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot write to standard output
      caused by: No space left on device (os error 28)
    ");
}
