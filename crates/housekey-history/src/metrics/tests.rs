use std::sync::Arc;

use housekey::mirror::{
    Change, ChangeKind, Home, Item, ItemKind, Kinds, MirrorState, MirrorStatus, Origin,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::table::{METRICS, Shape};
use super::{Format, HomeMetrics, MetricsOptions, Page};

/// A home, and the metrics of it.
struct Fixture {
    home: Home,
    metrics: Arc<HomeMetrics>,
    state: MirrorState,
    now: Timestamp,
}

impl Fixture {
    fn new(options: MetricsOptions) -> Self {
        let metrics = Arc::new(HomeMetrics::new("home", options));
        let now = "2026-11-30T12:00:00Z".parse().unwrap();
        Self { home: Home::default(), metrics, state: MirrorState::Live, now }
    }

    fn apply(&mut self, kind: ItemKind, id: &str, what: ChangeKind) {
        let seq = self.home.seq() + 1;
        let change = Change { seq, origin: Origin::Live, kind, id: id.into(), what };
        self.home.apply(&change);
        self.metrics.count(&change, &self.home);
    }

    fn put(&mut self, kind: ItemKind, item: Value) {
        let (id, item) = Item::of(kind, &item.to_string()).unwrap();
        self.apply(kind, &id, ChangeKind::Added(item.into()));
    }

    /// Adds a device with one capability.
    fn device(&mut self, capability: &str, fields: Value) {
        self.put(ItemKind::Device, device("d1", "Lamp", json!({ capability: fields })));
    }

    fn report(&mut self, capability: &str, previous: Value, value: Value) {
        let what = ChangeKind::Value { capability: capability.into(), value, previous, at: None };
        self.apply(ItemKind::Device, "d1", what);
    }

    fn page_for(&self, sees: Kinds, format: Format) -> Page {
        let (state, reason, since) = (self.state, None, self.now);
        let status = MirrorStatus { state, reason, since, complete: true };
        let home = Arc::new(self.home.clone());
        self.metrics.page(home, status, self.now, sees, format).unwrap()
    }

    fn text(&self) -> String {
        self.page_for(Kinds::all(), Format::Text).text
    }

    /// The series whose names begin so.
    fn lines(&self, start: &str) -> Vec<String> {
        let text = self.text();
        text.lines().filter(|line| line.starts_with(start)).map(str::to_owned).collect()
    }
}

fn device(id: &str, name: &str, capabilities: Value) -> Value {
    let mut capabilities = capabilities;
    for (id, capability) in capabilities.as_object_mut().unwrap() {
        capability.as_object_mut().unwrap().insert("id".to_owned(), json!(id));
    }
    json!({
        "id": id, "name": name, "zone": "z1", "class": "light", "available": true,
        "driverId": "homey:app:com.example:lamp", "capabilitiesObj": capabilities,
    })
}

fn number(units: &str, value: f64) -> Value {
    json!({"type": "number", "units": units, "value": value, "lastUpdated": 1_764_500_000_500_i64})
}

/// The name and the value of each series of a capability, apart from those of every device.
fn values(fixture: &Fixture) -> Vec<(String, f64)> {
    let text = fixture.text();
    let series = text.lines().filter(|line| line.contains("capability=\""));
    let series = series.map(|line| {
        let (name, value) = (line.split('{').next().unwrap(), line.rsplit(' ').next().unwrap());
        (name.to_owned(), value.parse().unwrap())
    });
    series.filter(|(name, _)| name != "homey_capability_changes_total").collect()
}

/// The table that the metrics were designed in: the factors are its own.
#[test]
fn each_capability_of_the_system_has_its_metric() {
    let mut rows = csv::Reader::from_reader(include_str!("capabilities.csv").as_bytes());
    let mut names = std::collections::BTreeSet::new();
    for row in rows.records() {
        let row = row.unwrap();
        let [id, kind, units, metric, ..] = std::array::from_fn::<_, 7, _>(|at| &row[at]);
        let (factor, notes) = (&row[6], &row[7]);
        let mut fixture =
            Fixture::new(MetricsOptions { playback: true, ..MetricsOptions::default() });
        let fields = match kind {
            "number" => number(units, 37.0),
            "boolean" => json!({"type": "boolean", "value": true}),
            "enum" => json!({"type": "enum", "value": "b", "values": [{"id": "a"}, {"id": "b"}]}),
            _ => json!({"type": "string", "value": "some song"}),
        };
        fixture.device(id, fields);
        let found = values(&fixture);
        let named = |value: f64| (metric.to_owned(), value);
        let want = match kind {
            _ if metric.is_empty() => Vec::new(),
            "number" => vec![named(37.0 * factor.parse::<f64>().unwrap())],
            "boolean" => vec![named(1.0)],
            _ => vec![named(0.0), named(1.0)],
        };
        let found: Vec<_> =
            found.into_iter().filter(|(name, _)| name != "homey_capability_info").collect();
        let close = |(one, other): (&(String, f64), &(String, f64))| {
            one.0 == other.0 && (one.1 - other.1).abs() < 1e-6
        };
        assert!(
            found.len() == want.len() && found.iter().zip(&want).all(close),
            "{id} ({notes}): {found:?}, not {want:?}"
        );
        names.extend((!metric.is_empty()).then(|| metric.to_owned()));
    }
    assert_eq!(names.len(), 171);
    let known: Vec<&str> = METRICS.iter().map(|metric| metric.name.as_str()).collect();
    assert!(names.iter().map(String::as_str).eq(known), "the table has others");
}

#[test]
fn each_metric_has_a_name_and_a_description_of_its_own() {
    for pair in METRICS.windows(2) {
        assert!(pair[0].name < pair[1].name, "{}", pair[1].name);
    }
    for metric in METRICS.iter() {
        let unit = matches!(metric.shape, Shape::Number(..));
        assert!(!metric.help.is_empty() && (unit || !metric.help.contains(" in ")));
    }
}

#[test]
fn a_page() {
    let mut fixture = Fixture::new(MetricsOptions { users: true, ..MetricsOptions::default() });
    fixture.put(ItemKind::Zone, json!({"id": "z0", "name": "Home", "parent": null}));
    fixture.put(
        ItemKind::Zone,
        json!({"id": "z1", "name": "Kitchen", "parent": "z0", "active": true}),
    );
    let capabilities = json!({
        "onoff": {"type": "boolean", "value": true},
        "measure_power.phase1": number("W", 12.5),
        "button": {"type": "boolean", "value": null},
        "my_count": {"type": "number", "units": "pcs", "title": "Count", "value": 3},
    });
    fixture.put(ItemKind::Device, device("d1", "Lamp", capabilities));
    fixture.put(
        ItemKind::Variable,
        json!({"id": "v1", "name": "Guests", "type": "number", "value": 2}),
    );
    fixture.put(
        ItemKind::Variable,
        json!({"id": "v2", "name": "Word", "type": "string", "value": "x"}),
    );
    fixture.put(ItemKind::User, json!({"id": "u1", "name": "Ada", "present": true}));
    fixture.put(
        ItemKind::Flow,
        json!({"id": "f1", "name": "Off", "enabled": true, "triggerCount": 7}),
    );
    fixture.put(
        ItemKind::AdvancedFlow,
        json!({"id": "f2", "name": "On", "enabled": false, "broken": true}),
    );
    fixture.report("onoff", json!(true), json!(false));
    let page = fixture.page_for(Kinds::all(), Format::OpenMetrics);
    assert_eq!(page.text.lines().filter(|line| !line.starts_with('#')).count(), page.series);
    insta::assert_snapshot!(page.text, @r#"
    # HELP homey_up 1 while the agent follows the Homey, 0 while it cannot
    # TYPE homey_up gauge
    homey_up{homey="home"} 1.0
    # HELP homey_mirror_state 1 for the present state of the copy of the home
    # TYPE homey_mirror_state gauge
    homey_mirror_state{homey="home",state="connecting"} 0.0
    homey_mirror_state{homey="home",state="live"} 1.0
    homey_mirror_state{homey="home",state="catching-up"} 0.0
    homey_mirror_state{homey="home",state="polling"} 0.0
    homey_mirror_state{homey="home",state="offline"} 0.0
    homey_mirror_state{homey="home",state="signed-out"} 0.0
    # HELP homey_mirror_age_seconds Time since the copy of the home was last current; 0 while it is
    # TYPE homey_mirror_age_seconds gauge
    homey_mirror_age_seconds{homey="home"} 0.0
    # HELP homey_device_info A device, with its names and its driver
    # TYPE homey_device_info gauge
    homey_device_info{homey="home",device_id="d1",device="Lamp",zone="Kitchen",class="light",driver="lamp",driver_id="homey:app:com.example:lamp",app="com.example",zone_path="Home / Kitchen"} 1.0
    # HELP homey_device_available 1 if the device can be used
    # TYPE homey_device_available gauge
    homey_device_available{homey="home",device_id="d1",device="Lamp",zone="Kitchen"} 1.0
    # HELP homey_device_last_update_timestamp_seconds When a capability of the device last reported a value
    # TYPE homey_device_last_update_timestamp_seconds gauge
    homey_device_last_update_timestamp_seconds{homey="home",device_id="d1",device="Lamp",zone="Kitchen"} 1764500000.5
    # HELP homey_capability_value A number or boolean of any other capability, as the Homey has it
    # TYPE homey_capability_value gauge
    homey_capability_value{homey="home",device_id="d1",device="Lamp",zone="Kitchen",capability="my_count"} 3.0
    # HELP homey_capability_info Title and unit of a capability whose metric does not say them
    # TYPE homey_capability_info gauge
    homey_capability_info{homey="home",device_id="d1",device="Lamp",zone="Kitchen",capability="my_count",title="Count",unit="pcs"} 1.0
    # HELP homey_capability_changes Changes of a boolean, an enum or a button since the agent started
    # TYPE homey_capability_changes counter
    homey_capability_changes_total{homey="home",device_id="d1",device="Lamp",zone="Kitchen",capability="button"} 0.0
    homey_capability_changes_total{homey="home",device_id="d1",device="Lamp",zone="Kitchen",capability="onoff"} 1.0
    # HELP homey_variable_value A logic variable that is a number or a boolean
    # TYPE homey_variable_value gauge
    homey_variable_value{homey="home",variable="Guests",variable_id="v1"} 2.0
    # HELP homey_user_present 1 if the user is at home
    # TYPE homey_user_present gauge
    homey_user_present{homey="home",user="Ada",user_id="u1"} 1.0
    # HELP homey_zone_active 1 if the zone is active
    # TYPE homey_zone_active gauge
    homey_zone_active{homey="home",zone="Kitchen",zone_id="z1"} 1.0
    # HELP homey_flows Number of flows
    # TYPE homey_flows gauge
    homey_flows{homey="home",kind="advanced",enabled="false",broken="true"} 1.0
    homey_flows{homey="home",kind="flow",enabled="true",broken="false"} 1.0
    # HELP homey_flow_starts Starts of the flow, as the Homey counts them
    # TYPE homey_flow_starts counter
    homey_flow_starts_total{homey="home",flow_id="f1",flow="Off"} 7.0
    # HELP homey_measure_power_watts Capability measure_power in watts
    # TYPE homey_measure_power_watts gauge
    homey_measure_power_watts{homey="home",device_id="d1",device="Lamp",zone="Kitchen",capability="measure_power.phase1"} 12.5
    # HELP homey_onoff Capability onoff, 0 or 1
    # TYPE homey_onoff gauge
    homey_onoff{homey="home",device_id="d1",device="Lamp",zone="Kitchen",capability="onoff"} 0.0
    # EOF
    "#);
}

#[test]
fn the_older_format_names_counters_by_their_series() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    fixture.device("onoff", json!({"type": "boolean", "value": true}));
    let text = fixture.text();
    assert!(
        text.contains(
            "# TYPE homey_capability_changes_total counter\nhomey_capability_changes_total{"
        ),
        "{text}"
    );
    assert!(!text.contains("# EOF"));
}

#[test]
fn labels_hold_any_name() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    let name = "a\"b\\c\nd\u{1F600}é ";
    fixture.put(
        ItemKind::Device,
        device("d1", name, json!({"onoff": {"type": "boolean", "value": true}})),
    );
    let want = "homey_onoff{homey=\"home\",device_id=\"d1\",device=\"a\\\"b\\\\c\\nd\u{1F600}é \",\
                zone=\"\",capability=\"onoff\"} 1.0";
    assert_eq!(fixture.lines("homey_onoff"), [want]);
}

