//! The components that the settings name: a keeper for each Homey and the sinks.

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
use housekey_backup::snapshot_store::SnapshotStore;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::error::Unwritable;
use crate::error_chain::error_chain;
use crate::keeper::{Keeper, MAX_RENEWALS};
use crate::recorder::HomeRecorder;
use crate::route_log::RouteLog;
use crate::served_homey::{LazyMirror, ServedHomey};
use crate::settings::{
    BackupSettings, HistorySettings, HomeySettings, Settings, SinkSettings, SinkTarget,
};
use crate::sinks::Sink;
use crate::snapshot_keeper::SnapshotKeeper;
use crate::status::{HistoryStatus, HomeyStatus, SinkStatus, SnapshotStatus, Status};
use crate::status_board::StatusBoard;
use crate::supervisor::{Supervisor, Tier};
use crate::token_variables::VariableFile;
use crate::write_log::WriteLog;

/// How long the check of a sink may take; an unreachable Homey does not prevent the start.
const CHECK_TIMEOUT: Duration = Duration::from_secs(15);

/// Keepers, sinks, and the status board they share.
#[derive(Debug)]
pub(crate) struct Components {
    pub(crate) board: StatusBoard,
    pub(crate) keepers: Vec<Keeper>,
    pub(crate) sinks: Vec<Sink>,
    /// The same Homeys, as the gateway leads to them.
    pub(crate) served: Vec<ServedHomey>,
    snapshots: Vec<SnapshotKeeper>,
    recorders: Vec<HomeRecorder>,
    routes: Vec<RouteLog>,
}

/// The names of the variables of a Homey that sinks write.
fn variable_names<'a>(settings: &'a Settings, homey: &'a str) -> impl Iterator<Item = &'a str> {
    settings.sinks.iter().filter_map(move |sink| match &sink.target {
        SinkTarget::Variable { name } if sink.homey == homey => Some(name.as_str()),
        _ => None,
    })
}

/// What keeps the snapshots of a home, in a directory of its own.
fn snapshots_of(
    served: &ServedHomey,
    settings: &BackupSettings,
    state: &Path,
    board: &StatusBoard,
) -> SnapshotKeeper {
    let store = SnapshotStore::at(state.join(&settings.directory).join(&served.name));
    let homey = served.name.clone();
    let row = SnapshotStatus { homey, looked_at: None, newest_at: None, kept: 0, trouble: None };
    let index = board.add_snapshots(row);
    SnapshotKeeper::new(served.clone(), store, settings.keep, index, board.clone())
}

/// What records a home.
fn recorder_of(
    served: &ServedHomey,
    settings: &HistorySettings,
    state: &Path,
    board: &StatusBoard,
) -> HomeRecorder {
    let place = settings.location.place(state, &served.name);
    let index = board.add_history(HistoryStatus {
        homey: served.name.clone(),
        file: place.to_string(),
        series: 0,
        points: 0,
        waiting: 0,
        lost: 0,
        written_at: None,
        trouble: None,
    });
    HomeRecorder::new(served.clone(), settings.clone(), place, index, board.clone())
}

