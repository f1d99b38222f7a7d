//! The file store as its users and other programs on the machine see it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use housekey::Secret;
use housekey::auth::store::{Access, AccountRecord, HomeyRecord, Key, Store};
use housekey::auth::{AccountTokens, Cloud, OAuthClient, SessionToken};
use housekey::catalogue::Dialect;
use housekey::discovery::Addresses;
use housekey::error::{StoreError, Unsafe};
use jiff::Timestamp;

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn account() -> AccountRecord {
    AccountRecord {
        name: "ada@example.com".to_owned(),
        id: "5f0000000000000000000a01".to_owned(),
        cloud: Cloud::default(),
        client: Some(OAuthClient {
            id: "made-up-client".to_owned(),
            secret: Secret::new("made-up-client-secret"),
            redirect_uri: "http://localhost".to_owned(),
        }),
        remembered: None,
        ended: None,
        two_factor: None,
        tokens: AccountTokens {
            access: Secret::new("made-up-access"),
            refresh: Some(Secret::new("made-up-refresh-2")),
            previous_refresh: Some(Secret::new("made-up-refresh-1")),
            issued_at: time("2026-03-01T12:00:00Z"),
            expires_at: time("2026-03-01T13:01:00Z"),
        },
    }
}

fn homey() -> HomeyRecord {
    HomeyRecord {
        name: "home".to_owned(),
        title: "Town House".to_owned(),
        id: "5f0000000000000000000001".to_owned(),
        dialect: Dialect::Local,
        addresses: Addresses::only("http://192.0.2.7".parse().expect("a URL")),
        access: Access::Account {
            account: "ada@example.com".to_owned(),
            session: SessionToken {
                token: Secret::new("made-up-session"),
                issued_at: time("2026-03-01T12:00:00Z"),
                expires_at: time("2026-03-02T12:00:00Z"),
                refused: false,
            },
        },
    }
}

/// A file as the store makes them.
fn write_private(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("closed");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("metadata").permissions().mode() & 0o777
}

/// A store in a new directory, which is itself made by the first write.
fn store() -> (tempfile::TempDir, std::path::PathBuf, Store) {
    let directory = tempfile::tempdir().expect("a directory");
    let credentials = directory.path().join("state/credentials");
    let store = Store::files(&credentials);
    (directory, credentials, store)
}

#[tokio::test]
async fn what_a_sign_in_made_is_written_as_a_whole_or_not_at_all() {
    let (_keep, directory, store) = store();
    // In the way of the second of the two.
    let in_the_way = directory.join("homey-home.json.new");
    fs::create_dir_all(&in_the_way).expect("made");
    let error = store.save_sign_in(&account(), &homey()).await.expect_err("refused");
    assert!(matches!(error, StoreError::Write { .. }), "{error}");
    assert_eq!(store.account("ada@example.com").expect("read"), None, "half is not written");
    assert!(!directory.join("account-ada@example.com.json.new").exists(), "nothing is left over");

    fs::remove_dir(in_the_way).expect("removed");
    store.save_sign_in(&account(), &homey()).await.expect("saved");
    assert_eq!(store.account("ada@example.com").expect("read"), Some(account()));
    assert_eq!(store.homey("home").expect("read"), Some(homey()));
    assert_eq!(mode(&directory.join("homey-home.json")), 0o600);
}

