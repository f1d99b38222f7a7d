//! The line that says how fresh a page is, and what to do where it is not.

use housekey::mirror::{MirrorState, MirrorStatus};

use super::when::Now;

/// The state of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// The state as a word, for the style.
    pub state: &'static str,
    /// What it says: `polling since 14:02`.
    pub text: String,
    /// What to do about it.
    pub advice: Option<String>,
    /// Whether the values may be outdated.
    pub stale: bool,
}

impl Freshness {
    /// Of a page that shows that mirror of the Homey of a short name.
    pub fn of(status: &MirrorStatus, name: &str, now: &Now) -> Self {
        let since = || now.say(status.since);
        let reason = || status.reason.as_deref().map(str::to_owned);
        let (text, advice, stale) = match status.state {
            MirrorState::Live if !status.complete => ("reading the home".to_owned(), None, false),
            MirrorState::Live => ("live".to_owned(), None, false),
            MirrorState::Connecting => ("connecting".to_owned(), None, true),
            MirrorState::CatchingUp => ("catching up".to_owned(), None, true),
            MirrorState::Polling => (format!("polling since {}", since()), reason(), false),
            MirrorState::Offline => (format!("offline since {}", since()), reason(), true),
            MirrorState::SignedOut => {
                let advice = format!("Run `housekey login --homey {name}` where the agent runs.");
                (format!("signed out since {}: sign in again", since()), Some(advice), true)
            }
        };
        Self { state: status.state.as_str(), text, advice, stale }
    }

    /// Of a page whose Homey could not be reached at all.
    pub fn unreachable(why: &str) -> Self {
        let (text, advice) = ("not reached yet".to_owned(), Some(why.to_owned()));
        Self { state: "offline", text, advice, stale: true }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn every_state_says_what_it_is() {
        let now = Now { at: "2026-03-10T23:00:00Z".parse().unwrap(), zone: TimeZone::UTC };
        let since = "2026-03-10T14:02:00Z".parse().unwrap();
        let texts = [
            MirrorState::Connecting,
            MirrorState::Live,
            MirrorState::CatchingUp,
            MirrorState::Polling,
            MirrorState::Offline,
            MirrorState::SignedOut,
        ]
        .map(|state| {
            let status = MirrorStatus { state, reason: None, since, complete: true };
            let freshness = Freshness::of(&status, "home", &now);
            format!("{} stale={}", freshness.text, freshness.stale)
        });
        insta::assert_snapshot!(texts.join("\n"), @"
        connecting stale=true
        live stale=false
        catching up stale=true
        polling since 14:02 stale=false
        offline since 14:02 stale=true
        signed out since 14:02: sign in again stale=true
        ");
    }
}
