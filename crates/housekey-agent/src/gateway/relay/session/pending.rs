//! Requests that the Homey has not replied to yet, and those that are sent again under another token.

use std::collections::HashMap;

use housekey::Secret;
use housekey::retry::may_renew;

use crate::redaction::Watch;

/// How many requests may wait for their reply; beyond that the oldest is forgotten.
pub(super) const MAX_PENDING: usize = 1024;

/// How many bytes are kept of requests so that they can be sent again: of one, and of all.
pub(super) const KEPT_BYTES: usize = 64 * 1024;
pub(super) const KEPT_BYTES_IN_ALL: usize = 1 << 20;

/// Namespace and id of a reply.
pub(super) type ReplyId = (String, u64);

/// A request that the Homey has not replied to.
#[derive(Debug)]
pub(super) struct PendingRequest {
    /// The frame; `None` if it is too large to be kept, and for a handshake, which is made anew.
    pub(super) frame: Option<String>,
    pub(super) kind: RequestKind,
    /// How many times it was sent again.
    pub(super) renewals: u32,
    /// Its position among all requests.
    pub(super) count: u64,
}

/// The kind of a request.
#[derive(Debug, Clone)]
pub(super) enum RequestKind {
    /// A handshake, with what the client sent in place of the token, as JSON.
    Handshake(Secret),
    /// A call or a subscription, with what its reply may hold.
    Call(Watch),
}

/// The requests of one live connection.
#[derive(Debug, Default)]
pub(super) struct PendingRequests {
    waiting: HashMap<ReplyId, PendingRequest>,
    /// Requests that are sent again after the next handshake of the gateway.
    deferred: Vec<(ReplyId, PendingRequest)>,
    /// How many requests there were so far.
    count: u64,
    /// The bytes of all frames in `waiting` and `deferred`.
    kept_bytes: usize,
}

impl PendingRequests {
    /// Adds a request that is sent to the Homey. One with the same id is forgotten.
    pub(super) fn add(&mut self, id: ReplyId, frame: Option<&str>, kind: RequestKind) {
        let fits = |frame: &&str| {
            frame.len() <= KEPT_BYTES && self.kept_bytes + frame.len() <= KEPT_BYTES_IN_ALL
        };
        let frame = frame.filter(fits).map(str::to_owned);
        self.count += 1;
        let request = PendingRequest { frame, kind, renewals: 0, count: self.count };
        self.kept_bytes += request.bytes();
        self.remove(&id);
        self.waiting.insert(id, request);
        if self.waiting.len() > MAX_PENDING
            && let Some(oldest) = self.waiting.iter().min_by_key(|(_, request)| request.count)
        {
            let id = oldest.0.clone();
            self.remove(&id);
        }
    }

    /// Adds a request that was deferred, whose bytes are counted already.
    pub(super) fn add_again(&mut self, id: ReplyId, request: PendingRequest) {
        self.remove(&id);
        self.waiting.insert(id, request);
    }

    /// Takes the request out that the Homey has replied to.
    pub(super) fn remove(&mut self, id: &ReplyId) -> Option<PendingRequest> {
        let request = self.waiting.remove(id)?;
        self.kept_bytes -= request.bytes();
        Some(request)
    }

    /// Whether a request whose token was refused may be sent again.
    pub(super) fn may_defer(&self, request: &PendingRequest) -> bool {
        may_renew(request.renewals, false) && self.deferred.len() < MAX_PENDING
    }

    /// Keeps a request until there is another token.
    pub(super) fn defer(&mut self, id: ReplyId, mut request: PendingRequest) {
        request.renewals += 1;
        self.kept_bytes += request.bytes();
        self.deferred.push((id, request));
    }

    /// Whether a deferred request is a handshake, which shows the token for all of them.
    pub(super) fn has_deferred_handshake(&self) -> bool {
        self.deferred.iter().any(|(_, request)| request.is_handshake())
    }

    /// Takes out what is sent again, handshakes first, each with its bytes still counted.
    pub(super) fn take_deferred(&mut self) -> Vec<(ReplyId, PendingRequest)> {
        let mut deferred = std::mem::take(&mut self.deferred);
        deferred.sort_by_key(|(_, request)| (!request.is_handshake(), request.count));
        deferred
    }

    /// Takes out what is not sent again after all.
    pub(super) fn give_up_deferred(&mut self) -> impl Iterator<Item = ReplyId> {
        let deferred = std::mem::take(&mut self.deferred);
        self.kept_bytes -= deferred.iter().map(|(_, request)| request.bytes()).sum::<usize>();
        deferred.into_iter().map(|(id, _)| id)
    }
}

impl PendingRequest {
    fn is_handshake(&self) -> bool {
        matches!(self.kind, RequestKind::Handshake(_))
    }

    fn bytes(&self) -> usize {
        self.frame.as_ref().map_or(0, String::len)
    }
}

#[cfg(test)]
impl PendingRequests {
    /// How many requests wait, and how many are deferred.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.waiting.len(), self.deferred.len())
    }

    pub(super) fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }
}
