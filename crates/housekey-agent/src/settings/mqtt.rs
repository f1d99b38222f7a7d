//! The tables `[[mqtt]]`: brokers that homes are published on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use housekey::Secret;
use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use housekey_mqtt::{Client, Discovery, Options, Override, Selection, UniqueIds};
use url::Url;

use super::path;
use super::reader::{Table, Text};
use super::reference;

/// One broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MqttSettings {
    /// Its address, without a user.
    pub url: Url,
    /// The short names of the Homeys.
    pub homeys: Vec<String>,
    /// How this client is called; `None` for a name that is made from the Homeys.
    pub client_id: Option<String>,
    /// The user, and the file of the password.
    pub login: Option<(String, PathBuf)>,
    /// The file of the authority whose certificates are trusted.
    pub authority: Option<PathBuf>,
    /// The files of certificate and key of this client.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// What is published, and how.
    pub options: Options,
}

impl MqttSettings {
    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "mqtts"
    }

    /// A client of that name, with what is in the files of the settings.
    ///
    /// # Errors
    /// Which file cannot be used, and why.
    pub fn client(&self, id: String) -> Result<Client, String> {
        let read = |path: &PathBuf| {
            whole_file::read(path, SETTINGS_LIMIT_BYTES)
                .map_err(|error| format!("{}: {error}", path.display()))
        };
        let login = match &self.login {
            Some((user, file)) => {
                let text = String::from_utf8(read(file)?);
                let text = text.map_err(|_| format!("{}: it is no text", file.display()))?;
                Some((user.clone(), Secret::new(text.trim_end_matches(['\r', '\n']))))
            }
            None => None,
        };
        let tls = match self.is_encrypted() {
            true => {
                let authority = self.authority.as_ref().map(read).transpose()?;
                let client = match &self.certificate {
                    Some((chain, key)) => Some((read(chain)?, read(key)?)),
                    None => None,
                };
                let client = client.as_ref().map(|(chain, key)| (&chain[..], &key[..]));
                Some(housekey_mqtt::tls(authority.as_deref(), client)?)
            }
            false => None,
        };
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = self.url.port().unwrap_or(if self.is_encrypted() { 8883 } else { 1883 });
        Ok(Client { host, port, id, login, tls })
    }
}

/// All brokers; what is wrong is noted and left out.
pub(super) fn all(root: &Table<'_, '_>, directory: &Path, homeys: &[String]) -> Vec<MqttSettings> {
    let mut places = BTreeSet::new();
    let of_one = |table: Table<'_, '_>| {
        table.only(&[&reference::MQTT.names()[..], &["override"]].concat());
        let settings = broker(&table, directory, homeys)?;
        // Each would take what the other publishes for its own.
        let place = (settings.url.clone(), settings.options.base.clone());
        if !places.insert(place) {
            table.missing(
                "another [[mqtt]] has the same `url` and `base`: write all Homeys into one, as in `homey = \
                 [\"home\", \"cabin\"]`, or another `base`",
            );
        }
        Some(settings)
    };
    root.tables("mqtt").into_iter().filter_map(of_one).collect()
}

fn broker(table: &Table<'_, '_>, directory: &Path, homeys: &[String]) -> Option<MqttSettings> {
    let url = table.needed("url", "the address of the broker").and_then(address);
    let file = |key| table.text(key).and_then(|text: Text<'_, '_>| path::of(&text, directory));
    let certificate = match (file("client_cert"), file("client_key")) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => {
            table.missing("`client_cert` and `client_key` go together");
            None
        }
    };
    if let Some(url) = &url
        && url.scheme() == "mqtt"
        && (table.has("ca") || certificate.is_some())
    {
        table.missing("`ca` and `client_cert` need TLS: write `mqtts://` in `url`");
    }
    let published = options(table);
    Some(MqttSettings {
        homeys: published_homeys(table, homeys),
        client_id: table.text("client_id").map(|id| id.text).filter(|id| !id.is_empty()),
        login: login(table, directory),
        authority: file("ca"),
        certificate,
        options: published,
        url: url?,
    })
}

