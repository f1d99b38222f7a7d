//! Every table and key of `agent.toml`, as data: what the reader accepts, a new file, and the
//! documentation are made from it.

use std::fmt::Write as _;

/// A table of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct TableReference {
    /// How its heading is written, such as `[[homey]]`; empty for the file itself.
    pub heading: &'static str,
    /// What it describes.
    pub about: &'static str,
    /// Its keys, in the order of the documentation.
    pub keys: &'static [KeyReference],
}

/// A key of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyReference {
    /// Its name.
    pub name: &'static str,
    /// A value, as TOML; the default where there is one.
    pub value: &'static str,
    /// What applies without it; `None` where it is required.
    pub default: Option<&'static str>,
    /// What it sets.
    pub about: &'static str,
}

impl TableReference {
    /// The names of its keys.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }
}

impl KeyReference {
    /// Whether its value is an example, which differs from what applies without the key.
    fn is_example(&self) -> bool {
        self.default.is_some_and(|default| default != self.value)
    }
}

const fn required(name: &'static str, value: &'static str, about: &'static str) -> KeyReference {
    KeyReference { name, value, default: None, about }
}

const fn optional(
    name: &'static str,
    value: &'static str,
    default: &'static str,
    about: &'static str,
) -> KeyReference {
    KeyReference { name, value, default: Some(default), about }
}

/// A default that is written as the value itself.
const fn default(name: &'static str, value: &'static str, about: &'static str) -> KeyReference {
    optional(name, value, value, about)
}

/// The keys above the first heading.
pub(super) const ROOT: TableReference = TableReference {
    heading: "",
    about: "Keys above the first heading",
    keys: &[
        optional(
            "listen",
            "\"127.0.0.1:4747\"",
            "no gateway",
            "Where the gateway listens: addresses and socket paths; with a `certificate` any address",
        ),
        optional(
            "socket",
            "\"/run/housekey/agent.sock\"",
            "beside the store",
            "Socket of the local API, which `housekey agent status` reads",
        ),
        optional(
            "readers",
            "[\"prometheus\", \"1001\"]",
            "none",
            "Other users who may read the status, by name or id",
        ),
        default(
            "require_key",
            "true",
            "Whether callers over TCP need a key; `false` admits every program of this machine",
        ),
        optional(
            "hosts",
            "[\"homey.lan\"]",
            "this machine",
            "Host names under which the gateway is reached, without ports",
        ),
        optional(
            "origins",
            "[\"https://board.example\"]",
            "none",
            "Origins of other web pages that may use the gateway",
        ),
    ],
};

pub(super) const HOMEY: TableReference = TableReference {
    heading: "[[homey]]",
    about: "A Homey whose token is kept fresh; at least one",
    keys: &[
        required("name", "\"home\"", "Its short name, as `housekey status` shows it"),
        optional(
            "in_flight",
            "8",
            "2 for hubs of 2016 to 2019, else 8",
            "How many requests the gateway sends it at once, 1 to 10000",
        ),
    ],
};

pub(super) const FILE_SINK: TableReference = TableReference {
    heading: "[[sink]]",
    about: "A file that holds the token",
    keys: &[
        required("homey", "\"home\"", "The name of one of the [[homey]]"),
        required("kind", "\"file\"", "The kind of sink"),
        required("path", "\"home.token\"", "Where the token is written"),
        default("format", "\"raw\"", "raw, json, header, env or exec-credential"),
        default("mode", "\"0600\"", "Its mode; never readable by all users"),
        optional(
            "owner",
            "\"housekey:grafana\"",
            "the agent's",
            "`user`, `user:group` or `:group`, by name or id",
        ),
    ],
};

pub(super) const VARIABLE_SINK: TableReference = TableReference {
    heading: "[[sink]]",
    about: "A logic variable of the Homey that holds the token, for HomeyScript and flows",
    keys: &[
        required("homey", "\"home\"", "The name of one of the [[homey]]"),
        required("kind", "\"variable\"", "The kind of sink"),
        required("name", "\"accesstoken\"", "The name of the variable; created if missing"),
    ],
};

