//! A listener to the answers of calls.

use std::fmt;
use std::sync::Arc;

/// Sees every answer that is no refusal, with the id of its operation.
#[derive(Clone, Default)]
pub(super) struct Observer(Option<Arc<Function>>);

type Function = dyn Fn(&'static str, &[u8]) + Send + Sync;

impl Observer {
    pub(super) fn new(function: impl Fn(&'static str, &[u8]) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(function)))
    }

    pub(super) fn answered(&self, operation: &'static str, answer: &[u8]) {
        if let Some(function) = &self.0 {
            function(operation, answer);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
