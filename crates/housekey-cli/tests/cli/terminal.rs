//! The program at a terminal: one that has no width, and one that a signal must leave as it was.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};

use crate::context::{TestContext, feed};

/// How long something is waited for that is bound to come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal, and what was written on it.
pub(crate) struct Terminal {
    slave: OwnedFd,
    keyboard: File,
    written: Receiver<Vec<u8>>,
    pub(crate) heard: String,
    /// All that was written.
    pub(crate) transcript: String,
    /// How many prompts were answered.
    pub(crate) prompts: usize,
}

impl Terminal {
    pub(crate) fn of(columns: u16) -> Self {
        let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).expect("a terminal");
        let (send, written) = channel();
        let mut master = File::from(pty.master);
        let keyboard = master.try_clone().expect("one more");
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read) = master.read(&mut bytes) {
                if read == 0 || send.send(bytes[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let (heard, transcript) = (String::new(), String::new());
        Self { slave: pty.slave, keyboard, written, heard, transcript, prompts: 0 }
    }

    pub(crate) fn start(&self, mut command: Command) -> Child {
        let stream = || Stdio::from(self.slave.try_clone().expect("one more"));
        command.stdin(stream()).stdout(stream()).stderr(stream()).spawn().expect("started")
    }

    pub(crate) fn hear(&mut self, words: &str) {
        while !self.heard.contains(words) {
            let written = self.written.recv_timeout(PATIENCE);
            let written = written.unwrap_or_else(|_| panic!("no {words:?} in {:?}", self.heard));
            let written = String::from_utf8_lossy(&written);
            self.heard.push_str(&written);
            self.transcript.push_str(&written);
        }
    }

    /// Reads what is left once the program has ended, as lines without what steers the terminal.
    pub(crate) fn rest(mut self) -> String {
        drop(self.slave);
        while let Ok(written) = self.written.recv_timeout(PATIENCE) {
            self.transcript.push_str(&String::from_utf8_lossy(&written));
        }
        self.transcript
    }

    /// Waits for a question and types an answer to it.
    pub(crate) fn answer(&mut self, question: &str, keys: &str) {
        self.hear(question);
        self.wait_for_prompt();
        self.keyboard.write_all(keys.as_bytes()).expect("typed");
        self.heard.clear();
        self.prompts += 1;
    }

    /// Waits until the prompt whose question was read takes keys.
    pub(crate) fn wait_for_prompt(&self) {
        let mut tries = std::iter::repeat_with(thread::yield_now).take(10_000_000);
        assert!(tries.any(|()| !self.echoes()), "a prompt");
    }

    /// Whether what is typed shows, line by line.
    pub(crate) fn echoes(&self) -> bool {
        let flags = tcgetattr(&self.slave).expect("a terminal").local_flags;
        flags.contains(LocalFlags::ECHO | LocalFlags::ICANON)
    }
}

#[test]
fn a_signal_at_a_prompt_restores_the_echo() {
    for signal in ["-TERM", "-HUP", "-INT", "-QUIT"] {
        let context = TestContext::alone();
        let mut terminal = Terminal::of(80);
        let login = ["login", "--email", "robin@example.org", "--client-id", "made-up"];
        let mut child = terminal.start(context.command(&login));
        terminal.hear("Password:");
        terminal.wait_for_prompt();
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("sent").success());
        let status = child.wait().expect("ended");
        assert_eq!(status.code(), None, "{signal}: it ends by the signal");
        assert!(terminal.echoes(), "{signal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_without_a_width_shows_everything() {
    let context = TestContext::signed_in().await;
    for (arguments, want) in [
        (&["status"][..], "robin.vale@example.org"),
        (&["devices", "list"], "Ceiling lamp"),
        (&["operations", "devices.getDevice"], "devices.getDevice"),
        (&["devices", "--help"], "Usage"),
    ] {
        for columns in [0, 1] {
            let mut terminal = Terminal::of(columns);
            let mut child = terminal.start(context.command(arguments));
            let status = child.wait().expect("ended");
            assert_eq!(status.code(), Some(0), "{arguments:?} at {columns} columns");
            if columns == 0 {
                terminal.hear(want);
            }
        }
    }
    // A prompt has to fit too.
    let mut terminal = Terminal::of(0);
    let login = ["login", "--email", "robin@example.org", "--client-id", "made-up"];
    let mut child = terminal.start(context.command(&login));
    terminal.hear("Password:");
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_standard_stream_changes_nothing_that_is_stored() {
    let context = TestContext::signed_in().await;
    let before = context.stored();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        for arguments in ["token", "status", "login --api-key --address http://127.0.0.1:9"] {
            let script = format!("exec \"$0\" {arguments} {closed}");
            let command = ["-c", &script, env!("CARGO_BIN_EXE_housekey")];
            let said = context.said(&feed(&mut context.command_of("sh", &command), ""));
            let want = if arguments.starts_with("login") { 1 } else { 0 };
            assert_eq!(said.exit, want, "{arguments} {closed}: {said}");
            assert_eq!(context.stored(), before, "{arguments} {closed}");
        }
    }
}
