//! Plans: made from a backup, saved and read again.

use std::fs;
use std::path::{Path, PathBuf};

use housekey_backup::apply;
use housekey_backup::layout::{Files, SECRETS};
use housekey_backup::plan::{self, Ids, Plan, PlanOptions};
use housekey_backup::secrets::Secrets;
use housekey_backup::{About, Snapshot, archive, disk};
use serde::{Deserialize, Serialize};

use super::super::backup::home_files::{self, Now};
use crate::context::{Context, Target};
use crate::error::{Failure, Outcome};
use crate::file;

/// The format of saved plans.
const FORMAT: u32 = 1;

/// A plan, and what it was made from.
pub(in crate::commands) struct Planned {
    pub(in crate::commands) plan: Plan,
    /// The home as it was read for it.
    pub(in crate::commands) now: Now,
    /// The secrets of the backup.
    pub(in crate::commands) secrets: Secrets,
    /// The backup, where it is a directory.
    pub(in crate::commands) tree: Option<Tree>,
    /// The name of the apply that it undoes.
    pub(in crate::commands) undoes: Option<String>,
}

/// A backup that is a directory: it is brought up to date after an apply.
pub(in crate::commands) struct Tree {
    directory: PathBuf,
    wanted: Snapshot,
    files: Files,
}

impl Tree {
    /// Makes its files those of the home after an apply that has created items with these ids.
    pub(in crate::commands) fn update(&self, after: &Snapshot, ids: &Ids) -> Outcome {
        let mut rebased = self.wanted.rebased(after, ids).files();
        if let Some(secrets) = self.files.get(SECRETS) {
            rebased.insert(SECRETS.to_owned(), secrets.clone());
        }
        disk::write(&self.directory, &rebased)?;
        Ok(())
    }
}

/// A plan in a file.
#[derive(Serialize, Deserialize)]
struct Saved {
    format: u32,
    homey: Option<String>,
    /// The backup, for its secrets.
    files: PathBuf,
    plan: Plan,
}

impl Planned {
    /// Plans what makes the home as the files of a backup say.
    pub(in crate::commands) async fn from_backup(
        at: &Path,
        options: PlanOptions,
        target: &Target,
        context: &Context,
    ) -> Outcome<Self> {
        let files = home_files::files(at, context)?;
        let wanted = Snapshot::from_files(&files)?;
        let secrets = home_files::secrets(&files, context)?;
        let now = home_files::now(target, context).await?;
        refuse_other_home(&wanted.home.about, &now.snapshot.home.about)?;
        let journals = apply::journals(&journals(context)).map_err(home_files::journal_failure)?;
        let homey = now.snapshot.home.about.id.as_deref();
        let written = apply::unfinished(&journals, homey);
        let plan = plan::plan(&wanted, &now.snapshot, &secrets, &written, options);
        let directory = at.to_path_buf();
        let tree = (!archive::is_archive(at)).then_some(Tree { directory, wanted, files });
        Ok(Self { plan, now, secrets, tree, undoes: None })
    }

    /// Reads a saved plan. It is refused where an item is not as it was when the plan was made.
    pub(in crate::commands) async fn from_saved(
        at: &Path,
        target: &Target,
        context: &Context,
    ) -> Outcome<Self> {
        let Saved { format, homey, files: from, plan } =
            serde_json::from_value(file::read_json(at)?).map_err(|error| {
                Failure::usage(format!("{} is no plan", at.display()))
                    .because(&error)
                    .hint("`housekey plan DIR --out FILE` writes one")
            })?;
        if format > FORMAT {
            return Err(Failure::usage(format!("{} was written by a newer version", at.display()))
                .hint("plan again with this one, or use a newer housekey"));
        }
        let files = home_files::files(&from, context)?;
        let secrets = home_files::secrets(&files, context)?;
        let wanted = Snapshot::from_files(&files)?;
        let now = home_files::now(target, context).await?;
        if homey != now.snapshot.home.about.id {
            return Err(Failure::usage(format!(
                "the plan in {} is for another Homey",
                at.display()
            )));
        }
        let stale = plan.stale(&now.snapshot);
        if let Some(step) = stale.first() {
            let (item, path) = (step.part.item(), &step.path);
            return Err(Failure::failed(format!(
                "the plan is stale: the {item} {path} is not as it was when the plan was made"
            ))
            .hint("plan again; nothing was changed"));
        }
        let is_archive = archive::is_archive(&from);
        let tree = (!is_archive).then_some(Tree { directory: from, wanted, files });
        Ok(Self { plan, now, secrets, tree, undoes: None })
    }

    /// Keeps the plan in a file that only its owner reads: flows may hold anything.
    pub(in crate::commands) fn save(&self, out: &Path, context: &Context) -> Outcome {
        let Some(Tree { directory: from, .. }) = &self.tree else {
            return Err(Failure::usage("a plan from an archive cannot be kept")
                .hint("unpack it, or apply it directly"));
        };
        let saved = Saved {
            format: FORMAT,
            homey: self.now.snapshot.home.about.id.clone(),
            files: fs::canonicalize(from).unwrap_or_else(|_| from.clone()),
            plan: self.plan.clone(),
        };
        let text = serde_json::to_vec_pretty(&saved)
            .map_err(|error| Failure::failed("cannot write the plan").because(&error))?;
        file::write_private(out, &text)?;
        context.out.note(&format!("`housekey apply {}` makes these changes", out.display()));
        Ok(())
    }
}

/// Where journals lie.
pub(in crate::commands) fn journals(context: &Context) -> PathBuf {
    context.state.join("applies")
}

/// Ids of one home mean nothing in another.
pub(in crate::commands) fn refuse_other_home(files: &About, homey: &About) -> Outcome {
    if files.dialect != homey.dialect
        || (files.id.is_some() && homey.id.is_some() && files.id != homey.id)
    {
        return Err(Failure::usage(format!(
            "the files are those of another Homey, \"{}\", and this is \"{}\"",
            files.name, homey.name
        ))
        .hint("choose the Homey with --homey"));
    }
    let major = |version: &Option<String>| version.as_ref()?.split('.').next()?.parse::<u32>().ok();
    if let (Some(then), Some(now)) = (major(&files.firmware), major(&homey.firmware))
        && now < then
    {
        return Err(Failure::usage(format!(
            "the Homey has firmware {now}, older than that of the backup, {then}"
        ))
        .hint("update the Homey first"));
    }
    Ok(())
}
