//! `housekey devices settings set`.

use housekey::model::ValueKind;
use serde_json::{Value, json};

use crate::context::{Context, Purpose};
use crate::dry_run::DryRun;
use crate::error::{Failure, Outcome};
use crate::items::Collection;
use crate::lookup::{self, Named};
use housekey::model::Device;

/// Change a setting of a device
///
/// The value is read by the type that the setting has now.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  housekey devices settings set 'Hallway/Motion sensor' report_interval 60"
)]
pub(crate) struct Args {
    /// Name, Zone/Name or id
    device: String,
    /// The setting: `housekey devices settings list DEVICE` lists them
    setting: String,
    /// The value; `-` reads one line of standard input, which keeps a secret out of the process list
    #[arg(allow_negative_numbers = true)]
    value: String,
    #[command(flatten)]
    dry_run: DryRun,
}

pub(crate) async fn run(mut args: Args, context: &Context) -> Outcome {
    let text = args.dry_run.value(args.value)?;
    let target = context.homey(Purpose::Write(args.dry_run)).await?;
    let devices = Collection::<Device>::read(&target, &context.out).await?;
    let device = devices.find(&args.device)?;
    let known: Vec<(&String, &Value)> = device.settings.get().into_iter().flatten().collect();
    let (name, now) = lookup::find("setting", &known, &args.setting, |(name, _)| Named {
        id: name,
        name,
        zone: None,
    })?;
    let value = read(&text, now).ok_or_else(|| {
        Failure::usage(format!("`{name}` takes {}", takes(now))).hint("nothing was sent")
    })?;
    let full = devices.full_name(device);
    let done = format!("{full}: the setting {name} is changed");
    let call =
        target.homey.devices().set_device_settings(&device.id, json!({ name.as_str(): value }));
    target.write(call, &done, context).await
}

/// What a person means by a text, by the type of the value that is there now. Nothing is known of a
/// setting without a value, so the text is taken for what it looks like.
fn read(text: &str, now: &Value) -> Option<Value> {
    match now {
        Value::Bool(_) => ValueKind::Boolean.read(text),
        Value::Number(_) => ValueKind::Number.read(text),
        Value::String(_) => Some(text.into()),
        Value::Array(_) => serde_json::from_str(text).ok().filter(Value::is_array),
        Value::Object(_) => serde_json::from_str(text).ok().filter(Value::is_object),
        Value::Null => Some(serde_json::from_str(text).unwrap_or_else(|_| text.into())),
    }
}

fn takes(now: &Value) -> &'static str {
    match now {
        Value::Bool(_) => ValueKind::Boolean.in_words(),
        Value::Number(_) => ValueKind::Number.in_words(),
        Value::Array(_) => "a JSON array",
        Value::Object(_) => "a JSON object",
        Value::String(_) | Value::Null => ValueKind::String.in_words(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_type_of_those_they_replace() {
        for (now, text, want) in [
            (json!(true), "off", Some(json!(false))),
            (json!(true), "1", None),
            (json!(60), "0.5", Some(json!(0.5))),
            (json!(60), "soon", None),
            (json!("a"), "60", Some(json!("60"))),
            (json!([1]), "[2]", Some(json!([2]))),
            (json!([1]), "2", None),
            (json!({}), "{\"a\":1}", Some(json!({"a": 1}))),
            (json!(null), "60", Some(json!(60))),
            (json!(null), "abc", Some(json!("abc"))),
        ] {
            assert_eq!(read(text, &now), want, "{text} in place of {now}");
        }
    }
}
