//! A home is backed up, damaged and made as it was, at a virtual Homey of each dialect.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use housekey::catalogue::Dialect;
use housekey::http::Http;
use housekey::{Homey, Secret};
use housekey_backup::apply::{self, Applied, ApplyError, HomeSecrets, Journal};
use housekey_backup::plan::{self, Plan, PlanOptions, Winner, Written};
use housekey_backup::secrets::{KnownSecrets, Secrets};
use housekey_backup::{Items, Part, Snapshot, diff, read};
use housekey_emulator::Emulator;
use serde_json::json;

const DIALECTS: [Dialect; 3] = [Dialect::V2, Dialect::Local, Dialect::Cloud];

const PRUNE: PlanOptions = PlanOptions { prune: true, values: true, winner: Winner::Files };

/// The parts that can be lost and made again.
const LOSABLE: [Part; 4] = [Part::Flows, Part::AdvancedFlows, Part::Variables, Part::Folders];

/// A virtual Homey and a client of it.
struct Hub {
    emulator: Emulator,
    homey: Homey,
    journals: tempfile::TempDir,
}

impl Hub {
    async fn new(dialect: Dialect) -> Self {
        let emulator = Emulator::builder().dialect(dialect).start().await.expect("a free port");
        let facts = emulator.facts();
        let address = facts.homey_url.parse().expect("a URL");
        let http = Http::new().expect("TLS");
        let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
        Self { emulator, homey, journals: tempfile::tempdir().expect("a directory") }
    }

    async fn snapshot(&self) -> (Snapshot, Secrets, KnownSecrets) {
        let home = read::home(&self.homey, "Home", |_| {}).await.expect("a home");
        let known = read::known_secrets(&self.homey, &home).await.expect("its secrets");
        let (snapshot, secrets) = Snapshot::of(&home, &known, jiff::Timestamp::UNIX_EPOCH);
        (snapshot, secrets, known)
    }

    fn written(&self, snapshot: &Snapshot) -> Written {
        let journals = apply::journals(self.journals.path()).expect("journals");
        apply::unfinished(&journals, snapshot.home.about.id.as_deref())
    }

    async fn plan(&self, wanted: &Snapshot, secrets: &Secrets) -> Plan {
        let (now, ..) = self.snapshot().await;
        plan::plan(wanted, &now, secrets, &self.written(&now), PRUNE)
    }

    async fn apply(&self, plan: &Plan, secrets: &Secrets) -> Result<Applied, ApplyError> {
        let (now, _, known) = self.snapshot().await;
        let mut journal = start(self.journals.path(), &now, plan);
        let secrets = HomeSecrets { values: secrets, known: &known };
        let applied = apply::apply(plan, &self.homey, secrets, &mut journal, &|_| {}).await?;
        journal.finish().expect("a journal");
        Ok(applied)
    }

    /// Takes everything away that can be made again.
    async fn damage(&self, base: &Snapshot) {
        let mut less = base.clone();
        for part in LOSABLE.into_iter().filter(|part| base.home.has(*part)) {
            less.home.insert(part, Items::new());
        }
        let plan = self.plan(&less, &Secrets::new()).await;
        assert!(plan.deletes() > 3, "there is something to lose: {plan:?}");
        self.apply(&plan, &Secrets::new()).await.expect("it is deleted");
    }
}

fn start(journals: &Path, now: &Snapshot, plan: &Plan) -> Journal {
    // The name of a journal is the time, and two may begin within a millisecond.
    let count = std::fs::read_dir(journals).expect("a directory").count();
    let when = jiff::Timestamp::from_second(i64::try_from(count).expect("few")).expect("a time");
    Journal::start(journals, when, now.home.about.id.as_deref(), plan).expect("a journal")
}

/// What differs between two homes but for the ids that were given anew.
fn difference(before: &Snapshot, after: &Snapshot, ids: &plan::Ids) -> Vec<String> {
    let same_ids = before.rebased(after, ids);
    let found = diff::between(&same_ids, after);
    found.items.iter().map(|item| format!("{item:?}")).collect()
}

fn count(snapshot: &Snapshot) -> Vec<(&'static str, usize)> {
    LOSABLE.iter().map(|part| (part.name(), snapshot.home.items(*part).count())).collect()
}

#[tokio::test]
async fn a_home_that_lost_everything_is_made_as_it_was() {
    for dialect in DIALECTS {
        let hub = Hub::new(dialect).await;
        let (before, secrets, _) = hub.snapshot().await;
        hub.damage(&before).await;
        let plan = hub.plan(&before, &secrets).await;
        assert_eq!(plan.refused, vec![], "{dialect:?}");
        let applied = hub.apply(&plan, &secrets).await.expect("it is applied");
        assert_eq!(applied.differing, vec![], "{dialect:?}");
        let (after, ..) = hub.snapshot().await;
        assert_eq!(difference(&before, &after, &applied.ids), Vec::<String>::new(), "{dialect:?}");
        assert_eq!(count(&after), count(&before), "{dialect:?}");
        let again = hub.plan(&before, &secrets).await;
        assert_eq!(again.steps, vec![], "{dialect:?}: a second apply has nothing to do");
    }
}

