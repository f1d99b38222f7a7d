//! Reads the set-up of a home, for flows in words.

use housekey::client::Call;
use housekey::error::HomeyError;
use housekey::model::Items;
use housekey::{Error, Homey};
use housekey_backup::card::CardKind;
use housekey_backup::cards::Cards;
use housekey_backup::{Part, read};
use serde::de::DeserializeOwned;

use crate::view::flow::FlowSetup;

/// The parts that flows refer to, or that refer to what flows do.
const PARTS: [Part; 11] = [
    Part::Apps,
    Part::Users,
    Part::Zones,
    Part::Folders,
    Part::Variables,
    Part::Devices,
    Part::Moods,
    Part::Flows,
    Part::AdvancedFlows,
    Part::Alarms,
    Part::Dashboards,
];

/// Reads what flows are about.
pub(super) async fn read(homey: Homey, title: String) -> Result<FlowSetup, Error> {
    let home = read::parts(&homey, &title, &PARTS, |_| ()).await?;
    let (flow, tokens) = (homey.flow(), homey.flowtoken());
    let mut cards = Cards::default();
    for (kind, list) in [
        (CardKind::Trigger, list(flow.get_flow_card_triggers()).await?),
        (CardKind::Condition, list(flow.get_flow_card_conditions()).await?),
        (CardKind::Action, list(flow.get_flow_card_actions()).await?),
    ] {
        if let Some(list) = list {
            cards.insert(kind, list);
        }
    }
    if let Some(tokens) = list(tokens.get_flow_tokens()).await? {
        cards.insert_tokens(tokens);
    }
    Ok(FlowSetup::new(home, cards))
}

/// A list; `None` where it may not be read, or this Homey has none.
async fn list<T: DeserializeOwned + Send, U>(call: Call<'_, U>) -> Result<Option<Vec<T>>, Error> {
    match call.read_as::<Items<T>>().await {
        Ok(Items(items)) => Ok(Some(items)),
        Err(Error::Homey(HomeyError::MissingScope { .. })) => Ok(None),
        Err(Error::Homey(HomeyError::Refused { status: 403, .. })) => Ok(None),
        Err(Error::Homey(refusal)) if refusal.is_unknown_call() => Ok(None),
        Err(error) => Err(error),
    }
}