pub(super) const COMMAND_SINK: TableReference = TableReference {
    heading: "[[sink]]",
    about: "A command that is run for every new token",
    keys: &[
        required("homey", "\"home\"", "The name of one of the [[homey]]"),
        required("kind", "\"command\"", "The kind of sink"),
        required(
            "run",
            "[\"./on-new-token.sh\", \"now\"]",
            "The program and its arguments; HOMEY_TOKEN and HOMEY_ADDRESS are in its environment",
        ),
        default("timeout", "\"30s\"", "How long it may take, at most 1h"),
    ],
};

pub(super) const KEY: TableReference = TableReference {
    heading: "[[key]]",
    about: "A key of the gateway, written by `housekey agent key create`",
    keys: &[
        required("name", "\"grafana\"", "Its name"),
        required(
            "hash",
            "\"sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"",
            "The digest of the key",
        ),
        required("scopes", "[\"readonly\"]", "What it may do: readonly, control, full, or scopes"),
        optional("homeys", "[\"home\"]", "all", "The Homeys it is for"),
        optional("expires", "\"2027-01-31T00:00:00Z\"", "never", "When it ends"),
        optional(
            "mcp",
            "[\"read\"]",
            "no /mcp",
            "What it may do at `/mcp` besides its scopes: read, control, edit, admin",
        ),
        optional(
            "mcp_expose",
            "[\"Kitchen/*\", \"class:light\"]",
            "all",
            "The devices that exist for it at `/mcp`: `Zone/*`, `Zone/Device`, `Device`, `class:light`",
        ),
        default("mcp_dry_run", "false", "Whether its calls at `/mcp` only say what they would do"),
    ],
};

pub(super) const GATEWAY: TableReference = TableReference {
    heading: "[gateway]",
    about: "Limits and TLS of the gateway",
    keys: &[
        default("wait", "\"30s\"", "How long a request may wait in total before it is sent"),
        default("answer", "\"60s\"", "How long a Homey may take to begin its answer"),
        default("idle", "\"75s\"", "How long a client may be silent, or read nothing"),
        default("connections", "10000", "How many clients may be connected at once"),
        optional(
            "certificate",
            "\"tls/chain.pem\"",
            "no TLS",
            "PEM file of the certificate and its chain; callers over TCP have to use TLS then",
        ),
        optional("private_key", "\"tls/key.pem\"", "no TLS", "PEM file of its private key"),
    ],
};

pub(super) const DASHBOARD: TableReference = TableReference {
    heading: "[dashboard]",
    about: "The home in a browser, at /dashboard/ of the gateway; `housekey agent open` leads there",
    keys: &[default("session", "\"12h\"", "How long a browser stays signed in, at most 720h")],
};

pub(super) const BACKUP: TableReference = TableReference {
    heading: "[backup]",
    about: "Snapshots of the set-up of each home, after changes and at least daily",
    keys: &[
        default("directory", "\"snapshots\"", "Where they lie; relative to the state directory"),
        default(
            "keep",
            "\"7 days, 30 daily, 12 monthly\"",
            "All of the last days, then the newest of each day, then of each month",
        ),
    ],
};

pub(super) const HISTORY: TableReference = TableReference {
    heading: "[history]",
    about: "Records every change of each home, outside of the Homey",
    keys: &[
        default(
            "url",
            "\"sqlite\"",
            "Where: \"sqlite\" beside the store, \"sqlite:/path\" (with `/` at the end a file for each Homey), or \"postgres://user@host/database\"",
        ),
        optional(
            "password_file",
            "\"/etc/housekey/postgres-password\"",
            "none",
            "File with the password of the user of PostgreSQL",
        ),
        default("raw", "\"30d\"", "How long every change of numbers that change often is kept"),
        default("five_minutes", "\"1y\"", "How long their statistics of five minutes are kept"),
        default("hourly", "\"forever\"", "How long their hourly statistics are kept"),
        optional(
            "max_size",
            "\"2GB\"",
            "none",
            "The largest size of a file; the oldest goes first",
        ),
        optional(
            "exclude",
            "[\"Bedroom/*\", \"*/measure_luminance\"]",
            "none",
            "What is not recorded: `Zone/Device`, a capability, or both, with `*` for anything",
        ),
        optional(
            "include",
            "[\"presence\"]",
            "none",
            "What is recorded although it is left out by default: presence, codes, titles of songs",
        ),
        optional(
            "dead_band",
            "[\"measure_power = 1%\", \"Kitchen/Fridge/* = 0.5\"]",
            "none",
            "The smallest change of numbers that is recorded, as a share or in their unit; the first that fits counts",
        ),
        default(
            "gentle",
            "false",
            "Writes every 5 s instead of every second, which spares an SD card",
        ),
    ],
};