#[tokio::test]
async fn an_apply_that_is_cut_off_anywhere_is_finished_by_the_next() {
    let mut polls = 0;
    {
        let hub = Hub::new(Dialect::Local).await;
        let (before, secrets, _) = hub.snapshot().await;
        hub.damage(&before).await;
        let plan = hub.plan(&before, &secrets).await;
        let mut work = pin!(hub.apply(&plan, &secrets));
        let whole = poll_fn(|context| {
            polls += 1;
            work.as_mut().poll(context)
        });
        whole.await.expect("it is applied");
    }
    // Spread over the whole run; the long proof does it with a real process and a signal.
    for cut in (1..polls).step_by((polls / 12).max(1)) {
        let hub = Hub::new(Dialect::Local).await;
        let (before, secrets, _) = hub.snapshot().await;
        hub.damage(&before).await;
        let plan = hub.plan(&before, &secrets).await;
        {
            let mut left = cut;
            let mut work = pin!(hub.apply(&plan, &secrets));
            let part = poll_fn(|context| {
                left -= 1;
                match work.as_mut().poll(context) {
                    Poll::Ready(_) => Poll::Ready(()),
                    Poll::Pending if left == 0 => Poll::Ready(()),
                    Poll::Pending => Poll::Pending,
                }
            });
            part.await;
        }
        let next = hub.plan(&before, &secrets).await;
        assert_eq!(next.conflicts, vec![], "after {cut} of {polls}");
        hub.apply(&next, &secrets).await.expect("it is finished");
        let (after, ..) = hub.snapshot().await;
        assert_eq!(count(&after), count(&before), "after {cut} of {polls}");
        assert_eq!(hub.plan(&before, &secrets).await.steps, vec![], "after {cut} of {polls}");
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_nothing_twice() {
    let hub = Hub::new(Dialect::Local).await;
    let (before, secrets, _) = hub.snapshot().await;
    hub.damage(&before).await;
    let plan = hub.plan(&before, &secrets).await;
    // The request arrives and is done; its answer never comes.
    hub.emulator.script("flow.createFlow").cut().times(2);
    hub.emulator.script("logic.createVariable").cut().times(1);
    let applied = hub.apply(&plan, &secrets).await.expect("it is applied");
    assert_eq!(applied.differing, vec![]);
    let (after, ..) = hub.snapshot().await;
    assert_eq!(count(&after), count(&before));
}

#[tokio::test]
async fn an_apply_is_undone() {
    let hub = Hub::new(Dialect::Local).await;
    let (before, secrets, _) = hub.snapshot().await;
    let mut flows: Items =
        before.home.items(Part::Flows).map(|(id, item)| (id.to_owned(), item.clone())).collect();
    let first = flows.keys().next().expect("a flow").clone();
    let trigger = flows[&first]["trigger"].clone();
    flows[&first]["name"] = json!("Renamed");
    let last = flows.keys().next_back().expect("a flow").clone();
    flows.shift_remove(&last);
    let new = json!({ "name": "New", "trigger": trigger, "conditions": [], "actions": [] });
    flows.insert("new:flows/New.json".to_owned(), new);
    let mut wanted = before.clone();
    wanted.home.insert(Part::Flows, flows);
    let plan = hub.plan(&wanted, &secrets).await;
    assert_eq!(plan.steps.len(), 3, "{plan:?}");
    hub.apply(&plan, &secrets).await.expect("it is applied");
    let (now, ..) = hub.snapshot().await;
    let journals = apply::journals(hub.journals.path()).expect("journals");
    let (_, entries) = journals.last_key_value().expect("a journal");
    let undo = apply::undo(entries, &journals, &now, Winner::Neither);
    assert_eq!(undo.conflicts, vec![]);
    let undone = hub.apply(&undo, &secrets).await.expect("it is undone");
    let (after, ..) = hub.snapshot().await;
    assert_eq!(difference(&before, &after, &undone.ids), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_person_changed_since_is_undone_only_where_that_is_chosen() {
    let hub = Hub::new(Dialect::Local).await;
    let (before, secrets, _) = hub.snapshot().await;
    let mut flows: Items =
        before.home.items(Part::Flows).map(|(id, item)| (id.to_owned(), item.clone())).collect();
    let id = flows.keys().next().expect("a flow").clone();
    let name = flows[&id]["name"].clone();
    flows[&id]["name"] = json!("Mine");
    let mut wanted = before.clone();
    wanted.home.insert(Part::Flows, flows);
    let plan = hub.plan(&wanted, &secrets).await;
    hub.apply(&plan, &secrets).await.expect("it is applied");
    hub.homey.flow().update_flow(&id, json!({ "name": "Theirs" })).await.expect("it is renamed");
    let (now, ..) = hub.snapshot().await;
    let journals = apply::journals(hub.journals.path()).expect("journals");
    let (_, entries) = journals.last_key_value().expect("a journal");
    let undo = |winner| {
        let plan = apply::undo(entries, &journals, &now, winner);
        (plan.steps.len(), plan.drift.len(), plan.conflicts.len())
    };
    assert_eq!(undo(Winner::Neither), (0, 0, 1));
    assert_eq!(undo(Winner::Homey), (0, 1, 0));
    assert_eq!(undo(Winner::Files), (1, 0, 0));
    let plan = apply::undo(entries, &journals, &now, Winner::Files);
    hub.apply(&plan, &secrets).await.expect("it is undone");
    let there = hub.homey.flow().get_flow(&id).value().await.expect("a flow");
    assert_eq!(there["name"], name);
}

#[tokio::test]
async fn what_a_person_changed_meanwhile_is_not_overwritten() {
    let hub = Hub::new(Dialect::Local).await;
    let (before, secrets, _) = hub.snapshot().await;
    let mut flows: Items =
        before.home.items(Part::Flows).map(|(id, item)| (id.to_owned(), item.clone())).collect();
    let id = flows.keys().next().expect("a flow").clone();
    flows[&id]["name"] = json!("Mine");
    let mut wanted = before.clone();
    wanted.home.insert(Part::Flows, flows);
    let plan = hub.plan(&wanted, &secrets).await;
    hub.homey.flow().update_flow(&id, json!({ "name": "Theirs" })).await.expect("it is renamed");
    let error = hub.apply(&plan, &secrets).await.expect_err("it was changed").to_string();
    assert!(error.contains("was changed on the Homey since"), "{error}");
    let there = hub.homey.flow().get_flow(&id).value().await.expect("a flow");
    assert_eq!(there["name"], "Theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_changes_between_two_writes_is_not_overwritten() {
    let hub = Hub::new(Dialect::Local).await;
    let (before, secrets, known) = hub.snapshot().await;
    let mut wanted = before.clone();
    let items = |part| before.home.items(part).map(|(id, item)| (id.to_owned(), item.clone()));
    // An enabled flow is written twice; in between comes an advanced flow that is disabled.
    let mut flows: Items = items(Part::Flows).collect();
    let (id, flow) = flows.iter_mut().find(|(_, flow)| flow["enabled"] == true).expect("a flow");
    flow["name"] = json!("Mine");
    let id = id.clone();
    let mut advanced: Items = items(Part::AdvancedFlows).collect();
    advanced[0]["enabled"] = json!(false);
    wanted.home.insert(Part::Flows, flows);
    wanted.home.insert(Part::AdvancedFlows, advanced);
    let plan = hub.plan(&wanted, &secrets).await;
    let mut journal = start(hub.journals.path(), &before, &plan);
    let change = |_: &plan::Step| {
        let renamed = hub.homey.flow().update_flow(&id, json!({ "name": "Theirs" }));
        let wait = || tokio::runtime::Handle::current().block_on(renamed.into_future());
        tokio::task::block_in_place(wait).expect("it is renamed");
    };
    let home_secrets = HomeSecrets { values: &secrets, known: &known };
    let outcome = apply::apply(&plan, &hub.homey, home_secrets, &mut journal, &change).await;
    let error = outcome.expect_err("it was changed").to_string();
    assert!(error.contains("was changed on the Homey since"), "{error}");
    let there = hub.homey.flow().get_flow(&id).value().await.expect("a flow");
    assert_eq!(there["name"], "Theirs");
}

#[tokio::test]
async fn without_a_scope_nothing_is_planned_for_deletion() {
    let hub = Hub::new(Dialect::Local).await;
    let (before, secrets, _) = hub.snapshot().await;
    for scopes in
        [["homey.zone.readonly", "homey.device.readonly"].as_slice(), &["homey.flow.readonly"]]
    {
        let key = hub.emulator.new_api_key(scopes);
        let address = hub.emulator.facts().homey_url.parse().expect("a URL");
        let http = Http::new().expect("TLS");
        let homey = Homey::at(address, Secret::new(key), http).await.expect("a Homey");
        let home = read::home(&homey, "Home", |_| {}).await.expect("a home");
        let (now, _) = Snapshot::of(&home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH);
        assert!(now.home.missing().count() > 5);
        let plan = plan::plan(&before, &now, &secrets, &Written::default(), PRUNE);
        assert_eq!(plan.steps, vec![], "{scopes:?}");
        let back = plan::plan(&now, &before, &secrets, &Written::default(), PRUNE);
        assert_eq!(back.steps, vec![], "{scopes:?}");
    }
}