#[test]
fn sub_capabilities_and_ids_that_look_alike_stay_apart() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    let capabilities = json!({
        "measure_power": number("W", 1.0),
        "measure_power.a": number("W", 2.0),
        "measure_power_a": number("W", 3.0),
    });
    fixture.put(ItemKind::Device, device("d1", "Lamp", capabilities));
    let names: Vec<_> = values(&fixture);
    let named = |name: &str, value| (name.to_owned(), value);
    assert_eq!(
        names,
        [
            named("homey_capability_value", 3.0),
            named("homey_capability_info", 1.0),
            named("homey_measure_power_watts", 1.0),
            named("homey_measure_power_watts", 2.0),
        ]
    );
}

#[test]
fn what_has_no_value_or_another_type_is_not_under_the_typed_name() {
    let other = |value: f64| {
        vec![
            ("homey_capability_value".to_owned(), value),
            ("homey_capability_info".to_owned(), 1.0),
        ]
    };
    for (id, fields, want) in [
        ("measure_power", json!({"type": "number", "value": null}), vec![]),
        ("measure_power", json!({"type": "number", "value": "5"}), vec![]),
        ("measure_power", json!({"type": "number", "units": "VA", "value": 5}), other(5.0)),
        ("meter_rain", json!({"type": "number", "units": "mm", "value": 5}), other(5.0)),
        ("onoff", json!({"type": "number", "value": 5}), other(5.0)),
        ("onoff", json!({"type": "boolean", "value": 5}), vec![]),
        ("measure_power", json!({"type": "string", "value": "5"}), vec![]),
        ("my_flag", json!({"type": "boolean", "value": true}), other(1.0)),
        ("my_mode", json!({"type": "enum", "value": "x", "values": [{"id": "x"}]}), vec![]),
        ("my_text", json!({"type": "string", "value": "x"}), vec![]),
        ("button.reset", json!({"type": "boolean", "value": true}), vec![]),
        ("speaker_position", json!({"type": "number", "value": 5}), vec![]),
        (
            "thermostat_mode",
            json!({"type": "enum", "value": "odd", "values": []}),
            vec![("homey_thermostat_mode".to_owned(), 1.0)],
        ),
    ] {
        let mut fixture = Fixture::new(MetricsOptions::default());
        fixture.device(id, fields.clone());
        assert_eq!(values(&fixture), want, "{id} {fields}");
    }
}