pub(super) const PROMETHEUS: TableReference = TableReference {
    heading: "[prometheus]",
    about: "The homes as Prometheus reads them, at `/homeys/<name>/metrics`; needs `listen`",
    keys: &[
        default(
            "labels",
            "\"names\"",
            "`names` of device and zone in each series, or `ids` and the names in `homey_device_info`",
        ),
        default(
            "stale_after",
            "\"5m\"",
            "How long the last values stay when the Homey cannot be followed, at most 1h",
        ),
        default("max_series", "20000", "The most series of one Homey"),
        optional(
            "exclude",
            "[\"measure_luminance\"]",
            "none",
            "Capabilities that are left out, with their sub-capabilities",
        ),
        optional(
            "include",
            "[\"users\", \"flows\"]",
            "none",
            "What is left out by default: `users` (at home, asleep), `flows` (one by one), `playback` (position in \
             a song)",
        ),
    ],
};

pub(super) const INFLUX: TableReference = TableReference {
    heading: "[[influx]]",
    about: "A server that gets every change as a line: InfluxDB, VictoriaMetrics, QuestDB, Telegraf",
    keys: &[
        required(
            "url",
            "\"http://127.0.0.1:8086/write?db=home\"",
            "Where lines are written: `/write?db=…`, `/api/v2/write?org=…&bucket=…` or `/api/v3/write_lp?db=…`",
        ),
        optional("homeys", "[\"home\"]", "all", "The Homeys whose changes are pushed"),
        default(
            "layout",
            "\"housekey\"",
            "`housekey`, or `homey-influxdb` as the app of that name",
        ),
        optional("exclude", "[\"measure_luminance\"]", "none", "Capabilities that are left out"),
        optional(
            "token_file",
            "\"influx.token\"",
            "none",
            "File with the token of InfluxDB 2 or 3",
        ),
        optional("user", "\"housekey\"", "none", "User of InfluxDB 1; needs `password_file`"),
        optional(
            "password_file",
            "\"influx.password\"",
            "none",
            "File with the password of the user",
        ),
        default("every", "\"10s\"", "How often lines are sent, at most 1h"),
        optional(
            "repeat",
            "\"5m\"",
            "never",
            "How often values that did not change are sent again with the time of then, at most 1h",
        ),
        default("spool_mb", "100", "The most megabytes of lines that wait on disk, 1 to 100000"),
    ],
};

pub(super) const MCP: TableReference = TableReference {
    heading: "[mcp]",
    about: "The homes for assistants, at `/mcp` of the gateway, for keys with `mcp`; needs `listen`",
    keys: &[optional(
        "guarded",
        "[\"Front door\", \"Garage/*\", \"*/onoff\"]",
        "a built-in list",
        "What needs a person besides locks, doors, alarms and heating appliances: `Device`, `Zone/Device`, \
         `Zone/*`, `*/capability`",
    )],
};

