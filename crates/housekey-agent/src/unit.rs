//! The systemd unit of the agent.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use nix::unistd::User;

use crate::settings::{Listen, Owner, Settings, SinkSettings, SinkTarget};

/// The name of the unit.
pub const UNIT: &str = "housekey.service";

/// Which manager runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// The manager of a person, with that person's store.
    User,
    /// The manager of the machine, as a user of its own whose name this is.
    System {
        /// The name.
        user: String,
    },
}

/// The parameters of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which manager runs it.
    pub scope: Scope,
    /// The program.
    pub program: PathBuf,
    /// The settings of the agent.
    pub settings: PathBuf,
    /// Its environment; never a secret, since every user may read a unit.
    pub environment: Vec<(&'static str, String)>,
    /// Directories that it may write to besides its own.
    pub writable: Vec<PathBuf>,
    /// Whether it may go without the other users of the machine: see [`Unit::needs_users`].
    pub private_users: bool,
}

/// Restrictions by filters of the kernel alone, which work under both managers.
const FILTERS: &str = "\
NoNewPrivileges=yes
# Tokens never stand in a core dump.
LimitCORE=0
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
# A command sink that compiles as it runs (Node, Java) needs \"no\" here.
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
# The owner of a file sink.
SystemCallFilter=@chown
SystemCallErrorNumber=EPERM
UMask=0077
";

/// Restrictions of the system manager. A user's own manager could apply these only where users may make
/// namespaces, and all users would then appear as `nobody` on the agent's socket.
const SANDBOX: &str = "\
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProcSubset=pid
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
DevicePolicy=closed
RemoveIPC=yes
";

impl Unit {
    /// The directories that file sinks and recorders write to, less those that are the agent's own.
    pub fn writable_for(settings: &Settings) -> Vec<PathBuf> {
        let homeys: Vec<_> = settings.homeys.iter().map(|homey| homey.name.clone()).collect();
        let history = settings.history.as_ref();
        let history = history.map(|history| history.directories(Path::new(STATE), &homeys));
        Self::writable(&settings.sinks, history.unwrap_or_default())
    }

    fn writable(sinks: &[SinkSettings], others: Vec<PathBuf>) -> Vec<PathBuf> {
        let own = |path: &Path| path.starts_with("/run/housekey") || path.starts_with(STATE);
        let mut directories: Vec<PathBuf> = sinks
            .iter()
            .filter_map(|sink| match &sink.target {
                SinkTarget::File { path, .. } => path.parent().map(Path::to_owned),
                SinkTarget::Variable { .. } | SinkTarget::Command { .. } => None,
            })
            .chain(others)
            .filter(|directory| !own(directory))
            .collect();
        directories.sort();
        directories.dedup();
        directories
    }

    /// Whether the settings involve other users of the machine: files for them, readers of the status,
    /// callers on a socket. With `PrivateUsers=` all of them would appear as `nobody`.
    pub fn needs_users(settings: &Settings) -> bool {
        let owned = |sink: &SinkSettings| match &sink.target {
            SinkTarget::File { owner, .. } => *owner != Owner::default(),
            SinkTarget::Variable { .. } | SinkTarget::Command { .. } => false,
        };
        settings.sinks.iter().any(owned)
            || !settings.readers.is_empty()
            || settings.listen.iter().any(|listen| matches!(listen, Listen::Unix(_)))
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# Made by `housekey agent install`; `systemctl edit` adds to it, and stays when it is made anew.\n\
             [Unit]\n\
             Description=housekey: keeps the tokens of Homeys fresh and hands them out\n",
        );
        if self.scope != Scope::User {
            text += "Wants=network-online.target\nAfter=network-online.target\n";
        }
        let (program, settings) = (argument(&self.program), argument(&self.settings));
        text += "\n[Service]\nType=notify\nNotifyAccess=main\n";
        line(
            &mut text,
            "ExecStart",
            &format!("{program} agent run --config {settings} --log json"),
        );
        line(&mut text, "ExecReload", &format!("{program} agent reload"));
        text += "Restart=on-failure\nRestartSec=5s\n\
                 # Settings that are wrong do not get right by being read again.\n\
                 RestartPreventExitStatus=2\n\
                 # It draws breath every minute; stopping takes it ten seconds at most.\n\
                 WatchdogSec=60s\nTimeoutStopSec=15s\n\
                 # Ten thousand callers of the gateway, and what the agent itself needs.\n\
                 LimitNOFILE=16384\n";
        for (name, value) in &self.environment {
            line(&mut text, "Environment", &quoted(&format!("{name}={value}")));
        }
        text.push('\n');
        if let Scope::System { user } = &self.scope {
            line(&mut text, "User", user);
            text += "StateDirectory=housekey\nStateDirectoryMode=0700\n\
                     ConfigurationDirectory=housekey\n\
                     RuntimeDirectory=housekey\nRuntimeDirectoryMode=0755\n";
            for directory in &self.writable {
                line(&mut text, "ReadWritePaths", &word(directory));
            }
            text += SANDBOX;
            if self.private_users {
                text += "# Not with `owner`, `readers` or a socket in `listen`: install it again then.\n\
                         PrivateUsers=yes\n";
            }
        }
        text += FILTERS;
        let target = match self.scope {
            Scope::User => "default.target",
            Scope::System { .. } => "multi-user.target",
        };
        text += "\n[Install]\n";
        line(&mut text, "WantedBy", target);
        text
    }
}

/// The store of a system's agent.
pub const STATE: &str = "/var/lib/housekey";
/// Its settings.
pub const CONFIG: &str = "/etc/housekey";

/// Whether the machine knows that user.
pub fn user_exists(name: &str) -> bool {
    User::from_name(name).is_ok_and(|user| user.is_some())
}

