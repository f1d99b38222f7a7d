use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::secrets::{KnownSecrets, Secrets};
use crate::{About, Home, Items};

/// A home of zones, folders, variables and flows that refer to each other.
fn home(seed: &[(u8, u8, u8)]) -> Home {
    let mut home = Home::new(About { dialect: "local".to_owned(), ..About::default() });
    let mut parts: BTreeMap<Part, Items> = BTreeMap::new();
    let root = json!({ "id": "zone-root", "name": "Home", "parent": null });
    parts.entry(Part::Zones).or_default().insert("zone-root".to_owned(), root);
    for part in [Part::Folders, Part::Variables, Part::Flows, Part::Devices] {
        parts.entry(part).or_default();
    }
    for &(kind, index, content) in seed {
        let id = format!("item-{kind}-{index}");
        let name = format!("{kind} {index}");
        let (part, item) = match kind % 4 {
            0 => (
                Part::Zones,
                json!({ "id": id, "name": name, "parent": "zone-root", "icon": content }),
            ),
            1 => (Part::Folders, json!({ "id": id, "name": name, "parent": null, "x": content })),
            2 => (
                Part::Variables,
                json!({ "id": id, "name": name, "type": "number", "value": content }),
            ),
            _ => (
                Part::Flows,
                json!({ "id": id, "name": name, "enabled": content % 2 == 0, "folder": format!("item-1-{content}"),
                    "trigger": { "id": "homey:manager:cron:time_exactly" }, "conditions": [],
                    "actions": [{ "id": "x", "args": { "t": format!("[[homey:manager:logic|item-2-{content}]]") } }] }),
            ),
        };
        parts.entry(part).or_default().insert(id, item);
    }
    for (part, items) in parts {
        home.insert(part, items);
    }
    home
}

fn snapshot(home: &Home) -> Snapshot {
    Snapshot::of(home, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH).0
}

/// The files of `wanted`, which were edited from those of `base`.
fn edited(base: &Snapshot, wanted: &Home) -> Snapshot {
    Snapshot { refs: base.refs.clone(), ..snapshot(wanted) }
}

/// Does what a plan says, as a Homey that gives ids of its own.
fn applied(plan: &Plan, present: &Home) -> Home {
    let mut parts: BTreeMap<Part, Items> =
        present.parts().map(|(part, items)| (part, items.clone())).collect();
    let mut ids = plan.ids.clone();
    for step in &plan.steps {
        if matches!(step.action, Action::Create { .. }) {
            ids.insert(step.id.clone(), format!("given-{}", step.id));
        }
    }
    for step in &plan.steps {
        let items = parts.entry(step.part).or_default();
        match &step.action {
            Action::Create { after } | Action::Update { after, .. } => {
                let id = ids.get(&step.id).unwrap_or(&step.id).clone();
                let item = with_id(&translated(after, &ids), &id);
                items.insert(id, item);
            }
            Action::Delete { .. } => drop(items.shift_remove(&step.id)),
        }
    }
    let mut home = Home::new(present.about.clone());
    for (part, items) in parts {
        home.insert(part, items);
    }
    home
}

const ALL: PlanOptions = PlanOptions { prune: true, values: true, winner: Winner::Neither };

fn seeds() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    prop::collection::vec((0..4_u8, 0..6_u8, 0..6_u8), 0..16)
}

