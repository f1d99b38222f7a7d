//! Log lines about the route to a Homey: the end of plain HTTP, and certificates that are not accepted.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use housekey::Homey;
use housekey::auth::store::{HomeyRecord, Store};
use housekey::discovery::{Addresses, PlainHttp};
use housekey::error::CertificateProblem;
use url::Url;

use crate::mutex::lock_unpoisoned;
use crate::security::{SecurityEvent, SecurityLog};

/// The log lines of one Homey. Cheap to clone; clones share what was logged.
#[derive(Debug, Clone)]
pub(crate) struct RouteLog {
    name: String,
    title: String,
    addresses: Addresses,
    plain_http: PlainHttp,
    store: Store,
    logged: Arc<Mutex<Logged>>,
}

#[derive(Debug, Default)]
struct Logged {
    /// That plain HTTP is not used any more.
    informed: bool,
    /// The certificate that the last search did not accept.
    rejected: Option<(Url, CertificateProblem)>,
}

impl RouteLog {
    pub(crate) fn new(record: &HomeyRecord, plain_http: PlainHttp, store: &Store) -> Self {
        Self {
            name: record.name.clone(),
            title: record.title.clone(),
            addresses: record.addresses.clone(),
            plain_http,
            store: store.clone(),
            logged: Arc::default(),
        }
    }

    /// Logs once that the Homey was reached in the clear until now, if that is so. With https in its
    /// network it was only while it was `offline` at every encrypted address.
    pub(crate) async fn plain_http_ended(&self, offline: bool) {
        // Without a log it is left to a command or a later run to say so.
        if !tracing::enabled!(tracing::Level::WARN)
            || !self.addresses.was_reached_in_the_clear(self.plain_http, offline)
            || mem::replace(&mut self.logged().informed, true)
        {
            return;
        }
        tracing::warn!(
            homey = self.name,
            "was reached over plain HTTP until now{}, and is not any more; to allow it: housekey homeys \
             add '{}' --plain-http",
            match self.addresses.local_secure {
                Some(_) => " while none of its encrypted addresses answered",
                None => "",
            },
            self.title
        );
        // Where that cannot be stored, it is logged again at the next start.
        let _ = self.store.informed_of_encryption(&self.name).await;
    }

    /// Logs what the last search for the Homey found.
    pub(crate) async fn searched(&self, homey: &Homey, security: &SecurityLog) {
        if homey.is_offline() {
            self.plain_http_ended(true).await;
        }
        let rejected = homey.rejected_certificate();
        let before = mem::replace(&mut self.logged().rejected, rejected.clone());
        if let Some((address, problem)) = rejected.filter(|now| before.as_ref() != Some(now)) {
            let detail = format!("{address}: {problem}");
            security.record(SecurityEvent::CertificateError, &self.name, detail);
        }
    }

    fn logged(&self) -> MutexGuard<'_, Logged> {
        lock_unpoisoned(&self.logged)
    }
}
