//! Every faulty line is reported, with what is expected, all at once.

mod reference;

use std::time::Duration;

use housekey_history::rules::Selection;
use housekey_history::step::DAY;
use housekey_history::store::Retention;

use super::*;
use crate::credential::Format;
use housekey_history::influx::Layout;

const HASH: &str = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn parse(text: &str) -> Result<Settings, Vec<SettingsFault>> {
    let stored = ["home".to_owned(), "cabin".to_owned()];
    Settings::parse(text, Path::new("/etc/housekey"), &stored)
}

fn rendered(text: &str) -> String {
    match parse(text) {
        Ok(settings) => format!("{settings:?}"),
        Err(wrong) => {
            wrong.iter().map(|wrong| format!("{}: {}\n", wrong.line, wrong.what)).collect()
        }
    }
}

#[test]
fn every_setting_is_parsed() {
    let settings = parse(
        r#"
listen = ["127.0.0.1:4747", "run/gateway.sock", "192.0.2.1:443"]
socket = "/run/housekey/agent.sock"
require_key = false
hosts = ["Homey.lan"]
origins = ["https://board.example:8443"]
readers = ["root", "1001"]
[[homey]]
name = "home"
[[homey]]
name = "cabin"
in_flight = 4
[gateway]
wait = "5s"
answer = "10m"
idle = "2m"
certificate = "tls/chain.pem"
private_key = "/run/key.pem"
connections = 100
[dashboard]
session = "1h"
[backup]
directory = "homes"
keep = "3 days, 10 daily"
[history]
url = "sqlite:history/"
raw = "10d"
hourly = "5y"
max_size = "1GB"
exclude = ["Bedroom/*"]
dead_band = ["measure_power = 1%"]
gentle = true
[prometheus]
labels = "ids"
stale_after = "2m"
max_series = 500
exclude = ["measure_luminance"]
include = ["users", "playback"]
[mcp]
guarded = ["Front door", "*/onoff"]
[[influx]]
url = "https://influx.lan/api/v2/write?org=me&bucket=home"
homeys = ["cabin"]
layout = "homey-influxdb"
exclude = ["dim"]
repeat = "5m"
token_file = "influx.token"
every = "30s"
spool_mb = 5
[[sink]]
homey = "home"
kind = "variable"
name = "accesstoken"
[[sink]]
homey = "home"
kind = "file"
path = "/run/housekey/home.token"
format = "exec-credential"
mode = "0640"
owner = "root:0"
[[sink]]
homey = "cabin"
kind = "file"
path = "cabin.token"
[[sink]]
homey = "cabin"
kind = "command"
run = ["./on-new-token.sh", "now"]
timeout = "2m"
[[key]]
name = "grafana"
hash = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
scopes = ["readonly", "homey.flow.start"]
homeys = ["home"]
expires = "2027-01-31T00:00:00Z"
mcp = ["read", "control"]
mcp_expose = ["Kitchen/*"]
mcp_dry_run = true
"#,
    );
    let sink = |homey: &str, target| SinkSettings { homey: homey.to_owned(), target };
    let want = Settings {
        listen: vec![
            Listen::Tcp("127.0.0.1:4747".parse().unwrap()),
            Listen::Unix("/etc/housekey/run/gateway.sock".into()),
            Listen::Tcp("192.0.2.1:443".parse().unwrap()),
        ],
        socket: Some("/run/housekey/agent.sock".into()),
        readers: vec![0, 1001],
        homeys: vec![
            HomeySettings { name: "home".to_owned(), in_flight: None },
            HomeySettings { name: "cabin".to_owned(), in_flight: Some(4) },
        ],
        sinks: vec![
            sink("home", SinkTarget::Variable { name: "accesstoken".to_owned() }),
            sink(
                "home",
                SinkTarget::File {
                    path: "/run/housekey/home.token".into(),
                    format: Format::ExecCredential,
                    mode: 0o640,
                    owner: Owner { user: Some(0), group: Some(0) },
                },
            ),
            sink(
                "cabin",
                SinkTarget::File {
                    path: "/etc/housekey/cabin.token".into(),
                    format: Format::Raw,
                    mode: 0o600,
                    owner: Owner::default(),
                },
            ),
            sink(
                "cabin",
                SinkTarget::Command {
                    run: vec!["/etc/housekey/on-new-token.sh".to_owned(), "now".to_owned()],
                    timeout: Duration::from_secs(120),
                },
            ),
        ],
        access: AccessSettings {
            keys: vec![KeySettings {
                name: "grafana".to_owned(),
                hash: HASH.parse().unwrap(),
                scopes: vec!["readonly".parse().unwrap(), "homey.flow.start".parse().unwrap()],
                homeys: Some(vec!["home".to_owned()]),
                expires: Some("2027-01-31T00:00:00Z".parse().unwrap()),
                mcp: Some(McpKeySettings {
                    groups: vec!["read".to_owned(), "control".to_owned()],
                    expose: Some(vec!["Kitchen/*".to_owned()]),
                    dry_run: true,
                }),
            }],
            require_key: false,
            hosts: vec!["homey.lan".to_owned()],
            origins: vec!["https://board.example:8443".to_owned()],
        },
        dashboard: Some(DashboardSettings { session: Duration::from_secs(3600) }),
        backup: Some(BackupSettings {
            directory: "homes".into(),
            keep: "3 days, 10 daily".parse().unwrap(),
        }),
        history: Some(HistorySettings {
            location: "sqlite:history/".parse().unwrap(),
            retention: Retention {
                raw: Some(10 * DAY),
                hourly: Some(5 * 366 * DAY),
                max_size: Some(1_000_000_000),
                ..Retention::default()
            },
            selection: Selection {
                exclude: vec!["Bedroom/*".to_owned()],
                include: Vec::new(),
                dead_bands: vec!["measure_power = 1%".parse().unwrap()],
            },
            gentle: true,
        }),
        gateway: GatewaySettings {
            wait: Duration::from_secs(5),
            answer: Duration::from_secs(600),
            idle: Duration::from_secs(120),
            certificate: Some(Certificate {
                chain: "/etc/housekey/tls/chain.pem".into(),
                key: "/run/key.pem".into(),
            }),
            connections: Some(100),
            ..GatewaySettings::default()
        },
        prometheus: Some(MetricsOptions {
            names: false,
            stale_after: Duration::from_secs(120),
            max_series: 500,
            exclude: vec!["measure_luminance".to_owned()],
            users: true,
            flows: false,
            playback: true,
        }),
        influx: vec![InfluxSettings {
            url: "https://influx.lan/api/v2/write?org=me&bucket=home&precision=ms".parse().unwrap(),
            homeys: vec!["cabin".to_owned()],
            layout: Layout::HomeyInfluxdb,
            exclude: vec!["dim".to_owned()],
            login: Some(Login::Token("/etc/housekey/influx.token".into())),
            every: Duration::from_secs(30),
            repeat: Some(Duration::from_secs(300)),
            spool_bytes: 5_000_000,
        }],
        mcp: Some(McpSettings { guarded: vec!["Front door".to_owned(), "*/onoff".to_owned()] }),
        #[cfg(feature = "mqtt")]
        mqtt: Vec::new(),
    };
    assert_eq!(settings, Ok(want));
}