proptest! {
    #[test]
    fn applying_the_plan_from_a_to_b_gives_b(a in seeds(), b in seeds()) {
        let (a, b) = (home(&a), home(&b));
        let wanted = edited(&snapshot(&a), &b);
        let plan = plan(&wanted, &snapshot(&a), &Secrets::new(), &Written::default(), ALL);
        prop_assert_eq!(&plan.conflicts, &vec![]);
        prop_assert_eq!(&plan.refused, &vec![]);
        let result = snapshot(&applied(&plan, &a));
        // Nothing is left to do, and nothing is there that was not wanted.
        let again = super::plan(&wanted, &result, &Secrets::new(), &Written::default(), ALL);
        prop_assert_eq!(&again.steps, &vec![], "{:?}", plan);
        for (part, items) in b.parts() {
            prop_assert_eq!(result.home.items(part).count(), items.len());
        }
    }

    #[test]
    fn a_plan_of_a_home_against_itself_is_empty(a in seeds()) {
        let a = snapshot(&home(&a));
        prop_assert_eq!(plan(&a, &a, &Secrets::new(), &Written::default(), ALL), Plan::default());
    }

    #[test]
    fn files_of_which_some_were_brought_up_to_date_are_those_of_the_home(
        a in seeds(), b in seeds(), is_new in prop::collection::vec(any::<bool>(), 32),
    ) {
        let (a, b) = (home(&a), home(&b));
        let wanted = edited(&snapshot(&a), &b);
        let first = plan(&wanted, &snapshot(&a), &Secrets::new(), &Written::default(), ALL);
        let result = snapshot(&applied(&first, &a));
        let mut ids = first.ids.clone();
        let created = first.steps.iter().filter(|step| matches!(step.action, Action::Create { .. }));
        ids.extend(created.map(|step| (step.id.clone(), format!("given-{}", step.id))));
        let rebased = wanted.rebased(&result, &ids);
        let mut half = Home::new(wanted.home.about.clone());
        let mut coins = is_new.into_iter().cycle();
        for (part, items) in wanted.home.parts() {
            let file = |(id, item): (&String, &Value)| {
                let here = ids.get(id).unwrap_or(id);
                let updated = rebased.home.item(part, here).filter(|_| coins.next() == Some(true));
                updated.map_or((id.clone(), item.clone()), |updated| (here.clone(), updated.clone()))
            };
            half.insert(part, items.iter().map(file).collect());
        }
        let half = Snapshot { refs: wanted.refs.clone(), ..snapshot(&half) };
        let written = Written { ids, ..Written::default() };
        let second = plan(&half, &result, &Secrets::new(), &written, ALL);
        prop_assert_eq!(second.steps, vec![]);
        prop_assert_eq!(second.conflicts, vec![]);
    }

    #[test]
    fn a_plan_that_was_cut_off_anywhere_is_finished_by_the_next(a in seeds(), b in seeds(), at in 0..16_usize) {
        let (a, b) = (home(&a), home(&b));
        let wanted = edited(&snapshot(&a), &b);
        let mut first = plan(&wanted, &snapshot(&a), &Secrets::new(), &Written::default(), ALL);
        first.steps.truncate(at);
        let half = applied(&first, &a);
        let second = plan(&wanted, &snapshot(&half), &Secrets::new(), &Written::default(), ALL);
        prop_assert_eq!(&second.conflicts, &vec![]);
        let whole = snapshot(&applied(&second, &half));
        prop_assert_eq!(plan(&wanted, &whole, &Secrets::new(), &Written::default(), ALL).steps, vec![]);
        for (part, items) in b.parts() {
            prop_assert_eq!(whole.home.items(part).count(), items.len(), "nothing twice, nothing lost: {}", part.name());
        }
    }

    #[test]
    fn what_was_not_read_is_never_deleted(a in seeds(), b in seeds(), lost in 0..5_usize) {
        let (a, b) = (home(&a), home(&b));
        let part = [Part::Zones, Part::Folders, Part::Variables, Part::Flows, Part::Devices][lost];
        let mut files = edited(&snapshot(&a), &b);
        files.home.miss(part, "the sign-in lacks a scope");
        let first = plan(&files, &snapshot(&a), &Secrets::new(), &Written::default(), ALL);
        prop_assert!(first.steps.iter().all(|step| step.part != part));
        let mut present = snapshot(&a);
        present.home.miss(part, "the sign-in lacks a scope");
        let second = plan(&edited(&snapshot(&a), &b), &present, &Secrets::new(), &Written::default(), ALL);
        prop_assert!(second.steps.iter().all(|step| step.part != part));
        prop_assert!(second.not_compared.iter().any(|(name, _)| name == part.name()));
    }
}

/// A home with one variable of that name and type, or with none.
fn with_variable(name: Option<&str>) -> Home {
    let mut home = home(&[]);
    let item = name.map(|name| json!({ "id": "v", "name": name, "type": "string", "value": "x" }));
    home.insert(Part::Variables, item.into_iter().map(|item| ("v".to_owned(), item)).collect());
    home
}

/// What is planned, in one word.
fn verdict(plan: &Plan) -> &'static str {
    let lists = [&plan.drift, &plan.conflicts, &plan.kept, &plan.refused];
    match (plan.steps.first().map(|step| &step.action), lists.map(|list| !list.is_empty())) {
        (Some(Action::Create { .. }), _) => "create",
        (Some(Action::Update { .. }), _) => "update",
        (Some(Action::Delete { .. }), _) => "delete",
        (None, [true, ..]) => "drift",
        (None, [_, true, ..]) => "conflict",
        (None, [_, _, true, _]) => "kept",
        (None, [.., true]) => "refused",
        (None, _) => "nothing",
    }
}

