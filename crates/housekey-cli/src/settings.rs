//! Writes `config.toml`; whatever else stands in the file stays, comments too.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;

use housekey::config::SettingsFile;
use housekey::discovery::PlainHttp;
use toml_edit::{Item, Table, TableLike, Value};

use crate::error::{Failure, Outcome};
use crate::file::{self, Readers};

/// Chooses the Homey to use where none is named, or none.
pub(crate) fn choose_homey(settings: &SettingsFile, name: Option<&str>) -> Outcome {
    set(settings, "homey", name)
}

/// Writes one setting that is a text, or removes it.
pub(crate) fn set(settings: &SettingsFile, key: &str, value: Option<&str>) -> Outcome {
    let value = value.map(Value::from);
    change(settings, |document| write(document.as_table_mut(), &[key], value))
}

/// Writes the setting of that path, or removes it, if all settings can be read then.
///
/// # Errors
/// Usage, where the value means nothing there: the file stays as it was.
pub(crate) fn set_at(settings: &SettingsFile, path: &[&str], value: Option<Value>) -> Outcome {
    change(settings, |document| write(document.as_table_mut(), path, value))
}

/// Writes a value into a table, or removes it together with the tables that are empty then.
pub(crate) fn write(table: &mut dyn TableLike, path: &[&str], value: Option<Value>) {
    match (path, value) {
        ([], _) => {}
        ([key], None) => drop(table.remove(key)),
        ([key], Some(new)) => match table.get_mut(key).and_then(Item::as_value_mut) {
            Some(old) => {
                let comment = old.decor().clone();
                *old = new;
                *old.decor_mut() = comment;
            }
            None => drop(table.insert(key, toml_edit::value(new))),
        },
        ([key, below @ ..], value) => {
            let removed = value.is_none();
            if removed && !table.contains_key(key) {
                return;
            }
            let is_last = below.len() == 1;
            let item = table.entry(key).or_insert_with(|| {
                let mut new = Table::new();
                // No heading for what holds tables alone.
                new.set_implicit(!is_last);
                Item::Table(new)
            });
            let Some(inner) = item.as_table_like_mut() else { return };
            write(inner, below, value);
            if removed && inner.is_empty() {
                table.remove(key);
            }
        }
    }
}

/// Allows plain HTTP for the Homey of that short name, or forgets what is chosen for it.
pub(crate) fn allow_plain_http(settings: &SettingsFile, name: &str, allowed: bool) -> Outcome {
    let read = settings.read()?;
    if allowed == (read.plain_http(name) == PlainHttp::Allowed)
        && allowed == read.homeys.contains_key(name)
    {
        return Ok(());
    }
    let value = allowed.then(|| Value::from(true));
    let path = ["homeys", name, "plain_http"];
    set_at(settings, if allowed { &path } else { &path[..2] }, value)
}

fn change(settings: &SettingsFile, change: impl FnOnce(&mut toml_edit::DocumentMut)) -> Outcome {
    let mut document: toml_edit::DocumentMut =
        settings.text()?.parse().map_err(|error| settings.broken(error))?;
    change(&mut document);
    let text = document.to_string();
    // What cannot be read would keep every command from starting.
    settings.parse(&text)?;
    replace(settings, &text).map_err(|error| {
        Failure::failed(format!("cannot write {}", settings.path().display()))
            .because(&error)
            .hint("check who owns the directory, its mode, and whether the disk is full")
    })
}

fn replace(settings: &SettingsFile, text: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(settings.directory())?;
    file::replace(settings.path(), text.as_bytes(), Readers::Owner)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use housekey::config::Settings;
    use housekey::error::Kind;

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
        choose_homey(&file, Some("cabin")).unwrap();
        let text = fs::read_to_string(directory.path().join("config.toml")).unwrap();
        assert_eq!(text, "# mine\nhomey = \"cabin\" # the big one\nclient_id = \"c\"\n");
        choose_homey(&file, None).unwrap();
        let want = Settings { client_id: Some("c".to_owned()), ..Settings::default() };
        assert_eq!(file.read().unwrap(), want);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn a_byte_order_mark_does_not_count_and_is_not_kept() {
        let (directory, file) = file("\u{feff}homey = \"home\"\r\n");
        assert_eq!(file.read().unwrap().homey.as_deref(), Some("home"));
        choose_homey(&file, Some("cabin")).unwrap();
        let text = fs::read_to_string(directory.path().join("config.toml")).unwrap();
        assert_eq!(text.trim_end(), "homey = \"cabin\"");
    }

    #[test]
    fn plain_http_is_allowed_for_one_homey_and_forgotten_with_it() {
        let before = "# mine\nhomey = \"home\" # the big one\n";
        let (directory, file) = file(before);
        let text = || fs::read_to_string(directory.path().join("config.toml")).unwrap();
        allow_plain_http(&file, "cabin", true).unwrap();
        allow_plain_http(&file, "cabin", true).unwrap();
        assert_eq!(text(), format!("{before}\n[homeys.cabin]\nplain_http = true\n"));
        let read = file.read().unwrap();
        assert_eq!(read.plain_http("cabin"), PlainHttp::Allowed);
        assert_eq!(read.plain_http("home"), PlainHttp::Forbidden);
        choose_homey(&file, Some("cabin")).unwrap();
        assert!(text().contains("homey = \"cabin\" # the big one\n"), "{}", text());
        allow_plain_http(&file, "home", false).unwrap();
        allow_plain_http(&file, "cabin", false).unwrap();
        assert_eq!(file.read().unwrap().plain_http("cabin"), PlainHttp::Forbidden);
    }

    #[test]
    fn tables_of_every_form_are_written_into() {
        for (before, want) in [
            (
                "homeys = { cabin = { plain_http = false } } # x\n",
                "homeys = { cabin = { plain_http = true } } # x\n",
            ),
            ("homeys.cabin.plain_http = false\n", "homeys.cabin.plain_http = true\n"),
            ("[homeys]\nhome = {}\n", "[homeys]\nhome = {}\n\n[homeys.cabin]\nplain_http = true\n"),
        ] {
            let (directory, file) = file(before);
            let path = ["homeys", "cabin", "plain_http"];
            set_at(&file, &path, Some(Value::from(true))).unwrap();
            let text = fs::read_to_string(directory.path().join("config.toml")).unwrap();
            assert_eq!(text, want);
            set_at(&file, &path, None).unwrap();
            assert_eq!(file.read().unwrap().plain_http("cabin"), PlainHttp::Forbidden);
        }
    }

    #[test]
    fn a_change_that_could_not_be_read_is_not_written() {
        let (_directory, file) = file("homey = \"home\"\n");
        assert!(set_at(&file, &["store"], Some(Value::from("safe"))).is_err());
        assert_eq!(file.text().unwrap(), "homey = \"home\"\n");
    }

    #[test]
    fn a_missing_file_is_an_empty_one_and_a_wrong_key_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let missing = SettingsFile::in_directory(&directory.path().join("not/there"));
        assert_eq!(missing.read().unwrap(), Settings::default());
        choose_homey(&missing, Some("home")).unwrap();
        assert_eq!(missing.read().unwrap().homey.as_deref(), Some("home"));
        for text in ["homie = \"home\"\n", "store = \"safe\"\n"] {
            let (_directory, wrong) = file(text);
            let error = housekey::Error::from(wrong.read().unwrap_err());
            assert_eq!(error.kind(), Kind::Usage, "{text}");
        }
    }
}