impl Components {
    /// Prepares them; nothing is sent or written yet.
    pub(crate) fn new(
        settings: &Settings,
        (file, state): (&Path, &Path),
        store: &Store,
        http: &Http,
        clock: &SharedClock,
        plain_http: &dyn Fn(&str) -> PlainHttp,
    ) -> Result<Self, Error> {
        let board = StatusBoard::new(file, clock.clone());
        let known = VariableFile::of(state);
        let renewing = Arc::new(Semaphore::new(MAX_RENEWALS));
        let (mut keepers, mut served, mut routes) = (Vec::new(), Vec::new(), Vec::new());
        for HomeySettings { name, in_flight } in &settings.homeys {
            let record = store.known_homey(name)?;
            let allowed = plain_http(name);
            let route_log = RouteLog::new(&record, allowed, store);
            routes.push(route_log.clone());
            // Failures are reported at once: the keeper has time to try again.
            let (store, http) = (store.clone(), http.clone());
            let homey =
                Homey::stored_with_timeout(&record, store, http, clock.clone(), Duration::ZERO);
            let homey = homey.with_plain_http(allowed);
            let (name, title, dialect) =
                (record.name.clone(), record.title.clone(), record.dialect);
            let in_flight = in_flight.unwrap_or_else(|| at_once(dialect));
            let variables = known.of_homey(&name, variable_names(settings, &name));
            let index = board.add_homey(HomeyStatus::starting(record.name, record.title));
            keepers.push(Keeper::new(
                homey.clone(),
                route_log,
                index,
                board.clone(),
                renewing.clone(),
            ));
            let mirror = LazyMirror::new(clock.clone());
            let writes = match settings.backup {
                Some(_) => WriteLog::noting(),
                None => WriteLog::default(),
            };
            served.push(ServedHomey {
                name,
                title,
                dialect,
                homey,
                in_flight,
                variables,
                writes,
                mirror,
            });
        }
        let sink = |SinkSettings { homey, target }: &SinkSettings| {
            let served = served.iter().find(|served| served.name == *homey)?;
            let variables = known.with(&served.name, served.variables.clone());
            let index = board.add_sink(SinkStatus::waiting(
                homey.clone(),
                target.kind().to_owned(),
                target.name(),
            ));
            let homey = served.homey.clone();
            Some(Sink::new(homey, target.clone(), variables, index, board.clone()))
        };
        let sinks = settings.sinks.iter().filter_map(sink).collect();
        let snapshots = |backup: &BackupSettings| {
            served.iter().map(|served| snapshots_of(served, backup, state, &board)).collect()
        };
        let snapshots = settings.backup.as_ref().map(snapshots).unwrap_or_default();
        let recorders = |history: &HistorySettings| {
            served.iter().map(|served| recorder_of(served, history, state, &board)).collect()
        };
        let recorders = settings.history.as_ref().map(recorders).unwrap_or_default();
        Ok(Self { board, keepers, sinks, served, snapshots, recorders, routes })
    }

    /// Makes sure that every sink could be written.
    ///
    /// # Errors
    /// All that could not.
    pub(crate) async fn check(&self) -> Result<(), Vec<Unwritable>> {
        self.log_encryption().await;
        let checks = self.sinks.iter().map(async |sink| {
            // In a box, since the compiler limits how deep futures are nested.
            let error = timeout(CHECK_TIMEOUT, Box::pin(sink.check())).await.ok()?.err()?;
            Some(Unwritable {
                text: format!("{sink}: {}", error_chain(&error)),
                advice: error.advice(),
            })
        });
        let unwritable: Vec<_> = join_all(checks).await.into_iter().flatten().collect();
        if unwritable.is_empty() { Ok(()) } else { Err(unwritable) }
    }

    /// Logs for which Homeys plain HTTP is not used any more.
    async fn log_encryption(&self) {
        for route in &self.routes {
            route.plain_http_ended(false).await;
        }
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
        for (keeper, row) in self.snapshots.into_iter().zip(&status.snapshots) {
            let name = format!("snapshots {}", row.homey);
            supervisor.start(Tier::Sinks, name, move |stop| keeper.clone().run(stop));
        }
        for (recorder, row) in self.recorders.into_iter().zip(&status.history) {
            let name = format!("recorder {}", row.homey);
            supervisor.start(Tier::Sinks, name, move |stop| recorder.clone().run(stop));
        }
    }

    /// Renews what is due and hands every token over, once.
    pub(crate) async fn run_once(&self) -> Status {
        self.log_encryption().await;
        join_all(self.keepers.iter().map(Keeper::check_once)).await;
        join_all(self.sinks.iter().map(Sink::deliver_once)).await;
        join_all(self.keepers.iter().map(Keeper::log_route)).await;
        self.board.status()
    }
}