#[test]
fn what_is_saved_is_read_again_and_only_its_owner_may_read_it() {
    let (_keep, directory, store) = store();
    store.save_account(&account()).expect("saved");
    store.save_homey(&homey()).expect("saved");
    assert_eq!(store.account("ada@example.com").expect("read"), Some(account()));
    assert_eq!(store.homey("home").expect("read"), Some(homey()));
    assert_eq!(store.accounts().expect("listed"), ["ada@example.com"]);
    assert_eq!(store.homeys().expect("listed"), ["home"]);
    assert_eq!(mode(&directory), 0o700);
    for entry in fs::read_dir(&directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_formats_on_disk_do_not_drift() {
    let (_keep, _, store) = store();
    store.save_account(&account()).expect("saved");
    store.save_homey(&homey()).expect("saved");
    let text = |key| fs::read_to_string(store.path(&key)).expect("a file");
    insta::assert_snapshot!("account", text(Key::Account("ada@example.com".to_owned())));
    insta::assert_snapshot!("homey", text(Key::Homey("home".to_owned())));
}

#[test]
fn a_directory_that_others_could_read_is_closed() {
    let (_keep, directory, store) = store();
    fs::create_dir_all(&directory).expect("made");
    // A volume sets the bits of its group at each mount, the one for groups to be inherited too.
    for opened in [0o755, 0o2770, 0o2775, 0o777] {
        fs::set_permissions(&directory, fs::Permissions::from_mode(opened)).expect("opened");
        store.save_homey(&homey()).expect("saved");
        assert_eq!(mode(&directory) & 0o777, 0o700, "{opened:o}");
        let said = store.take_notices().join("\n");
        assert!(said.contains("and is 0700 now"), "{opened:o}: {said:?}");
    }
    store.save_homey(&homey()).expect("saved");
    assert!(store.take_notices().is_empty(), "nothing more to say");
}

/// A volume belongs to root, and lets its group write: only root can play this.
#[test]
#[expect(clippy::print_stderr, reason = "what is left out is said")]
fn a_directory_of_another_user_is_refused() {
    let (_keep, directory, store) = store();
    fs::create_dir_all(&directory).expect("made");
    let user = nix::unistd::geteuid().as_raw();
    if std::os::unix::fs::chown(&directory, Some(user + 1), None).is_err() {
        eprintln!("left out: only the superuser may give directories away");
        return;
    }
    let error = store.save_homey(&homey()).expect_err("not ours");
    let StoreError::Write { cause, .. } = &error else { panic!("{error:?}") };
    assert_eq!(
        cause.to_string(),
        format!("it belongs to user {}, and this is user {user}", user + 1)
    );
}

#[test]
fn a_file_that_is_no_record_is_named_and_never_quoted() {
    let (_keep, directory, store) = store();
    fs::create_dir_all(&directory).expect("made");
    let path = store.path(&Key::Homey("home".to_owned()));
    for (text, want) in [
        ("", "it is empty"),
        ("{\"housekey\":1,\"homey\":{\"token\":\"s3cret", "no JSON at line 1, column 38"),
        ("[\"s3cret\"]", "it is not housekey's"),
        ("{\"housekey\":1,\"account\":\"s3cret\"}", "it holds no homey"),
        (
            "{\"housekey\":1,\"homey\":{\"name\":\"s3cret\"}}",
            "its homey lacks a field or has a wrong one",
        ),
    ] {
        write_private(&path, text);
        let error = store.homey("home").expect_err(text);
        let StoreError::Broken { why, .. } = &error else { panic!("{error:?} for {text}") };
        assert_eq!(why, want, "for {text}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
        assert_eq!(fs::read_to_string(&path).expect("still there"), text, "left as it was");
    }
}

#[test]
fn a_file_of_a_newer_version_is_neither_read_nor_written_over() {
    let (_keep, directory, store) = store();
    fs::create_dir_all(&directory).expect("made");
    let path = store.path(&Key::Homey("home".to_owned()));
    let text = "{\"housekey\":2,\"homey\":{}}";
    write_private(&path, text);
    assert!(matches!(store.homey("home"), Err(StoreError::Newer { found: 2, known: 1, .. })));
    assert!(matches!(store.save_homey(&homey()), Err(StoreError::Newer { .. })));
    assert_eq!(fs::read_to_string(&path).expect("still there"), text);
}

#[test]
fn a_name_cannot_lead_out_of_the_directory() {
    let (_keep, _, store) = store();
    for name in ["", ".", "..", "../home", "a/b", ".hidden", "a\0b", "-x", &"x".repeat(129)] {
        assert!(matches!(store.homey(name), Err(StoreError::Name { .. })), "{name:?}");
        let record = HomeyRecord { name: name.to_owned(), ..homey() };
        assert!(matches!(store.save_homey(&record), Err(StoreError::Name { .. })), "{name:?}");
    }
}

#[test]
fn a_link_in_the_place_of_the_file_is_not_followed() {
    let (keep, directory, store) = store();
    fs::create_dir_all(&directory).expect("made");
    let target = keep.path().join("somebody-elses");
    write_private(&target, "untouched");
    symlink(&target, store.path(&Key::Homey("home".to_owned()))).expect("linked");
    assert_eq!(danger(&store), Unsafe::Link);
    assert_eq!(fs::read_to_string(&target).expect("still there"), "untouched");
}

/// Why the store neither reads the Homey `home` nor writes over it.
fn danger(store: &Store) -> Unsafe {
    let (read, write) = (store.homey("home").expect_err("read"), store.save_homey(&homey()));
    match (read, write.expect_err("written over")) {
        (StoreError::Unsafe { why, .. }, StoreError::Unsafe { why: again, .. }) if why == again => {
            why
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_of_ours_that_others_may_read_is_closed_and_that_is_said() {
    let (_keep, _, store) = store();
    store.save_homey(&homey()).expect("saved");
    let path = store.path(&Key::Homey("home".to_owned()));
    for opened in [0o644, 0o640, 0o604, 0o660] {
        fs::set_permissions(&path, fs::Permissions::from_mode(opened)).expect("opened");
        assert_eq!(store.homey("home").expect("read"), Some(homey()));
        assert_eq!(mode(&path), 0o600);
        let said = store.take_notices().join("\n");
        let want =
            format!("homey-home.json was open to others (mode {opened:04o}) and is 0600 now");
        assert!(said.contains(&want), "{said}");
        assert_eq!(said.contains("sign out and in again"), opened & 0o007 != 0, "{said}");
    }
    store.homey("home").expect("read");
    assert!(store.take_notices().is_empty(), "nothing more to say");
}

#[test]
fn a_file_that_is_too_large_for_a_record_is_not_read() {
    let (_keep, _, store) = store();
    store.save_homey(&homey()).expect("saved");
    let path = store.path(&Key::Homey("home".to_owned()));
    fs::OpenOptions::new().write(true).open(&path).expect("there").set_len(5 << 30).expect("grown");
    let error = store.homey("home").expect_err("too large");
    assert!(matches!(&error, StoreError::Broken { why, .. } if why == "it is larger than 1024 KB"));
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let (_keep, _, store) = store();
    store.save_homey(&homey()).expect("saved");
    let path = store.path(&Key::Homey("home".to_owned()));
    fs::remove_file(&path).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&path).status().expect("run");
    assert!(made.success());
    assert_eq!(danger(&store), Unsafe::NoFile);
}

#[test]
#[expect(clippy::print_stderr, reason = "what is left out is said")]
fn what_belongs_to_somebody_else_is_left_to_them() {
    let (_keep, directory, store) = store();
    store.save_homey(&homey()).expect("saved");
    let path = store.path(&Key::Homey("home".to_owned()));
    let user = nix::unistd::geteuid().as_raw();
    if std::os::unix::fs::chown(&path, Some(user + 1), None).is_err() {
        eprintln!("left out: only the superuser may give files away");
        return;
    }
    assert_eq!(danger(&store), Unsafe::Foreign { owner: user + 1, user });
    std::os::unix::fs::chown(&path, Some(user), None).expect("taken back");
    std::os::unix::fs::chown(&directory, Some(user + 1), None).expect("given away");
    let error = store.save_homey(&homey()).expect_err("not one's own directory");
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
    assert_eq!(store.homey("home").expect("read"), Some(homey()), "nothing is lost");
}

#[test]
fn a_write_that_fails_says_so_and_leaves_what_was_there() {
    let (_keep, directory, store) = store();
    store.save_homey(&homey()).expect("saved");
    let before = fs::read(store.path(&Key::Homey("home".to_owned()))).expect("a file");
    // A directory in the way of the temporary file fails for the superuser too.
    fs::create_dir(directory.join("homey-home.json.new")).expect("made");
    let other = HomeyRecord { title: "Cabin".to_owned(), ..homey() };
    assert!(matches!(store.save_homey(&other), Err(StoreError::Write { .. })));
    let after = fs::read(store.path(&Key::Homey("home".to_owned()))).expect("a file");
    assert_eq!(before, after);
}

#[test]
fn a_directory_that_cannot_be_made_is_found_out_before_anything_is_sent() {
    let keep = tempfile::tempdir().expect("a directory");
    let file = keep.path().join("in-the-way");
    fs::write(&file, "").expect("written");
    let store = Store::files(file.join("credentials"));
    let error = store.check_writable().expect_err("a file is in the way");
    assert!(matches!(error, StoreError::Write { .. }), "{error:?}");
}

#[test]
fn forgetting_twice_is_no_error() {
    let (_keep, _, store) = store();
    store.save_homey(&homey()).expect("saved");
    let key = Key::Homey("home".to_owned());
    store.remove(&key).expect("removed");
    store.remove(&key).expect("nothing to remove");
    assert_eq!(store.homey("home").expect("read"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_lock_lets_one_in_at_a_time() {
    let (_keep, _, files) = store();
    for store in [files, Store::memory()] {
        let inside = Arc::new(AtomicUsize::new(0));
        let tasks = (0..16).map(|_| {
            let (store, inside) = (store.clone(), inside.clone());
            tokio::spawn(async move {
                let _lock = store.lock(Key::Homey("home".to_owned())).await.expect("a lock");
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two are inside");
                tokio::task::yield_now().await;
                inside.fetch_sub(1, Ordering::SeqCst);
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("it was alone inside");
        }
    }
}
