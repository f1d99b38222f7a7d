//! Questions that clients show to their users, and the states that come back with the answers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a person may take to answer a question of the client.
pub(super) const QUESTION: Duration = Duration::from_secs(120);

/// The most questions of which the answers are waited for.
const MOST_QUESTIONS: usize = 64;

/// Questions that were sent to clients, by the state that comes back with the answer. Each is good once, for the
/// same call of the same client.
#[derive(Debug, Default)]
pub(super) struct Questions {
    waiting: Mutex<HashMap<String, (Instant, String)>>,
}

impl Questions {
    /// The state of a new question about a call.
    pub(super) fn new_state(&self, call: String) -> Option<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (at, _)| at.elapsed() < QUESTION);
        if waiting.len() >= MOST_QUESTIONS {
            return None;
        }
        let state: [u8; 32] = rand::random();
        let state: String = state.iter().map(|byte| format!("{byte:02x}")).collect();
        waiting.insert(state.clone(), (Instant::now(), call));
        Some(state)
    }

    /// Whether that is the state of a question about this call. It is used up.
    pub(super) fn take(&self, state: &str, call: &str) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let known = waiting.remove(state);
        known.is_some_and(|(at, about)| at.elapsed() < QUESTION && about == call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_state_is_good_once_for_its_call() {
        let questions = Questions::default();
        let state = questions.new_state("set a".to_owned()).unwrap();
        assert!(!questions.take("forged", "set a"));
        assert!(questions.take(&state, "set a") && !questions.take(&state, "set a"));
        let state = questions.new_state("set a".to_owned()).unwrap();
        assert!(!questions.take(&state, "set b"), "another call");
        assert!(!questions.take(&state, "set a"), "used up");
        let state = questions.new_state("set a".to_owned()).unwrap();
        tokio::time::advance(QUESTION).await;
        assert!(!questions.take(&state, "set a"), "too late");
        for _ in 0..MOST_QUESTIONS {
            questions.new_state("set".to_owned()).unwrap();
        }
        assert_eq!(questions.new_state("set".to_owned()), None);
    }
}
