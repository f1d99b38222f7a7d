//! Runs a bridge: connects, follows the homes, writes what commands say.

mod writer;

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{BoxStream, SelectAll, once, unfold};
use futures_util::{FutureExt as _, StreamExt as _};
use housekey::Homey;
use housekey::mirror::{Change, Mirror, MirrorState};
use housekey::retry::Backoff;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use self::writer::Writer;
use crate::bridge::{Bridge, Out, Received};
use crate::connection::{Broker, Connection, Event, Lost, Request};

/// How long the broker may take to send what it has of ours.
const LISTEN: Duration = Duration::from_secs(10);

/// A connection that lasted that long counts as good: the next failure is the first.
const STEADY: Duration = Duration::from_secs(30);

/// Up to how long after its start Home Assistant gets everything again.
const BIRTH_JITTER: Duration = Duration::from_secs(5);

/// The waits between attempts to connect.
const RECONNECT: Backoff =
    Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(60), jitter: 0.5 };

/// How long the last messages may take.
const CLOSE: Duration = Duration::from_secs(3);

/// A home that is published.
#[derive(Debug, Clone)]
pub struct PublishedHome {
    /// Its copy.
    pub mirror: Mirror,
    /// Takes the commands.
    pub homey: Homey,
}

/// What becomes of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// It is up.
    Connected,
    /// The broker does not take what is published.
    Refused(Lost),
    /// It is lost, or was not made: the next attempt follows after the wait.
    Lost {
        /// Why.
        lost: Lost,
        /// Until the next attempt.
        wait: Duration,
        /// Whether it is the first failure in a row.
        first: bool,
    },
}

/// Runs a bridge until `stop` is done; then the broker learns that it ends.
pub async fn run(
    mut bridge: Bridge,
    sources: Vec<PublishedHome>,
    broker: &dyn Broker,
    report: &(dyn Fn(Report) + Send + Sync),
    stop: impl Future<Output = ()> + Send,
) {
    let begun = Instant::now();
    let homes: Vec<_> = sources.iter().map(|source| source.mirror.clone()).collect();
    let home = move |homey: usize| homes[homey].home();
    let mut happenings = SelectAll::new();
    for (homey, source) in sources.iter().enumerate() {
        happenings.push(follow(homey, source.mirror.clone()));
        happenings.push(states(homey, source.mirror.clone()));
    }
    let mut writer = Writer::new(sources.into_iter().map(|source| source.homey).collect());
    let mut stop = std::pin::pin!(stop.fuse());
    let (mut failures, mut connected_at) = (0, None);
    let Connection { requests, events } = broker.open(&bridge.will());
    let (mut requests, mut events) = (requests, Some(events));
    let mut retry_at = begun;
    let (mut listen_until, mut birth_at) = (None::<Instant>, None::<Instant>);
    loop {
        let may_send = connected_at.is_some() && bridge.has_next();
        tokio::select! {
            () = &mut stop => break,
            event = next_event(&mut events) => match event {
                Some(Event::Connected) => {
                    connected_at = Some(Instant::now());
                    listen_until = Some(Instant::now() + LISTEN);
                    bridge.connected();
                    report(Report::Connected);
                }
                Some(Event::Refused(lost)) => report(Report::Refused(lost)),
                Some(Event::Message { topic, payload, retain }) => {
                    match bridge.received(&topic, &payload, retain, begun.elapsed(), &home) {
                        Received::Nothing => {}
                        Received::Birth => {
                            birth_at = Some(Instant::now() + BIRTH_JITTER.mul_f64(fastrand::f64()));
                        }
                        Received::Command(homey, command) => {
                            if let Err(command) = writer.take(homey, *command) {
                                let why = Err("too many commands wait for it".to_owned());
                                bridge.finished(homey, &command, why, begun.elapsed(), &home(homey));
                            }
                        }
                    }
                }
                lost => {
                    let lost = match lost {
                        Some(Event::Lost(lost)) => lost,
                        _ => Lost { why: "the connection has ended".to_owned(), advice: None },
                    };
                    events = None;
                    bridge.disconnected();
                    let steady = connected_at.take().is_some_and(|at| at.elapsed() > STEADY);
                    failures = if steady { 1 } else { failures + 1 };
                    let wait = RECONNECT.wait(failures - 1, fastrand::f64());
                    retry_at = Instant::now() + wait;
                    report(Report::Lost { lost, wait, first: failures == 1 });
                }
            },
            () = sleep_until(retry_at), if events.is_none() => {
                let connection = broker.open(&bridge.will());
                (requests, events) = (connection.requests, Some(connection.events));
            }
            permit = reserve(requests.clone()), if may_send => {
                if let Some(out) = bridge.next(&home) {
                    permit.send(out.into());
                }
            }
            Some((homey, happened)) = happenings.next() => match happened {
                Happened::Complete => bridge.complete(homey, &home(homey)),
                Happened::Changed(change) => bridge.changed(homey, &change, &home(homey)),
                Happened::Missed => bridge.missed(homey, &home(homey)),
                Happened::State(state) => bridge.state(homey, state),
            },
            Some((homey, command, outcome)) = writer.next() => {
                bridge.finished(homey, &command, outcome, begun.elapsed(), &home(homey));
            }
            () = until(listen_until) => {
                listen_until = None;
                bridge.listened();
            }
            () = until(birth_at) => {
                birth_at = None;
                bridge.reannounce();
            }
        }
    }
    if let Some(mut events) = events.filter(|_| connected_at.is_some()) {
        let close = async {
            requests.send(Request::Publish(bridge.will())).await.ok();
            requests.send(Request::Close).await.ok();
            while events.recv().await.is_some() {}
        };
        timeout(CLOSE, close).await.ok();
    }
}

