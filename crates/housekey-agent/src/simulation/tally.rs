//! What a simulated life was made of, counted.

use std::fmt;

/// What was lived through.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) days: u64,
    pub(super) requests: u64,
    pub(super) sessions: u64,
    pub(super) exchanges: u64,
    pub(super) outages: u64,
    pub(super) storms: u64,
    pub(super) revoked: u64,
    pub(super) clocks: u64,
    pub(super) sleeps: u64,
    pub(super) restarts: u64,
    pub(super) programs: u64,
    /// Sign-outs after the person had withdrawn the consent.
    pub(super) withdrawn: u64,
    /// Sign-outs since answers with a new refresh token were lost for longer than the cloud gives
    /// them again.
    pub(super) forgotten: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.days += other.days;
        self.requests += other.requests;
        self.sessions += other.sessions;
        self.exchanges += other.exchanges;
        self.outages += other.outages;
        self.storms += other.storms;
        self.revoked += other.revoked;
        self.clocks += other.clocks;
        self.sleeps += other.sleeps;
        self.restarts += other.restarts;
        self.programs += other.programs;
        self.withdrawn += other.withdrawn;
        self.forgotten += other.forgotten;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { days, requests, sessions, exchanges, outages, storms, .. } = self;
        let Self { revoked, clocks, sleeps, restarts, programs, withdrawn, forgotten, .. } = self;
        write!(
            f,
            "{days} days, {requests} requests, {sessions} sessions and {exchanges} pairs of account \
             tokens; {outages} outages, {storms} storms of faults, {revoked} revocations, {clocks} \
             jumps of the clock, {sleeps} sleeps, {restarts} restarts, {programs} programs beside; \
             signed out {withdrawn} times after consent was withdrawn, {forgotten} times since answers \
             were lost for longer than the cloud repeats them"
        )
    }
}
