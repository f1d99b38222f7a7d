//! What every test needs: the binary with a clear environment, its own directories, and a virtual
//! Homey in this process.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use housekey::clock::ManualClock;
use housekey_emulator::{Builder, ConnectionInfo, Dialect, Emulator};

/// A user with an empty home and, mostly, a virtual Homey to sign in to.
pub(crate) struct TestContext {
    directory: tempfile::TempDir,
    world: Option<Emulator>,
    variables: BTreeMap<&'static str, String>,
}

/// How a run went, with what changes from run to run taken out.
pub(crate) struct Said {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that needs a token, and prints little.
pub(crate) const NAME: [&str; 4] = ["system", "name", "--jq", "."];

impl Said {
    /// What a login said, without the lines of its steps, which tests of their own look at.
    pub(crate) fn without_steps(&self) -> String {
        let lines = self.stderr.lines().filter(|line| !line.ends_with(" ms"));
        format!("exit: {}\n{}", self.exit, lines.collect::<Vec<_>>().join("\n"))
    }
}

impl TestContext {
    /// Nothing but the program.
    pub(crate) fn alone() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let below = |name: &str| directory.path().join(name).display().to_string();
        let variables = BTreeMap::from([
            ("HOUSEKEY_CONFIG", below("config")),
            ("HOUSEKEY_STATE", below("state")),
        ]);
        Self { directory, world: None, variables }
    }

    /// With a virtual Homey as the builder says.
    pub(crate) async fn with(builder: Builder) -> Self {
        let world = builder.start().await.expect("a free port");
        let facts = world.facts();
        let mut context = Self::alone();
        context.set("HOUSEKEY_ACCOUNTS_URL", &facts.accounts_url);
        context.set("HOUSEKEY_API_URL", &facts.api_url);
        context.set("HOUSEKEY_CLIENT_SECRET", &facts.client_secret);
        context.world = Some(world);
        context
    }

    /// With the virtual Homey as it is built.
    pub(crate) async fn new() -> Self {
        Self::with(Emulator::builder()).await
    }

    /// With the virtual Homey, and signed in to it.
    pub(crate) async fn signed_in() -> Self {
        let context = Self::new().await;
        assert_eq!(context.login(&[]).exit, 0, "signed in");
        context
    }

    /// With a virtual Homey whose clock stands still, and its API key in the environment, so that
    /// nothing changes from run to run.
    pub(crate) async fn with_key(dialect: Dialect) -> Self {
        let clock = ManualClock::at("2026-03-10T12:02:30Z".parse().expect("a time"));
        let builder = Emulator::builder().dialect(dialect).clock(Arc::new(clock));
        let mut context = Self::with(builder).await;
        let facts = context.facts();
        context.set("HOMEY_ADDRESS", &facts.homey_url);
        context.set("HOMEY_TOKEN", &facts.api_key);
        context
    }

    pub(crate) fn world(&self) -> &Emulator {
        self.world.as_ref().expect("a world")
    }

    /// The virtual Homey and its cloud are gone.
    pub(crate) fn switch_off(&mut self) {
        self.world = None;
    }

    pub(crate) fn facts(&self) -> ConnectionInfo {
        self.world().facts()
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn credentials(&self) -> PathBuf {
        self.directory().join("state/credentials")
    }

    /// Sets an environment variable for the runs to come.
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.insert(name, value.to_owned());
    }

    pub(crate) fn unset(&mut self, name: &'static str) {
        self.variables.remove(name);
    }

    /// Runs it with nothing on stdin.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, "")
    }

    /// Runs it with a text on stdin.
    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Said {
        let output = feed(&mut self.command(arguments), stdin);
        self.said(&output)
    }

    /// Signs in with the right password and these further arguments.
    pub(crate) fn login(&self, further: &[&str]) -> Said {
        let facts = self.facts();
        self.login_with(&format!("{}\n", facts.password), further)
    }

    /// Signs in with these lines on stdin.
    pub(crate) fn login_with(&self, stdin: &str, further: &[&str]) -> Said {
        let ConnectionInfo { email, client_id, .. } = self.facts();
        let mut arguments = vec!["login", "--email", &email, "--password-stdin"];
        if !further.contains(&"--client-id") {
            arguments.extend(["--client-id", &client_id]);
        }
        arguments.extend(further);
        self.run_with(&arguments, stdin)
    }

    /// The program with its environment, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(env!("CARGO_BIN_EXE_housekey"), arguments)
    }

    /// Another program with the same environment.
    pub(crate) fn command_of(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(&self.variables).current_dir(self.directory());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn said(&self, output: &Output) -> Said {
        let text = |bytes: &[u8]| self.redacted(&String::from_utf8_lossy(bytes));
        Said {
            exit: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Every stored file that holds something, with its content: what must not change when a
    /// command fails. Locks are empty and do not count.
    pub(crate) fn stored(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files_below(self.directory())
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).expect("read")))
            .filter(|(_, content)| !content.is_empty())
            .collect()
    }

    /// Directory, port and lengths of time change from run to run.
    fn redacted(&self, text: &str) -> String {
        let mut text = text.replace(&self.directory().display().to_string(), "$HOME");
        if let Some(world) = &self.world {
            let url = world.facts().url;
            text = text.replace(&url, "http://HOMEY");
            text = text.replace(url.trim_start_matches("http://"), "HOMEY");
        }
        text.lines().map(|line| without_times(line) + "\n").collect()
    }
}

/// `12 ms` and `< 1 ms` as `N ms`, with the blanks before it.
fn without_times(line: &str) -> String {
    let Some(before) = line.strip_suffix(" ms") else { return line.to_owned() };
    let before = before.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    format!("{}  N ms", before.trim_end_matches('<').trim_end())
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    entries
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] })
        .collect()
}

/// Runs a command to its end.
pub(crate) fn feed(command: &mut Command, stdin: &str) -> Output {
    let mut child = command.spawn().expect("started");
    let mut pipe = child.stdin.take().expect("a pipe");
    // It may not want to read all of it.
    let _ = pipe.write_all(stdin.as_bytes());
    drop(pipe);
    child.wait_with_output().expect("ended")
}

/// The silence of a stream is said as well.
impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit: {}", self.exit)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            match text.is_empty() {
                true => writeln!(f, "{name}: nothing")?,
                false => write!(f, "{name}:\n{text}")?,
            }
        }
        Ok(())
    }
}
