//! The commands with what the vendor gives to OAuth clients of one's own, whatever the role of the user.

use housekey::catalogue::Dialect;
use housekey_emulator::{Emulator, Quirk};

use crate::context::TestContext;

/// What the scopes of third parties are enough for.
const ALLOWED: &[&[&str]] = &[
    &["status"],
    &["token"],
    &["homeys", "list"],
    &["accounts", "list"],
    &["devices", "list"],
    &["devices", "get", "Kitchen/Ceiling lamp"],
    &["devices", "toggle", "Kitchen/Ceiling lamp"],
    &["zones", "list"],
    &["flows", "list"],
    &["variables", "list"],
    &["variables", "create", "Visitors", "3"],
    &["variables", "set", "Visitors", "4"],
    &["variables", "delete", "Visitors", "--yes"],
    &["insights", "list"],
    &["users", "list"],
];

/// What they are not enough for, each with the scope that is missing.
const REFUSED: &[(&[&str], &str)] = &[
    (&["system", "info"], "homey.system.readonly"),
    (&["zones", "create", "Attic"], "homey.zone"),
    (&["zones", "rename", "Kitchen", "Galley"], "homey.zone"),
    (&["devices", "rename", "Kitchen/Ceiling lamp", "Lamp"], "homey.device"),
    (&["apps", "list"], "homey.app.readonly"),
    (&["moods", "list"], "homey.mood.readonly"),
    (&["alarms", "list"], "homey.alarm.readonly"),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_third_parties_may_works_and_the_rest_says_what_would_help() {
    let mut wrong = Vec::new();
    for dialect in [Dialect::V2, Dialect::Local] {
        let builder = Emulator::builder().dialect(dialect).quirk(Quirk::ThirdPartyScopes, true);
        let context = TestContext::with(builder).await;
        let login = context.login(&[]);
        assert_eq!(login.exit, 0, "{dialect}: {}", login.stderr);
        for arguments in ALLOWED {
            let said = context.run(arguments);
            if said.exit != 0 {
                wrong
                    .push(format!("{dialect}: {arguments:?}: exit {}: {}", said.exit, said.stderr));
            }
        }
        for (arguments, scope) in REFUSED {
            // Hubs of 2016 to 2019 know no moods.
            if dialect == Dialect::V2 && arguments[0] == "moods" {
                continue;
            }
            let said = context.run(arguments);
            let text = &said.stderr;
            let advised = text.contains("API key with that scope") && !text.contains("owner");
            if said.exit != 1 || !text.contains(scope) || !advised {
                wrong.push(format!("{dialect}: {arguments:?}: exit {}: {text}", said.exit));
            }
        }
        // A refusal for want of a scope is none of the token.
        assert_eq!(context.run(&["devices", "list"]).exit, 0, "{dialect}: still signed in");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A session that has ended is replaced, with the same scopes.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_third_party_is_renewed() {
    let context = TestContext::with(Emulator::builder().quirk(Quirk::ThirdPartyScopes, true)).await;
    assert_eq!(context.login(&[]).exit, 0);
    context.world().expire(housekey_emulator::Expire::Session);
    assert_eq!(context.run(&["devices", "list"]).exit, 0);
    assert_eq!(context.run(&["system", "info"]).exit, 1);
}
