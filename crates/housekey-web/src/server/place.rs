//! One Homey behind the pages: its mirror, its time zone, what happened lately.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use housekey::clock::SharedClock;
use housekey::mirror::{Home, Mirror};
use housekey::model::FlowFolder;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use super::homey::DashboardHomey;
use super::setup;
use crate::view::activity::{self, Line};
use crate::view::flow::FlowSetup;
use crate::view::home::{FactsCache, HomeView, Sees};
use crate::view::when::Now;

/// How long a page waits for the first read of a home.
const FIRST_READ: Duration = Duration::from_secs(3);

/// How long after a failure a Homey is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// How long a set-up that was read is shown.
const SETUP_LIFE: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

/// How long reading it may take.
const SETUP_READ: Duration = Duration::from_secs(20);

/// How many lines of activity are kept.
const LINES: usize = 400;

/// For how long a value takes the place of the one before in the time line.
const SAME: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

pub(crate) struct Place {
    pub(crate) homey: DashboardHomey,
    clock: SharedClock,
    main: Handle,
    cache: Mutex<FactsCache>,
    zone: Mutex<Option<TimeZone>>,
    folders: Mutex<Vec<FlowFolder>>,
    log: Mutex<Log>,
    setup: tokio::sync::Mutex<Option<(Timestamp, Arc<FlowSetup>)>>,
}

/// What happened lately, the newest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    pub(crate) since: Option<Timestamp>,
    pub(crate) lines: VecDeque<(bool, Line)>,
    pub(crate) missed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Place {
    pub(crate) fn new(homey: DashboardHomey, clock: SharedClock, main: Handle) -> Self {
        Self {
            homey,
            clock,
            main,
            cache: Mutex::default(),
            zone: Mutex::default(),
            folders: Mutex::default(),
            log: Mutex::default(),
            setup: tokio::sync::Mutex::default(),
        }
    }

    /// The mirror, after its first read if that does not take long.
    pub(crate) async fn mirror(&self) -> Result<Mirror, String> {
        let mirror = timeout(FIRST_READ, (self.homey.mirror)()).await;
        let mirror = mirror.unwrap_or_else(|_| Err("it does not answer yet".to_owned()))?;
        let _ = timeout(FIRST_READ, mirror.complete()).await;
        Ok(mirror)
    }

    /// The moment, on the clock of the home.
    pub(crate) fn now(&self) -> Now {
        let zone = lock(&self.zone).clone().unwrap_or_else(TimeZone::system);
        Now { at: self.clock.now(), zone }
    }

    /// The home page of a snapshot.
    pub(crate) fn view(&self, home: &Home, sees: Sees) -> HomeView {
        HomeView::of(home, sees, &mut lock(&self.cache), &self.now())
    }

    /// The folders of flows, as they were read last.
    pub(crate) fn folders(&self) -> Vec<FlowFolder> {
        lock(&self.folders).clone()
    }

    /// Reads the folders of flows again; earlier ones stay where that fails.
    pub(crate) async fn read_folders(&self) {
        let homey = self.homey.homey.clone();
        let read = self.run(async move { homey.flow().get_flow_folders().await });
        if let Ok(Some(Ok(folders))) = timeout(FIRST_READ, read).await {
            *lock(&self.folders) = folders.into_iter().collect();
        }
    }

    /// The set-up, for flows in words; read again when it is older than a minute. Visitors share a reading.
    pub(crate) async fn flow_setup(&self) -> Result<Arc<FlowSetup>, String> {
        let mut held = self.setup.lock().await;
        let now = self.clock.now();
        if let Some((at, setup)) = &*held
            && now.duration_since(*at).abs() < SETUP_LIFE
        {
            return Ok(setup.clone());
        }
        let read: BoxFuture<'static, _> =
            Box::pin(setup::read(self.homey.homey.clone(), self.homey.title.clone()));
        let read = timeout(SETUP_READ, self.run(read)).await;
        let read = read.map_err(|_| "reading its set-up took too long".to_owned())?;
        let read = read.ok_or_else(|| "the agent is stopping".to_owned())?;
        let setup = Arc::new(read.map_err(|error| error.to_string())?);
        *held = Some((now, setup.clone()));
        Ok(setup)
    }

    pub(crate) fn log(&self) -> Log {
        lock(&self.log).clone()
    }

    /// Runs something that talks to the Homey where its connections live. `None` while the agent stops.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        self.main.spawn(work).await.ok()
    }

    /// Follows the home for the time line; never done.
    pub(crate) async fn follow(self: Arc<Self>) {
        let mirror = loop {
            match (self.homey.mirror)().await {
                Ok(mirror) => break mirror,
                Err(_) => sleep(AGAIN).await,
            }
        };
        mirror.complete().await;
        let info = self.homey.homey.system().get_info().await;
        let zone = info.ok().and_then(|info| TimeZone::get(info.timezone.text()?).ok());
        *lock(&self.zone) = zone;
        lock(&self.log).since = Some(self.clock.now());
        let mut changes = mirror.changes();
        while let Some(change) = changes.next().await {
            let line = match change {
                Ok(change) => {
                    let is_variable = change.kind == housekey::mirror::ItemKind::Variable;
                    let line = activity::line(&change, &mirror.home(), self.clock.now());
                    line.map(|line| (is_variable, line))
                }
                Err(_) => {
                    lock(&self.log).missed = true;
                    continue;
                }
            };
            if let Some((is_variable, line)) = line {
                lock(&self.log).add(is_variable, line);
            }
        }
    }
}

impl Log {
    fn add(&mut self, is_variable: bool, line: Line) {
        if line.key.is_some() {
            let same = self.lines.iter().take(64).position(|(_, older)| {
                older.key == line.key && line.at.duration_since(older.at) < SAME
            });
            if let Some(place) = same {
                self.lines.remove(place);
            }
        }
        self.lines.push_front((is_variable, line));
        if self.lines.len() > LINES {
            self.lines.pop_back();
            self.missed = true;
        }
    }
}