#[test]
fn a_new_name_or_zone_is_a_new_series_at_once() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    for zone in ["Kitchen", "Bath"] {
        fixture.put(ItemKind::Zone, json!({"id": "z1", "name": zone}));
        for name in ["Lamp", "Light"] {
            let on = json!({"onoff": {"type": "boolean", "value": true}});
            fixture.put(ItemKind::Device, device("d1", name, on));
            let lines = fixture.lines("homey_onoff");
            let want = format!("device=\"{name}\",zone=\"{zone}\"");
            assert!(lines.len() == 1 && lines[0].contains(&want), "{lines:?}");
        }
    }
    fixture.apply(ItemKind::Device, "d1", ChangeKind::Removed);
    assert_eq!(fixture.lines("homey_device"), Vec::<String>::new());
}

#[test]
fn ids_alone_leave_the_names_to_the_join() {
    let mut fixture = Fixture::new(MetricsOptions { names: false, ..MetricsOptions::default() });
    fixture.put(ItemKind::Zone, json!({"id": "z1", "name": "Kitchen"}));
    fixture.device("onoff", json!({"type": "boolean", "value": true}));
    let want = "homey_onoff{homey=\"home\",device_id=\"d1\",capability=\"onoff\"} 1.0";
    assert_eq!(fixture.lines("homey_onoff"), [want]);
    let info = fixture.lines("homey_device_info");
    assert!(info[0].contains("device=\"Lamp\",zone=\"Kitchen\""), "{info:?}");
}

