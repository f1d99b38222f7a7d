//! The flow cards and tokens of apps, which a Homey offers only while the app runs.

use serde_json::json;

use super::app::App;
use super::card::CardKind::{self, Action, Condition, Trigger};
use super::card::{Card, CardSource};
use super::listed_card::ListedCard;
use super::token::Token;

const fn card(
    kind: CardKind,
    owner: &'static str,
    id: &'static str,
    title: &'static str,
    args: &'static [&'static str],
    tokens: &'static [&'static str],
) -> ListedCard {
    ListedCard { kind, owner, id, title, args, tokens, droptoken: &[], deprecated: false }
}

const fn old(card: ListedCard) -> ListedCard {
    ListedCard { deprecated: true, ..card }
}

/// Those of HomeyScript have the ids and arguments that public flows show; its others are left out.
#[rustfmt::skip]
static CARDS: [ListedCard; 18] = [
    card(Action, "app:com.athom.homeyscript", "run", "Run a script", &["script:autocomplete"], &[]),
    card(Action, "app:com.athom.homeyscript", "runWithArg", "Run a script with an argument", &["script:autocomplete", "argument:text"], &[]),
    card(Condition, "app:com.athom.homeyscript", "run", "A script returns true", &["script:autocomplete"], &[]),
    card(Action, "app:com.example.lumen", "scene", "Set a scene", &["scene:autocomplete"], &[]),
    old(card(Action, "app:com.example.lumen", "set_scene", "Set a scene by its number", &["number:number=1..32"], &[])),
    card(Action, "app:com.example.lumen", "effect", "Start an effect", &["effect:dropdown=candle|disco|fireplace", "speed:range?=0..1"], &[]),
    card(Trigger, "app:com.example.lumen", "scene_set", "A scene was set", &[], &["scene:string"]),
    card(Action, "app:com.example.klima", "set_program", "Choose a heating programme", &["program:dropdown=home|away|holiday"], &[]),
    card(Action, "app:com.example.klima", "boost", "Boost the heating", &["minutes:number=1..120"], &[]),
    card(Condition, "app:com.example.klima", "program_is", "The heating programme is", &["program:dropdown=home|away|holiday"], &[]),
    card(Trigger, "app:com.example.klima", "program_changed", "The heating programme changed", &[], &["program:string"]),
    card(Trigger, "app:com.example.senses", "doorbell_pressed", "The doorbell was pressed", &[], &["count:number"]),
    card(Action, "app:com.example.senses", "chime", "Sound the chime", &["sound:autocomplete", "volume:range?=0..1"], &[]),
    card(Trigger, "app:com.example.wattwerk", "price_changed", "The price of electricity changed", &[], &["price:number"]),
    card(Condition, "app:com.example.wattwerk", "price_below", "The price is below", &["price:number=0..2"], &[]),
    card(Action, "app:com.example.comfort", "announce", "Announce a text", &["text:text", "volume:range?=0..1"], &[]),
    card(Action, "app:com.example.comfort", "request", "Send a request", &["url:text", "headers:text?"], &["answer:string"]),
    card(Trigger, "app:com.example.comfort", "announced", "A text was announced", &[], &["text:string"]),
];

/// The global tokens of an app.
const TOKENS: [(&str, &str, &str); 2] = [
    ("com.example.wattwerk", "price_now", "Price of electricity"),
    ("com.example.klima", "days_of_heating", "Days of heating"),
];

impl App {
    /// The cards of a kind that the app offers: none unless it runs.
    pub(super) fn cards(&self, kind: CardKind) -> impl Iterator<Item = Card> {
        let own = |card: &&ListedCard| card.owner.strip_prefix("app:") == Some(&self.id);
        let listed = CARDS.iter().filter(move |card| card.kind == kind).filter(own);
        let tools = if kind == Action { self.tools } else { 0 };
        let tools = (1..=tools).map(|number| self.tool(number));
        listed.map(|card| card.card(&self.name)).chain(tools).filter(|_| self.enabled)
    }

    /// One of the many alike actions of an app.
    fn tool(&self, number: usize) -> Card {
        Card {
            owner_uri: format!("homey:app:{}", self.id),
            owner_name: self.name.clone(),
            id: format!("tool_{number:04}"),
            title: format!("Use tool {number}"),
            args: vec![
                json!({ "name": "text", "type": "text", "title": "Text", "required": false }),
            ],
            tokens: Vec::new(),
            droptoken: &[],
            highlight: false,
            deprecated: false,
            source: CardSource::Listed,
        }
    }

    /// The global tokens that the app gives: none unless it runs.
    pub(super) fn tokens(&self) -> impl Iterator<Item = Token> {
        let own = TOKENS.iter().filter(|(app, ..)| *app == self.id && self.enabled);
        own.map(|(app, id, title)| Token {
            owner_uri: format!("homey:app:{app}"),
            owner_name: self.name.clone(),
            id: (*id).to_owned(),
            title: (*title).to_owned(),
            kind: "number",
            value: json!(0.21),
        })
    }
}
