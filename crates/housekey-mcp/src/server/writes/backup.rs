//! `homey_backup`.

use housekey_backup::cards::Cards;
use housekey_backup::diff::{self, Difference, DifferenceKind};
use housekey_backup::words::Words;
use housekey_backup::{Home, Part};
use serde_json::Value;

use super::intent::{Call, Intent};
use crate::answer::{Answer, Outcome, Refused};
use crate::homes::HomeState;
use crate::lines::{USUAL_TOKENS, fitted};
use crate::quote::{quoted, quoted_to, short_id, word};
use crate::server::state::Server;

/// The most backups that are listed.
const LISTED: usize = 30;

/// The most letters of a value.
const VALUE: usize = 80;

impl Server {
    /// Writes to this machine alone, so that no person is needed.
    pub(super) async fn backup(&self, home: &HomeState, call: &Call<'_>) -> Outcome<Intent> {
        let backups = self.backups()?;
        let answer = match (call.arguments.text("action"), call.arguments.text("backup")) {
            (Some("create"), _) if self.grant.dry_run => Answer::text("dry run, nothing is kept."),
            (Some("create"), _) => {
                let present = self.present(home, &Part::ALL).await?;
                let name = backups.keep(&present.snapshot)?;
                let items: usize = present.snapshot.home.parts().map(|(_, all)| all.len()).sum();
                Answer::text(format!("kept: backup {} · {items} items", word(&name)))
                    .with("backup", name)
            }
            (Some("list"), _) => {
                let all = backups.list()?;
                let count = all.len();
                let mut lines = vec![match count {
                    1 => "1 backup".to_owned(),
                    count => format!("{count} backups, the newest first"),
                }];
                let line = |(name, size): &(String, u64)| format!("{} · {size} bytes", word(name));
                lines.extend(all.iter().take(LISTED).map(line));
                if count > LISTED {
                    lines.push(format!("{} older ones are not listed", count - LISTED));
                }
                Answer::text(lines.join("\n"))
            }
            (_, None) => return Err(Refused::new("`backup` is required: see action list.")),
            (_, Some(wanted)) => {
                let before = backups.read(wanted)?;
                let parts: Vec<_> = before.home.parts().map(|(part, _)| part).collect();
                let present = self.present(home, &parts).await?;
                let of = |home: &Home| home.about.id.clone();
                if of(&before.home) != of(&present.snapshot.home) {
                    let what = format!("Backup {} is of another Homey.", word(wanted));
                    return Err(Refused::new(what));
                }
                let diff = diff::between(&before, &present.snapshot);
                let homes = [&before.home, &present.snapshot.home];
                let mut lines = vec![match diff.items.len() {
                    0 => format!("No difference between backup {} and the home.", word(wanted)),
                    count => format!("{count} items differ: - in the backup, + in the home"),
                }];
                lines.extend(diff.items.iter().flat_map(|one| difference(one, homes)));
                Answer::text(fitted(lines.join("\n"), USUAL_TOKENS))
            }
        };
        Ok(Intent::said(answer))
    }
}

fn difference(one: &Difference, [old, new]: [&Home; 2]) -> Vec<String> {
    let Difference { part, id, path, kind } = one;
    let (sign, fields) = match kind {
        DifferenceKind::Added => ('+', None),
        DifferenceKind::Removed => ('-', None),
        DifferenceKind::Changed(fields) => ('~', Some(fields)),
    };
    let mut lines = vec![format!("{sign} {} {} · {}", part.item(), quoted(path), short_id(id))];
    let items = old.item(*part, id).zip(new.item(*part, id));
    let (Some(fields), Some((before, after))) = (fields, items) else { return lines };
    let is_flow = matches!(part, Part::Flows | Part::AdvancedFlows);
    let words = if is_flow {
        Words::new(new, &Cards::default()).changes(before, after)
    } else {
        Vec::new()
    };
    match words.is_empty() {
        false => lines.extend(words.iter().map(|line| format!("  {}", quoted_to(line, VALUE * 2)))),
        true => lines.extend(fields.iter().map(|field| {
            let (before, after) = (shown(field.before.as_ref()), shown(field.after.as_ref()));
            format!("  {} {before} → {after}", word(&field.place))
        })),
    }
    lines
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => quoted_to(text, VALUE),
        Some(value) => quoted_to(&value.to_string(), VALUE),
    }
}
