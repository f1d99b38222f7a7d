//! The reference of the keys: its examples and defaults are accepted, and a new file is made of it.

use super::*;

/// The new file with its examples taken as settings, where `wanted` accepts the key.
fn with_examples(wanted: impl Fn(&KeyReference) -> bool) -> String {
    let mut text = String::new();
    for table in TABLES {
        // What is served needs the gateway.
        let is_required = |key: &KeyReference| key.default.is_none() || key.name == "listen";
        text.push_str(table.heading);
        text.push('\n');
        for key in table.keys.iter().filter(|key| is_required(key) || wanted(key)) {
            text.push_str(&format!("{} = {}\n", key.name, key.value));
        }
    }
    text.replace("\"housekey:grafana\"", "\"0:0\"").replace("\"prometheus\"", "\"root\"")
}

#[test]
fn every_example_of_the_reference_is_accepted() {
    let wrong = parse(&with_examples(|_| true)).err().unwrap_or_default();
    assert_eq!(wrong, []);
}

#[test]
fn a_default_that_is_written_out_changes_nothing() {
    let written = with_examples(|key| key.default == Some(key.value));
    let mut written = parse(&written).unwrap();
    // The number of connections is a setting only where it is written.
    assert_eq!(written.gateway.connections, Some(crate::file_limit::MOST));
    written.gateway.connections = None;
    assert_eq!(written, parse(&with_examples(|_| false)).unwrap());
}

#[test]
fn a_new_file_is_accepted_and_names_every_key() {
    let text = new_file(&["home".to_owned(), "cabin".to_owned()]);
    let settings = parse(&text).unwrap();
    let names: Vec<_> = settings.homeys.iter().map(|homey| homey.name.as_str()).collect();
    assert_eq!(names, ["home", "cabin"]);
    assert_eq!(settings.listen, [Listen::Tcp("127.0.0.1:4747".parse().unwrap())]);
    for table in TABLES.iter().filter(|table| table.heading != "[[homey]]") {
        for key in table.keys {
            assert!(text.contains(&format!("{} = {}\n", key.name, key.value)), "{}", key.name);
        }
    }
    insta::assert_snapshot!(text, @r#"
    # Settings of `housekey agent run`. All of them are checked before anything starts.
    # After a change: `housekey agent reload`. Lines that begin with `#` are examples.
    # Lines of a table that begin with `# #` are optional.

    # Where the gateway listens: addresses and socket paths; with a `certificate` any address. Default: no gateway.
    listen = "127.0.0.1:4747"

    # Socket of the local API, which `housekey agent status` reads. Default: beside the store.
    # socket = "/run/housekey/agent.sock"

    # Other users who may read the status, by name or id. Default: none.
    # readers = ["prometheus", "1001"]

    # Whether callers over TCP need a key; `false` admits every program of this machine.
    # require_key = true

    # Host names under which the gateway is reached, without ports. Default: this machine.
    # hosts = ["homey.lan"]

    # Origins of other web pages that may use the gateway. Default: none.
    # origins = ["https://board.example"]

    [[homey]]
    name = "home"

    [[homey]]
    name = "cabin"

    # A file that holds the token:
    # [[sink]]
    # homey = "home"
    # kind = "file"
    # path = "home.token"
    # format = "raw"
    # mode = "0600"
    # # owner = "housekey:grafana"

    # A logic variable of the Homey that holds the token, for HomeyScript and flows:
    # [[sink]]
    # homey = "home"
    # kind = "variable"
    # name = "accesstoken"

    # A command that is run for every new token:
    # [[sink]]
    # homey = "home"
    # kind = "command"
    # run = ["./on-new-token.sh", "now"]
    # timeout = "30s"

    # A key of the gateway, written by `housekey agent key create`:
    # [[key]]
    # name = "grafana"
    # hash = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    # scopes = ["readonly"]
    # # homeys = ["home"]
    # # expires = "2027-01-31T00:00:00Z"
    # # mcp = ["read"]
    # # mcp_expose = ["Kitchen/*", "class:light"]
    # mcp_dry_run = false

    # Limits and TLS of the gateway:
    # [gateway]
    # wait = "30s"
    # answer = "60s"
    # idle = "75s"
    # connections = 10000
    # # certificate = "tls/chain.pem"
    # # private_key = "tls/key.pem"

    # The home in a browser, at /dashboard/ of the gateway; `housekey agent open` leads there:
    # [dashboard]
    # session = "12h"

    # Snapshots of the set-up of each home, after changes and at least daily:
    # [backup]
    # directory = "snapshots"
    # keep = "7 days, 30 daily, 12 monthly"

    # Records every change of each home, outside of the Homey:
    # [history]
    # url = "sqlite"
    # # password_file = "/etc/housekey/postgres-password"
    # raw = "30d"
    # five_minutes = "1y"
    # hourly = "forever"
    # # max_size = "2GB"
    # # exclude = ["Bedroom/*", "*/measure_luminance"]
    # # include = ["presence"]
    # # dead_band = ["measure_power = 1%", "Kitchen/Fridge/* = 0.5"]
    # gentle = false

    # The homes as Prometheus reads them, at `/homeys/<name>/metrics`; needs `listen`:
    # [prometheus]
    # labels = "names"
    # stale_after = "5m"
    # max_series = 20000
    # # exclude = ["measure_luminance"]
    # # include = ["users", "flows"]

    # A server that gets every change as a line: InfluxDB, VictoriaMetrics, QuestDB, Telegraf:
    # [[influx]]
    # url = "http://127.0.0.1:8086/write?db=home"
    # # homeys = ["home"]
    # layout = "housekey"
    # # exclude = ["measure_luminance"]
    # # token_file = "influx.token"
    # # user = "housekey"
    # # password_file = "influx.password"
    # every = "10s"
    # # repeat = "5m"
    # spool_mb = 100

    # The homes for assistants, at `/mcp` of the gateway, for keys with `mcp`; needs `listen`:
    # [mcp]
    # # guarded = ["Front door", "Garage/*", "*/onoff"]

    # A broker that homes are published on, for Home Assistant and others, and that takes commands:
    # [[mqtt]]
    # url = "mqtts://broker.lan:8883"
    # # homey = "home"
    # # client_id = "housekey"
    # # user = "housekey"
    # # password_file = "mqtt.password"
    # # ca = "ca.pem"
    # # client_cert = "client.pem"
    # # client_key = "client.key"
    # home_assistant = true
    # discovery = "device"
    # prefix = "homeassistant"
    # base = "housekey"
    # expose = "all"
    # # exclude = ["Bedroom/*", "measure_luminance"]
    # moods = false
    # flows = false
    # variables = false
    # layout = "housekey"

    # Another component or name for a device, or for one of its capabilities:
    # [[mqtt.override]]
    # device = "Kitchen/Lamp"
    # # capability = "onoff"
    # # component = "switch"
    # # name = "Heater"
    "#);
}
