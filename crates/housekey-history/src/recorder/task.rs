//! The tasks of a recorder: one follows the mirror, one writes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use housekey::clock::SharedClock;
use housekey::mirror::{Mirror, MirrorState};
use housekey::redaction::TokenVariables;
use jiff::tz::TimeZone;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::backlog::Backlog;
use super::engine::Engine;
use super::{RecorderSettings, RecorderStatus};
use crate::rules::Noticed;
use crate::step::{DAY, HOUR};
use crate::store::{Batch, Event, Gap, Reason, StoreError, StoreWriter};

/// How long changes are collected before they are written.
const COLLECT: Duration = Duration::from_secs(1);

/// The same where the disk is spared.
const GENTLY: Duration = Duration::from_secs(5);

/// How many rows are written at once without waiting.
const MANY_ROWS: usize = 500;

/// How often the time is noted until which everything is written, where nothing is.
const CLOCK: Duration = Duration::from_secs(10);

/// The wait after a write that failed; it doubles with each that follows, up to the longest.
const RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_secs(16);

/// A shorter time without a recorder, such as a reload of the agent, is no gap: a value that changed in it is in
/// what the recorder reads when it begins.
const SHORTEST_GAP: i64 = 1000;

/// How many changes are taken from the mirror before others get their turn.
const CHANGES: usize = 1024;

/// Why a recorder does not run.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// The store refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mirror has ended.
    #[error("the mirror has ended")]
    Mirror,
}

/// Records one home.
#[derive(Debug)]
pub struct Recorder {
    settings: RecorderSettings,
    zone: TimeZone,
    writer: StoreWriter,
    clock: SharedClock,
    status: watch::Sender<RecorderStatus>,
}

/// What both tasks share.
#[derive(Debug, Default)]
struct Shared {
    backlog: Mutex<Backlog>,
    late: Mutex<Vec<(i64, i64)>>,
    more: Notify,
    /// Requests the present values again, since some were dropped.
    again: Notify,
}

impl Shared {
    fn backlog(&self) -> MutexGuard<'_, Backlog> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn late(&self) -> MutexGuard<'_, Vec<(i64, i64)>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorder {
    /// Opens the file; nothing is recorded yet.
    ///
    /// # Errors
    /// [`StoreError`], such as that another recorder has the file.
    pub async fn open(
        settings: RecorderSettings,
        clock: SharedClock,
        status: watch::Sender<RecorderStatus>,
    ) -> Result<Self, StoreError> {
        let mut writer = StoreWriter::open(&settings.place, &settings.homey).await?;
        writer.set_meta("homey", &settings.homey).await?;
        let zone = match &settings.zone {
            Some(zone) => {
                if let Some(name) = zone.iana_name() {
                    writer.set_meta("zone", name).await?;
                }
                zone.clone()
            }
            None => {
                let name = writer.meta("zone").await?;
                let zone = name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
                let name = zone.iana_name().unwrap_or("UTC").to_owned();
                status.send_modify(|status| status.borrowed_zone = Some(name));
                zone
            }
        };
        Ok(Self { settings, zone, writer, clock, status })
    }

    /// Records until `stop` is done; what was collected is written then.
    ///
    /// # Errors
    /// [`RecorderError`].
    pub async fn run(
        mut self,
        mirror: Mirror,
        variables: TokenVariables,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), RecorderError> {
        let mut stored = Vec::new();
        for series in self.writer.series().await? {
            let last = self.writer.last(series.id).await?;
            stored.push((series, last));
        }
        let before = self.writer.meta("clock").await?.and_then(|clock| clock.parse().ok());
        let first_id = self.writer.first_id();
        let engine = Engine::new(self.settings.selection.clone(), variables, stored, first_id);
        let shared = Arc::new(Shared::default());
        let (end, ended) = watch::channel(false);
        let writing = Writing {
            settings: self.settings,
            zone: self.zone,
            writer: self.writer,
            clock: self.clock.clone(),
            status: self.status.clone(),
            shared: shared.clone(),
        };
        let writing = tokio::spawn(writing.run(ended));
        let following = Following {
            engine,
            clock: self.clock,
            status: self.status,
            shared,
            gap: before.map(|from| (from, Reason::AgentOff)),
        };
        let outcome = tokio::select! {
            biased;
            () = stop => Ok(()),
            () = following.run(mirror) => Err(RecorderError::Mirror),
        };
        let _ = end.send(true);
        match writing.await {
            Ok(written) => written?,
            Err(_) => return Err(RecorderError::Mirror),
        }
        outcome
    }
}

/// Follows the mirror.
struct Following {
    engine: Engine,
    clock: SharedClock,
    status: watch::Sender<RecorderStatus>,
    shared: Arc<Shared>,
    /// The gap that is open: since when, and why.
    gap: Option<(i64, Reason)>,
}

impl Following {
    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    async fn run(mut self, mirror: Mirror) {
        let mut states = mirror.status();
        mirror.complete().await;
        let mut home = (*mirror.home()).clone();
        let mut changes = mirror.changes_after(home.seq());
        self.catch_up(&home);
        loop {
            tokio::select! {
                biased;
                next = changes.next() => {
                    let Some(next) = next else { return };
                    let mut next = Some(next);
                    let mut missed = false;
                    for _ in 0..CHANGES {
                        match next {
                            Some(Ok(change)) => {
                                let now = self.now();
                                home.apply(&change);
                                self.engine.change(&change, &home, now);
                            }
                            Some(Err(_)) => missed = true,
                            None => break,
                        }
                        next = changes.try_next();
                    }
                    if missed {
                        // More changed than the mirror keeps: the present state, after a gap.
                        let now = self.now();
                        self.gap.get_or_insert((now, Reason::Dropped));
                        home = (*mirror.home()).clone();
                        changes = mirror.changes_after(home.seq());
                        self.catch_up(&home);
                    }
                    self.hand_over();
                }
                changed = states.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let state = states.borrow_and_update().state;
                    self.state(state, &home);
                }
                () = self.shared.again.notified() => {
                    let now = self.now();
                    self.engine.snapshot(&home, Noticed::AfterGap, now);
                    self.hand_over();
                }
            }
        }
    }

