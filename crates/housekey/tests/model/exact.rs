//! Whatever a Homey sends in whatever field of whatever item is kept.

use housekey::model::*;
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

/// Any JSON, deep enough for a device's capabilities, its keys from those the models know.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(|number: f64| json!(number)),
        prop_oneof![Just("number"), Just("2026-01-31T08:00:00.000Z"), Just("x")]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((known_key(), inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn known_key() -> impl Strategy<Value = String> {
    proptest::sample::select(KEYS.split_whitespace().collect::<Vec<_>>()).prop_map(str::to_owned)
}

/// All keys that the models know, and one that none does.
const KEYS: &str = "
    W actions active activeLastUpdated address advanced agent approximated args asleep athomId
    autoupdate available broken capabilities capabilitiesObj cards channel city class cloudId
    color conditions connectivity cost country cpu crashed crashedMessage createdAt currency
    date dateCreated decimals delay deprecated deviceId devices driverId driverUri droptoken
    duration enabled end example excerpt expiresAt folder forecast forecastHourly freemem
    freememMachine getable group highlight hint homeyModelId homeyModelName homeyPlatform
    homeyPlatformVersion homeyVersion hostname humidity icon iconId id includedInTotal input
    intersectedScopes inverted items lastSeenAt lastUpdated lastUsed lastValue loadavg max mem
    min multiplier name nextOccurance note number order origin outputError outputFalse
    outputSuccess outputTrue ownerName ownerUri pair parent placeholder present preset pressure
    push ready repair repetition required role scopes setable settings sortIndex start state
    step t temperature temperatureMax temperatureMin temperatureUnits time timezone title
    titleFalse titleFormatted titleTrue tokens totalConsumed totalCumulative totalGenerated
    totalmem trigger triggerCount triggerable type unavailableMessage unheard units unpair
    updateAvailable updatesIn uptime uri url usage userId v value values verified version views
    virtualClass warningMessage when wifiAddress x y zone zoneId zoneName
";

fn again<T: DeserializeOwned + Serialize>(item: &Value) -> Value {
    let read: T = serde_json::from_value(item.clone()).unwrap();
    serde_json::to_value(read).unwrap()
}

macro_rules! exact {
    ($($model:ident)+) => {
        proptest! {
            /// It is read, and written as it came.
            #[test]
            fn nothing_is_refused_or_lost(
                pairs in proptest::collection::vec((known_key(), any_json()), 0..30),
            ) {
                let mut item: Map<String, Value> = pairs.into_iter().collect();
                item.insert("id".to_owned(), json!("i1"));
                item.insert("name".to_owned(), json!("n"));
                let item = Value::Object(item);
                $(prop_assert_eq!(&again::<$model>(&item), &item, "{}", stringify!($model));)+
            }
        }
    };
}

exact! {
    AdvancedFlow Alarm ApiKey App Capability CardArgument CardToken Choice Device Driver Flow FlowCard
    FlowFolder FlowToken Forecast Image LiveItem LiveReport Log LogEntries LogEntry Mood MoodDevice
    Node Notification NotificationOwner OptionValue PairSession PlacedCard Power Presence SessionInfo
    SystemInfo Usage User Variable Wait Weather Zone
}
