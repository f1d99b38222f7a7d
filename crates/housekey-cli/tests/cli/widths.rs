//! Help, tables and errors at terminals of 60, 80 and 120 columns, without colours, at a terminal that can nothing,
//! and in a pipe.

use housekey_emulator::Dialect;
use insta::{assert_snapshot, with_settings};
use unicode_width::UnicodeWidthStr as _;

use crate::context::TestContext;
use crate::terminal::Terminal;

/// What is shown. The last one is an error, whose lines a terminal may break.
const COMMANDS: &[&[&str]] = &[
    &["--help"],
    &["devices", "set", "--help"],
    &["backup", "create", "--help"],
    &["devices", "list", "--zone", "Bathroom"],
    &["devices", "get", "Living room/Floor lamp"],
    &["flows", "list"],
    &["zwave", "state"],
    &["overview"],
    &["devices", "get", "Celing lamp"],
];

/// What a terminal shows of a command, line by line.
fn shown(context: &TestContext, columns: u16, command: &[&str]) -> String {
    let terminal = Terminal::of(columns);
    let mut child = terminal.start(context.command(command));
    let text = terminal.rest();
    child.wait().expect("ended");
    let text = text.replace("\r\n", "\n");
    let lines = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let url = context.facts().url;
    // As long as the address, so that lines break where they did.
    lines.replace(&url, &format!("http://{:H<1$}", "", url.len() - "http://".len()))
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_fit_terminals_of_three_widths() {
    for columns in [60, 80, 120] {
        let mut context = TestContext::with_key(Dialect::Local).await;
        context.set("TERM", "xterm-256color");
        context.set("NO_COLOR", "1");
        let mut whole = String::new();
        for (place, command) in COMMANDS.iter().enumerate() {
            let text = shown(&context, columns, command);
            assert!(!text.contains('\u{1b}'), "{command:?} steers the terminal: {text:?}");
            if place + 1 < COMMANDS.len() {
                // A line to be typed is not broken, and neither is one with an id.
                let is_id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
                let is_whole =
                    |line: &&str| line.contains("housekey ") || line.split(' ').any(is_id);
                let lines = text.lines().filter(|line| !is_whole(line));
                let wide: Vec<_> =
                    lines.filter(|line| line.width() > usize::from(columns)).collect();
                assert_eq!(wide, Vec::<&str>::new(), "{command:?} at {columns} columns");
            }
            whole += &format!("$ housekey {}\n{text}\n\n", command.join(" "));
        }
        with_settings!({ snapshot_suffix => columns.to_string() }, { assert_snapshot!(whole) });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_can_nothing_and_a_pipe_get_plain_text() {
    let mut context = TestContext::with_key(Dialect::Local).await;
    context.set("TERM", "dumb");
    for command in COMMANDS {
        let dumb = shown(&context, 80, command);
        assert!(!dumb.contains('\u{1b}'), "{command:?}: {dumb:?}");
        let piped = context.run(command);
        assert!(!(piped.stdout + &piped.stderr).contains('\u{1b}'), "{command:?}");
    }
    context.set("TERM", "xterm-256color");
    let coloured = shown(&context, 80, &["devices", "get", "Celing lamp"]);
    assert!(
        coloured.contains('\u{1b}'),
        "an error is coloured where that is possible: {coloured:?}"
    );
}