    /// A state of the mirror opens a gap, or closes it.
    fn state(&mut self, state: MirrorState, home: &housekey::mirror::Home) {
        let now = self.now();
        let reason = match state {
            MirrorState::Live | MirrorState::Polling => None,
            MirrorState::SignedOut => Some(Reason::SignedOut),
            MirrorState::Connecting | MirrorState::CatchingUp | MirrorState::Offline => {
                Some(Reason::Offline)
            }
        };
        match (reason, self.gap) {
            (Some(reason), None) => {
                self.gap = Some((now, reason));
                self.event("connection lost", now);
            }
            (Some(Reason::SignedOut), Some((from, Reason::Offline))) => {
                self.gap = Some((from, Reason::SignedOut));
            }
            (None, Some(_)) => {
                self.event("connection restored", now);
                self.catch_up(home);
            }
            _ => {}
        }
        self.hand_over();
    }

    fn event(&mut self, text: &str, t: i64) {
        let (kind, item) = ("homey".to_owned(), String::new());
        let event = Event { t, kind, item, text: text.to_owned(), who: None };
        self.shared.backlog().push(Batch { events: vec![event], ..Batch::default() });
    }

    /// Closes the gap that is open, and writes the present values.
    fn catch_up(&mut self, home: &housekey::mirror::Home) {
        let now = self.now();
        let gap = self.gap.take().filter(|(from, reason)| {
            *reason != Reason::AgentOff || now.saturating_sub(*from) >= SHORTEST_GAP
        });
        let source = match gap {
            Some((from_t, reason)) => {
                let gap = Gap { from_t, to_t: now.max(from_t + 1), reason, filled: false };
                self.shared.backlog().push(Batch { gaps: vec![gap], ..Batch::default() });
                Noticed::AfterGap
            }
            None => Noticed::Read,
        };
        self.engine.snapshot(home, source, now);
        self.hand_over();
    }

    fn hand_over(&mut self) {
        let (batch, mut late) = self.engine.take();
        if batch.rows() == 0 {
            return;
        }
        self.shared.late().append(&mut late);
        let mut backlog = self.shared.backlog();
        backlog.push(batch);
        let (waiting, lost) = (backlog.rows(), backlog.lost);
        drop(backlog);
        let (series, clock_faults) = (self.engine.series() as u64, self.engine.clock_faults);
        self.status.send_modify(|status| {
            (status.series, status.clock_faults) = (series, clock_faults);
            (status.waiting, status.lost) = (waiting as u64, lost);
        });
        if waiting >= MANY_ROWS {
            self.shared.more.notify_one();
        }
    }
}

/// Writes.
struct Writing {
    settings: RecorderSettings,
    zone: TimeZone,
    writer: StoreWriter,
    clock: SharedClock,
    status: watch::Sender<RecorderStatus>,
    shared: Arc<Shared>,
}

