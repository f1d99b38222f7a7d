//! The homes that clients see: their mirrors, and what is read beside them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use housekey::Homey;
use housekey::catalogue::Dialect;
use housekey::clock::SharedClock;
use housekey::mirror::{Kinds, Mirror, MirrorStatus};
use housekey::redaction::TokenVariables;
use housekey_backup::cards::Cards;
use housekey_backup::secrets::KnownSecrets;
use housekey_backup::{About, Home, Items, Part, read};
use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout};

use crate::answer::{Outcome, Refused};
use crate::exposure::Sees;
use crate::quote::quoted;
use crate::read::{FlowFacts, secret_free};
use crate::view::{DeviceCache, Moment, View};

/// The mirror of a Homey once there is one, or why there is none.
pub type MirrorSource = Arc<dyn Fn() -> BoxFuture<'static, Result<Mirror, String>> + Send + Sync>;

/// A Homey that clients see.
#[derive(Clone)]
pub struct HomeSource {
    /// Its short name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its dialect: decides which scopes a key needs.
    pub dialect: Dialect,
    /// The client, for writes and for what no mirror holds.
    pub homey: Homey,
    /// Its mirror.
    pub mirror: MirrorSource,
}

/// A mirror that is started at the first call, and again at the next one where that failed. The values of those
/// variables are tokens, and never get into it.
pub fn own_mirror(homey: Homey, clock: SharedClock, variables: TokenVariables) -> MirrorSource {
    let cell = Arc::new(OnceCell::new());
    Arc::new(move || {
        let (cell, homey) = (cell.clone(), homey.clone());
        let (clock, variables) = (clock.clone(), variables.clone());
        Box::pin(async move {
            let start = || Mirror::start_without_tokens(homey, Kinds::all(), clock, variables);
            cell.get_or_try_init(start).await.cloned().map_err(|error| error.to_string())
        })
    })
}

/// How long a call waits for the first read of a home.
const FIRST_READ: Duration = Duration::from_secs(20);

/// How long a call waits for what is read beside the mirror.
pub(crate) const READ: Duration = Duration::from_secs(20);

/// How long that is good. Flows, devices and zones come from the mirror; this is cards, apps, folders and scripts.
const GOOD_FOR: Duration = Duration::from_secs(300);

/// The parts of a home that flows refer to and no mirror holds.
const OTHERS: [Part; 5] =
    [Part::Apps, Part::Folders, Part::Scripts, Part::Alarms, Part::Dashboards];

/// A Homey, what of it exists for a client, and what is known of it.
pub(crate) struct HomeState {
    pub(crate) source: HomeSource,
    clock: SharedClock,
    sees: Sees,
    cache: Mutex<DeviceCache>,
    known: Arc<Known>,
}

/// What all clients share.
#[derive(Default)]
struct Known {
    zone: Mutex<Option<TimeZone>>,
    others: tokio::sync::Mutex<Option<Others>>,
}

/// What was read beside the mirror.
#[derive(Clone)]
struct Others {
    at: Instant,
    home: Arc<Home>,
    cards: Arc<Cards>,
}

impl HomeState {
    pub(crate) fn new(source: HomeSource, clock: SharedClock) -> Self {
        let (cache, known) = Default::default();
        Self { source, clock, sees: Sees::all(), cache, known }
    }

    /// The same for another client.
    pub(crate) fn seen_as(&self, sees: Sees) -> Self {
        let (source, clock, known) = (self.source.clone(), self.clock.clone(), self.known.clone());
        Self { source, clock, sees, cache: Mutex::default(), known }
    }

    /// The mirror, after its first read if that does not take too long.
    pub(crate) async fn mirror(&self) -> Outcome<Mirror> {
        let title = quoted(&self.source.title);
        let late = || Refused::new(format!("{title} has not answered yet. Try again in a minute."));
        let started = Instant::now();
        let mirror = match timeout(FIRST_READ, (self.source.mirror)()).await {
            Ok(Ok(mirror)) => mirror,
            Ok(Err(why)) => {
                return Err(Refused::new(format!("{title} cannot be reached: {}", quoted(&why))));
            }
            Err(_) => return Err(late()),
        };
        let left = FIRST_READ.saturating_sub(started.elapsed());
        match timeout(left, mirror.complete()).await {
            Ok(()) => Ok(mirror),
            // A part of it may be there; the answer says that it is not complete.
            Err(_) if mirror.home().seq() > 0 => Ok(mirror),
            Err(_) => Err(late()),
        }
    }

    /// The home at this moment.
    pub(crate) async fn view(&self) -> Outcome<View> {
        let mirror = self.mirror().await?;
        let now = self.moment().await;
        Ok(self.view_of(&mirror, now))
    }

    fn view_of(&self, mirror: &Mirror, now: Moment) -> View {
        let status: MirrorStatus = mirror.status().borrow().clone();
        let home = self.sees.of(&mirror.home());
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        View::new(&self.source.title, (home, status), &mut cache, now)
    }

    /// The present on the clock of the home; on that of this machine where the home does not say its zone.
    pub(crate) async fn moment(&self) -> Moment {
        let known = || self.known.zone.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let zone = match known() {
            Some(zone) => zone,
            None => {
                let zone = self.read_zone().await.unwrap_or_else(TimeZone::system);
                *self.known.zone.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some(zone.clone());
                zone
            }
        };
        Moment { now: self.clock.now(), zone }
    }

    async fn read_zone(&self) -> Option<TimeZone> {
        let system = self.source.homey.system();
        let info = timeout(READ, system.get_info()).await.ok()?.ok()?;
        info.timezone.text().and_then(|name| TimeZone::get(name).ok())
    }

    /// The home with its flow cards.
    pub(crate) async fn facts(&self, view: &View) -> Outcome<Arc<FlowFacts>> {
        let others = self.others().await?;
        Ok(Arc::new(FlowFacts::of(&view.home, &others.home, others.cards)))
    }

    /// Has what is no part of the mirror read again at the next call.
    pub(crate) async fn forget_others(&self) {
        *self.known.others.lock().await = None;
    }

    async fn others(&self) -> Outcome<Others> {
        // Held while it is read: calls that come meanwhile wait for the same answer.
        let mut held = self.known.others.lock().await;
        if let Some(others) = held.as_ref().filter(|others| others.at.elapsed() < GOOD_FOR) {
            return Ok(others.clone());
        }
        let HomeSource { homey, title, .. } = &self.source;
        let home = async { read::parts(homey, title, &OTHERS, |_| ()).await };
        let read = futures_util::future::try_join(home, read::cards(homey));
        let why = match timeout(READ, read).await {
            Ok(Ok((home, cards))) => {
                let others =
                    Others { at: Instant::now(), home: Arc::new(home), cards: Arc::new(cards) };
                *held = Some(others.clone());
                return Ok(others);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it took too long".to_owned(),
        };
        // What was read before is better than nothing.
        held.clone().ok_or_else(|| {
            Refused::new(format!("The flow cards cannot be read: {}. Try again.", quoted(&why)))
        })
    }

    /// A device without its secrets: those that its app describes as passwords are known then.
    pub(crate) async fn setup(&self, id: &str, device: &Value) -> Option<Value> {
        let mut home = Home::new(About::default());
        home.insert(Part::Devices, Items::from([(id.to_owned(), device.clone())]));
        let known = read::known_secrets(&self.source.homey, &home);
        let known: KnownSecrets = timeout(READ, known).await.ok()?.ok()?;
        Some(secret_free(Part::Devices, id, device, &known))
    }
}
