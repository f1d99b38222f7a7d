//! `housekey login --store`: where tokens rest, and what is said of it.

use std::fs;
use std::process::Command;

use insta::assert_snapshot;

use crate::context::{TestContext, feed};

const STATES: [&str; 3] = ["status", "--jq", "(.accounts[], .homeys[]) | [.name, .state, .store]"];

#[tokio::test(flavor = "multi_thread")]
async fn an_age_identity_is_made_and_remembered() {
    let context = TestContext::new().await;
    assert_snapshot!(context.login(&["--store", "age", "--age-key", "deep/key.txt", "-q"]), @"
    exit: 0
    stdout: nothing
    stderr: nothing
    ");
    assert_snapshot!(context.run(&STATES), @r#"
    exit: 0
    stdout:
    ["robin.vale@example.org","signed-in","age"]
    ["canal-house","signed-in","age"]
    stderr: nothing
    "#);
    assert_snapshot!(context.run(&["status"]).stdout, @"
    ACCOUNT                 STATE      HOMEYS       KEPT IN
    robin.vale@example.org  signed in  canal-house  age

    HOMEY        TITLE        SIGNED IN BY            STATE                                     KEPT IN
    canal-house  Canal House  robin.vale@example.org  signed in, 23 h 59 min left, unencrypted  age

    Kept in $HOME/state/credentials
    ");
    let config = fs::read_to_string(context.directory().join("config/config.toml")).expect("there");
    assert!(config.contains("store = \"age\""), "{config}");
    let facts = context.facts();
    for content in context.stored().values() {
        let text = String::from_utf8_lossy(content);
        assert!(!text.contains(&facts.client_secret), "{text}");
    }
    // From anywhere, without a flag; and the next Homey is protected alike.
    assert_eq!(context.run(&["zones", "list", "-q"]).exit, 0);
    let login = ["login", "--api-key", "--address", &facts.homey_url, "--name", "cabin", "-q"];
    assert_eq!(context.run_with(&login, &facts.api_key).exit, 0);
    assert_snapshot!(context.run(&["homeys", "list", "--jq", ".[] | [.name, .store]"]).stdout, @r#"
    ["cabin","age"]
    ["canal-house","age"]
    "#);
    // Back to plain files, one by one.
    assert_eq!(context.login(&["--store", "file", "-q"]).exit, 0);
    assert_snapshot!(context.run(&STATES).stdout, @r#"
    ["robin.vale@example.org","signed-in","file"]
    ["cabin","signed-in","file"]
    ["canal-house","signed-in","age"]
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passphrase_opens_the_identity() {
    let mut context = TestContext::new().await;
    assert_snapshot!(context.login(&["--store", "age"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: it is not said what opens the encrypted file
    hint: name the file of an age identity with `--age-key`, which is made if it is missing, or set HOUSEKEY_AGE_PASSPHRASE
    ");
    assert_eq!(context.world().calls("login"), 0, "nobody signed in for nothing");
    context.set("HOUSEKEY_AGE_PASSPHRASE", "made-up passphrase");
    assert_snapshot!(context.login(&["--store", "age"]).without_steps(), @r#"
    exit: 0
    Made the age identity $HOME/config/age-key.txt, which the passphrase opens. Keep both.
    Signed in to "Canal House" as canal-house.
    The token is kept in $HOME/state/credentials/homey-canal-house.json, encrypted
    "#);
    assert_eq!(context.run(&["zones", "list", "-q"]).exit, 0);
    for (passphrase, want) in [("wrong", "the passphrase is wrong"), ("", "needs a passphrase")] {
        context.set("HOUSEKEY_AGE_PASSPHRASE", passphrase);
        let said = context.run(&["token"]);
        assert_eq!(said.exit, 1, "{said}");
        assert!(said.stderr.contains(want), "{said}");
    }
    // What is stored is told all the same, and left alone.
    let before = context.stored();
    assert_snapshot!(context.run(&["homeys", "list"]), @"
    exit: 0
    stdout:
    NAME         TITLE         DIALECT  SIGNED IN BY  ID  USED
    canal-house  (unreadable)  -        -             -   -
    stderr: nothing
    ");
    assert_eq!(context.login(&[]).exit, 1);
    assert_eq!(context.stored(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_name_no_store_are_told() {
    let context = TestContext::new().await;
    fs::create_dir_all(context.directory().join("config")).expect("made");
    fs::write(context.directory().join("config/config.toml"), "store = \"safe\"\n")
        .expect("written");
    assert_snapshot!(context.run(&["status"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: $HOME/config/config.toml cannot be understood
      caused by: TOML parse error at line 1, column 9
          |
        1 | store = "safe"
          |         ^^^^^^
        "safe" is none of file, keyring and age
    hint: correct the line, or move the file away
    "#);
}

/// All of it in one session of D-Bus with a keyring of its own.
const KEYRING: &str = r#"
    printf made-up | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
    login() { echo "$PASSWORD" | $PROGRAM login -q --email $EMAIL --client-id $CLIENT --password-stdin "$@"; }
    login --store keyring; echo "login: $?"
    $PROGRAM status --jq '(.accounts[], .homeys[]) | [.name, .state, .store]'
    $PROGRAM token --min-life 25h -q >/dev/null 2>&1
    $PROGRAM zones list -q >/dev/null; echo "zones: $?"
    grep -rl "$SECRET" "$HOUSEKEY_STATE" && echo "a secret is on disk"
    cp -r "$HOUSEKEY_STATE" "$HOUSEKEY_STATE.before"
    login --store file; echo "login: $?"
    $PROGRAM status --jq '.homeys[] | [.name, .store]'
    # What the file led to before is not in the keyring any more.
    HOUSEKEY_STATE=$HOUSEKEY_STATE.before $PROGRAM token 2>&1; echo "token: $?"
    login --store keyring; echo "login: $?"
    $PROGRAM logout -q; echo "logout: $?"
    find "$HOUSEKEY_STATE" -name '*.json'
"#;

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "what is left out is said")]
async fn the_keyring_of_the_desktop_keeps_tokens() {
    let installed = |program: &str| {
        Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
    };
    if !installed("dbus-run-session") || !installed("gnome-keyring-daemon") {
        return eprintln!("left out: no dbus-run-session and gnome-keyring-daemon here");
    }
    let mut context = TestContext::new().await;
    let facts = context.facts();
    let home = context.directory().display().to_string();
    for (name, value) in [
        ("PROGRAM", env!("CARGO_BIN_EXE_housekey")),
        ("EMAIL", &facts.email),
        ("CLIENT", &facts.client_id),
        ("PASSWORD", &facts.password),
        ("SECRET", &facts.client_secret),
        ("HOME", &home),
        ("XDG_RUNTIME_DIR", &home),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ] {
        context.set(name, value);
    }
    let arguments = ["--", "/bin/sh", "-c", KEYRING];
    let output = feed(&mut context.command_of("dbus-run-session", &arguments), "");
    assert_snapshot!(context.said(&output).stdout, @r#"
    login: 0
    ["robin.vale@example.org","signed-in","keyring"]
    ["canal-house","signed-in","keyring"]
    zones: 0
    login: 0
    ["canal-house","file"]
    error: $HOME/state.before/credentials/homey-canal-house.json is broken: what it leads to is not in the keyring
    hint: move $HOME/state.before/credentials/homey-canal-house.json away and run `housekey login`; nothing was changed
    token: 1
    login: 0
    logout: 0
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_nobody_signs_in_for_nothing() {
    let mut context = TestContext::new().await;
    context.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
    assert_snapshot!(context.login(&["--store", "keyring"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: the keyring does not keep what $HOME/state/credentials leads to
      caused by: there is none, or it fails
      caused by: zbus error: Failed to connect to address `unix:path=/nonexistent/bus`: No such file or directory (os error 2)
    hint: unlock the keyring of your desktop; where there is none, sign in with `housekey login --store file` or `--store age`
    ");
    assert_eq!(context.world().calls("login"), 0);
    assert!(context.stored().is_empty());
}