impl Writing {
    async fn run(mut self, mut ended: watch::Receiver<bool>) -> Result<(), StoreError> {
        let mut ticks = interval(if self.settings.gentle { GENTLY } else { COLLECT });
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut clock_due = Instant::now() + CLOCK;
        let mut touched = std::collections::HashSet::new();
        let mut hour = self.now().div_euclid(HOUR);
        let mut day = None;
        let mut retry = None::<Duration>;
        loop {
            let last = tokio::select! {
                biased;
                _ = ended.wait_for(|ended| *ended) => true,
                () = self.shared.more.notified() => false,
                _ = ticks.tick() => false,
            };
            let due = last || Instant::now() >= clock_due;
            if self.shared.backlog().rows() > 0 || due {
                let mut late = std::mem::take(&mut *self.shared.late());
                let written = match retry {
                    // A server is connected to again; a file stays open.
                    Some(_) => self.writer.reconnect().await,
                    None => Ok(()),
                };
                let written = match written {
                    Ok(()) => self.write(&mut late, &mut touched).await,
                    Err(error) => Err(error),
                };
                match written {
                    Ok(()) => {
                        clock_due = Instant::now() + CLOCK;
                        retry = None;
                    }
                    Err(error) => {
                        self.shared.late().append(&mut late);
                        let cause = std::error::Error::source(&error);
                        let text = match cause {
                            Some(cause) => format!("{error}: {cause}"),
                            None => error.to_string(),
                        };
                        tracing::warn!(error = %text, "history cannot be written");
                        self.status.send_modify(|status| status.trouble = Some(text));
                        if last {
                            return Err(error);
                        }
                        let wait = retry.map_or(RETRY, |retry| LONGEST_RETRY.min(retry * 2));
                        retry = Some(wait);
                        let end = async { drop(ended.wait_for(|ended| *ended).await) };
                        let _ = timeout(wait, end).await;
                        continue;
                    }
                }
            }
            if last {
                let touched: Vec<_> = touched.into_iter().collect();
                self.writer.update_ends(&touched).await?;
                return self.writer.close().await;
            }
            // A minute after the hour, when late reports are in.
            let this_hour = (self.now() - 60_000).div_euclid(HOUR);
            if this_hour > hour {
                hour = this_hour;
                let ids: Vec<_> = touched.drain().collect();
                let today = self.now().div_euclid(DAY);
                let kept = self.keep_house(&ids, day.replace(today) != Some(today)).await;
                if let Err(error) = kept {
                    tracing::warn!(error = %error, "statistics of the history were not computed");
                }
            }
        }
    }

    fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    async fn write(
        &mut self,
        late: &mut Vec<(i64, i64)>,
        touched: &mut std::collections::HashSet<i64>,
    ) -> Result<(), StoreError> {
        // Taken before the rows: what comes later is not covered by it.
        let now = self.now();
        let (mut batch, dropped) = {
            let mut backlog = self.shared.backlog();
            let dropped = backlog.has_dropped();
            (backlog.take(), dropped)
        };
        // Not before the newest point: a gap after it would not end its value.
        batch.clock = batch.points.iter().map(|(_, point)| point.t).chain([now]).max();
        if !late.is_empty()
            && let Err(error) = self.writer.late(late).await
        {
            self.shared.backlog().put_back(batch);
            return Err(error);
        }
        if let Err(error) = self.writer.commit(&batch).await {
            self.shared.backlog().put_back(batch);
            return Err(error);
        }
        late.clear();
        touched.extend(batch.points.iter().map(|(series, _)| *series));
        let (waiting, lost) = {
            let backlog = self.shared.backlog();
            (backlog.rows() as u64, backlog.lost)
        };
        self.status.send_modify(|status| {
            status.points += batch.points.len() as u64;
            (status.waiting, status.lost) = (waiting, lost);
            (status.written_at, status.trouble) = (Some(now), None);
        });
        if dropped {
            self.shared.again.notify_one();
        }
        Ok(())
    }

    /// Statistics, and once a day the deletion of what is too old.
    async fn keep_house(&mut self, touched: &[i64], prune: bool) -> Result<(), StoreError> {
        let now = self.now();
        self.writer.update_ends(touched).await?;
        self.writer.update_statistics(now, &self.zone).await?;
        if prune {
            self.writer.prune(&self.settings.retention, now).await?;
        }
        Ok(())
    }
}
