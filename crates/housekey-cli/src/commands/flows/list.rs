//! `housekey flows list`.

use housekey::model::Items;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::found::{Flow, Flows, advanced};
use super::kind::Kind;
use crate::context::{Context, Purpose, Target};
use crate::decode;
use crate::error::Outcome;
use crate::listing::Listing;
use crate::listing::arguments::ListArgs;
use crate::listing::cell::Cell;

/// List the flows of both kinds
///
/// With `--json` standard and advanced flows come as one collection; an advanced flow is recognized by its
/// `cards`. With `--kind` it is the Homey's own answer.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey flows list --kind advanced
  housekey flows list --where broken=yes
  housekey flows list --jq '.[] | select(.broken) | .name'")]
pub(crate) struct Args {
    /// Only flows of this kind
    #[arg(long)]
    kind: Option<Kind>,
    #[command(flatten)]
    list: ListArgs,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let target = context.homey(Purpose::Read).await?;
    let is_whole = args.list.is_whole_answer(&context.out)?;
    let answer = match (args.list.is_own_json(&context.out), args.kind) {
        (true, Some(kind)) => kind.get_all::<Value>(&target.homey).bytes().await?,
        (true, None) => both(&target, context).await?,
        (false, _) => Vec::new(),
    };
    if is_whole {
        return context.out.answer(&answer);
    }
    let flows = Flows::read(&target, context).await?;
    let is_wanted = |flow: &&Flow| args.kind.is_none_or(|kind| flow.kind == kind);
    let mut list = Listing::new(&["folder", "name", "kind", "state", "id"])
        .with_more_columns(&["enabled", "broken"])
        .sorted_by(&["folder", "name", "kind"]);
    for flow in flows.items.iter().filter(is_wanted) {
        let cells = vec![
            Cell::maybe(flows.folder_of(flow)),
            Cell::text(flow.name()),
            Cell::text(flow.kind.as_str()),
            Cell::text(flow.state()),
            Cell::text(&flow.head.id),
            Cell::yes_no(&flow.head.enabled),
            Cell::yes_no(&flow.head.broken.is_true().into()),
        ];
        list.row(&flow.head.id, cells);
    }
    args.list.print(context, list, &answer, "flows", &TimeZone::UTC)
}

/// Both collections as one, each item as it came.
async fn both(target: &Target, context: &Context) -> Outcome<Vec<u8>> {
    let standard = async { Ok(Kind::Standard.get_all::<Value>(&target.homey).bytes().await?) };
    let (standard, advanced) = tokio::try_join!(standard, advanced(target, context))?;
    match advanced {
        None => Ok(standard),
        Some(advanced) => {
            let standard = decode::read_bytes(&standard, "flows")?;
            Ok(joined(standard, advanced)?.to_string().into_bytes())
        }
    }
}

/// Two collections as one: by id where both are, else as an array.
fn joined(one: Value, other: Value) -> Outcome<Value> {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Ok(Value::Object(one))
        }
        (one, other) => Ok(items(one)?.into_iter().chain(items(other)?).collect()),
    }
}

/// The items of a collection, whether they come by id or as an array.
fn items(collection: Value) -> Outcome<Vec<Value>> {
    decode::read(collection, "flows").map(|Items(items)| items)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn two_collections_become_one_whatever_they_are() {
        let (a, b) = (json!({"id": "a"}), json!({"id": "b"}));
        for (one, other, want) in [
            (json!({"a": a}), json!({"b": b}), json!({"a": a, "b": b})),
            (json!([a]), json!([b]), json!([a, b])),
            (json!({"a": a}), json!([b]), json!([a, b])),
            (json!({"a": a}), json!(null), json!([a])),
        ] {
            let both = joined(one.clone(), other.clone()).unwrap();
            assert_eq!(both, want, "{one} and {other}");
        }
        assert!(joined(json!({}), json!(true)).is_err(), "what is no collection is an error");
    }
}