fn line(text: &mut String, key: &str, value: &str) {
    // Writing to a text does not fail.
    let _ = writeln!(text, "{key}={value}");
}

/// A path in a command line of a unit, where `$` begins the name of a variable.
fn argument(path: &Path) -> String {
    word(path).replace('$', "$$")
}

/// A path as systemd reads it: quoted where that is needed, `%` for itself.
fn word(path: &Path) -> String {
    quoted(&path.display().to_string())
}

fn quoted(text: &str) -> String {
    let escaped =
        text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('\n', "\\n");
    match text.contains(|c: char| c.is_whitespace() || "\"'\\;".contains(c)) {
        true => format!("\"{escaped}\""),
        false => escaped,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;
    use crate::credential::Format;

    fn unit(scope: Scope) -> Unit {
        Unit {
            scope,
            program: "/usr/local/bin/housekey".into(),
            settings: "/etc/housekey/agent.toml".into(),
            environment: vec![("HOUSEKEY_STATE", STATE.to_owned())],
            writable: vec!["/srv/grafana".into()],
            private_users: true,
        }
    }

    fn system() -> Unit {
        unit(Scope::System { user: "housekey".to_owned() })
    }

    #[test]
    fn the_unit_of_the_machine() {
        insta::assert_snapshot!(system().text());
    }

    #[test]
    fn the_unit_of_a_person() {
        insta::assert_snapshot!(unit(Scope::User).text());
    }

    #[test]
    fn whatever_a_path_holds_is_one_word() {
        for (path, want) in [
            ("/usr/bin/housekey", "/usr/bin/housekey"),
            ("/home/ro bin/x", "\"/home/ro bin/x\""),
            ("/a/100%/$HOME", "/a/100%%/$HOME"),
            ("/a/\"b\"", "\"/a/\\\"b\\\"\""),
        ] {
            assert_eq!(word(Path::new(path)), want);
        }
    }

    /// Only where a program is run does `$` begin a name; elsewhere two of them would stay two.
    #[test]
    fn a_dollar_is_doubled_in_command_lines_alone() {
        let unit = Unit {
            program: "/opt/$1/housekey".into(),
            settings: "/etc/$1/agent.toml".into(),
            environment: vec![("HOUSEKEY_STATE", "/var/$1".to_owned())],
            writable: vec!["/srv/$1".into()],
            ..system()
        };
        let text = unit.text();
        for line in [
            "ExecStart=/opt/$$1/housekey agent run --config /etc/$$1/agent.toml --log json",
            "ExecReload=/opt/$$1/housekey agent reload",
            "Environment=HOUSEKEY_STATE=/var/$1",
            "ReadWritePaths=/srv/$1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn users_are_hidden_only_where_none_is_needed() {
        let settings = |text: &str| {
            let text = format!("{text}\n[[homey]]\nname = \"home\"\n");
            let stored = ["home".to_owned()];
            Settings::check(&text, Path::new("/etc/housekey/agent.toml"), &stored).unwrap()
        };
        let sink = |more: &str| {
            format!("sink = [{{ homey = \"home\", kind = \"file\", path = \"/srv/t\"{more} }}]")
        };
        for (text, want) in [
            (String::new(), false),
            ("listen = \"127.0.0.1:4747\"".to_owned(), false),
            ("socket = \"/run/housekey/agent.sock\"".to_owned(), false),
            (sink(""), false),
            (sink(", owner = \":0\""), true),
            ("readers = [\"1001\"]".to_owned(), true),
            ("listen = [\"127.0.0.1:4747\", \"/run/housekey/g.sock\"]".to_owned(), true),
        ] {
            assert_eq!(Unit::needs_users(&settings(&text)), want, "{text}");
        }
        let hidden = |unit: Unit| unit.text().contains("\nPrivateUsers=yes\n");
        assert!(hidden(system()) && !hidden(Unit { private_users: false, ..system() }));
        assert!(!hidden(unit(Scope::User)), "its own manager could not do it everywhere");
        assert!(unit(Scope::User).text().contains("\nLimitCORE=0\n"));
    }

    #[test]
    fn the_places_of_file_sinks_may_be_written_to() {
        let sink = |path: &str| SinkSettings {
            homey: "home".to_owned(),
            target: SinkTarget::File {
                path: path.into(),
                format: Format::Raw,
                mode: 0o600,
                owner: Owner::default(),
            },
        };
        let sinks = ["/srv/b/t", "/srv/a/t", "/srv/a/u", "/run/housekey/t", "/var/lib/housekey/t"];
        let found = Unit::writable(&sinks.map(sink), Vec::new());
        assert_eq!(found, [Path::new("/srv/a"), Path::new("/srv/b")]);
    }

    /// Nothing in it is unknown to systemd or makes it complain.
    #[test]
    #[expect(clippy::print_stderr, reason = "what is left out is said")]
    fn systemd_takes_both() {
        let directory = tempfile::tempdir().unwrap();
        let program = directory.path().join("the program");
        fs::write(&program, "#!/bin/sh\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(&program, mode).unwrap();
        for (scope, flag) in
            [(Scope::User, "--user"), (Scope::System { user: "root".to_owned() }, "--system")]
        {
            let unit = Unit { program: program.clone(), ..unit(scope) };
            let path = directory.path().join(UNIT);
            fs::write(&path, unit.text()).unwrap();
            let mut verify = Command::new("systemd-analyze");
            verify.args([flag, "verify", "--man=no", "--recursive-errors=one"]).arg(&path);
            let output = match verify.env("XDG_RUNTIME_DIR", directory.path()).output() {
                Ok(output) => output,
                Err(error) => return eprintln!("left out: no systemd-analyze here ({error})"),
            };
            let printed = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && !printed.contains(UNIT), "{flag}: {printed}");
        }
    }
}
