//! Every kind of hub, and a large home: each list is there.

use housekey_emulator::{Emulator, Model, Quirk};

use crate::context::TestContext;

const LISTS: [&[&str]; 8] = [
    &["devices", "list"],
    &["zones", "list"],
    &["flows", "list"],
    &["folders", "list"],
    &["variables", "list"],
    &["users", "list"],
    &["apps", "list"],
    &["moods", "list"],
];

#[tokio::test(flavor = "multi_thread")]
async fn every_list_of_every_kind_of_hub() {
    for model in [Model::Homey2018, Model::Pro2023, Model::ProMini, Model::SelfHosted] {
        let context = TestContext::with(Emulator::builder().model(model)).await;
        let said = context.login(&[]);
        assert_eq!(said.exit, 0, "{model:?}: {said}");
        for list in LISTS {
            let said = context.run(list);
            assert_eq!(said.exit, 0, "{model:?} {list:?}: {said}");
            assert!(said.stdout.lines().count() > 1, "{model:?} {list:?}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_of_four_hundred_devices() {
    let context = TestContext::with(Emulator::builder().devices(400)).await;
    assert_eq!(context.login(&[]).exit, 0);
    let said = context.run(&["devices", "list", "--jq", "length"]);
    assert_eq!((said.exit, said.stdout.as_str()), (0, "400\n"), "{said}");
    assert!(context.run(&["devices", "list"]).stdout.lines().count() > 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_ones_own_reads_what_third_parties_may() {
    let builder = Emulator::builder().quirk(Quirk::ThirdPartyScopes, true);
    let context = TestContext::with(builder).await;
    assert_eq!(context.login(&[]).exit, 0);
    for list in ["devices", "zones", "flows", "variables", "users"] {
        let said = context.run(&[list, "list"]);
        assert_eq!(said.exit, 0, "{list}: {said}");
    }
    for refused in [&["system", "info"][..], &["moods", "list"], &["zones", "create", "Attic"]] {
        let said = context.run(refused);
        assert_eq!(said.exit, 1, "{refused:?}: {said}");
        assert!(said.stderr.contains("it needs the scope"), "{refused:?}: {said}");
    }
}
