//! What the settings ask for, made ready: a keeper for each Homey and the sinks.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use housekey::auth::store::Store;
use housekey::client::pace::at_once;
use housekey::clock::SharedClock;
use housekey::discovery::PlainHttp;
use housekey::http::Http;
use housekey::{Error, Homey};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::Unwritable;
use crate::error_chain::error_chain;
use crate::keeper::{AT_ONCE, Keeper};
use crate::served_homey::ServedHomey;
use crate::settings::{HomeySettings, Settings, SinkTarget};
use crate::sinks::Sink;
use crate::status::{FORMAT, HomeyState, HomeyStatus, SinkState, SinkStatus, Status};
use crate::status_board::StatusBoard;
use crate::supervisor::{Supervisor, Tier};
use crate::token_variables::Book;

/// How long a sink may take to find out that it could be written; a Homey that is away is no reason
/// not to start.
const CHECK: Duration = Duration::from_secs(15);

/// Keepers and sinks, and the board they write on.
#[derive(Debug)]
pub(crate) struct Components {
    pub(crate) board: StatusBoard,
    pub(crate) keepers: Vec<Keeper>,
    pub(crate) sinks: Vec<Sink>,
    /// The same Homeys, as the gateway leads to them.
    pub(crate) served: Vec<ServedHomey>,
    store: Store,
    /// The names of those of which it was logged that plain HTTP is not used any more.
    informed: Vec<String>,
}

/// The names of the variables of a Homey that sinks write.
fn names_of<'a>(settings: &'a Settings, homey: &'a str) -> impl Iterator<Item = &'a str> {
    settings.sinks.iter().filter_map(move |sink| match &sink.place {
        SinkTarget::Variable { name } if sink.homey == homey => Some(name.as_str()),
        _ => None,
    })
}

impl Components {
    /// Nothing is sent or written yet.
    pub(crate) fn new(
        settings: &Settings,
        (file, state): (&Path, &Path),
        store: &Store,
        http: &Http,
        clock: &SharedClock,
        plain_http: &dyn Fn(&str) -> PlainHttp,
    ) -> Result<Self, Error> {
        let mut homeys: Vec<(Homey, HomeyStatus)> = Vec::new();
        let mut served = Vec::new();
        let known = Book::of(state);
        let mut informed = Vec::new();
        for HomeySettings { name, in_flight } in &settings.homeys {
            let record = store.known_homey(name)?;
            // What fails for now is told at once: whoever keeps it has time.
            let (store, http, clock) = (store.clone(), http.clone(), clock.clone());
            let allowed = plain_http(name);
            if record.addresses.was_reached_in_the_clear(allowed) {
                tracing::warn!(
                    homey = record.name,
                    "was reached over plain HTTP until now, and is not any more; to allow it: housekey \
                     homeys add '{}' --plain-http",
                    record.title
                );
                informed.push(record.name.clone());
            }
            let homey = Homey::patient(&record, store, http, clock, Duration::ZERO);
            let homey = homey.with_plain_http(allowed);
            let (name, dialect) = (record.name.clone(), record.dialect);
            let in_flight = in_flight.unwrap_or_else(|| at_once(dialect));
            let variables = known.of_homey(&name, names_of(settings, &name));
            served.push(ServedHomey { name, dialect, homey: homey.clone(), in_flight, variables });
            let status = HomeyStatus {
                name: record.name,
                title: record.title,
                state: HomeyState::Starting,
                issued_at: None,
                expires_at: None,
                renew_at: None,
                renewals: 0,
                failures: 0,
                trouble: None,
            };
            homeys.push((homey, status));
        }
        let sink_status = |sink: &crate::settings::SinkSettings| SinkStatus {
            homey: sink.homey.clone(),
            kind: sink.place.kind().to_owned(),
            target: sink.place.target(),
            state: SinkState::Waiting,
            delivered_at: None,
            deliveries: 0,
            failures: 0,
            trouble: None,
        };
        let status = Status {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            started_at: clock.now(),
            settings: file.display().to_string(),
            listen: None,
            homeys: homeys.iter().map(|(_, status)| status.clone()).collect(),
            sinks: settings.sinks.iter().map(sink_status).collect(),
            parts: Vec::new(),
            gateway: None,
        };
        let board = StatusBoard::new(status, clock.clone());
        let sinks = settings.sinks.iter().enumerate().filter_map(|(line, sink)| {
            let (homey, _) = homeys.iter().find(|(_, status)| status.name == sink.homey)?;
            let served = served.iter().find(|served| served.name == sink.homey)?;
            let variables = known.with(&served.name, served.variables.clone());
            Some(Sink::new(homey.clone(), sink.place.clone(), variables, line, board.clone()))
        });
        let sinks = sinks.collect();
        let renewing = Arc::new(Semaphore::new(AT_ONCE));
        let keeper = |(line, (homey, _))| Keeper::new(homey, line, board.clone(), renewing.clone());
        let keepers = homeys.into_iter().enumerate().map(keeper).collect();
        Ok(Self { board, keepers, sinks, served, store: store.clone(), informed })
    }

    /// Makes sure that every sink could be written.
    ///
    /// # Errors
    /// All that could not.
    pub(crate) async fn check(&self) -> Result<(), Vec<Unwritable>> {
        for name in &self.informed {
            // Where that cannot be stored, it is logged again at the next start.
            let _ = self.store.informed_of_encryption(name).await;
        }
        let checks = self.sinks.iter().map(async |sink| {
            // In a box, since the compiler limits how deep futures are nested.
            let error = timeout(CHECK, Box::pin(sink.check())).await.ok()?.err()?;
            Some(Unwritable {
                text: format!("{sink}: {}", error_chain(&error)),
                advice: error.advice(),
            })
        });
        let unwritable: Vec<_> = join_all(checks).await.into_iter().flatten().collect();
        if unwritable.is_empty() { Ok(()) } else { Err(unwritable) }
    }

    /// Starts all of them.
    pub(crate) fn start(self, supervisor: &mut Supervisor) {
        let status = self.board.status();
        for (keeper, homey) in self.keepers.into_iter().zip(&status.homeys) {
            let name = format!("keeper {}", homey.name);
            supervisor.start(Tier::Keepers, name, move |stop| keeper.clone().run(stop));
        }
        for (sink, about) in self.sinks.into_iter().zip(&status.sinks) {
            let name = format!("sink {} {} {}", about.homey, about.kind, about.target);
            supervisor.start(Tier::Sinks, name, move |stop| sink.clone().run(stop));
        }
    }

    /// Renews what is due and hands every token over, once.
    pub(crate) async fn work_once(&self) -> Status {
        join_all(self.keepers.iter().map(Keeper::look_once)).await;
        join_all(self.sinks.iter().map(Sink::deliver_once)).await;
        self.board.status()
    }
}
