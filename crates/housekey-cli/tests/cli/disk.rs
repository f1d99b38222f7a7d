//! A disk that is full or must not be written, and files that secrets should not be in.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use housekey_emulator::Expire;
use insta::assert_snapshot;

use crate::context::{Said, TestContext, feed};

/// Signs in while no file may grow beyond so many blocks of 512 bytes, which the kernel refuses as
/// it refuses a write to a full disk.
fn login_within(blocks: u32, context: &TestContext) -> String {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let facts = context.facts();
    let program = env!("CARGO_BIN_EXE_housekey");
    let arguments = [
        "-c",
        &script,
        "sh",
        program,
        "login",
        "--quiet",
        "--email",
        &facts.email,
        "--client-id",
        &facts.client_id,
        "--password-stdin",
    ];
    let output = feed(&mut context.command_of("/bin/sh", &arguments), &facts.password);
    context.said(&output).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_found_out_before_anything_is_sent() {
    let context = TestContext::new().await;
    assert_snapshot!(login_within(0, &context), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot write $HOME/state/credentials/.check
      caused by: File too large (os error 27)
    hint: check who owns the directory and its mode; what was stored before is untouched
    ");
    assert_eq!(context.world().calls("login"), 0);
    assert!(context.stored().is_empty(), "nothing is left over");
}

/// Signs in twice to a disk of three pages: the first time two records take two of them, the
/// second time there is room to check that there is room, and for one record of two.
const TWICE: &str = "
    mount -t tmpfs -o size=12k tmpfs $HOUSEKEY_STATE
    login() { echo \"$PASSWORD\" | $PROGRAM login -q --email $EMAIL --client-id $CLIENT \
        --password-stdin --name $1; }
    stored() { find $HOUSEKEY_STATE -type f -size +0 -exec sha256sum {} + | sort; }
    login home; echo first: $?
    before=$(stored)
    login home; echo second: $?
    [ \"$before\" = \"$(stored)\" ] && echo as it was
";

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "what is left out is said")]
async fn a_disk_that_fills_up_meanwhile_leaves_what_was_stored() {
    let mut context = TestContext::new().await;
    let facts = context.facts();
    context.set("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    context.set("PROGRAM", env!("CARGO_BIN_EXE_housekey"));
    context.set("PASSWORD", &facts.password);
    context.set("EMAIL", &facts.email);
    context.set("CLIENT", &facts.client_id);
    std::fs::create_dir_all(context.directory().join("state")).expect("made");
    // A disk of its own, that nobody else sees and that is gone afterwards.
    let own = |script| {
        let arguments = ["--map-root-user", "--mount", "/bin/sh", "-c", script];
        context.command_of("/usr/bin/unshare", &arguments).output()
    };
    if !own("mount -t tmpfs tmpfs $HOUSEKEY_STATE").is_ok_and(|output| output.status.success()) {
        eprintln!("left out: nobody may mount a disk of their own on this machine");
        return;
    }
    let output = own(TWICE).expect("run");
    assert_snapshot!(context.said(&output), @"
    exit: 0
    stdout:
    first: 0
    second: 1
    as it was
    stderr:
    error: cannot write $HOME/state/credentials/homey-home.json
      caused by: No space left on device (os error 28)
    hint: make room on the disk, then try again; what was stored before is untouched
    ");
}

/// Makes a call while no file may grow.
fn call_on_a_full_disk(context: &TestContext) -> Said {
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    let program = env!("CARGO_BIN_EXE_housekey");
    let arguments = ["-c", script, "sh", program, "zones", "list", "--json"];
    context.said(&context.command_of("/bin/sh", &arguments).output().expect("run"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_on_a_full_disk_asks_for_nothing_and_loses_nothing() {
    let context = TestContext::signed_in().await;
    assert_eq!(call_on_a_full_disk(&context).exit, 0, "a token that is good needs no room");
    let before = context.stored();
    for (expired, file) in [(Expire::Session, "homey-"), (Expire::Access, "account-")] {
        context.world().expire(expired);
        let said = call_on_a_full_disk(&context);
        assert_eq!((said.exit, said.stdout.as_str()), (1, ""), "{said}");
        assert!(said.stderr.contains("cannot write $HOME/state/credentials/"), "{said}");
        assert!(said.stderr.contains("what was stored before is untouched"), "{file}: {said}");
        assert_eq!(context.stored(), before, "{file}");
    }
    assert_eq!(context.world().calls("oauth2.token.refresh_token"), 0);
    assert_eq!(context.world().calls("users.login"), 1, "the one of the sign-in");
    assert_eq!(context.run(&["zones", "list", "--json"]).exit, 0, "there is room again");
}

/// Makes a call, then one that has to renew, while the store cannot be written, not even by the
/// superuser.
const READ_ONLY: &str = "
    mount --bind $HOUSEKEY_STATE $HOUSEKEY_STATE || exit 9
    mount -o remount,bind,ro $HOUSEKEY_STATE || exit 9
    exec $PROGRAM zones list --json
";

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stderr, reason = "what is left out is said")]
async fn a_store_that_cannot_be_written_is_still_read() {
    let mut context = TestContext::signed_in().await;
    context.set("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    context.set("PROGRAM", env!("CARGO_BIN_EXE_housekey"));
    let call = || {
        let arguments = ["--map-root-user", "--mount", "/bin/sh", "-c", READ_ONLY];
        let output = context.command_of("/usr/bin/unshare", &arguments).output();
        output.map(|output| context.said(&output))
    };
    match call() {
        Ok(said) if said.exit == 0 => {}
        _ => {
            eprintln!("left out: nobody may mount a disk of their own on this machine");
            return;
        }
    }
    let before = context.stored();
    context.world().expire(Expire::Session);
    assert_snapshot!(call().expect("run"), @"
    exit: 1
    stdout: nothing
    stderr:
    error: cannot write $HOME/state/credentials/homey-canal-house.lock
      caused by: Read-only file system (os error 30)
    hint: check who owns the directory and its mode; what was stored before is untouched
    ");
    assert_eq!(context.stored(), before);
    assert_eq!(context.world().calls("users.login"), 1, "the one of the sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_secrets_should_not_be_in_is_named_and_left_alone() {
    let context = TestContext::signed_in().await;
    let record = context.credentials().join("homey-canal-house.json");
    let moved = context.directory().join("moved.json");
    let said = || context.run(&["zones", "list"]).to_string();

    fs::set_permissions(&record, fs::Permissions::from_mode(0o644)).expect("opened");
    let closed = context.run(&["zones", "list"]);
    assert_eq!(closed.exit, 0, "{closed}");
    assert_snapshot!(closed.stderr, @"$HOME/state/credentials/homey-canal-house.json was open to others (mode 0644) and is 0600 now: if another user may have read it, sign out and in again");
    let mode = fs::metadata(&record).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "closed");
    assert_eq!(context.run(&["zones", "list"]).stderr, "", "and said once");

    fs::rename(&record, &moved).expect("moved");
    std::os::unix::fs::symlink(&moved, &record).expect("linked");
    assert_snapshot!(said(), @"
    exit: 1
    stdout: nothing
    stderr:
    error: $HOME/state/credentials/homey-canal-house.json is not used: it is a symbolic link
    hint: put the file itself in its place
    ");
    fs::remove_file(&record).expect("removed");
    fs::rename(&moved, &record).expect("moved back");
    assert_eq!(context.run(&["zones", "list"]).exit, 0);
    assert_eq!(context.world().calls("users.login"), 1, "and nobody had to sign in again");
}
