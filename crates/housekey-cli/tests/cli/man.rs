//! `housekey man`.

use std::fs;

use crate::context::TestContext;

#[test]
fn the_page_is_printed() {
    let said = TestContext::alone().run(&["man"]);
    assert_eq!((said.exit, said.stderr.as_str()), (0, ""));
    for part in [".TH housekey 1", "housekey\\-call(1)", "HOUSEKEY_STATE"] {
        assert!(said.stdout.contains(part), "{part}");
    }
}

#[test]
fn each_command_gets_a_page() {
    let context = TestContext::alone();
    let said = context.run(&["man", "--dir", "share/man1"]);
    assert_eq!((said.exit, said.stdout.as_str(), said.stderr.as_str()), (0, "", ""));
    let pages = fs::read_dir(context.directory().join("share/man1")).expect("read");
    let names: Vec<_> = pages.map(|page| page.expect("a page").file_name()).collect();
    for name in ["housekey.1", "housekey-call.1", "housekey-devices-set.1"] {
        assert!(names.iter().any(|page| page == name), "{name} in {names:?}");
    }
    fs::write(context.directory().join("file"), "").expect("written");
    let said = context.run(&["man", "--dir", "file/below"]);
    assert_eq!((said.exit, said.stdout.as_str()), (1, ""));
}
