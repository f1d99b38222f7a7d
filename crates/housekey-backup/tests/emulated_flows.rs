//! References, words and checks on the home of the emulator, on every dialect.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use housekey::catalogue::Dialect;
use housekey::http::Http;
use housekey::model::{FlowCard, Items};
use housekey::{Homey, Secret};
use housekey_backup::capability_card::capability;
use housekey_backup::card::{CardKind, Owner};
use housekey_backup::cards::Cards;
use housekey_backup::check::{CheckInput, LastNames, Severity, check};
use housekey_backup::{Home, Part, read};
use housekey_emulator::Emulator;

async fn home(dialect: Dialect) -> (Home, Cards) {
    let world = Emulator::builder().dialect(dialect).start().await.expect("a free port");
    let facts = world.facts();
    let address = facts.homey_url.parse().expect("a URL");
    let http = Http::new().expect("TLS");
    let homey = Homey::at(address, Secret::new(facts.api_key), http).await.expect("a Homey");
    let home = read::home(&homey, "home", |_| ()).await.expect("a home");
    let mut cards = Cards::default();
    let Items(triggers) = homey.flow().get_flow_card_triggers().read_as().await.expect("cards");
    cards.insert(CardKind::Trigger, triggers);
    let Items(conditions) = homey.flow().get_flow_card_conditions().read_as().await.expect("cards");
    cards.insert(CardKind::Condition, conditions);
    let Items::<FlowCard>(actions) =
        homey.flow().get_flow_card_actions().read_as().await.expect("cards");
    for action in &actions {
        let id = action.id();
        let Some((Owner::Device(device), card)) = Owner::split(&id) else { continue };
        let device = home.item(Part::Devices, device).expect("the device of a card");
        assert!(capability(device, card).is_some(), "{dialect}: {card} of {}", device["name"]);
    }
    cards.insert(CardKind::Action, actions);
    let Items(tokens) = homey.flowtoken().get_flow_tokens().read_as().await.expect("tokens");
    cards.insert_tokens(tokens);
    (home, cards)
}

#[tokio::test]
async fn a_normal_home_raises_no_alarm_and_its_cards_lead_to_capabilities() {
    for dialect in Dialect::ALL {
        let (home, cards) = home(dialect).await;
        let names = LastNames::default();
        let report = check(CheckInput { home: &home, cards: &cards, names: &names });
        assert!(report.flows >= 3, "{dialect}");
        let alarms = report.findings.iter().filter(|one| one.severity() < Severity::Info);
        assert_eq!(alarms.count(), 0, "{dialect}: {:#?}", report.findings);
    }
}