#[test]
fn each_wrong_line_is_reported_with_what_is_expected() {
    let below =
        |line: &str| format!("[[homey]]\nname = \"home\"\n[[sink]]\nhomey = \"home\"\n{line}\n");
    let file = |line: &str| below(&format!("kind = \"file\"\npath = \"/t\"\n{line}"));
    let command = |line: &str| below(&format!("kind = \"command\"\n{line}"));
    for (text, want) in [
        (String::new(), "1: there is no Homey: write [[homey]] and below it name = \"…\"\n"),
        ("homey = 3".to_owned(), "1: `homey` has a wrong value: write [[homey]] above its lines\n"),
        ("[[homey]]\nnmae = \"home\"".to_owned(),
            "1: [[homey]] has no `name`: its short name, as `housekey status` shows it\n\
             2: `nmae` means nothing in [[homey]]; did you mean `name`?\n"),
        ("[[homey]]\nname = \"attic\"".to_owned(),
            "2: no Homey \"attic\" is configured; there is: home, cabin\n"),
        ("[[homey]]\nname = \"home\"\n[[homey]]\nname = \"home\"".to_owned(),
            "4: the Homey \"home\" stands here twice: take one out\n"),
        ("listen = \"0.0.0.0:80\"\n[[homey]]\nname = \"home\"".to_owned(),
            "1: \"0.0.0.0:80\" is no address of this machine alone: write \"127.0.0.1:4747\", the path of a socket, or any address and a `certificate` in [gateway]\n"),
        ("[mcp]\nguarded = [\"\"]\n[[homey]]\nname = \"home\"".to_owned(),
            "1: [mcp] needs the gateway: write `listen` above the first heading\n\
             2: an empty text names no device: write \"Zone/Device\"\n"),
        ("listen = 4747\n[[homey]]\nname = \"home\"".to_owned(),
            "1: `listen` has a wrong value: write a list of texts, as in [\"one\", \"two\"]\n"),
        ("[[homey]]\nname = \"home\"\nin_flight = 0".to_owned(),
            "3: `in_flight` has a wrong value: write a whole number from 1 to 10000\n"),
        ("[[homey]]\nname = \"home\"\n[gateway]\nwiat = \"1s\"\nanswer = \"2h\"".to_owned(),
            "4: `wiat` means nothing in [gateway]; did you mean `wait`?\n\
             5: \"2h\" is no time limit: write \"30s\" or \"5m\"\n"),
        ("[gateway]\ncertificate = \"c.pem\"\n[[homey]]\nname = \"home\"".to_owned(),
            "1: [gateway] has no `private_key`: the PEM file of the key of the certificate\n"),
        ("[prometheus]\nlabels = \"both\"\ninclude = [\"moods\"]\n[[homey]]\nname = \"home\"".to_owned(),
            "1: [prometheus] needs the gateway: write `listen` above the first heading\n\
             2: \"both\" is no kind of labels: write \"names\" or \"ids\"\n\
             3: \"moods\" cannot be included: write \"users\", \"flows\" or \"playback\"\n"),
        ("[[homey]]\nname = \"home\"\n[[influx]]\nurl = \"ftp://x/write\"\nuser = \"u\"\n[[influx]]\nurl = \"http://u:p@x/write\"\nlayout = \"x\"".to_owned(),
            "3: [[influx]] has no `password_file`: the file with the password of the user\n\
             4: \"ftp://x/write\" is no address of a server: write \"http://127.0.0.1:8086/write?db=home\"\n\
             7: the address holds a password, which other users could read: write `user` and `password_file`\n\
             8: \"x\" is no layout: write \"housekey\" or \"homey-influxdb\"\n"),
        ("[[homey]]\nname = \"home\"\n[[mqtt]]\nurl = \"http://x\"\nhomey = \"cabin\"\nbase = \"a/#\"\n[[mqtt]]\nurl = \"mqtt://u:p@x\"\n\
          user = \"u\"\ndiscovery = \"all\"\nlayout = \"x\"\n[[mqtt.override]]\ncomponent = \"light\"\n[[mqtt]]\nurl = \"mqtt://x\"\nca = \"c\"\n\
          [[mqtt]]\nurl = \"mqtt://x\"\nhomie = false".to_owned(),
            "4: \"http://x\" is no address of a broker: write \"mqtt://127.0.0.1:1883\" or \"mqtts://broker.lan:8883\"\n\
             5: no [[homey]] is called \"cabin\"; there is: home\n\
             6: \"a/#\" begins no topic: write levels without `+` and `#`, as in \"home/housekey\"\n\
             7: [[mqtt]] has no `password_file`: the file with the password of the user\n\
             8: the address holds a password, which other users could read: write `user` and `password_file`\n\
             10: \"all\" is no discovery: write \"device\" or \"component\"\n\
             11: \"x\" is no layout: write \"housekey\" or \"mqtt-hub\"\n\
             12: [[mqtt.override]] has no `device`: the device, as in \"Kitchen/Lamp\"\n\
             13: a capability does not become \"light\"; there is: binary_sensor, button, number, select, sensor, switch, text\n\
             14: `ca` and `client_cert` need TLS: write `mqtts://` in `url`\n\
             17: another [[mqtt]] has the same `url` and `base`: write all Homeys into one, as in `homey = [\"home\", \"cabin\"]`, or another `base`\n\
             19: `homie` means nothing in [[mqtt]]; did you mean `homey`?\n"),
        ("gateway = 3\n[[homey]]\nname = \"home\"".to_owned(),
            "1: `gateway` has a wrong value: write [gateway] above its lines\n"),
        ("[[homey]]\nname = \"home\"\n[history]\nurl = \"mysql://a\"\nraw = \"long\"\nmax_size = \"5\"\ndead_band = [\"dim\"]".to_owned(),
            "4: `url`: write \"sqlite\", \"sqlite:/path\" or \"postgres://user@host/database\"\n\
             5: `raw`: write an age such as \"30d\", \"6mo\" or \"1y\", or \"forever\"\n\
             6: `max_size`: write a size such as \"500MB\" or \"2GB\"\n\
             7: `dead_band`: write it as \"measure_power = 1%\" or \"Kitchen/Fridge/measure_power = 2\"\n"),
        ("[[homey]]\nname = \"home\"\n[history]\nurl = \"postgres://a:secret@b/c\"".to_owned(),
            "4: `url`: the address holds a password, which other users could read: write `password_file`\n"),
        ("[[homey]]\nname = \"home\"\n[backup]\nkeep = \"a week\"\ndirectory = \"~/homes\"".to_owned(),
            "4: `keep`: \"a week\" does not say what is kept: write as in \"7 days, 30 daily, 12 monthly\"\n\
             5: \"~/homes\" begins with `~`, which only a shell understands: write the whole path\n"),
        ("readers = [\"nobody-at-all\"]\n[[homey]]\nname = \"home\"".to_owned(),
            "1: there is no user \"nobody-at-all\": write a name or an id, as in \"1001\"\n"),
        (below("kind = \"fle\""),
            "5: \"fle\" is no kind of sink: write \"file\", \"variable\" or \"command\"\n"),
        (below(""), "3: [[sink]] has no `kind`: write \"file\", \"variable\" or \"command\"\n"),
        (below("kind = \"file\""), "3: [[sink]] has no `path`: where the token is written\n"),
        (below("kind = \"variable\"\nname = \"\""), "6: `name` is empty: the name of the logic variable\n"),
        (below("kind = \"variable\"\nname = \"t\"\npath = \"/t\""),
            "7: `path` means nothing in [[sink]]; there is: homey, kind, name\n"),
        (file("format = \"yaml\""),
            "7: \"yaml\" is none of raw, json, header, env, exec-credential\n"),
        (file("mode = \"0644\""),
            "7: with the mode \"0644\" every user could use the token: write \"0600\", or \"0640\" for a group\n"),
        (file("mode = \"rw\""), "7: \"rw\" is no mode of such a file: write \"0600\" or \"0640\"\n"),
        (file("owner = \"nobody-at-all\""),
            "7: there is no user \"nobody-at-all\": write \"user:group\"\n"),
        (command("run = \"./x\""),
            "6: `run` has a wrong value: write a list of texts, as in [\"one\", \"two\"]\n"),
        (command("run = [\"x\"]\ntimeout = \"-1s\""), "7: \"-1s\" is no time limit: write \"30s\" or \"5m\"\n"),
        ("[[homey]]\nname = \"home\"\n[[sink]]\nhomey = \"hoem\"\nkind = \"variable\"\nname = \"t\"".to_owned(),
            "4: no [[homey]] is called \"hoem\"; there is: home\n"),
    ] {
        let found = rendered(&text);
        assert!(found.starts_with(want), "{text}\n--- found\n{found}\n--- wanted\n{want}");
    }
}

