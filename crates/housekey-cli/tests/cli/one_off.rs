//! What the environment brings for one-off use: it counts as typed, and half of it is refused.

use insta::assert_snapshot;

use crate::context::{NAME, TestContext};

#[tokio::test(flavor = "multi_thread")]
async fn a_half_that_is_given_alone_is_refused() {
    let mut context = TestContext::signed_in().await;
    let facts = context.facts();
    for (set, value, missing) in [
        ("HOMEY_TOKEN", &facts.api_key, "HOMEY_ADDRESS"),
        ("HOMEY_ADDRESS", &facts.homey_url, "HOMEY_TOKEN"),
    ] {
        context.set(set, value);
        let want = format!(
            "error: {set} is set, {missing} is not\n\
             hint: set {missing} as well, or unset {set} to use a stored Homey\n"
        );
        for command in
            [&NAME[..], &["token"], &["status"], &["zones", "list", "--homey", "canal-house"]]
        {
            let said = context.run(command);
            assert_eq!((said.exit, &*said.stdout), (2, ""), "{command:?}: {said}");
            assert_eq!(said.stderr, want, "{command:?}: {said}");
        }
        context.unset(set);
    }
    assert_eq!(context.run(&NAME).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn line_ends_and_a_byte_order_mark_do_not_count() {
    let mut context = TestContext::new().await;
    let facts = context.facts();
    context.set("HOMEY_ADDRESS", &format!("{}\r\n", facts.homey_url));
    context.set("HOMEY_TOKEN", &format!("\u{feff}{}\n", facts.api_key));
    assert_eq!(context.run(&NAME).stdout, "Canal House\n");
    context.unset("HOMEY_TOKEN");
    let login = ["login", "--api-key", "--name", "mine", "-q"];
    let key = format!("\u{feff}{}\r\n", facts.api_key);
    assert_eq!(context.run_with(&login, &key).exit, 0);
    context.unset("HOMEY_ADDRESS");
    context.set("HOMEY_PAT", &format!("{}\n", facts.personal_access_token));
    assert_eq!(context.run(&NAME).stdout, "Canal House\n");
    context.unset("HOMEY_PAT");
    context.set("HOUSEKEY_CLIENT_SECRET", &format!("\u{feff}{}\r\n", facts.client_secret));
    assert_eq!(context.login_with(&format!("\u{feff}{}\r\n", facts.password), &["-q"]).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_cannot_be_sent_is_an_error() {
    let mut context = TestContext::new().await;
    let facts = context.facts();
    context.set("HOMEY_ADDRESS", &facts.homey_url);
    context.set("HOMEY_TOKEN", &format!("{}\n{}", facts.api_key, facts.api_key));
    assert_snapshot!(context.run(&NAME), @"
    exit: 2
    stdout: nothing
    stderr:
    error: HOMEY_TOKEN holds a character that no token has
    hint: copy it again: it is one word of letters, digits and `:`, `-`, `.` or `_`
    ");
    context.set("HOMEY_TOKEN", &facts.api_key.replace(':', "\u{200b}:"));
    assert_eq!(context.run(&NAME).exit, 2);
    context.unset("HOMEY_TOKEN");
    let said = context.run_with(&["login", "--api-key"], "two words\n");
    assert_eq!(said.exit, 2, "{said}");
    context.unset("HOMEY_ADDRESS");
    context.set("HOMEY_PAT", "caf\u{e9}");
    assert_eq!(context.run(&NAME).exit, 2);
    assert_eq!(context.world().calls("users.getUsers"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_for_publishing_apps_is_refused_where_it_is_given() {
    let mut context = TestContext::new().await;
    let facts = context.facts();
    assert_snapshot!(context.run_with(&["login", "--pat"], &facts.app_token), @"
    exit: 2
    stdout: nothing
    stderr:
    error: this token (pat-apps-…) is for publishing apps, and opens no Homey
    hint: use an API key of the Homey (`housekey login --api-key`, Homeys of 2023 and later), or for any Homey an OAuth client of your own (`housekey login --client-id ID`)
    ");
    let login = ["login", "--api-key", "--address", &facts.homey_url];
    assert_eq!(context.run_with(&login, &facts.app_token).exit, 2);
    context.set("HOMEY_PAT", &facts.app_token);
    assert_snapshot!(context.run(&NAME), @"
    exit: 2
    stdout: nothing
    stderr:
    error: this token (pat-apps-…) is for publishing apps, and opens no Homey
    hint: use an API key of the Homey (`housekey login --api-key`, Homeys of 2023 and later), or for any Homey an OAuth client of your own (`housekey login --client-id ID`); and unset HOMEY_PAT
    ");
    assert_snapshot!(context.run(&["status"]), @"
    exit: 2
    stdout:
    HOMEY_PAT is set: unless a stored Homey is named, one of its account is used.
    stderr:
    error: this token (pat-apps-…) is for publishing apps, and opens no Homey
    hint: use an API key of the Homey (`housekey login --api-key`, Homeys of 2023 and later), or for any Homey an OAuth client of your own (`housekey login --client-id ID`); and unset HOMEY_PAT
    ");
    assert_eq!(context.world().calls("user.me"), 0, "nothing was sent");
    // A Homey that is stored does not need it.
    assert_eq!(context.login(&["-q", "--name", "mine"]).exit, 0);
    assert_eq!(context.run(&[&NAME[..], &["--homey", "mine"]].concat()).exit, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn status_tells_what_the_environment_gives() {
    let mut context = TestContext::new().await;
    let facts = context.facts();
    context.set("HOMEY_ADDRESS", &facts.homey_url);
    context.set("HOMEY_TOKEN", &facts.api_key);
    assert_snapshot!(context.run(&["status"]), @"
    exit: 0
    stdout:
    HOMEY_ADDRESS and HOMEY_TOKEN are set: where no Homey is named, the one at http://HOMEY/ is used.
    stderr: nothing
    ");
    assert_snapshot!(context.run(&["status", "--jq", ".environment.kind, .homeys"]).stdout, @"
    homey
    []
    ");
    context.unset("HOMEY_ADDRESS");
    context.unset("HOMEY_TOKEN");
    assert_eq!(context.login(&["-q"]).exit, 0);
    context.set("HOMEY_PAT", &facts.personal_access_token);
    let said = context.run(&["status"]);
    assert_eq!(said.exit, 0, "{said}");
    assert!(
        said.stdout.contains("HOMEY_PAT is set") && said.stdout.contains("canal-house"),
        "{said}"
    );
    assert!(!said.to_string().contains(&facts.personal_access_token), "{said}");
}