#[test]
fn a_device_that_is_not_available_has_no_values() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    let mut item = device("d1", "Lamp", json!({"onoff": {"type": "boolean", "value": true}}));
    item["available"] = json!(false);
    fixture.put(ItemKind::Device, item);
    assert!(fixture.lines("homey_device_available")[0].ends_with(" 0.0"));
    assert_eq!(fixture.lines("homey_onoff"), Vec::<String>::new());
}

#[test]
fn values_of_an_old_copy_vanish() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    fixture.device("onoff", json!({"type": "boolean", "value": true}));
    let seen = |fixture: &Fixture| {
        let last = |start| fixture.lines(start)[0].rsplit(' ').next().unwrap().to_owned();
        (last("homey_up"), last("homey_mirror_age"), fixture.lines("homey_onoff").len())
    };
    let row = |up: &str, age: &str, values| (up.to_owned(), age.to_owned(), values);
    assert_eq!(seen(&fixture), row("1.0", "0.0", 1));
    for (after_s, state, want) in [
        (10, MirrorState::Connecting, row("0.0", "0.0", 1)),
        (290, MirrorState::Offline, row("0.0", "290.0", 1)),
        (10, MirrorState::Offline, row("0.0", "300.0", 1)),
        (1, MirrorState::Connecting, row("0.0", "301.0", 0)),
        (1, MirrorState::Live, row("1.0", "0.0", 1)),
        (1, MirrorState::Polling, row("1.0", "0.0", 1)),
        (1, MirrorState::SignedOut, row("0.0", "0.0", 1)),
    ] {
        fixture.now += SignedDuration::from_secs(after_s);
        fixture.state = state;
        assert_eq!(seen(&fixture), want, "{state} after {after_s} s");
    }
}