#[test]
fn two_sinks_never_write_over_each_other() {
    let one = "[[sink]]\nhomey = \"home\"\nkind = \"file\"\npath = \"/t\"\n";
    let text = format!("[[homey]]\nname = \"home\"\n{one}{one}");
    assert_eq!(rendered(&text), "9: another sink has the file /t already: take one out\n");
}

#[test]
fn torn_lines_are_reported_with_wrong_ones_and_nothing_is_called_missing() {
    let text = "listen = \nhomye = 1\n[[homey]\nname = \"home\"\n";
    let lines: Vec<_> = parse(text).unwrap_err().into_iter().map(|wrong| wrong.line).collect();
    assert_eq!(lines.first(), Some(&1), "{}", rendered(text));
    assert!(rendered(text).contains("did you mean `homey`?"), "{}", rendered(text));
    assert!(!rendered(text).contains("has no"), "{}", rendered(text));
}

#[test]
fn what_would_widen_access_is_reported() {
    let key = |lines: &str| {
        format!("[[homey]]\nname = \"home\"\n[[key]]\nname = \"k\"\nhash = \"{HASH}\"\n{lines}\n")
    };
    let twice = key("scopes = [\"full\"]")
        + &format!("[[key]]\nname = \"k\"\nhash = \"{HASH}\"\nscopes = [\"full\"]");
    for (text, want) in [
        (
            key(""),
            "3: [[key]] has no `scopes`: write [\"readonly\"], [\"control\"], [\"full\"], or scopes\n",
        ),
        (key("scopes = []"), "3: `scopes` is empty: a key that may do nothing is of no use\n"),
        (
            key("scopes = \"full\""),
            "6: `scopes` has a wrong value: write a list of texts, as in [\"one\", \"two\"]\n",
        ),
        (
            key("scopes = [\"homey.device.readnly\"]"),
            "6: no operation needs the scope `homey.device.readnly`; did you mean `homey.device.readonly`?\n",
        ),
        (
            key("scopes = [\"full\"]\nhomeys = [\"hoem\"]"),
            "7: no [[homey]] is called \"hoem\"; there is: home\n",
        ),
        (
            key("scopes = [\"full\"]\nexpires = \"soon\""),
            "7: \"soon\" is no time: write \"2027-01-31T00:00:00Z\"\n",
        ),
        (
            key("scopes = [\"full\"]\nhash = 1").replace(&format!("hash = \"{HASH}\"\n"), ""),
            "6: `hash` has a wrong value: write a text in quotes\n",
        ),
        (
            key("scopes = [\"full\"]").replace("sha256:", "argon2id$"),
            "5: it is no digest of a key: run `housekey agent key create`\n",
        ),
        (
            key("scopes = [\"full\"]\nscope = 1"),
            "7: `scope` means nothing in [[key]]; did you mean `scopes`?\n",
        ),
        (twice, "8: the key \"k\" stands here twice: take one out\n"),
        (
            "require_key = \"no\"\n".to_owned() + &key("scopes = [\"full\"]"),
            "1: `require_key` has a wrong value: write true or false\n",
        ),
        (
            "hosts = [\"homey.lan:80\"]\n".to_owned() + &key("scopes = [\"full\"]"),
            "1: \"homey.lan:80\" is no name of a machine: write \"homey.lan\", without a port\n",
        ),
        (
            "origins = [\"*\"]\n".to_owned() + &key("scopes = [\"full\"]"),
            "1: \"*\" is no origin: write it as browsers do, \"https://board.example\"\n",
        ),
        (
            "origins = [\"https://board.example/\"]\n".to_owned() + &key("scopes = [\"full\"]"),
            "1: \"https://board.example/\" is no origin: write it as browsers do, \"https://board.example\"\n",
        ),
    ] {
        assert_eq!(rendered(&text), want, "{text}");
    }
}

