//! Plans of edits: what was shown to a client, so that the second call makes exactly that.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

/// How long a plan is good.
const LIFE: Duration = Duration::from_secs(600);

/// The most plans that are kept.
const MOST: usize = 64;

/// A plan that was shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StoredPlan {
    /// The client, the home and the tool.
    pub(super) of: String,
    /// The arguments of the first call.
    pub(super) arguments: Map<String, Value>,
    /// A digest of what it was made from and of what it makes.
    pub(super) fingerprint: String,
}

/// The plans that were shown, by id. Each is good once.
#[derive(Debug, Default)]
pub(super) struct Plans(Mutex<HashMap<String, (Instant, StoredPlan)>>);

impl Plans {
    /// Keeps a plan, and returns its id. The oldest makes room.
    pub(super) fn keep(&self, plan: StoredPlan) -> String {
        let mut plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        plans.retain(|_, (at, _)| at.elapsed() < LIFE);
        if plans.len() >= MOST
            && let Some(oldest) =
                plans.iter().min_by_key(|(_, (at, _))| *at).map(|(id, _)| id.clone())
        {
            plans.remove(&oldest);
        }
        let id = format!("{:016x}", rand::random::<u64>());
        plans.insert(id.clone(), (Instant::now(), plan));
        id
    }

    /// The plan of that id that was shown for the same client, home and tool.
    pub(super) fn get(&self, id: &str, of: &str) -> Option<StoredPlan> {
        let plans = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, plan) = plans.get(id)?;
        (at.elapsed() < LIFE && plan.of == of).then(|| plan.clone())
    }

    /// Uses a plan up; whether it was still there.
    pub(super) fn take(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> StoredPlan {
        let (arguments, fingerprint) = Default::default();
        StoredPlan { of: "client".to_owned(), arguments, fingerprint }
    }

    #[tokio::test(start_paused = true)]
    async fn a_plan_is_good_once_and_for_its_client() {
        let plans = Plans::default();
        let id = plans.keep(plan());
        assert_eq!(plans.get(&id, "client"), Some(plan()));
        assert_eq!(plans.get(&id, "another"), None);
        assert!(plans.take(&id) && !plans.take(&id));
        assert_eq!(plans.get(&id, "client"), None);
        let id = plans.keep(plan());
        tokio::time::advance(LIFE).await;
        assert_eq!(plans.get(&id, "client"), None, "too late");
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_plan_makes_room() {
        let plans = Plans::default();
        let first = plans.keep(plan());
        for _ in 0..MOST {
            tokio::time::advance(Duration::from_secs(1)).await;
            plans.keep(plan());
        }
        assert_eq!(plans.get(&first, "client"), None);
        assert_eq!(plans.0.lock().unwrap().len(), MOST);
    }
}
