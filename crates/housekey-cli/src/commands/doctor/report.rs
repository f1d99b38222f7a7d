//! `housekey doctor --report`: how the answers of a Homey differ from what is known, without personal data.

mod compare;
mod document;
mod known;
mod scrub;
mod shape;
mod walk;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use housekey::Homey;
use housekey::client::RawCall;
use housekey::request::Request;
use serde_json::json;

use self::document::Report;
use self::known::Known;
use self::walk::{ReadAnswer, Reader, walk};
use crate::context::{Context, Purpose};
use crate::error::{Failure, Outcome};
use crate::file::{self, Readers};

/// The pause after each request: a Homey has other things to do.
const PAUSE: Duration = Duration::from_millis(50);

/// How often the progress is noted, in operations.
const NOTED: usize = 50;

/// Where the report goes, and whether a file that is there is replaced.
pub(super) struct Destination<'a> {
    /// The file; `-` is standard output.
    pub(super) path: &'a Path,
    /// Whether a file that is there is replaced.
    pub(super) force: bool,
}

/// A Homey that is read gently.
struct Gentle(Homey);

impl Reader for Gentle {
    async fn read(&self, request: &Request) -> ReadAnswer {
        match self.0.raw(&RawCall::get(&request.path_and_query)).await {
            Ok(answer) => ReadAnswer::Http { status: answer.status, body: answer.body },
            Err(error) => {
                let cause = housekey::error::chain(&error).pop();
                ReadAnswer::None(cause.unwrap_or_else(|| error.to_string()))
            }
        }
    }

    async fn pause(&self) {
        tokio::time::sleep(PAUSE).await;
    }
}

/// Reads everything, and writes what differs.
pub(super) async fn write(to: &Destination<'_>, context: &Context) -> Outcome {
    let is_stdout = to.path.as_os_str() == "-";
    if !is_stdout && to.path.exists() && !to.force {
        return Err(Failure::usage(format!("{} is there already", to.path.display()))
            .hint("name another file, or replace it with `--force`"));
    }
    let target = context.homey(Purpose::Read).await?;
    let dialect = target.homey.dialect().await?;
    let known = Known::of(dialect).await?;
    let title = &target.title;
    let readings = walk(&Gentle(target.homey.clone()), dialect, |done, all| {
        if done % NOTED == 0 && done < all {
            context.out.note(&format!("Reading \"{title}\": {done} of {all} operations"));
        }
    })
    .await;
    let report = Report::of(&readings, &known, dialect);
    if is_stdout {
        context.out.json(&json!(report))?;
    } else {
        store(to.path, &format!("{:#}\n", json!(report)))?;
        let (different, same) = (report.different.len(), report.same.len());
        let shown = to.path.display();
        let value = json!({ "file": to.path, "different": different, "same": same });
        context.out.value(&value, || {
            format!("Wrote {shown}: {different} operations differ, {same} are as expected.\n")
        })?;
    }
    context.out.note(
        "The report holds names of operations and fields, types, statuses and times, and no value of the \
         Homey. Read it through, then attach it to an issue of the project.",
    );
    Ok(())
}

/// Writes a file that only its owner may read, whole or not at all.
fn store(path: &Path, text: &str) -> Outcome {
    let closed = match fs::metadata(path) {
        Ok(about) if about.is_file() => fs::set_permissions(path, Permissions::from_mode(0o600)),
        Ok(_) | Err(_) => Ok(()),
    };
    let written = closed.and_then(|()| file::replace(path, text.as_bytes(), Readers::Owner));
    written.map_err(|error| {
        Failure::failed(format!("cannot write {}", path.display()))
            .because(&error)
            .hint("check that the directory is there and is yours, and whether the disk is full")
    })
}
