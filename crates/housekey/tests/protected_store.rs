//! Stores that are encrypted: nothing readable on disk, the same promises as plain files, and another
//! implementation that judges what is written.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod house;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use house::House;
use housekey::Secret;
use housekey::auth::store::{AgeKey, HomeyRecord, Key, Protection, Store};
use housekey::error::StoreError;
use housekey_emulator::Expire;

/// A directory for records, and a key beside it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn records(&self) -> std::path::PathBuf {
        self.0.path().join("credentials")
    }

    fn key(&self, name: &str, passphrase: Option<&str>) -> AgeKey {
        AgeKey { file: self.0.path().join(name), passphrase: passphrase.map(Secret::new) }
    }

    /// A store that encrypts what is new, with a key that is made if it is missing.
    fn store(&self) -> Store {
        let key = self.key("key.txt", None);
        key.make().expect("made");
        Store::protected(self.records(), Protection::Age, Some(key))
    }
}

fn everything_below(directory: &Path) -> String {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("entry"));
    entries
        .map(|entry| String::from_utf8_lossy(&fs::read(entry.path()).expect("read")).into_owned())
        .collect()
}

fn home() -> Key {
    Key::Homey("home".to_owned())
}

async fn signed_in(store: &Store) -> (House, HomeyRecord) {
    let house = House::new().await;
    let record = house.signed_in(store).await;
    (house, record)
}

#[tokio::test]
async fn nothing_of_a_record_can_be_read_without_the_key() {
    let place = Place::new();
    let (house, record) = signed_in(&place.store()).await;
    let disk = everything_below(&place.records());
    for secret in house.world.secrets() {
        assert!(!disk.contains(&secret), "a secret is on disk");
    }
    assert!(!disk.contains(&record.title));
    let file = place.store().path(&home());
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(place.store().homey("home").expect("read"), Some(record));
    assert_eq!(place.store().protection(&home()).expect("read"), Some(Protection::Age));

    let without = Store::files(place.records());
    assert_eq!(without.homeys().expect("listed"), ["home"]);
    assert!(matches!(without.homey("home"), Err(StoreError::Sealed { .. })));
    let other = place.key("other.txt", None);
    other.make().expect("made");
    let other = Store::protected(place.records(), Protection::Age, Some(other));
    let before = fs::read(&file).expect("there");
    let error = other.homey("home").expect_err("another key");
    assert!(error.to_string().contains("another age identity"), "{error}");
    let record = place.store().known_homey("home").expect("read");
    assert!(matches!(other.save_homey(&record), Err(StoreError::Sealed { .. })));
    assert_eq!(fs::read(&file).expect("there"), before, "what cannot be opened is left alone");
}