#[test]
fn a_caller_sees_only_what_it_may_read() {
    let mut fixture =
        Fixture::new(MetricsOptions { users: true, flows: true, ..MetricsOptions::default() });
    fixture.put(ItemKind::Zone, json!({"id": "z1", "name": "Kitchen", "active": true}));
    fixture.device("onoff", json!({"type": "boolean", "value": true}));
    fixture.put(
        ItemKind::Variable,
        json!({"id": "v1", "name": "Guests", "type": "number", "value": 2}),
    );
    fixture.put(ItemKind::User, json!({"id": "u1", "name": "Ada", "present": true}));
    fixture.put(ItemKind::Flow, json!({"id": "f1", "name": "Off", "triggerCount": 1}));
    let needles = [
        (ItemKind::Zone, "Kitchen"),
        (ItemKind::Device, "Lamp"),
        (ItemKind::Variable, "Guests"),
        (ItemKind::User, "Ada"),
        (ItemKind::Flow, "\"Off\""),
    ];
    for allowed in ItemKind::ALL {
        let text = fixture.page_for([allowed].into_iter().collect(), Format::Text).text;
        assert!(text.contains("homey_up"));
        for (kind, needle) in needles {
            assert_eq!(text.contains(needle), kind == allowed, "{needle} with {allowed}:\n{text}");
        }
    }
}

