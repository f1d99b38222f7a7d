//! `housekey flows uses`.

use std::collections::BTreeMap;

use housekey_backup::graph::{Access, Certainty, Edge, EdgeTarget, Graph, ItemRef};
use housekey_backup::words::outline_word;
use housekey_backup::{Part, card, label};
use serde_json::{Value, json};

use super::named_item::{self, ItemKind};
use super::whole_home::WholeHome;
use crate::context::{Context, Purpose};
use crate::error::Outcome;
use crate::output::table::Table;

/// Show what uses a device, a variable or another item
///
/// Flows come first, each with its cards in words; then moods, groups, dashboards and scripts. `soft` marks a use
/// that was found in a text, such as the code of a script.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows uses 'Kitchen/Lamp'
  housekey flows uses Guests --writes
  housekey flows uses Lumen --kind app --json")]
pub(crate) struct Args {
    /// Device, variable, zone, mood, user, flow, script, alarm or app: its name, Zone/Name or id
    name: String,
    /// What kind of item it is
    #[arg(long)]
    kind: Option<ItemKind>,
    /// Only what reads it or waits for it
    #[arg(long, conflicts_with = "writes")]
    reads: bool,
    /// Only what changes it, starts it or sends something to it
    #[arg(long)]
    writes: bool,
    /// Only uses that are not certain
    #[arg(long)]
    soft: bool,
}

/// The uses of an item by another one, in one way.
type Uses<'g> = BTreeMap<(ItemRef, Access, Certainty), Vec<&'g Edge>>;

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let whole = WholeHome::read(&target, context).await?;
    let item = named_item::find(&whole.home, &args.name, args.kind)?;
    let graph = Graph::of(&whole.home);
    let to = EdgeTarget::Item(item.clone());
    let is_wanted = |edge: &&Edge| match (args.reads, args.writes, args.soft) {
        (true, _, _) if edge.access != Access::Read => false,
        (_, true, _) if edge.access != Access::Write => false,
        (_, _, soft) => !soft || edge.certainty == Certainty::Soft,
    };
    let mut uses = Uses::new();
    for edge in graph.to(&to).filter(is_wanted) {
        let key = (edge.from.clone(), edge.access, edge.certainty);
        uses.entry(key).or_default().push(edge);
    }
    let mut uses: Vec<_> = uses.into_iter().collect();
    uses.sort_by_cached_key(|((from, access, _), _)| {
        let is_flow = matches!(from.part, Part::Flows | Part::AdvancedFlows);
        (!is_flow, label::item(&whole.home, from), *access)
    });
    if uses.is_empty() {
        context.out.note(&format!("Nothing uses {}", label::item(&whole.home, &item)));
        if !context.out.is_json() {
            return Ok(());
        }
    }
    let rows: Vec<_> = uses
        .iter()
        .map(|((from, access, certainty), edges)| {
            let mut cards: Vec<String> =
                edges.iter().filter_map(|edge| words(&whole, edge)).collect();
            cards.dedup();
            (from, access, certainty, cards)
        })
        .collect();
    let value = rows.iter().map(|(from, access, certainty, cards)| {
        let value = whole.home.item(from.part, &from.id);
        json!({
            "name": whole.home.name(from.part, &from.id),
            "kind": from.part.item(),
            "id": from.id,
            "folder": named_item::outer(&whole.home, from),
            "enabled": value.and_then(|value| value.get("enabled")),
            "access": access.as_str(),
            "certainty": certainty.as_str(),
            "cards": cards,
        })
    });
    context.out.table(&value.collect::<Value>(), || {
        let mut table = Table::new(["name", "kind", "access", "card"]);
        for (from, access, certainty, cards) in &rows {
            let name = label::item(&whole.home, from);
            let soft = if **certainty == Certainty::Soft { " (soft)" } else { "" };
            let access = format!("{}{soft}", access.as_str());
            let mut row = |name: &str, kind: &str, access: &str, card: &str| {
                table.row([name.to_owned(), kind.to_owned(), access.to_owned(), card.to_owned()]);
            };
            match cards.split_first() {
                None => row(&name, from.part.item(), &access, "-"),
                Some((first, rest)) => {
                    row(&name, from.part.item(), &access, first);
                    rest.iter().for_each(|card| row("", "", "", card));
                }
            }
        }
        table
    })
}

/// The card of a use in words: `then: Kitchen/Lamp: Dim to 40 %`.
fn words(whole: &WholeHome, edge: &Edge) -> Option<String> {
    let place = edge.place.as_ref()?;
    let flow = whole.home.item(edge.from.part, &edge.from.id)?;
    let card = card::cards(flow).into_iter().find(|card| card.slot == place.slot)?;
    let text = whole.words().card(flow, &card);
    Some(format!("{}: {text}", outline_word(&card)))
}
