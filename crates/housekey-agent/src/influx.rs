//! Pushes every change of the homes as lines to a server. Lines are on disk before they are sent, so
//! that neither an outage of the server nor a restart of the agent loses any.

mod sending;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use futures_util::future::Fuse;
use futures_util::stream::{BoxStream, SelectAll, unfold};
use futures_util::{FutureExt as _, StreamExt as _};
use housekey::clock::SharedClock;
use housekey::http::Http;
use housekey::mirror::{ChangeStream, Mirror, MirrorState};
use housekey_history::influx::{Lines, Spool};
use sha2::{Digest as _, Sha256};
use tokio::time::{Instant, Interval, interval_at, sleep_until};
use tokio_util::sync::CancellationToken;

use self::sending::{Next, Sender, SentLines};
use crate::counters::InfluxCounters;
use crate::error_chain::error_chain;
use crate::served_homey::ServedHomey;
use crate::settings::InfluxSettings;
use crate::status_board::StatusBoard;
use crate::supervisor::PartError;

/// How long lines are only in memory.
const FLUSH_AFTER: Duration = Duration::from_secs(1);

/// The most bytes of lines that are only in memory.
const MAX_PENDING_BYTES: usize = 64 * 1024;

/// A server, and the homes whose changes it gets.
#[derive(Debug, Clone)]
pub(crate) struct Pusher {
    settings: Arc<InfluxSettings>,
    served: Vec<ServedHomey>,
    http: Http,
    board: StatusBoard,
    directory: PathBuf,
    counts: Arc<InfluxCounters>,
}

impl Pusher {
    pub(crate) fn new(
        settings: InfluxSettings,
        served: &[ServedHomey],
        http: &Http,
        board: &StatusBoard,
        state: &Path,
    ) -> Self {
        let pushed = |served: &&ServedHomey| settings.homeys.contains(&served.name);
        let served = served.iter().filter(pushed).cloned().collect();
        let directory = state.join("influx").join(directory_of(&settings));
        let target = target(&settings);
        let counts = Arc::new(InfluxCounters { target, ..InfluxCounters::default() });
        let (http, board) = (http.clone(), board.clone());
        Self { settings: Arc::new(settings), served, http, board, directory, counts }
    }

    /// Its name in the status.
    pub(crate) fn name(&self) -> String {
        format!("influx {}", self.counts.target)
    }

    pub(crate) fn counts(&self) -> Arc<InfluxCounters> {
        self.counts.clone()
    }

    /// Writes lines down and sends them.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let mut sender = Sender::new(&self.settings, self.http.clone())?;
        let mut spool = Spool::open(&self.directory, self.settings.spool_bytes)?;
        let mut pending = String::new();
        let mut sources = SelectAll::new();
        for served in &self.served {
            let mirror = served.mirror().await?;
            let lines = self.lines(&served.name);
            let repeat =
                self.settings.repeat.map(|every| interval_at(Instant::now() + every, every));
            sources.push(lines_of(mirror, lines, repeat, served.clock().clone()));
        }
        let (mut flush_at, mut send_at) = (Instant::now(), Instant::now());
        let mut sending = Fuse::terminated();
        loop {
            let idle = futures_util::future::FusedFuture::is_terminated(&sending);
            tokio::select! {
                () = stop.cancelled() => {
                    self.write(&mut spool, &mut pending);
                    return Ok(());
                }
                Some(lines) = sources.next() => {
                    if pending.is_empty() {
                        flush_at = Instant::now() + FLUSH_AFTER;
                    }
                    pending.push_str(&lines);
                    if pending.len() > MAX_PENDING_BYTES {
                        self.write(&mut spool, &mut pending);
                    }
                }
                () = sleep_until(flush_at), if !pending.is_empty() => {
                    self.write(&mut spool, &mut pending);
                }
                () = sleep_until(send_at), if idle && spool.batches() > 0 => {
                    match spool.oldest()? {
                        Some(batch) => sending = sender.send(batch).fuse(),
                        None => send_at = Instant::now() + self.settings.every,
                    }
                }
                sent = &mut sending => {
                    let wait = self.sent(sent, &mut sender, &mut spool)?;
                    send_at = Instant::now() + wait;
                }
            }
            self.counts.spool_bytes.store(spool.bytes(), Relaxed);
        }
    }

    fn lines(&self, homey: &str) -> Lines {
        let InfluxSettings { layout, exclude, .. } = &*self.settings;
        Lines::new(homey, *layout, exclude.clone())
    }

    /// Writes down the lines that are in memory. What the disk does not take is dropped and counted: the
    /// changes of a home do not wait.
    fn write(&self, spool: &mut Spool, pending: &mut String) {
        if pending.is_empty() {
            return;
        }
        let before = spool.dropped_bytes();
        let written = spool.append(pending);
        let lost = match &written {
            Ok(()) => spool.dropped_bytes() - before,
            Err(_) => pending.len() as u64,
        };
        if lost > 0 && self.counts.dropped_bytes.fetch_add(lost, Relaxed) == 0 {
            let why = written.as_ref().err().map_or("too many wait".to_owned(), error_text);
            tracing::warn!(target = self.counts.target, why, "lines are dropped");
        }
        if let Err(error) = written {
            let text = format!("lines cannot be written down: {error}");
            let advice = format!("check the disk and the owner of {}", self.directory.display());
            let trouble = self.board.trouble(text, Some(advice));
            self.board.part_trouble(&self.name(), Some(trouble));
        }
        pending.clear();
    }

    /// Acts on an answer. Returns the wait until the next lines are sent.
    fn sent(
        &self,
        sent: SentLines,
        sender: &mut Sender,
        spool: &mut Spool,
    ) -> Result<Duration, PartError> {
        let lines = sent.lines().matches('\n').count() as u64;
        let next = sender.after(&sent, fastrand::f64());
        let name = self.name();
        match &next {
            Next::Stored => {
                self.counts.lines.fetch_add(lines, Relaxed);
                sent.remove_from(spool)?;
                self.board.part_trouble(&name, None);
            }
            Next::Dropped { why } => {
                // Once, since the same device may send the same wrong line for years.
                if self.counts.wrong_lines.fetch_add(lines, Relaxed) == 0 {
                    tracing::warn!(part = name, why, lines, "lines are refused, and dropped");
                }
                sent.remove_from(spool)?;
                let text = format!("lines were refused, and dropped: {why}");
                self.board.part_trouble(&name, Some(self.board.trouble(text, None)));
            }
            Next::Smaller => {}
            Next::Later { why, advice, wait, first } => {
                let trouble = self.board.retried(why.clone(), advice.map(str::to_owned), *wait);
                if *first {
                    let next = trouble.next_attempt_at.map(tracing::field::display);
                    tracing::warn!(part = name, why, next_attempt = next, "not sent");
                }
                self.board.part_trouble(&name, Some(trouble));
                return Ok(*wait);
            }
        }
        // What gathered during an outage is sent at once.
        let more = matches!(next, Next::Smaller) || spool.batches() > 1 || sent.is_partial();
        Ok(if more { Duration::ZERO } else { self.settings.every })
    }
}

