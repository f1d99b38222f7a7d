//! The check of the sign-in: accounts, Homeys, how long their tokens last, and whether they are renewed.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::check::{Finding, Findings};
use super::subject::{Examined, Subject, Subjects};
use crate::context::Context;
use crate::duration;
use crate::inventory::{self, Account, SignInState};

const LOGIN: &str = "run `housekey login`";

pub(super) async fn check(subjects: &Subjects, context: &Context) -> Findings {
    let mut findings = Findings::default();
    for finding in &subjects.broken {
        findings.add(
            Finding::failed(finding.text.clone()).next("check the variables of the environment"),
        );
    }
    // A renewal may end a sign-in, which the store knows then.
    let examined = join_all(subjects.open.iter().map(|subject| homey(subject, context))).await;
    let stored = inventory::homeys(context)
        .and_then(|homeys| Ok((inventory::accounts(context, &homeys)?, homeys)));
    let (accounts, homeys) = match stored {
        Ok(stored) => stored,
        Err(failure) => {
            findings
                .add(Finding::failed(failure.to_string()).next("look at the check of the store"));
            return findings;
        }
    };
    if accounts.is_empty() && homeys.is_empty() && subjects.open.is_empty() {
        if subjects.broken.is_empty() {
            findings.add(Finding::failed("not signed in to anything").next(LOGIN));
        }
        return findings;
    }
    let unreadable = homeys.iter().filter(|homey| homey.state == SignInState::Unreadable);
    for homey in unreadable {
        let problem = homey.problem.as_deref().unwrap_or("its record cannot be read");
        findings.add(Finding::failed(format!("{}: {problem}", homey.name)).next(LOGIN));
    }
    accounts.iter().map(account).for_each(|finding| findings.add(finding));
    let mut facts = serde_json::Map::new();
    for (subject, (list, about)) in subjects.open.iter().zip(examined) {
        list.into_iter().for_each(|finding| findings.add(finding));
        facts.insert(subject.name().to_owned(), about);
    }
    findings.fact("accounts", accounts);
    findings.fact("homeys", facts);
    findings
}

fn account(account: &Account) -> Finding {
    let name = &account.name;
    match (account.state, &account.problem) {
        (SignInState::SignedIn | SignInState::Renewable, _) => {
            Finding::ok(format!("{name} is signed in"))
        }
        (SignInState::SignedOut | SignInState::Unreadable, Some(problem)) => {
            Finding::failed(format!("{name}: {problem}")).next(LOGIN)
        }
        (SignInState::SignedOut | SignInState::Unreadable, None) => {
            Finding::failed(format!("{name} is signed out")).next(LOGIN)
        }
    }
}

/// Renews the session if that is due, and looks whether the Homey accepts it.
async fn homey(subject: &Subject, context: &Context) -> Examined {
    let title = &subject.title;
    if let Some(session) = subject.homey.session()
        && let Err(error) = session.ensure_fresh().await
    {
        return (vec![refused(title, &error)], Value::Null);
    }
    if let Err(error) = subject.homey.sessions().get_session_me().bytes().await
        && !is_about_rights(&error)
    {
        return (vec![refused(title, &error)], Value::Null);
    }
    let access = subject.homey.session().map(housekey::auth::Session::access);
    let session = access.as_ref().and_then(|access| access.session());
    let expires_at = session.map(|session| session.expires_at);
    let renewed = access.as_ref().is_some_and(|access| access.is_renewable());
    let about = json!({ "expires_at": expires_at, "renewed": renewed });
    let Some(end) = expires_at else {
        return (
            vec![Finding::ok(format!("{title} accepts the token, which does not end"))],
            about,
        );
    };
    let left = duration::show(end.duration_since(context.clock.now()));
    let finding = match renewed {
        true => Finding::ok(format!("{title} accepts the session: {left} left, then renewed")),
        false => Finding::warning(format!("{title} accepts the session: {left} left")).next(
            "nothing renews it: sign in with `housekey login --remember`, or with an account",
        ),
    };
    (vec![finding], about)
}

/// A refusal of the scope proves that the token is known.
fn is_about_rights(error: &housekey::Error) -> bool {
    use housekey::error::HomeyError::MissingScope;
    matches!(error, housekey::Error::Homey(MissingScope { .. }))
}

/// A Homey that is offline is the finding of the routes.
fn refused(title: &str, error: &housekey::Error) -> Finding {
    match error.kind() {
        housekey::error::Kind::SignIn => Finding::failed(format!("{title}: {error}")).next(LOGIN),
        _ => Finding::of_request(title, error),
    }
}
