//! `housekey agent install` and `uninstall`, with a service manager that only writes down what it is asked.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use insta::assert_snapshot;

use crate::context::{Said, TestContext};
use crate::terminal::Terminal;

/// A home directory and a `systemctl` that runs this script.
fn with_systemctl(mut context: TestContext, script: &str) -> TestContext {
    let programs = context.directory().join("bin");
    fs::create_dir(&programs).expect("made");
    let systemctl = programs.join("systemctl");
    let asked = context.directory().join("asked");
    fs::write(&systemctl, format!("#!/bin/sh\necho \"$@\" >> {}\n{script}\n", asked.display()))
        .expect("written");
    fs::set_permissions(&systemctl, fs::Permissions::from_mode(0o755)).expect("made a program");
    let home = context.directory().display().to_string();
    context.set("PATH", &format!("{}:/usr/bin:/bin", programs.display()));
    context.set("HOME", &home);
    context
}

fn asked(context: &TestContext) -> String {
    fs::read_to_string(context.directory().join("asked")).unwrap_or_default()
}

/// The program is somewhere else on every machine.
fn shown(said: &Said) -> String {
    said.to_string().replace(env!("CARGO_BIN_EXE_housekey"), "/usr/local/bin/housekey")
}

#[test]
fn the_unit_is_printed_and_nothing_is_done() {
    let context = with_systemctl(TestContext::alone(), "exit 1");
    for flag in ["--print", "--dry-run"] {
        let said = context.run(&["agent", "install", flag]);
        assert_eq!(said.exit, 0, "{said}");
        assert!(said.stdout.contains("ExecStart="), "{said}");
    }
    assert_snapshot!(shown(&context.run(&["agent", "install", "--print"])).lines().filter(|line| line.starts_with("E")).collect::<Vec<_>>().join("\n"), @"
    ExecStart=/usr/local/bin/housekey agent run --config $HOME/config/agent.toml --log json
    ExecReload=/usr/local/bin/housekey agent reload
    Environment=HOUSEKEY_STATE=$HOME/state
    Environment=HOUSEKEY_CONFIG=$HOME/config
    ");
    let said = context.run(&["agent", "install", "--system", "--run-as", "keeper", "--print"]);
    assert_snapshot!(shown(&said).lines().filter(|line| line.starts_with(['E', 'U'])).collect::<Vec<_>>().join("\n"), @"
    ExecStart=/usr/local/bin/housekey agent run --config /etc/housekey/agent.toml --log json
    ExecReload=/usr/local/bin/housekey agent reload
    Environment=HOUSEKEY_STATE=/var/lib/housekey
    Environment=HOUSEKEY_CONFIG=/etc/housekey
    User=keeper
    UMask=0077
    ");
    assert_eq!(asked(&context), "");
    assert!(!context.directory().join(".config").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_written_started_and_taken_out_again() {
    let context = with_systemctl(TestContext::signed_in().await, "exit 0");
    let unit = context.directory().join(".config/systemd/user/housekey.service");
    assert_eq!(context.run(&["agent", "init"]).exit, 0);
    assert_snapshot!(context.run(&["agent", "install"]).stderr, @"
    Wrote $HOME/.config/systemd/user/housekey.service
    Started. `systemctl --user status housekey.service` and `housekey agent status` show its state.
    ");
    assert_snapshot!(context.run(&["agent", "uninstall"]).stderr, @"Removed $HOME/.config/systemd/user/housekey.service");
    assert!(!unit.exists());
    assert_snapshot!(asked(&context), @"
    --user daemon-reload
    --user enable housekey.service
    --user restart housekey.service
    --user disable --now housekey.service
    --user daemon-reload
    ");
    assert_snapshot!(context.run(&["agent", "uninstall"]), @"
    exit: 1
    stdout: nothing
    stderr:
    error: it is not installed: there is no $HOME/.config/systemd/user/housekey.service
    hint: say `--system` for a service of the machine
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_could_not_start_is_not_installed() {
    let context = with_systemctl(TestContext::signed_in().await, "exit 0");
    assert_snapshot!(context.run(&["agent", "install"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no $HOME/config/agent.toml: the service could not start
    hint: write it: `housekey agent init`
    ");
    fs::create_dir_all(context.directory().join("config")).expect("made");
    fs::write(context.directory().join("config/agent.toml"), "listen = \"0.0.0.0:4747\"\n")
        .expect("written");
    assert_snapshot!(context.run(&["agent", "install", "--no-start"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: $HOME/config/agent.toml has wrong lines
        $HOME/config/agent.toml:1: "0.0.0.0:4747" is no address of this machine alone: write "127.0.0.1:4747", the path of a socket, or any address and a `certificate` in [gateway]
        $HOME/config/agent.toml:1: there is no Homey: write [[homey]] and below it name = "…"
    hint: correct that first; the service was not installed
    "#);
    assert!(!context.directory().join(".config").exists(), "no unit is written");
    assert_eq!(asked(&context), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_the_settings_are_offered() {
    let context = with_systemctl(TestContext::signed_in().await, "exit 0");
    let file = context.directory().join("config/agent.toml");
    for (keys, exit, is_written) in [("n\r", 2, false), ("\r", 0, true)] {
        let mut terminal = Terminal::of(100);
        let mut command = context.command(&["agent", "install"]);
        command.env("TERM", "xterm");
        let mut child = terminal.start(command);
        terminal.answer("Write one for", keys);
        assert_eq!(child.wait().expect("ended").code(), Some(exit), "{}", terminal.heard);
        assert_eq!(file.exists(), is_written);
    }
    assert!(asked(&context).contains("restart housekey.service"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_that_is_missing_or_refuses_is_reported() {
    let context = TestContext::signed_in().await;
    assert_eq!(context.run(&["agent", "init"]).exit, 0);
    let context = with_systemctl(context, "echo 'Failed to connect to bus' >&2; exit 1");
    assert_snapshot!(context.run(&["agent", "install"]), @"
    exit: 1
    stdout: nothing
    stderr:
    Wrote $HOME/.config/systemd/user/housekey.service
    error: `systemctl --user daemon-reload` failed
      caused by: Failed to connect to bus
    hint: look at `systemctl status`; where there is no systemd, have whatever starts services run `housekey agent run`
    ");
    let mut context = context;
    context.set("PATH", "/nonexistent");
    assert_snapshot!(context.run(&["agent", "install"]), @"
    exit: 1
    stdout: nothing
    stderr:
    Wrote $HOME/.config/systemd/user/housekey.service
    error: cannot run `systemctl --user daemon-reload`
      caused by: No such file or directory (os error 2)
    hint: look at `systemctl status`; where there is no systemd, have whatever starts services run `housekey agent run`
    ");
}

#[test]
fn a_service_of_the_machine_needs_a_program_that_it_can_see() {
    let context = with_systemctl(TestContext::alone(), "exit 0");
    let hidden = ["/home", "/root", "/tmp", "/var/tmp", "/run/user"];
    let program = Path::new(env!("CARGO_BIN_EXE_housekey"));
    if hidden.iter().any(|place| program.starts_with(place)) {
        let said = context.run(&["agent", "install", "--system"]);
        assert_eq!(said.exit, 2, "{said}");
        assert!(said.stderr.contains("copy it to /usr/local/bin"), "{said}");
    }
    let said = context.run(&["agent", "install", "--system", "--user"]);
    assert_eq!(said.exit, 2, "{said}");
    assert_eq!(asked(&context), "");
}