/// A shell that is not there expands no `~`: a directory of that name would be made.
#[test]
fn paths_are_written_whole_and_those_of_sockets_short() {
    let long = format!("/run/{}/agent.sock", "x".repeat(100));
    let text = format!(
        r#"listen = ["~/gateway.sock", "{long}"]
socket = "{long}"
[[homey]]
name = "home"
[gateway]
certificate = "~/chain.pem"
private_key = "key.pem"
[[sink]]
homey = "home"
kind = "file"
path = "~/home.token"
[[sink]]
homey = "home"
kind = "command"
run = ["~ada/on-new-token.sh"]
"#
    );
    let rendered = rendered(&text);
    let want = [
        (1, "\"~/gateway.sock\" begins with `~`"),
        (1, "the path of a socket has at most 107 bytes"),
        (2, "the path of a socket has at most 107 bytes"),
        (6, "\"~/chain.pem\" begins with `~`"),
        (11, "\"~/home.token\" begins with `~`"),
        (15, "\"~ada/on-new-token.sh\" begins with `~`"),
    ];
    let lines: Vec<_> = rendered.lines().collect();
    assert_eq!(lines.len(), want.len(), "{rendered}");
    for (line, (number, what)) in lines.iter().zip(want) {
        assert!(line.starts_with(&format!("{number}: {what}")), "{line}");
    }
    let just = "x".repeat(MAX_SOCKET_BYTES - "/etc/housekey/".len());
    let fits = format!("socket = \"{just}\"\n[[homey]]\nname = \"home\"\n");
    assert!(parse(&fits).is_ok(), "a path of 107 bytes");
}

#[test]
fn a_byte_order_mark_does_not_count() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("agent.toml");
    let stored = ["home".to_owned()];
    for text in
        ["\u{feff}[[homey]]\r\nname = \"home\"\r\n", "\u{feff}# mine\n[[homey]]\nname = \"home\"\n"]
    {
        std::fs::write(&path, text).unwrap();
        let settings = Settings::read(&path, &stored).unwrap();
        assert_eq!(settings.homeys[0].name, "home", "{text:?}");
    }
    std::fs::write(&path, "\u{feff}[[homey]]\nname = \"attic\"\n").unwrap();
    let Err(SettingsError::Invalid(wrong)) = Settings::read(&path, &stored) else {
        panic!("wrong")
    };
    assert_eq!(wrong[0].line, 2, "{wrong:?}");
}