#[tokio::test]
async fn a_renewal_keeps_the_protection_and_the_previous_refresh_token() {
    let place = Place::new();
    let (house, record) = signed_in(&place.store()).await;
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    // Each time a program of its own.
    let homey = house.homey(&place.store());
    homey.call("zones.getZones", &housekey::args! {}).await.expect("renewed");
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), 1);
    let store = place.store();
    assert_ne!(store.known_homey("home").expect("read").access, record.access);
    let account = house.password().email;
    let tokens = store.account(&account).expect("read").expect("there").tokens;
    assert!(tokens.previous_refresh.is_some());
    for key in [home(), Key::Account(account)] {
        assert_eq!(store.protection(&key).expect("read"), Some(Protection::Age), "{key:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_programs_renew_once_between_them() {
    let place = Place::new();
    let (house, _) = signed_in(&place.store()).await;
    house.world.expire(Expire::Session);
    house.world.expire(Expire::Access);
    let programs: Vec<_> = (0..8).map(|_| house.homey(&place.store())).collect();
    let calls = programs.into_iter().map(|homey| {
        tokio::spawn(async move { homey.call("zones.getZones", &housekey::args! {}).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.expect("no panic").expect("answered");
    }
    assert_eq!(house.world.calls("oauth2.token.refresh_token"), 1);
    assert_eq!(house.world.calls("users.login"), 2, "the sign-in, and one renewal");
}

/// What was plain is encrypted by the next sign-in that asks for it, and the other way round; a
/// renewal changes nothing about it.
#[tokio::test]
async fn a_record_moves_only_when_somebody_says_so() {
    let place = Place::new();
    let plain = Store::files(place.records());
    let (_house, record) = signed_in(&plain).await;
    let key = place.key("key.txt", None);
    key.make().expect("made");
    let store = |reprotecting, protection| match reprotecting {
        true => Store::with_new_protection(place.records(), protection, Some(key.clone())),
        false => Store::protected(place.records(), protection, Some(key.clone())),
    };
    for (reprotecting, protection, want) in [
        (false, Protection::Age, Protection::File),
        (true, Protection::Age, Protection::Age),
        (false, Protection::File, Protection::Age),
        (true, Protection::File, Protection::File),
    ] {
        let store = store(reprotecting, protection);
        store.save_homey(&record).expect("saved");
        assert_eq!(store.protection(&home()).expect("read"), Some(want));
        assert_eq!(store.homey("home").expect("read").as_ref(), Some(&record));
    }
}

#[test]
fn an_identity_is_made_once_and_opened_with_its_passphrase_alone() {
    let place = Place::new();
    let key = place.key("deep/down/key.txt", Some("made-up passphrase"));
    assert!(key.make().expect("made"));
    assert!(!key.make().expect("there already"));
    assert_eq!(fs::metadata(&key.file).expect("there").permissions().mode() & 0o777, 0o600);
    assert!(!String::from_utf8_lossy(&fs::read(&key.file).expect("read")).contains("AGE-SECRET"));
    for (passphrase, want) in
        [(Some("wrong"), "the passphrase is wrong"), (None, "needs a passphrase")]
    {
        let error = place.key("deep/down/key.txt", passphrase).make().expect_err("refused");
        assert!(error.to_string().contains(want), "{error}");
        assert!(!error.to_string().contains("made-up"), "{error}");
    }
    fs::write(&key.file, "not an identity").expect("written");
    let error = key.make().expect_err("no identity");
    assert!(error.to_string().contains("no age identity"), "{error}");
}

#[test]
fn a_newer_format_is_refused_behind_encryption_too() {
    let place = Place::new();
    let store = place.store();
    fs::create_dir_all(place.records()).expect("made");
    for text in ["{\"housekey\":2,\"homey\":{}}", "{\"housekey\":2,\"keyring\":\"x\"}"] {
        let path = store.path(&home());
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
        assert!(matches!(store.homey("home"), Err(StoreError::Newer { found: 2, .. })), "{text}");
    }
}

#[tokio::test]
#[expect(clippy::print_stderr, reason = "what is left out is said")]
async fn another_implementation_of_age_opens_what_we_write() {
    let place = Place::new();
    let (_house, record) = signed_in(&place.store()).await;
    let mut age = Command::new("age");
    age.arg("--decrypt").arg("--identity").arg(place.key("key.txt", None).file);
    let output = match age.arg(place.store().path(&home())).output() {
        Ok(output) => output,
        Err(error) => return eprintln!("left out: no program `age` here ({error})"),
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(
        text.contains(&record.title) && text.contains(record.access.token().expose()),
        "{text}"
    );
}

/// Some editors begin a file with it.
#[tokio::test]
async fn a_byte_order_mark_before_an_identity_does_not_count() {
    for passphrase in [None, Some("made-up passphrase")] {
        let place = Place::new();
        let key = || place.key("key.txt", passphrase);
        key().make().expect("made");
        let store = || Store::protected(place.records(), Protection::Age, Some(key()));
        let (_house, record) = signed_in(&store()).await;
        let file = key().file;
        let content = fs::read(&file).expect("there");
        fs::write(&file, [b"\xef\xbb\xbf", &*content].concat()).expect("written");
        assert_eq!(store().homey("home").expect("read"), Some(record), "{passphrase:?}");
    }
}
