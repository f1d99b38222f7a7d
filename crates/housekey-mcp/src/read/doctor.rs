//! `homey_doctor`.

use housekey::mirror::{ItemKind, MirrorStatus};

use crate::answer::Answer;
use crate::group::{Group, Groups};
use crate::lines::{MOST_TOKENS, USUAL_TOKENS};
use crate::quote::quoted;
use crate::view::View;

/// What is known of the client.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    pub(crate) groups: Groups,
    pub(crate) dry_run: bool,
}

/// The state of the connection. Without a view the home was not reached.
pub(crate) fn doctor(title: &str, view: Result<&View, &str>, client: &Client) -> Answer {
    let mut lines = vec![format!("housekey {} · {}", env!("CARGO_PKG_VERSION"), quoted(title))];
    match view {
        Ok(view) => {
            lines.push(format!("home time: {}", view.now.in_full()));
            lines.push(connection(&view.status, view));
            lines.push(format!("copy of the home: {}", counts(view)));
        }
        Err(why) => {
            lines.push(format!("not reached: {}", quoted(why)));
        }
    }
    lines.push(rights(client));
    lines.push(format!(
        "answers: at most {USUAL_TOKENS} tokens, {MOST_TOKENS} with `limit`; a cursor leads to the rest"
    ));
    lines.push(
        "units: as shown; dim, volume and other shares are 0 to 1; times are those of the home"
            .to_owned(),
    );
    Answer::text(lines.join("\n"))
}

fn connection(status: &MirrorStatus, view: &View) -> String {
    let reason = status.reason.as_deref().map(|reason| format!(" ({})", quoted(reason)));
    let since = view.now.at(status.since);
    format!("connection: {} since {since}{}", status.state, reason.unwrap_or_default())
}

fn counts(view: &View) -> String {
    let count = |kind: ItemKind| view.home.items(kind).len();
    let (standard, advanced) = (count(ItemKind::Flow), count(ItemKind::AdvancedFlow));
    format!(
        "{} devices, {} zones, {standard} flows, {advanced} advanced flows, {} variables, {} moods, {} people",
        count(ItemKind::Device),
        count(ItemKind::Zone),
        count(ItemKind::Variable),
        count(ItemKind::Mood),
        count(ItemKind::User)
    )
}

fn rights(client: &Client) -> String {
    let may: Vec<_> = client.groups.iter().map(Group::as_str).collect();
    let missing: Vec<_> = Group::ALL
        .into_iter()
        .filter(|group| !client.groups.has(*group))
        .map(Group::as_str)
        .collect();
    let missing = match missing.is_empty() {
        true => String::new(),
        false => format!("; not allowed: {}", missing.join(", ")),
    };
    let dry_run = if client.dry_run { "; dry run: nothing is written" } else { "" };
    format!("this client may: {}{missing}{dry_run}", may.join(", "))
}
