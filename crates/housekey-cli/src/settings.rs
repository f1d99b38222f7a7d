//! `config.toml`: what a person has chosen, without any secret in it.

use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use housekey::auth::store::Protection;
use housekey::discovery::PlainHttp;
use housekey::whole_file::{self, SETTINGS_LIMIT_BYTES};
use serde::{Deserialize, Deserializer};

use crate::error::{Failure, Outcome};
use crate::file::{self, Readers};

/// What stands in the file; everything may be missing.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// The Homey to use where none is named: its short name.
    pub(crate) homey: Option<String>,
    /// The OAuth client that `login` uses.
    pub(crate) client_id: Option<String>,
    /// How `login` protects tokens.
    #[serde(deserialize_with = "protection")]
    pub(crate) store: Option<Protection>,
    /// The age identity that opens tokens which are encrypted.
    pub(crate) age_key_file: Option<PathBuf>,
    /// Certificates of authorities that are trusted besides the public ones: a PEM file.
    pub(crate) ca_file: Option<PathBuf>,
    /// What is chosen for single Homeys, by their short names.
    pub(crate) homeys: BTreeMap<String, HomeySettings>,
}

/// What is chosen for one Homey.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HomeySettings {
    /// Whether it may be spoken to over plain HTTP, which is not encrypted.
    pub(crate) plain_http: bool,
}

impl Settings {
    /// Whether plain HTTP is allowed for the Homey of that short name.
    pub(crate) fn plain_http(&self, name: &str) -> PlainHttp {
        PlainHttp::allowed(self.homeys.get(name).is_some_and(|homey| homey.plain_http))
    }
}

fn protection<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Protection>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(serde::de::Error::custom)
}

