//! `housekey api`: any path of the Homey.

use std::path::PathBuf;

use housekey::client::{RawCall, RawResponse};
use housekey::request::Body;
use http::Method;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::file;

#[derive(Debug, clap::Args)]
#[command(allow_missing_positional = true)]
#[command(after_help = "Examples:
  housekey api /api/manager/zones/zone
  housekey api PUT /api/manager/devices/device/ID/capability/dim -F value=0.5
  housekey api GET /api/manager/devices/device --jq '.[].name'")]
pub(crate) struct Args {
    /// GET, which may be left out, POST, PUT, DELETE or another method
    #[arg(value_parser = method)]
    method: Option<Method>,
    /// Path, with a query if there is one
    #[arg(value_parser = path)]
    path: String,
    /// A field with a text: of the query for GET, HEAD and DELETE, of the JSON body otherwise
    #[arg(short = 'f', long = "field", value_name = "KEY=TEXT", value_parser = text_field)]
    text_fields: Vec<Field>,
    /// A field with a JSON value
    #[arg(short = 'F', long = "json-field", value_name = "KEY=JSON", value_parser = json_field)]
    json_fields: Vec<Field>,
    /// A file with the JSON body; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["text_fields", "json_fields"])]
    input: Option<PathBuf>,
    /// Print status and headers before the answer
    #[arg(long, short)]
    include: bool,
    #[command(flatten)]
    dry_run: DryRun,
}

/// A key with its value.
type Field = (String, Value);

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let method = args.method.unwrap_or(Method::GET);
    let in_query = matches!(method, Method::GET | Method::HEAD | Method::DELETE);
    let fields: Vec<_> = args.text_fields.into_iter().chain(args.json_fields).collect();
    let body = match &args.input {
        Some(file) => Some(Body::Json(file::read_json(file)?)),
        None if in_query || fields.is_empty() => None,
        None => Some(Body::Json(Value::Object(Map::from_iter(fields.clone())))),
    };
    let path_and_query = match in_query {
        true => with_query(args.path, &fields),
        false => args.path,
    };
    let call = RawCall { method: method.clone(), path_and_query, body };
    let is_dry_run = args.dry_run.is_given();
    let purpose = if method.is_safe() { Purpose::Read } else { Purpose::Write(args.dry_run) };
    let target = context.homey(purpose).await?;
    if is_dry_run {
        return target.preview(call, None, context);
    }
    let answer = target.homey.raw(&call).await?;
    print(&answer, args.include, context)?;
    if let Some(refusal) = answer.refusal {
        return Err(housekey::Error::from(refusal).into());
    }
    if !method.is_safe() {
        context.out.note(&format!("{} went to \"{}\".", method, target.title));
    }
    Ok(())
}

fn print(answer: &RawResponse, include: bool, context: &Context) -> Outcome {
    if include {
        let headers: String =
            answer.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        context.out.bytes(format!("{}\n{headers}\n", answer.status).as_bytes())?;
    }
    match serde_json::from_slice::<IgnoredAny>(&answer.body) {
        Ok(_) if context.out.is_json() => context.out.answer(&answer.body),
        Err(_) if context.out.is_json() && answer.refusal.is_none() && !answer.body.is_empty() => {
            context.out.bytes(&answer.body)?;
            Err(Failure::failed("the answer is not JSON").hint("leave out `--json` and `--jq`"))
        }
        _ => {
            context.out.bytes(&answer.body)?;
            match answer.body.last() {
                None | Some(b'\n') => Ok(()),
                Some(_) => context.out.text("\n"),
            }
        }
    }
}

fn with_query(path: String, fields: &[Field]) -> String {
    if fields.is_empty() {
        return path;
    }
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let pairs = fields.iter().map(|(key, value)| (key, text(value)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{query}")
}

fn method(text: &str) -> Result<Method, String> {
    match text.to_uppercase().parse() {
        Ok(method) if text.chars().all(|c| c.is_ascii_alphabetic()) => Ok(method),
        _ => Err("a method is a word such as GET".to_owned()),
    }
}

fn path(text: &str) -> Result<String, String> {
    match text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err("begin it with `/`, as in `/api/manager/zones/zone`".to_owned()),
    }
}

fn text_field(text: &str) -> Result<Field, String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=TEXT")?;
    Ok((key.to_owned(), Value::String(value.to_owned())))
}

fn json_field(text: &str) -> Result<Field, String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=JSON")?;
    let value = serde_json::from_str(value)
        .map_err(|_| format!("the value of `{key}=` is not JSON; for a text use -f"))?;
    Ok((key.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_become_a_query_behind_the_one_that_is_there() {
        let fields = [text_field("name=a b&c").unwrap(), json_field("full=true").unwrap()];
        for (path, want) in [
            ("/api/x", "/api/x?name=a+b%26c&full=true"),
            ("/api/x?y=1", "/api/x?y=1&name=a+b%26c&full=true"),
        ] {
            assert_eq!(with_query(path.to_owned(), &fields), want, "{path}");
        }
        assert_eq!(with_query("/api/x".to_owned(), &[]), "/api/x");
    }

    #[test]
    fn fields_keep_what_stands_behind_the_first_equals_sign() {
        assert_eq!(text_field("a=b=c"), Ok(("a".to_owned(), json!("b=c"))));
        assert_eq!(json_field("a=[1]"), Ok(("a".to_owned(), json!([1]))));
        assert!(json_field("a=b").is_err() && json_field("a").is_err() && text_field("a").is_err());
    }
}
