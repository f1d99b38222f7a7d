//! Plain HTTP, which is not encrypted: whether it is allowed for a Homey, and who decided that.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use housekey::auth::AccountHomey;
use housekey::discovery::{PlainHttp, candidates};
use housekey::error::SignInError;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::{prompt, settings};

// The options of commands that learn of a Homey. (A doc comment would become the help of the command.)
#[derive(Debug, clap::Args)]
pub(crate) struct PlainHttpArgs {
    /// Allow plain HTTP, which is not encrypted, for this Homey: who is in the same network can read
    /// the token. It is remembered as `plain_http` in config.toml
    #[arg(long)]
    pub(crate) plain_http: bool,
    /// Whether it was allowed at the question.
    #[arg(skip)]
    agreed: Arc<AtomicBool>,
}

impl PlainHttpArgs {
    /// Decides for a Homey of an account: as the flag or the settings say. Where it has no other
    /// address at home, it is a question to the person at the terminal.
    pub(crate) fn decides(
        &self,
        context: &Context,
    ) -> Outcome<impl Fn(&AccountHomey) -> Result<PlainHttp, SignInError> + Send + Sync + use<>>
    {
        let allowed = allowed_ids(context)?;
        let (flag, agreed, can_ask) = (self.plain_http, self.agreed.clone(), prompt::can_ask());
        Ok(move |homey: &AccountHomey| {
            let ask = || prompt::agree(&question(homey));
            let decided = flag
                || allowed.contains(&homey.id)
                || agreed.load(Ordering::Relaxed)
                || can_ask && lacks_encryption_at_home(homey) && ask().map_err(stopped)?;
            agreed.store(decided, Ordering::Relaxed);
            Ok(PlainHttp::allowed(decided))
        })
    }

    /// What was decided.
    pub(crate) fn decided(&self) -> PlainHttp {
        PlainHttp::allowed(self.plain_http || self.agreed.load(Ordering::Relaxed))
    }

    /// Remembers what was decided.
    pub(crate) fn remember(&self, name: &str, context: &Context) -> Outcome {
        match self.decided() {
            PlainHttp::Allowed => settings::allow_plain_http(&context.settings, name, true),
            PlainHttp::Forbidden => Ok(()),
        }
    }
}

/// The cloud ids of the stored Homeys for which it is allowed.
fn allowed_ids(context: &Context) -> Outcome<BTreeSet<String>> {
    let settings = context.settings.read()?;
    let names = settings.homeys.iter().filter(|(_, homey)| homey.plain_http).map(|(name, _)| name);
    let record = |name: &String| context.store.homey(name).ok().flatten();
    Ok(names.filter_map(record).map(|record| record.id).collect())
}

/// Whether its own network could only be used in the clear.
pub(crate) fn lacks_encryption_at_home(homey: &AccountHomey) -> bool {
    let at_home = |plain| {
        let candidates = candidates(&homey.addresses, plain);
        candidates.iter().any(|candidate| candidate.strategy.is_at_home())
    };
    !at_home(PlainHttp::Forbidden) && at_home(PlainHttp::Allowed)
}

/// Ctrl-C at the question is no answer: it ends the sign-in, as at every other prompt.
fn stopped(failure: Failure) -> SignInError {
    SignInError::Stopped { why: failure.to_string() }
}

fn question(homey: &AccountHomey) -> String {
    format!(
        "\"{}\" has no encrypted address in its network. Allow plain HTTP there, although others in that \
         network can then read its token?",
        homey.name
    )
}