/// The address of a broker.
fn address(text: Text<'_, '_>) -> Option<Url> {
    let url = text.text.parse::<Url>().ok();
    let url = url.filter(|url| matches!(url.scheme(), "mqtt" | "mqtts") && url.has_host());
    let Some(url) = url else {
        let right = "write \"mqtt://127.0.0.1:1883\" or \"mqtts://broker.lan:8883\"";
        return text.wrong(format!("\"{}\" is no address of a broker: {right}", text.text));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return text.wrong(
            "the address holds a password, which other users could read: write `user` and `password_file`"
                .to_owned(),
        );
    }
    match url.path() {
        "" | "/" if url.query().is_none() => Some(url),
        _ => text.wrong("the address of a broker ends with its port".to_owned()),
    }
}

fn login(table: &Table<'_, '_>, directory: &Path) -> Option<(String, PathBuf)> {
    let user = table.text("user")?;
    let file = table.needed("password_file", "the file with the password of the user")?;
    Some((user.text, path::of(&file, directory)?))
}

/// The Homeys of a broker: those that are named, or all.
fn published_homeys(table: &Table<'_, '_>, known: &[String]) -> Vec<String> {
    match table.text_or_texts("homey") {
        Some(names) => names.into_iter().filter_map(|name| name.homey(known)).collect(),
        None => known.to_vec(),
    }
}

fn options(table: &Table<'_, '_>) -> Options {
    let usual = Options::default();
    let discovery = table.text("discovery").and_then(|text| match &*text.text {
        "device" => Some(Discovery::Device),
        "component" => Some(Discovery::Component),
        other => {
            text.wrong(format!("\"{other}\" is no discovery: write \"device\" or \"component\""))
        }
    });
    let ids = table.text("layout").and_then(|text| match &*text.text {
        "housekey" => Some(UniqueIds::Housekey),
        "mqtt-hub" => Some(UniqueIds::MqttHub),
        other => {
            text.wrong(format!("\"{other}\" is no layout: write \"housekey\" or \"mqtt-hub\""))
        }
    });
    let is_on = table.flag("home_assistant").unwrap_or(true);
    let flag = |key| table.flag(key).unwrap_or_default();
    Options {
        base: table.text("base").and_then(levels).unwrap_or(usual.base),
        prefix: table.text("prefix").and_then(levels).unwrap_or(usual.prefix),
        home_assistant: is_on.then_some(discovery.unwrap_or(Discovery::Device)),
        ids: ids.unwrap_or(UniqueIds::Housekey),
        selection: selection(table),
        overrides: overrides(table),
        moods: flag("moods"),
        flows: flag("flows"),
        variables: flag("variables"),
    }
}

/// The first levels of topics.
fn levels(text: Text<'_, '_>) -> Option<String> {
    let is_level = |level: &str| !level.is_empty() && !level.contains(['+', '#', '\0']);
    match text.text.split('/').all(is_level) && !text.text.starts_with('$') {
        true => Some(text.text),
        false => text.wrong(format!(
            "\"{}\" begins no topic: write levels without `+` and `#`, as in \"home/housekey\"",
            text.text
        )),
    }
}

fn selection(table: &Table<'_, '_>) -> Selection {
    let expose = table.text_or_texts("expose").unwrap_or_default();
    let expose: Vec<_> = expose.into_iter().map(|pattern| pattern.text).collect();
    let is_all = expose.is_empty() && !table.has("expose") || expose == ["all"];
    let exclude = table.texts("exclude").into_iter().flatten();
    Selection {
        expose: (!is_all).then_some(expose),
        exclude: exclude.map(|pattern| pattern.text).collect(),
    }
}

fn overrides(table: &Table<'_, '_>) -> Vec<Override> {
    let of_one = |table: Table<'_, '_>| {
        table.only(&reference::MQTT_OVERRIDE.names());
        let text = |key| table.text(key).map(|text: Text<'_, '_>| text.text);
        let device = table.needed("device", "the device, as in \"Kitchen/Lamp\"");
        Some(Override {
            capability: text("capability"),
            component: table.text("component").and_then(component),
            name: text("name"),
            device: device?.text,
        })
    };
    table.tables("override").into_iter().filter_map(of_one).collect()
}

/// A component that a capability may become.
fn component(text: Text<'_, '_>) -> Option<String> {
    let known = ["binary_sensor", "button", "number", "select", "sensor", "switch", "text"];
    match known.contains(&&*text.text) {
        true => Some(text.text),
        false => {
            let all = known.join(", ");
            text.wrong(format!("a capability does not become \"{}\"; there is: {all}", text.text))
        }
    }
}