/// Where the file is.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    /// The file in that directory.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        Self { path: directory.join("config.toml") }
    }

    /// Where it is.
    pub(crate) fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Reads it; a file that is not there is an empty one.
    ///
    /// # Errors
    /// Usage, when it is not TOML or has a key that means nothing.
    pub(crate) fn read(&self) -> Outcome<Settings> {
        toml::from_str(&self.text()?).map_err(|error| self.broken(&error))
    }

    /// Chooses the Homey to use where none is named, or none.
    pub(crate) fn choose_homey(&self, name: Option<&str>) -> Outcome {
        self.set("homey", name)
    }

    /// Writes one setting, or takes it out; whatever else stands in the file stays, comments too.
    pub(crate) fn set(&self, key: &str, value: Option<&str>) -> Outcome {
        self.change(|document| {
            match (value, document.get_mut(key).and_then(|old| old.as_value_mut())) {
                (Some(new), Some(old)) => {
                    let comment = old.decor().clone();
                    *old = new.into();
                    *old.decor_mut() = comment;
                }
                (Some(new), None) => document[key] = toml_edit::value(new),
                (None, _) => drop(document.remove(key)),
            }
        })
    }

    fn change(&self, change: impl FnOnce(&mut toml_edit::DocumentMut)) -> Outcome {
        let mut document: toml_edit::DocumentMut =
            self.text()?.parse().map_err(|error| self.broken(&error))?;
        change(&mut document);
        self.replace(&document.to_string()).map_err(|error| {
            Failure::failed(format!("cannot write {}", self.path.display()))
                .because(&error)
                .hint("check who owns the directory, its mode, and whether the disk is full")
        })
    }

    /// Allows plain HTTP for the Homey of that short name, or forgets what is chosen for it.
    pub(crate) fn allow_plain_http(&self, name: &str, allowed: bool) -> Outcome {
        let read = self.read()?;
        if allowed == (read.plain_http(name) == PlainHttp::Allowed)
            && allowed == read.homeys.contains_key(name)
        {
            return Ok(());
        }
        self.change(|document| {
            let homeys = document.entry("homeys").or_insert(toml_edit::table());
            if let Some(table) = homeys.as_table_mut() {
                // No heading for what holds tables alone.
                table.set_implicit(true);
            }
            let Some(homeys) = homeys.as_table_like_mut() else { return };
            if allowed {
                let homey = homeys.entry(name).or_insert(toml_edit::table());
                if let Some(homey) = homey.as_table_like_mut() {
                    homey.insert("plain_http", toml_edit::value(true));
                }
            } else {
                homeys.remove(name);
            }
        })
    }

    fn text(&self) -> Outcome<String> {
        match whole_file::read_text(&self.path, SETTINGS_LIMIT_BYTES) {
            Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(Failure::failed(format!("cannot read {}", self.path.display()))
                .because(&error)
                .hint("check who owns it and its mode")),
        }
    }

    fn broken(&self, error: &(dyn std::error::Error + 'static)) -> Failure {
        Failure::usage(format!("{} cannot be understood", self.path.display()))
            .because(error)
            .hint("correct the line, or move the file away")
    }

    fn replace(&self, text: &str) -> io::Result<()> {
        let directory = self.directory();
        DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
        file::replace(&self.path, text.as_bytes(), Readers::Owner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, SettingsFile) {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("config.toml"), text).unwrap();
        let file = SettingsFile::in_directory(directory.path());
        (directory, file)
    }

    #[test]
    fn choosing_keeps_what_else_is_written() {
        let (directory, file) = file("# mine\nhomey = \"home\" # the big one\nclient_id = \"c\"\n");
        file.choose_homey(Some("cabin")).unwrap();
        let text = fs::read_to_string(directory.path().join("config.toml")).unwrap();
        assert_eq!(text, "# mine\nhomey = \"cabin\" # the big one\nclient_id = \"c\"\n");
        file.choose_homey(None).unwrap();
        let want = Settings { client_id: Some("c".to_owned()), ..Settings::default() };
        assert_eq!(file.read().unwrap(), want);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn a_byte_order_mark_does_not_count_and_is_not_kept() {
        let (directory, file) = file("\u{feff}homey = \"home\"\r\n");
        assert_eq!(file.read().unwrap().homey.as_deref(), Some("home"));
        file.choose_homey(Some("cabin")).unwrap();
        let text = fs::read_to_string(directory.path().join("config.toml")).unwrap();
        assert_eq!(text.trim_end(), "homey = \"cabin\"");
    }

    #[test]
    fn plain_http_is_allowed_for_one_homey_and_forgotten_with_it() {
        let before = "# mine\nhomey = \"home\" # the big one\n";
        let (directory, file) = file(before);
        let text = || fs::read_to_string(directory.path().join("config.toml")).unwrap();
        file.allow_plain_http("cabin", true).unwrap();
        file.allow_plain_http("cabin", true).unwrap();
        assert_eq!(text(), format!("{before}\n[homeys.cabin]\nplain_http = true\n"));
        let read = file.read().unwrap();
        assert_eq!(read.plain_http("cabin"), PlainHttp::Allowed);
        assert_eq!(read.plain_http("home"), PlainHttp::Forbidden);
        file.choose_homey(Some("cabin")).unwrap();
        assert!(text().contains("homey = \"cabin\" # the big one\n"), "{}", text());
        file.allow_plain_http("home", false).unwrap();
        file.allow_plain_http("cabin", false).unwrap();
        assert_eq!(file.read().unwrap().plain_http("cabin"), PlainHttp::Forbidden);
    }

    #[test]
    fn a_missing_file_is_an_empty_one_and_a_wrong_key_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let missing = SettingsFile::in_directory(&directory.path().join("not/there"));
        assert_eq!(missing.read().unwrap(), Settings::default());
        missing.choose_homey(Some("home")).unwrap();
        assert_eq!(missing.read().unwrap().homey.as_deref(), Some("home"));
        for text in ["homie = \"home\"\n", "store = \"safe\"\n"] {
            let (_directory, wrong) = file(text);
            assert_eq!(wrong.read().unwrap_err().exit(), crate::error::Exit::Usage, "{text}");
        }
    }
}
