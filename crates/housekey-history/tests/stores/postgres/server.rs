//! A server of PostgreSQL in a directory of its own, reached by a socket there.

use std::fs;
use std::os::unix::fs::chown;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use housekey_history::store::location::{Location, Place};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid, User};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use tempfile::TempDir;

pub(crate) struct PostgresServer {
    directory: TempDir,
    process: Option<Child>,
}

/// A program of PostgreSQL, which refuses to run as root.
fn program(name: &str) -> Command {
    if !Uid::effective().is_root() {
        return Command::new(name);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--clear-groups", name]);
    command
}

impl PostgresServer {
    pub(crate) async fn start() -> Self {
        let directory = TempDir::with_prefix("housekey-pg-").unwrap();
        if Uid::effective().is_root() {
            let nobody = User::from_name("nobody").unwrap().unwrap();
            chown(directory.path(), Some(nobody.uid.as_raw()), None).unwrap();
        }
        let made = program("initdb")
            .current_dir(directory.path())
            .args(["-U", "housekey", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-D"])
            .arg(directory.path().join("data"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut server = Self { directory, process: None };
        server.begin().await;
        server
    }

    /// Starts it, and waits until it accepts connections.
    pub(crate) async fn begin(&mut self) {
        let log = fs::File::create(self.directory.path().join("log")).unwrap();
        let process = program("postgres")
            .current_dir(self.directory.path())
            .arg("-D")
            .arg(self.directory.path().join("data"))
            .arg("-k")
            .arg(self.directory.path())
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "jit=off"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.process = Some(process);
        for _ in 0..600 {
            if self.options("postgres").connect().await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let log = fs::read_to_string(self.directory.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start: {log}");
    }

    /// Ends it at once, with all connections.
    pub(crate) fn end(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        let pid = Pid::from_raw(i32::try_from(process.id()).unwrap());
        kill(pid, Signal::SIGQUIT).unwrap();
        process.wait().unwrap();
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.directory.path())
            .username("housekey")
            .database(database)
    }

    async fn connection(&self, database: &str) -> PgConnection {
        self.options(database).connect().await.unwrap()
    }

    /// A new database.
    pub(crate) async fn database(&self, name: &str) -> Place {
        self.run("postgres", &format!("CREATE DATABASE {name}")).await;
        self.place("housekey", name)
    }

    pub(crate) fn place(&self, user: &str, database: &str) -> Place {
        let socket = self.directory.path().display();
        let url = format!("postgres://{user}@localhost/{database}?host={socket}");
        url.parse::<Location>().unwrap().place(self.directory.path(), "home")
    }

    pub(crate) async fn run(&self, database: &str, text: &str) {
        let mut connection = self.connection(database).await;
        sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut connection).await.unwrap();
    }

    pub(crate) async fn count(&self, database: &str, text: &str) -> i64 {
        let mut connection = self.connection(database).await;
        let count = sqlx::query_scalar(AssertSqlSafe(text.to_owned()));
        count.fetch_one(&mut connection).await.unwrap()
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        self.end();
    }
}