/// What happens in a home.
enum Happened {
    /// The copy is complete.
    Complete,
    Changed(Arc<Change>),
    Missed,
    State(MirrorState),
}

type Happenings = BoxStream<'static, (usize, Happened)>;

/// The changes of a home, once its copy is complete.
fn follow(homey: usize, mirror: Mirror) -> Happenings {
    let complete = async move {
        mirror.complete().await;
        // From here on none is missed: those that the copy has already change nothing.
        let changes = mirror.changes();
        let changes = unfold(changes, move |mut changes| async move {
            let happened = match changes.next().await? {
                Ok(change) => Happened::Changed(change),
                Err(_) => Happened::Missed,
            };
            Some(((homey, happened), changes))
        });
        once(async move { (homey, Happened::Complete) }).chain(changes)
    };
    complete.into_stream().flatten().boxed()
}

/// The states of a mirror, beginning with the present one.
fn states(homey: usize, mirror: Mirror) -> Happenings {
    let status = mirror.status();
    unfold((status, true, mirror), move |(mut status, is_first, mirror)| async move {
        if !is_first {
            status.changed().await.ok()?;
        }
        let state = status.borrow_and_update().state;
        Some(((homey, Happened::State(state)), (status, false, mirror)))
    })
    .boxed()
}

async fn next_event(events: &mut Option<mpsc::Receiver<Event>>) -> Option<Event> {
    match events {
        Some(events) => events.recv().await,
        None => std::future::pending().await,
    }
}

/// Room for a request. Of a connection that has ended none comes: its events say so.
async fn reserve(requests: mpsc::Sender<Request>) -> mpsc::OwnedPermit<Request> {
    match requests.reserve_owned().await {
        Ok(permit) => permit,
        Err(_) => std::future::pending().await,
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl From<Out> for Request {
    fn from(out: Out) -> Self {
        match out {
            Out::Publish(message) => Self::Publish(message),
            Out::Subscribe(filters) => Self::Subscribe(filters),
            Out::Read(filters) => Self::Read(filters),
            Out::Unsubscribe(filters) => Self::Unsubscribe(filters),
        }
    }
}
