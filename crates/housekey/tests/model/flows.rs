//! Flows, advanced flows, folders, cards and tokens.

use housekey::model::{
    AdvancedFlow, Field, Flow, FlowCard, FlowFolder, FlowToken, PlacedCard, Wait,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::items;

fn card_in_words(card: &PlacedCard) -> String {
    let wait = |name: &str, wait: &Field<Wait>| {
        wait.get().and_then(Wait::seconds).map_or(String::new(), |s| format!(" {name} {s} s"))
    };
    format!(
        "{}{} {} {}{}{}{}\n",
        if card.inverted.is_true() { "not " } else { "" },
        card.id().unwrap_or_default(),
        card.group.text().unwrap_or("-"),
        card.args.get().map_or_else(|| "{}".to_owned(), |args| json!(args).to_string()),
        card.droptoken.text().map_or(String::new(), |token| format!(" on {token}")),
        wait("after", &card.delay),
        wait("for", &card.duration),
    )
}

fn flow_in_words(flow: &Flow) -> String {
    let mut text = format!("{} in {}\n", flow.name(), flow.folder.text().unwrap_or("-"));
    text += &format!("when {}", card_in_words(flow.trigger.get().unwrap()));
    for card in flow.conditions.get().unwrap() {
        text += &format!("and {}", card_in_words(card));
    }
    for card in flow.actions.get().unwrap() {
        text += &format!("do {}", card_in_words(card));
    }
    text
}

#[test]
fn flows_of_both_generations_are_the_same() {
    let rendered =
        |answer| items::<Flow>(answer).iter().map(flow_in_words).collect::<Vec<_>>().concat();
    let local = rendered(sample!("flows-local"));
    assert_eq!(rendered(sample!("flows-v2")), local);
    assert_snapshot!(local);
    let shown = format!("{:?}", items::<Flow>(sample!("flows-v2")));
    assert!(!shown.contains("weather"), "what was filled in stays unseen: {shown}");
}

#[test]
fn folders_of_both_generations() {
    for answer in [sample!("flow-folders-v2"), sample!("flow-folders-local")] {
        let folders = items::<FlowFolder>(answer);
        let [light, night] = &folders[..] else { panic!("two folders") };
        assert_eq!((light.name(), &light.parent), ("Light", &Field::Null));
        assert_eq!((night.name(), night.parent.text()), ("Night", Some(&*light.id)));
    }
}

#[test]
fn advanced_flows_are_lines_between_cards() {
    let flows = items::<AdvancedFlow>(sample!("advanced-flows"));
    let nodes = flows[0].cards.get().unwrap();
    let rendered: String = nodes
        .values()
        .map(|node| {
            let next: Vec<&str> = [&node.output_success, &node.output_true, &node.output_false]
                .into_iter()
                .flat_map(|output| output.get().into_iter().flatten())
                .map(|id| nodes[id].kind.text().unwrap())
                .collect();
            let id = node.id().unwrap_or("-".into());
            format!("{} {id} -> {}\n", node.kind.text().unwrap(), next.join(", "))
        })
        .collect();
    assert_snapshot!(rendered, @r"
    trigger homey:manager:flow:programmatic_trigger -> condition
    condition homey:manager:logic:gt -> delay
    delay - -> all
    all - -> 
    note - -> 
    ");
    assert!(!format!("{flows:?}").contains("Hang out"), "notes stay unseen");
}

#[test]
fn cards_of_both_generations_are_the_same() {
    let rendered = |answer| {
        items::<FlowCard>(answer)
            .iter()
            .map(|card| {
                let args: Vec<String> = card
                    .args
                    .get()
                    .into_iter()
                    .flatten()
                    .map(|arg| {
                        let required = if arg.is_required() { "" } else { "?" };
                        let choices = arg.values.get().into_iter().flatten();
                        let choices: Vec<&str> = choices.map(|choice| &*choice.id).collect();
                        let (name, kind) = (arg.name.text().unwrap(), arg.kind.text().unwrap());
                        format!("{name}{required}:{kind}{choices:?}")
                    })
                    .collect();
                format!(
                    "{} of {} ({}): {} {} {}\n",
                    card.id(),
                    card.owner().unwrap(),
                    card.owner_name().unwrap(),
                    args.join(" "),
                    if card.takes_droptoken() { "with a token" } else { "alone" },
                    card.tokens.get().into_iter().flatten().count(),
                )
            })
            .collect::<String>()
    };
    let local = rendered(sample!("flow-cards-local"));
    assert_eq!(rendered(sample!("flow-cards-v2")), local);
    assert_snapshot!(local, @r#"
    homey:device:550e8400-e29b-41d4-a716-446655440000:mode_set of homey:device:550e8400-e29b-41d4-a716-446655440000 (Reading lamp): mode?:dropdown["heat", "cool"] alone 1
    homey:manager:logic:lt of homey:manager:logic (Logic): comparator:number[] with a token 0
    "#);
}

#[test]
fn tokens_of_both_generations_are_the_same() {
    for answer in [sample!("flow-tokens-v2"), sample!("flow-tokens-local")] {
        let tokens = items::<FlowToken>(answer);
        let rendered: Vec<_> =
            tokens.iter().map(|token| (token.id(), token.owner(), token.owner_name())).collect();
        let lamp = "homey:device:550e8400-e29b-41d4-a716-446655440000";
        let logic = "homey:manager:logic";
        assert_eq!(
            rendered,
            [
                (format!("{lamp}:measure_power.lamp").into(), Some(lamp), Some("Reading lamp")),
                (
                    format!("{logic}:a0000000-0000-4000-8000-000000000001").into(),
                    Some(logic),
                    Some("Logic")
                ),
            ]
        );
        assert!(!format!("{tokens:?}").contains("5d0c-made-up"), "values stay unseen");
    }
}

#[test]
fn waits_are_read_as_text_and_as_number() {
    for (wait, want) in [
        (json!({ "number": "10", "multiplier": 60 }), Some(600.0)),
        (json!({ "number": "1.5", "multiplier": 1 }), Some(1.5)),
        (json!({ "number": 2, "multiplier": 60 }), Some(120.0)),
        (json!({ "number": "[[homey:manager:logic|x]]", "multiplier": 1 }), None),
        (json!({ "number": "10" }), None),
        (json!({}), None),
    ] {
        let read: Wait = serde_json::from_value(wait.clone()).unwrap();
        assert_eq!(read.seconds(), want, "{wait}");
    }
}
