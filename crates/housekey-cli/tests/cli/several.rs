//! Several configured Homeys: which one is meant.

use housekey_emulator::Emulator;
use insta::assert_snapshot;

use crate::context::TestContext;

/// Signed in to both Homeys of the account, as `canal-house` and `cabin`.
async fn both() -> TestContext {
    let context = TestContext::with(Emulator::builder().homeys(2)).await;
    assert_eq!(context.login(&["--homey", "Canal House"]).exit, 0);
    assert_eq!(context.login(&["--homey", "beach cabin", "--name", "cabin"]).exit, 0);
    context
}

const NAME: [&str; 5] = ["api", "GET", "/api/manager/system/name", "--jq", "."];

#[tokio::test(flavor = "multi_thread")]
async fn none_is_taken_that_was_not_named() {
    let context = both().await;
    assert_snapshot!(context.run(&NAME), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there are several Homeys, and none is named
    hint: name one with `--homey`: cabin, canal-house
    ");
    assert_snapshot!(context.run(&["devices", "on", "Ceiling lamp"]), @"
    exit: 2
    stdout: nothing
    stderr:
    error: there are several Homeys, and none is named
    hint: name one with `--homey`: cabin, canal-house
    ");
    assert_eq!(context.world().calls("devices.setCapabilityValue"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flag_comes_before_the_environment_and_that_before_the_settings() {
    let mut context = both().await;
    assert_snapshot!(context.run(&["homeys", "use", "Canal House"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    canal-house ("Canal House") is used by default now.
    "#);
    assert_eq!(context.run(&NAME).stdout, "Canal House\n");
    assert!(context.run(&["status"]).stdout.contains("canal-house *"));
    context.set("HOUSEKEY_HOMEY", "cabin");
    assert_eq!(context.run(&NAME).stdout, "Beach Cabin\n");
    let with_flag = [&["--homey", "canal-house"], &NAME[..]].concat();
    assert_eq!(context.run(&with_flag).stdout, "Canal House\n");
    assert_snapshot!(context.run(&["zones", "list", "--homey", "lighthouse"]), @r#"
    exit: 2
    stdout: nothing
    stderr:
    error: there is no configured Homey "lighthouse"
    hint: there is: cabin, canal-house
    "#);
    context.unset("HOUSEKEY_HOMEY");
    assert_snapshot!(context.run(&["devices", "on", "Kitchen/Ceiling lamp"]), @r#"
    exit: 0
    stdout: nothing
    stderr:
    Kitchen/Ceiling lamp: on (Homey "Canal House")
    "#);
    assert_snapshot!(context.run(&["homeys", "use", "--none"]), @"
    exit: 0
    stdout: nothing
    stderr:
    No Homey is used by default now.
    ");
    assert_eq!(context.run(&NAME).exit, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lists_show_both() {
    let context = both().await;
    let show = ".[] | [.name, .title, .access, .state, .chosen]";
    assert_snapshot!(context.run(&["homeys", "list", "--jq", show]), @r#"
    exit: 0
    stdout:
    ["cabin","Beach Cabin","account","signed-in",false]
    ["canal-house","Canal House","account","signed-in",false]
    stderr: nothing
    "#);
    assert_snapshot!(context.run(&["accounts", "list", "--jq", ".[] | [.name, .homeys]"]), @r#"
    exit: 0
    stdout:
    ["robin.vale@example.org",["cabin","canal-house"]]
    stderr: nothing
    "#);
    assert_snapshot!(context.run(&["status"]), @"
    exit: 0
    stdout:
    ACCOUNT                 STATE      HOMEYS              KEPT IN
    robin.vale@example.org  signed in  cabin, canal-house  file

    HOMEY        TITLE        SIGNED IN BY            STATE                                     KEPT IN
    cabin        Beach Cabin  robin.vale@example.org  signed in, 23 h 59 min left, unencrypted  file
    canal-house  Canal House  robin.vale@example.org  signed in, 23 h 59 min left, unencrypted  file

    Kept in $HOME/state/credentials
    stderr: nothing
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_homey_is_signed_in_to_again_by_its_short_name() {
    let context = both().await;
    assert_eq!(context.login(&["--homey", "cabin"]).exit, 0);
    assert_snapshot!(context.run(&["homeys", "list", "--jq", ".[].name"]).stdout, @"
    cabin
    canal-house
    ");
}
