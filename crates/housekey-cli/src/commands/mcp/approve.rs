//! `housekey mcp approve`.

use housekey_mcp::{Approval, Approvals};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::output::table::Table;

/// Show the calls of assistants that wait for you, or allow one
///
/// Locks, doors, alarms and heating appliances need a person. A client that can show a question shows it; for
/// others the call waits here for a minute.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey mcp approve
  housekey mcp approve 5f0c9a1e
  housekey mcp approve 5f0c9a1e --deny")]
pub(super) struct Args {
    /// The id of a call that waits; without it they are listed
    id: Option<String>,
    /// Refuse it
    #[arg(long, requires = "id")]
    deny: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Outcome {
    let approvals = Approvals::of(&context.state);
    let failed = |error: &std::io::Error| {
        Failure::failed("the calls that wait cannot be read").because(error)
    };
    let now = context.clock.now();
    let Some(id) = &args.id else {
        return list(&approvals.waiting(now).map_err(|error| failed(&error))?, context);
    };
    match approvals.answer(id, !args.deny, now).map_err(|error| failed(&error))? {
        true => {
            let done = if args.deny { "Denied" } else { "Allowed, this once" };
            context.out.note(done);
            Ok(())
        }
        false => Err(Failure::usage(format!("no call {id} waits"))
            .hint("`housekey mcp approve` lists those that do")),
    }
}

fn list(waiting: &[Approval], context: &Context) -> Outcome {
    if waiting.is_empty() {
        context.out.note("No call waits");
    }
    let value: Value = waiting.iter().map(|approval| json!(approval)).collect();
    context.out.table(&value, || {
        let mut table = Table::new(["id", "client", "call"]);
        for Approval { id, client, call, .. } in waiting {
            table.row([id.clone(), client.clone(), call.clone()]);
        }
        table
    })
}
