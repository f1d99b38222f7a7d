//! The tables `[[influx]]`: servers that get every change as a line.

use std::path::{Path, PathBuf};
use std::time::Duration;

use housekey_history::influx::Layout;
use url::Url;

use super::path;
use super::reader::{Table, Text};
use super::reference;

const MEGABYTE: u64 = 1_000_000;

/// One server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfluxSettings {
    /// Where lines are written, with the precision of their times.
    pub url: Url,
    /// The short names of the Homeys.
    pub homeys: Vec<String>,
    /// How lines are named.
    pub layout: Layout,
    /// Capabilities that are left out.
    pub exclude: Vec<String>,
    /// Whom the server knows; `None` for one that is open.
    pub login: Option<Login>,
    /// How often lines are sent.
    pub every: Duration,
    /// How often values that did not change are sent again.
    pub repeat: Option<Duration>,
    /// The most bytes of lines that wait.
    pub spool_bytes: u64,
}

/// How the server knows who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The file of a token.
    Token(PathBuf),
    /// A user, and the file of the password.
    Password(String, PathBuf),
}

/// All servers; what is wrong is noted and left out.
pub(super) fn all(
    root: &Table<'_, '_>,
    directory: &Path,
    homeys: &[String],
) -> Vec<InfluxSettings> {
    let mut addresses = Vec::new();
    let of_one = |table: Table<'_, '_>| {
        table.only(&reference::INFLUX.names());
        let url = table.needed("url", "where lines are written");
        let url = url.and_then(|text| address(text, &mut addresses));
        let spool_mb = table.number("spool_mb", 1..=100_000);
        let spool_mb = spool_mb.and_then(|number| u64::try_from(number).ok()).unwrap_or(100);
        let excluded = table.texts("exclude").into_iter().flatten();
        Some(InfluxSettings {
            layout: table.text("layout").and_then(layout).unwrap_or_default(),
            homeys: table.homeys(homeys).unwrap_or_else(|| homeys.to_vec()),
            exclude: excluded.map(|capability| capability.text).collect(),
            login: login(&table, directory),
            every: table.duration("every").unwrap_or(Duration::from_secs(10)),
            repeat: table.duration("repeat"),
            spool_bytes: spool_mb * MEGABYTE,
            url: url?,
        })
    };
    root.tables("influx").into_iter().filter_map(of_one).collect()
}

/// The address with the precision of our times, in the word of its version; one that no table before has.
fn address(text: Text<'_, '_>, others: &mut Vec<Url>) -> Option<Url> {
    let url = text.text.parse::<Url>().ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(mut url) = url else {
        let right = "write \"http://127.0.0.1:8086/write?db=home\"";
        return text.wrong(format!("\"{}\" is no address of a server: {right}", text.text));
    };
    let names = ["p", "u", "token"];
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query_pairs().any(|(name, _)| names.contains(&&*name))
    {
        return text.wrong(
            "the address holds a password, which other users could read: write `user` and `password_file`"
                .to_owned(),
        );
    }
    if url.query_pairs().any(|(name, _)| name == "precision") {
        return text.wrong("the precision is milliseconds: take `precision` out".to_owned());
    }
    let word = if url.path().contains("/v3/") { "millisecond" } else { "ms" };
    url.query_pairs_mut().append_pair("precision", word);
    if others.contains(&url) {
        return text.wrong(format!("another [[influx]] writes to {}", text.text));
    }
    others.push(url.clone());
    Some(url)
}

fn layout(layout: Text<'_, '_>) -> Option<Layout> {
    match layout.text.as_str() {
        "housekey" => Some(Layout::Housekey),
        "homey-influxdb" => Some(Layout::HomeyInfluxdb),
        other => layout
            .wrong(format!("\"{other}\" is no layout: write \"housekey\" or \"homey-influxdb\"")),
    }
}

fn login(table: &Table<'_, '_>, directory: &Path) -> Option<Login> {
    if let Some(file) = table.text("token_file") {
        return Some(Login::Token(path::of(&file, directory)?));
    }
    let user = table.text("user")?;
    let file = table.needed("password_file", "the file with the password of the user")?;
    Some(Login::Password(user.text, path::of(&file, directory)?))
}
