//! A disk that is full.

use insta::assert_snapshot;

use crate::context::{TestContext, feed};

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
