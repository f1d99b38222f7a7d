//! Follows one home, and writes its pages.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use flate2::Compression;
use flate2::write::GzEncoder;
use housekey::catalogue::{Dialect, Need};
use housekey::mirror::{Home, Kinds, MirrorState, MirrorStatus};
use housekey_history::metrics::{Format, HomeMetrics, MetricsOptions};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::access::{AccessError, Caller};
use crate::counters::HomeyCounters;
use crate::served_homey::ServedHomey;
use crate::supervisor::PartError;

/// The metrics of one home. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Exporter {
    served: ServedHomey,
    metrics: Arc<HomeMetrics>,
    counts: Arc<HomeyCounters>,
    /// One scrape is computed at a time.
    turn: Arc<Mutex<()>>,
}

/// The body of an answer.
pub(super) struct Scraped {
    pub(super) body: Vec<u8>,
    /// Whether it is compressed.
    pub(super) gzip: bool,
}

impl Exporter {
    pub(super) fn new(
        served: &ServedHomey,
        counts: &Arc<HomeyCounters>,
        options: MetricsOptions,
    ) -> Self {
        let metrics = Arc::new(HomeMetrics::new(&*served.name, options));
        let (served, counts) = (served.clone(), counts.clone());
        Self { served, metrics, counts, turn: Arc::default() }
    }

    /// The short name of the Homey.
    pub(super) fn name(&self) -> &str {
        &self.served.name
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.served.dialect
    }

    /// The kinds of items that a caller may read.
    ///
    /// # Errors
    /// Why it may read none.
    pub(super) fn kinds_for(&self, caller: &Caller) -> Result<Kinds, AccessError> {
        let mut refused = None;
        let may = |kind: &housekey::mirror::ItemKind| {
            let need = Need::of_subscription(self.dialect(), kind.uri());
            let allowed = caller.may(self.name(), &need);
            allowed.map_err(|refusal| refused.get_or_insert(refusal)).is_ok()
        };
        let kinds: Kinds = Kinds::all().iter().filter(may).collect();
        match refused {
            Some(refusal) if kinds == Kinds::from_iter([]) => Err(refusal),
            _ => Ok(kinds),
        }
    }

    /// Follows the home: counts its changes, and notes when the copy is current.
    pub(super) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let mirror = self.served.mirror().await?;
        let mut status = mirror.status();
        let mut changes = mirror.changes();
        loop {
            let now = self.served.clock().now();
            self.metrics.note_status(&status.borrow_and_update(), now);
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                changed = status.changed() => changed.map_err(|_| PartError::Ended)?,
                change = changes.next() => match change {
                    Some(Ok(change)) => self.metrics.count(&change, &mirror.home()),
                    // Only the counts of pulses are too low then.
                    Some(Err(_)) => {}
                    None => return Err(PartError::Ended),
                },
            }
        }
    }

    /// The page for a caller that may read those kinds of items. `None` if it cannot be written.
    pub(super) async fn scrape(&self, sees: Kinds, format: Format, gzip: bool) -> Option<Scraped> {
        let _turn = self.turn.lock().await;
        let exporter = self.clone();
        // A large home takes longer than others of this thread may wait.
        spawn_blocking(move || exporter.write(sees, format, gzip)).await.ok()?
    }

    fn write(&self, sees: Kinds, format: Format, gzip: bool) -> Option<Scraped> {
        let (began, now) = (Instant::now(), self.served.clock().now());
        let (home, status) = match self.served.started_mirror() {
            Some(mirror) => (mirror.home(), mirror.status().borrow().clone()),
            None => {
                let state = MirrorState::Connecting;
                let status = MirrorStatus { state, reason: None, since: now, complete: false };
                (Arc::new(Home::default()), status)
            }
        };
        let page = self.metrics.page(home, status, now, sees, format).ok()?;
        let took = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.counts.export_us.store(took, Relaxed);
        self.counts.export_series.store(page.series as u64, Relaxed);
        self.counts.export_dropped.store(page.dropped as u64, Relaxed);
        if !gzip {
            return Some(Scraped { body: page.text.into_bytes(), gzip });
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(page.text.as_bytes()).ok()?;
        Some(Scraped { body: encoder.finish().ok()?, gzip })
    }
}
