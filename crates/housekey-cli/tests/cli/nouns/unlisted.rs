//! Paths that are in no specification: where a Homey does not know them, its operations tell the same.

use housekey_emulator::Dialect;
use insta::assert_snapshot;

use super::home;
use crate::context::TestContext;
use crate::fake;

/// What a Homey answers that knows no root of a manager: the status and the body of each path.
const ANSWERS: &[(&str, u16, &str)] = &[
    ("/api/manager/system/ping", 200, "true"),
    ("/api/manager/i18n/option/language", 200, "{\"value\":\"nl\"}"),
    ("/api/manager/i18n/option/units", 200, "{\"value\":\"metric\"}"),
    ("/api/manager/geolocation/option/location", 200, "{\"value\":{\"latitude\":52.1}}"),
    ("/api/manager/mobile/summary", 200, "{\"devices\":3}"),
    ("/api/manager/users/user", 200, "{\"r\":{\"id\":\"r\",\"name\":\"Robin\",\"present\":true}}"),
    // Only a V2 Homey tells a version and no platform.
    ("/api/manager/system", 200, "{\"homeyVersion\":\"8.1.6\"}"),
    ("/api/manager/i18n", 404, "<!DOCTYPE html><title>Error</title>"),
    ("/api/manager/geolocation", 500, "{\"error\":\"missing_api_method\"}"),
    ("/api/manager/mobile", 200, "<!DOCTYPE html><title>Homey</title>"),
    ("/api/manager/presence", 404, "{}"),
    ("/api/manager/reminder/reminder", 404, "{}"),
];

#[test]
fn a_homey_that_does_not_know_the_path_is_asked_otherwise() {
    let address = fake::homey(|path, stream| {
        let known = ANSWERS.iter().find(|(known, ..)| *known == path.trim_end_matches('/'));
        let (status, body) = known.map_or((404, "{}"), |(_, status, body)| (*status, *body));
        let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
        fake::answer(stream, status, kind, body.as_bytes())
    });
    let mut context = TestContext::alone();
    context.set("HOMEY_ADDRESS", &address);
    context.set("HOMEY_TOKEN", "a:b:c");
    let run = |typed: &[&str]| context.run(typed).to_string().replace(&address, "http://HOMEY");
    assert_snapshot!(run(&["language"]), @"
    exit: 0
    stdout:
    WHAT      VALUE
    language  nl
    units     metric
    stderr: nothing
    ");
    assert_snapshot!(run(&["location"]), @"
    exit: 0
    stdout:
    WHAT               VALUE
    location.latitude  52.1
    stderr: nothing
    ");
    assert_snapshot!(run(&["mobile", "--json"]), @r#"
    exit: 0
    stdout:
    {"devices":3}
    stderr: nothing
    "#);
    assert_snapshot!(run(&["presence", "list", "--json"]), @r#"
    exit: 0
    stdout:
    {"r":{"id":"r","name":"Robin","present":true}}
    stderr: nothing
    "#);
    assert_snapshot!(run(&["reminders"]), @r#"
    exit: 1
    stdout: nothing
    stderr:
    error: "http://HOMEY/" knows no reminders
    hint: only old firmware has them; flows do today what they did
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_are_on_old_firmware_alone() {
    for (dialect, exit, stdout) in
        [(Dialect::V2, 0, "{}\n"), (Dialect::Local, 1, ""), (Dialect::Cloud, 1, "")]
    {
        let context = home(dialect).await;
        for typed in [&["reminders", "--json"][..], &["reminders", "list", "--json"]] {
            let said = context.run(typed);
            assert_eq!((said.exit, said.stdout.as_str()), (exit, stdout), "{dialect}\n{said}");
        }
    }
}
