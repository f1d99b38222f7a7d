//! References, words and checks on the home of the emulator, on every dialect.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use housekey::catalogue::Dialect;
use housekey::http::Http;
use housekey::model::{FlowCard, Items};
use housekey::{Homey, Secret};
use housekey_backup::capability_card::capability;
use housekey_backup::card::{CardKind, Owner};
use housekey_backup::cards::Cards;
use housekey_backup::check::{CheckInput, Fault, LastNames, Severity, check};
use housekey_backup::{Home, Part, read};
use housekey_emulator::{Emulator, HomeFault, HomeKind};

async fn home(dialect: Dialect, kind: HomeKind) -> (Home, Cards, Vec<HomeFault>) {
    let world = Emulator::builder().dialect(dialect).home(kind);
    let world = world.start().await.expect("a free port");
    let facts = world.facts();
    let address = facts.homey_url.parse().expect("a URL");
    let http = Http::new().expect("TLS");
    let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
    let home = read::home(&homey, "home", |_| ()).await.expect("a home");
    let mut cards = Cards::default();
    let Items(triggers) = homey.flow().get_flow_card_triggers().read_as().await.expect("cards");
    let mut offered = triggers.len();
    cards.insert(CardKind::Trigger, triggers);
    let Items(conditions) = homey.flow().get_flow_card_conditions().read_as().await.expect("cards");
    offered += conditions.len();
    cards.insert(CardKind::Condition, conditions);
    let Items::<FlowCard>(actions) =
        homey.flow().get_flow_card_actions().read_as().await.expect("cards");
    for action in &actions {
        let id = action.id();
        let Some((Owner::Device(device), card)) = Owner::split(&id) else { continue };
        let device = home.item(Part::Devices, device).expect("the device of a card");
        assert!(capability(device, card).is_some(), "{dialect}: {card} of {}", device["name"]);
    }
    if kind == HomeKind::Messy {
        assert_eq!(actions.len() + offered, 1800, "{dialect}");
    }
    cards.insert(CardKind::Action, actions);
    let Items(tokens) = homey.flowtoken().get_flow_tokens().read_as().await.expect("tokens");
    cards.insert_tokens(tokens);
    (home, cards, world.home_faults())
}

#[tokio::test]
async fn a_normal_home_raises_no_alarm_and_its_cards_lead_to_capabilities() {
    for dialect in Dialect::ALL {
        let (home, cards, answers) = home(dialect, HomeKind::Family).await;
        assert_eq!(answers, [], "{dialect}");
        let names = LastNames::default();
        let report = check(CheckInput { home: &home, cards: &cards, names: &names });
        assert!(report.flows >= 3, "{dialect}");
        let alarms = report.findings.iter().filter(|one| one.severity() < Severity::Info);
        assert_eq!(alarms.count(), 0, "{dialect}: {:#?}", report.findings);
    }
}

/// One line for each fault, with what is missing where the answer names it.
fn lines<'a>(
    faults: impl Iterator<Item = (&'a str, &'a str, &'a str, Option<&'a str>)>,
) -> Vec<String> {
    let mut lines: Vec<_> =
        faults.map(|(code, id, name, missing)| format!("{code} {id} {name} {missing:?}")).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn every_fault_of_the_messy_home_is_found_and_nothing_else() {
    for dialect in Dialect::ALL {
        let (home, cards, answers) = home(dialect, HomeKind::Messy).await;
        assert_eq!(home.items(Part::Flows).count(), 200, "{dialect}");
        assert_eq!(home.items(Part::AdvancedFlows).count(), 60, "{dialect}");
        let names = LastNames::default();
        let report = check(CheckInput { home: &home, cards: &cards, names: &names });
        let found = report.findings.iter().map(|one| {
            let missing = one.missing.as_ref().map(|missing| missing.id.as_str());
            (
                one.fault.code(),
                one.item.id.as_str(),
                home.name(one.item.part, &one.item.id),
                missing,
            )
        });
        let wanted = answers
            .iter()
            .map(|one| (one.code, one.id.as_str(), one.name.as_str(), one.missing.as_deref()));
        let (found, wanted) = (lines(found), lines(wanted));
        let only = |these: &[String], those: &[String]| -> Vec<String> {
            these.iter().filter(|line| !those.contains(line)).cloned().collect()
        };
        assert_eq!(only(&wanted, &found), [""; 0], "{dialect}: not found");
        assert_eq!(only(&found, &wanted), [""; 0], "{dialect}: false alarms");
        assert_eq!(found, wanted, "{dialect}: each once");
        for fault in Fault::ALL {
            // Homeys in the cloud have no alarms.
            let is_there = answers.iter().any(|answer| answer.code == fault.code());
            let is_wanted = (dialect, fault.code()) != (Dialect::Cloud, "HK111");
            assert_eq!(is_there, is_wanted, "{dialect} {}", fault.code());
        }
    }
}