#[test]
fn three_sides_are_compared() {
    let (prune, values) = (false, false);
    let neither = PlanOptions { prune, values, winner: Winner::Neither };
    let files = PlanOptions { winner: Winner::Files, ..neither };
    let homey = PlanOptions { winner: Winner::Homey, ..neither };
    let pruning = PlanOptions { prune: true, ..neither };
    for (base, wanted, present, options, want) in [
        (Some("A"), Some("A"), Some("A"), neither, "nothing"),
        (Some("A"), Some("B"), Some("A"), neither, "update"),
        (Some("A"), Some("A"), Some("B"), neither, "drift"),
        (Some("A"), Some("A"), Some("B"), files, "update"),
        (Some("A"), Some("B"), Some("C"), neither, "conflict"),
        (Some("A"), Some("B"), Some("C"), files, "update"),
        (Some("A"), Some("B"), Some("C"), homey, "drift"),
        (Some("A"), Some("B"), Some("B"), neither, "nothing"),
        (Some("A"), Some("A"), None, neither, "create"),
        (Some("A"), Some("A"), None, homey, "drift"),
        (Some("A"), Some("B"), None, homey, "create"),
        (None, Some("A"), None, neither, "create"),
        (None, Some("A"), Some("A"), neither, "nothing"),
        (None, Some("A"), Some("B"), neither, "update"),
        (Some("A"), None, Some("A"), neither, "kept"),
        (Some("A"), None, Some("A"), pruning, "delete"),
        (None, None, Some("A"), pruning, "drift"),
        (Some("A"), None, None, pruning, "nothing"),
    ] {
        let base = snapshot(&with_variable(base));
        let wanted = edited(&base, &with_variable(wanted));
        let plan = plan(
            &wanted,
            &snapshot(&with_variable(present)),
            &Secrets::new(),
            &Written::default(),
            options,
        );
        assert_eq!(verdict(&plan), want, "{:?} {:?}", wanted.home, options);
    }
}

#[test]
fn what_cannot_be_written_is_refused_with_a_reason() {
    let device = |name: &str| json!({ "id": "dev", "name": name, "zone": "zone-root" });
    let with = |part: Part, item: Value| {
        let mut home = home(&[]);
        let id = item["id"].as_str().unwrap_or_default().to_owned();
        home.insert(part, Items::from_iter([(id, item)]));
        home
    };
    let number = json!({ "id": "v", "name": "N", "type": "number", "value": 1 });
    let text = json!({ "id": "v", "name": "N", "type": "string", "value": "1" });
    let secret = json!({ "id": "flow-1", "name": "F", "trigger": { "id": "t" },
        "actions": [{ "id": "a", "args": { "url": "https://u:p@host" } }] });
    for (wanted, present, why) in [
        (with(Part::Devices, device("Lamp")), home(&[]), "devices are paired"),
        (with(Part::Variables, text), with(Part::Variables, number), "the type of a variable"),
        (with(Part::Flows, secret), home(&[]), "it holds a secret"),
    ] {
        let plan = plan(
            &edited(&snapshot(&home(&[])), &wanted),
            &snapshot(&present),
            &Secrets::new(),
            &Written::default(),
            ALL,
        );
        assert_eq!(plan.steps, vec![]);
        assert!(plan.refused[0].why.starts_with(why), "{:?}", plan.refused);
    }
}

#[test]
fn a_secret_of_the_side_file_makes_a_flow_that_can_be_created() {
    let secret = json!({ "id": "flow-1", "name": "F", "trigger": { "id": "t" },
        "actions": [{ "id": "a", "args": { "url": "https://u:p@host" } }] });
    let mut wanted = home(&[]);
    wanted.insert(Part::Flows, Items::from_iter([("flow-1".to_owned(), secret)]));
    let (wanted, secrets) =
        Snapshot::of(&wanted, &KnownSecrets::default(), jiff::Timestamp::UNIX_EPOCH);
    let plan = plan(&wanted, &snapshot(&home(&[])), &secrets, &Written::default(), ALL);
    assert_eq!(verdict(&plan), "create");
}

#[test]
fn a_saved_plan_is_stale_once_the_homey_has_moved() {
    let base = snapshot(&with_variable(Some("A")));
    let wanted = edited(&base, &with_variable(Some("B")));
    let plan = plan(&wanted, &base, &Secrets::new(), &Written::default(), ALL);
    let saved: Plan =
        serde_json::from_str(&serde_json::to_string(&plan).expect("JSON")).expect("a plan");
    assert_eq!(saved, plan);
    assert_eq!(saved.stale(&base).len(), 0);
    assert_eq!(saved.stale(&snapshot(&with_variable(Some("C")))).len(), 1);
    assert_eq!(saved.stale(&snapshot(&with_variable(None))).len(), 1);
}