fn error_text(error: &std::io::Error) -> String {
    error_chain(error)
}

/// The lines of a home: those of its values as they are once it has been read, then those of each change, and at each
/// tick of `repeat` those of all values.
fn lines_of(
    mirror: Mirror,
    lines: Lines,
    repeat: Option<Interval>,
    clock: SharedClock,
) -> BoxStream<'static, String> {
    unfold(FollowedHome { mirror, changes: None, lines, repeat, clock }, next_lines).boxed()
}

struct FollowedHome {
    mirror: Mirror,
    /// Once the home has been read.
    changes: Option<ChangeStream>,
    lines: Lines,
    repeat: Option<Interval>,
    clock: SharedClock,
}

async fn next_lines(mut followed: FollowedHome) -> Option<(String, FollowedHome)> {
    let FollowedHome { mirror, changes, lines, repeat, clock } = &mut followed;
    let mut text = String::new();
    let Some(known) = changes else {
        mirror.complete().await;
        let home = mirror.home();
        lines.write_all(&home, &mut text);
        *changes = Some(mirror.changes_after(home.seq()));
        return Some((text, followed));
    };
    tokio::select! {
        biased;
        change = known.next() => match change? {
            Ok(change) => lines.write(&change, &mirror.home(), clock.now(), &mut text),
            // The present values of all devices close the gap.
            Err(_) => lines.write_all(&mirror.home(), &mut text),
        },
        () = due(repeat) => {
            // What is known of a Homey that is away is the past.
            if matches!(mirror.status().borrow().state, MirrorState::Live | MirrorState::Polling) {
                lines.repeat_all(&mirror.home(), clock.now(), &mut text);
            }
        }
    }
    Some((text, followed))
}

/// The next tick; never where nothing is repeated.
async fn due(repeat: &mut Option<Interval>) {
    match repeat {
        Some(interval) => drop(interval.tick().await),
        None => std::future::pending().await,
    }
}

/// The server and its database, without what every address gets.
fn target(settings: &InfluxSettings) -> String {
    let mut url = settings.url.clone();
    let kept = settings.url.query_pairs().filter(|(name, _)| name != "precision");
    url.query_pairs_mut().clear().extend_pairs(kept);
    url.as_str().trim_end_matches('?').to_owned()
}

/// The name of the directory of its lines: another server or another layout has its own.
fn directory_of(settings: &InfluxSettings) -> String {
    let digest = Sha256::digest(format!("{} {:?}", settings.url, settings.layout));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