pub(super) const MQTT: TableReference = TableReference {
    heading: "[[mqtt]]",
    about: "A broker that homes are published on, for Home Assistant and others, and that takes commands",
    keys: &[
        required(
            "url",
            "\"mqtts://broker.lan:8883\"",
            "The broker: `mqtt://` or, with TLS, `mqtts://`",
        ),
        optional("homey", "\"home\"", "all", "The Homey that is published, or a list of them"),
        optional("client_id", "\"housekey\"", "made from the Homeys", "How this client is called"),
        optional("user", "\"housekey\"", "none", "User of the broker; needs `password_file`"),
        optional(
            "password_file",
            "\"mqtt.password\"",
            "none",
            "File with the password of the user",
        ),
        optional(
            "ca",
            "\"ca.pem\"",
            "those of the web",
            "PEM file of the authority that signed the certificate of the broker",
        ),
        optional(
            "client_cert",
            "\"client.pem\"",
            "none",
            "PEM file of the certificate of this client",
        ),
        optional("client_key", "\"client.key\"", "none", "PEM file of its private key"),
        default("home_assistant", "true", "Whether Home Assistant is notified of the devices"),
        default(
            "discovery",
            "\"device\"",
            "One message for each `device`, or for each `component` where Home Assistant is older than 2024.12",
        ),
        default("prefix", "\"homeassistant\"", "The discovery prefix of Home Assistant"),
        default("base", "\"housekey\"", "The first levels of all topics"),
        default(
            "expose",
            "\"all\"",
            "`all`, or a list of devices: `Zone/Device`, `class:light`, with `*` for anything",
        ),
        optional(
            "exclude",
            "[\"Bedroom/*\", \"measure_luminance\"]",
            "none",
            "Devices and capabilities that are left out: `Zone/Device`, `class:light`, a capability, or both",
        ),
        default("moods", "false", "Whether moods are published, as scenes"),
        default("flows", "false", "Whether flows are published, as buttons that start them"),
        default("variables", "false", "Whether variables are published, and can be set"),
        default(
            "layout",
            "\"housekey\"",
            "`mqtt-hub` keeps the entities that the app MQTT Hub made in Home Assistant",
        ),
    ],
};

pub(super) const MQTT_OVERRIDE: TableReference = TableReference {
    heading: "[[mqtt.override]]",
    about: "Another component or name for a device, or for one of its capabilities",
    keys: &[
        required(
            "device",
            "\"Kitchen/Lamp\"",
            "Its `Zone/Device`, name or id, with `*` for anything",
        ),
        optional(
            "capability",
            "\"onoff\"",
            "the device itself",
            "The capability, or a composite such as `light`",
        ),
        optional("component", "\"switch\"", "the usual one", "The component of Home Assistant"),
        optional("name", "\"Heater\"", "the Homey's", "The name"),
    ],
};

/// The tables of the file, by their keys.
pub(super) const HEADINGS: [&str; 11] = [
    "homey",
    "sink",
    "key",
    "gateway",
    "dashboard",
    "backup",
    "history",
    "prometheus",
    "influx",
    "mcp",
    "mqtt",
];

/// All tables, in the order of the documentation.
pub const TABLES: &[&TableReference] = &[
    &ROOT,
    &HOMEY,
    &FILE_SINK,
    &VARIABLE_SINK,
    &COMMAND_SINK,
    &KEY,
    &GATEWAY,
    &DASHBOARD,
    &BACKUP,
    &HISTORY,
    &PROMETHEUS,
    &INFLUX,
    &MCP,
    &MQTT,
    &MQTT_OVERRIDE,
];

/// A new `agent.toml` that keeps these Homeys: with the gateway at its usual address, and everything
/// else as a comment.
pub fn new_file(homeys: &[String]) -> String {
    let mut text = String::from(
        "# Settings of `housekey agent run`. All of them are checked before anything starts.\n\
         # After a change: `housekey agent reload`. Lines that begin with `#` are examples.\n\
         # Lines of a table that begin with `# #` are optional.\n\n",
    );
    for key in ROOT.keys {
        write_key(&mut text, key, if key.name == "listen" { "" } else { "# " });
        text.push('\n');
    }
    for name in homeys {
        let _ = writeln!(text, "{}\nname = {}\n", HOMEY.heading, toml::Value::from(name.as_str()));
    }
    for table in &TABLES[2..] {
        let _ = writeln!(text, "# {}:\n# {}", table.about, table.heading);
        for key in table.keys {
            // What differs from the default stays a comment where the table is uncommented.
            let prefix = if key.is_example() { "# # " } else { "# " };
            let _ = writeln!(text, "{prefix}{}", assignment(key));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A comment that says what the key sets, and the key itself behind `prefix`.
fn write_key(text: &mut String, key: &KeyReference, prefix: &str) {
    let default = match key.default {
        Some(default) if key.is_example() => format!(". Default: {default}"),
        _ => String::new(),
    };
    let _ = writeln!(text, "# {}{default}.\n{prefix}{}", key.about, assignment(key));
}

fn assignment(key: &KeyReference) -> String {
    format!("{} = {}", key.name, key.value)
}