#[test]
fn users_and_single_flows_are_off_by_default() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    fixture
        .put(ItemKind::User, json!({"id": "u1", "name": "Ada", "present": true, "asleep": false}));
    fixture.put(ItemKind::Flow, json!({"id": "f1", "name": "Evening"}));
    let text = fixture.text();
    assert!(!text.contains("Ada") && !text.contains("Evening"), "{text}");
    assert!(text.contains(
        "homey_flows{homey=\"home\",kind=\"flow\",enabled=\"true\",broken=\"false\"} 1.0"
    ));
}

#[test]
fn a_page_never_has_more_series_than_its_limit() {
    let mut fixture = Fixture::new(MetricsOptions { max_series: 12, ..MetricsOptions::default() });
    for number in 0..5 {
        let on = json!({"onoff": {"type": "boolean", "value": true}});
        fixture.put(ItemKind::Device, device(&format!("d{number}"), "Lamp", on));
    }
    // Eight of the mirror, then of each device: info, available, changes, value.
    let page = fixture.page_for(Kinds::all(), Format::OpenMetrics);
    assert_eq!((page.series, page.dropped), (12, 8 + 20 - 12));
    assert_eq!(page.text.lines().filter(|line| !line.starts_with('#')).count(), 12);
    assert!(page.text.ends_with("# EOF\n"));
}

#[test]
fn excluded_capabilities_have_no_series() {
    let exclude = vec!["measure_power".to_owned(), "dim.ring".to_owned()];
    let mut fixture = Fixture::new(MetricsOptions { exclude, ..MetricsOptions::default() });
    let capabilities = json!({
        "measure_power": number("W", 1.0), "measure_power.a": number("W", 2.0),
        "dim": number("%", 0.1), "dim.ring": number("%", 0.2),
    });
    fixture.put(ItemKind::Device, device("d1", "Lamp", capabilities));
    assert_eq!(values(&fixture), [("homey_dim_ratio".to_owned(), 0.1)]);
}

#[test]
fn changes_are_counted_so_that_short_pulses_are_seen() {
    let mut fixture = Fixture::new(MetricsOptions::default());
    let capabilities = json!({
        "alarm_motion": {"type": "boolean", "value": false},
        "button": {"type": "boolean", "value": null},
        "thermostat_mode": {"type": "enum", "value": "heat", "values": [{"id": "heat"}]},
        "measure_power": number("W", 1.0),
        "speaker_track": {"type": "string", "value": "a"},
    });
    fixture.put(ItemKind::Device, device("d1", "Lamp", capabilities));
    let counts = |fixture: &Fixture| -> Vec<_> {
        let lines = fixture.lines("homey_capability_changes_total{");
        lines.iter().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(counts(&fixture), ["0.0", "0.0", "0.0"]);
    fixture.report("alarm_motion", json!(false), json!(true));
    fixture.report("alarm_motion", json!(true), json!(true));
    fixture.report("alarm_motion", json!(true), json!(false));
    fixture.report("button", json!(true), json!(true));
    fixture.report("button", json!(null), json!(true));
    fixture.report("thermostat_mode", json!("heat"), json!("off"));
    // The first value of all is no change.
    fixture.report("thermostat_mode", json!(null), json!("off"));
    fixture.report("measure_power", json!(1.0), json!(2.0));
    fixture.report("speaker_track", json!("a"), json!("b"));
    assert_eq!(counts(&fixture), ["2.0", "2.0", "1.0"]);
}

#[test]
fn the_format_is_the_best_that_is_accepted() {
    use Format::{OpenMetrics, Text};
    for (accept, want) in [
        (None, Text),
        (Some("*/*"), Text),
        (Some("text/plain"), Text),
        (Some("application/openmetrics-text"), OpenMetrics),
        (
            Some(
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
                 text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            ),
            OpenMetrics,
        ),
        (
            Some("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.1"),
            OpenMetrics,
        ),
        (Some("application/openmetrics-text;version=0.0.1"), Text),
    ] {
        assert_eq!(Format::accepted(accept), want, "{accept:?}");
    }
}
