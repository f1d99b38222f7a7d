//! Sends what changes a Homey; with `--dry-run` prints its request instead.

mod preview;

use housekey::client::Call;
use serde_json::{Map, Value};

use self::preview::Preview;
use crate::context::{Context, Target};
use crate::error::Outcome;
use crate::prompt::Sure;

impl Target {
    /// Sends a call that changes something, reports it as `done`, and prints its answer with `--json`.
    pub(crate) async fn write<A>(
        &self,
        call: Call<'_, A>,
        done: &str,
        context: &Context,
    ) -> Outcome {
        match self.unless_dry_run(call, done, context).await? {
            Some(call) => self.report_write(done, &call.bytes().await?, context),
            None => Ok(()),
        }
    }

    /// The call, for commands that need more of its answer than [`Self::write`]. With `--dry-run` prints its
    /// request and what it would be reported as, and returns `None`.
    pub(crate) async fn unless_dry_run<'h, A>(
        &self,
        call: Call<'h, A>,
        done: &str,
        context: &Context,
    ) -> Outcome<Option<Call<'h, A>>> {
        if !self.dry_run.is_given() {
            return Ok(Some(call));
        }
        self.preview(Preview::from(call.request().await?), Some(done), context)?;
        Ok(None)
    }

    /// Prints a request that is not sent.
    pub(crate) fn preview(
        &self,
        request: impl Into<Preview>,
        done: Option<&str>,
        context: &Context,
    ) -> Outcome {
        let request = self.redacted(request);
        match context.out.is_json() {
            true => context.out.line(&request.json().into())?,
            false => context.out.text(&request.text())?,
        }
        context.out.note(&match done {
            Some(done) => {
                format!("Nothing is sent. Without --dry-run: {done} (Homey \"{}\")", self.title)
            }
            None => format!("Nothing is sent to \"{}\".", self.title),
        });
        Ok(())
    }

    /// A request that is not sent, as JSON.
    pub(crate) fn preview_of(&self, request: impl Into<Preview>) -> Map<String, Value> {
        self.redacted(request).json()
    }

    fn redacted(&self, request: impl Into<Preview>) -> Preview {
        request.into().redacted(self.dry_run.hidden.as_ref())
    }

    /// Confirms the action, which a dry run does not take.
    ///
    /// # Errors
    /// As [`Sure::check`].
    pub(crate) fn confirm(&self, sure: &Sure, question: &str) -> Outcome {
        if self.dry_run.is_given() { Ok(()) } else { sure.check(question) }
    }

    /// Reports a write and its Homey, and prints its answer with `--json`.
    pub(crate) fn report_write(&self, done: &str, answer: &[u8], context: &Context) -> Outcome {
        self.report(done, context);
        context.out.data(answer)
    }

    /// Says that a write is done and at which Homey.
    pub(crate) fn report(&self, done: &str, context: &Context) {
        context.out.note(&format!("{done} (Homey \"{}\")", self.title));
    }
}
