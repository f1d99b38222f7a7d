//! `housekey flows grep`.

use housekey_backup::card::{self, CardUse, Owner};
use housekey_backup::graph::ItemRef;
use housekey_backup::token::{self, TokenRef};
use housekey_backup::words::outline_word;
use housekey_backup::{Home, Part, label};
use serde_json::{Value, json};

use super::named_item::{self, ItemKind};
use super::whole_home::WholeHome;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// Find the cards of flows that hold a text, or that are of one kind or of one app
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows grep 'good night'
  housekey flows grep --card create_notification
  housekey flows grep --app com.example.lumen")]
pub(crate) struct Args {
    /// Searched in the words of the cards, in their arguments and in notes; case does not matter
    #[arg(required_unless_present_any = ["card", "app"])]
    text: Option<String>,
    /// The id of a card, whole or short: `homey:manager:logic:lt`, `lt`
    #[arg(long, value_name = "ID")]
    card: Option<String>,
    /// The app that the card or a token in it is of: its id or name
    #[arg(long, value_name = "ID")]
    app: Option<String>,
}

/// A card that was found, or a note.
struct Hit {
    flow: ItemRef,
    id: Option<String>,
    word: &'static str,
    text: String,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let whole = WholeHome::read(&target, context).await?;
    let home = &whole.home;
    let app = args.app.as_ref().map(|app| {
        // An app that is not there any more is searched for by its id.
        let found = named_item::find(home, app, Some(ItemKind::App));
        found.map_or_else(|_| app.clone(), |item| item.id)
    });
    let text = args.text.as_ref().map(|text| text.to_lowercase());
    let hits = hits(&whole, text.as_deref(), args.card.as_deref(), app.as_deref());
    if hits.is_empty() {
        context.out.note("No card is like that");
    }
    let value = hits.iter().map(|hit| {
        json!({
            "name": home.name(hit.flow.part, &hit.flow.id),
            "kind": hit.flow.part.item(),
            "id": hit.flow.id,
            "folder": named_item::outer(home, &hit.flow),
            "card": hit.text,
            "card_id": hit.id,
        })
    });
    context.out.table(&value.collect::<Value>(), || {
        let mut table = Table::new(["name", "kind", "card"]);
        for hit in &hits {
            let card = format!("{}: {}", hit.word, hit.text);
            table.row([label::item(home, &hit.flow), hit.flow.part.item().to_owned(), card]);
        }
        table
    })
}

fn hits(
    whole: &WholeHome,
    text: Option<&str>,
    card_id: Option<&str>,
    app: Option<&str>,
) -> Vec<Hit> {
    let words = whole.words();
    let mut hits = Vec::new();
    for (part, id, flow) in card::flows(&whole.home) {
        let hit = |id_of_card: Option<String>, word, text| Hit {
            flow: ItemRef::new(part, id),
            id: id_of_card,
            word,
            text,
        };
        for card in card::cards(flow) {
            let sentence = words.card(flow, &card);
            let has_text = text.is_none_or(|text| {
                sentence.to_lowercase().contains(text) || has_text(card.value, text)
            });
            let is_card = card_id.is_none_or(|wanted| is_card(&card.id, wanted));
            if has_text && is_card && app.is_none_or(|app| is_of_app(&whole.home, &card, app)) {
                let word = outline_word(&card);
                hits.push(hit(Some(card.id.clone().into_owned()), word, sentence));
            }
        }
        let Some(text) = text.filter(|_| card_id.is_none() && app.is_none()) else { continue };
        let nodes = flow["cards"].as_object().into_iter().flatten();
        for (_, note) in nodes.filter(|(_, node)| node["type"] == "note") {
            if has_text(note, text) {
                hits.push(hit(None, "note", note["value"].as_str().unwrap_or_default().to_owned()));
            }
        }
    }
    hits.sort_by_cached_key(|hit| label::item(&whole.home, &hit.flow));
    hits
}

fn has_text(value: &Value, wanted: &str) -> bool {
    let mut has = false;
    token::each_text(value, &mut |text| has |= text.to_lowercase().contains(wanted));
    has
}

/// Whether a card has that id, or ends with it.
fn is_card(id: &str, wanted: &str) -> bool {
    let is_end = |rest: &str| rest.is_empty() || rest.ends_with(':');
    id.strip_suffix(wanted).is_some_and(is_end)
}

/// Whether a card, its device or one of its tokens is of an app.
fn is_of_app(home: &Home, card: &CardUse<'_>, app: &str) -> bool {
    let is_app = |owner: Owner<'_>| match owner {
        Owner::App(id) => id == app,
        Owner::Device(id) => {
            let device = home.item(Part::Devices, id);
            let uri = device
                .and_then(|device| device["ownerUri"].as_str().or(device["driverUri"].as_str()));
            uri.and_then(Owner::of) == Some(Owner::App(app))
        }
        Owner::Manager(_) => false,
    };
    let mut tokens: Vec<&str> = card.droptoken().into_iter().collect();
    for (_, value) in card.args() {
        token::each_text(value, &mut |text| tokens.extend(token::in_text(text)));
    }
    let mut owners = tokens.into_iter().filter_map(|text| match TokenRef::read(text) {
        TokenRef::Global { owner, .. } => Owner::of(owner),
        _ => None,
    });
    card.owner().is_some_and(|(owner, _)| is_app(owner)) || owners.any(is_app)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_named_by_the_end_of_its_id() {
        let id = "homey:manager:logic:lt";
        for (wanted, want) in
            [(id, true), ("lt", true), ("logic:lt", true), ("t", false), ("gt", false)]
        {
            assert_eq!(is_card(id, wanted), want, "{wanted}");
        }
    }
}
