//! `housekey variables create`.

use housekey::model::Variable;
use housekey::model::name::as_seen;
use serde_json::{Value, json};

use crate::context::{Context, Purpose};
use crate::decode;
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};

/// Make a variable
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey variables create guests 2
  housekey variables create code 0420 --type string")]
pub(crate) struct Args {
    /// Its name
    name: String,
    /// Its value; `-` reads one line of standard input
    #[arg(allow_negative_numbers = true)]
    value: String,
    /// Its type; what the value looks like otherwise
    #[arg(long = "type", value_parser = ["string", "number", "boolean"])]
    kind: Option<String>,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(mut args: Args, context: &Context) -> Outcome {
    let text = args.dry_run.value(args.value)?;
    let kind = args.kind.unwrap_or_else(|| looks_like(&text).to_owned());
    let shape: Variable =
        decode::read(json!({ "id": "", "name": args.name, "type": kind }), "a variable")?;
    let value = shape.read(&text)?;
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let variables = target.homey.logic().get_variables().await?;
    let same = |variable: &&Variable| as_seen(variable.name()) == as_seen(&args.name);
    if let Some(there) = variables.iter().find(same) {
        let is_same = there.name().to_lowercase() == args.name.to_lowercase();
        let which = match is_same {
            true => String::new(),
            false => format!(", encoded differently: {}", there.id),
        };
        return Err(Failure::usage(format!(
            "there is a variable \"{}\" already{which}",
            args.name
        ))
        .hint("give it another value with `housekey variables set`"));
    }
    let variable = json!({ "name": args.name, "type": kind, "value": value });
    let done = format!("{} is made", args.name);
    let call = target.homey.logic().create_variable(variable);
    target.write(call, &done, context).await
}

/// The type a text looks like.
fn looks_like(text: &str) -> &'static str {
    match serde_json::from_str(text) {
        Ok(Value::Bool(_)) => "boolean",
        Ok(Value::Number(_)) => "number",
        _ => "string",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_looks_like_its_type() {
        for (text, want) in [
            ("true", "boolean"),
            ("-1.5e3", "number"),
            ("0420", "string"),
            ("on", "string"),
            ("\"3\"", "string"),
            ("", "string"),
        ] {
            assert_eq!(looks_like(text), want, "{text}");
        }
    }
}
