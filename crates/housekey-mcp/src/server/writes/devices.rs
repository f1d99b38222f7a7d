//! `homey_device_set`.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use housekey::mirror::{ChangeKind, Mirror};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::intent::{Act, Call, Intent, sent};
use crate::answer::{Answer, Outcome, Refused};
use crate::homes::HomeState;
use crate::quote::short_id;
use crate::server::state::Server;
use crate::view::View;
use crate::write::{DeviceWrite, Step, device_writes};

/// How long the home may take to report what was set.
const REPORT: Duration = Duration::from_secs(3);

/// Writes on their way at once; the client paces them further for Homeys that want it slower.
const AT_ONCE: usize = 4;

impl Server {
    pub(super) fn device_intent(&self, view: &View, call: &Call<'_>) -> Outcome<Intent> {
        let guard = &self.options.guarded;
        let writes = device_writes(view, call.arguments)?;
        let sent = || writes.iter().filter(|write| write.step == Step::Send);
        let guarded = sent()
            .filter(|write| guard.is_guarded(view, &write.device, &write.capability))
            .map(|write| view.device_name(&write.device))
            .collect();
        let text: Vec<_> = sent().map(|write| write.text(view)).collect();
        let text = format!("set {}", text.join(", "));
        Ok(Intent { text, guarded, act: Act::Devices(writes) })
    }

    pub(super) async fn set_devices(
        &self,
        home: &HomeState,
        view: &View,
        call: &Call<'_>,
        writes: Vec<DeviceWrite>,
    ) -> Outcome {
        let mirror = home.mirror().await?;
        let duration = call.arguments.get("duration_ms").and_then(Value::as_u64);
        let set = writes.iter().map(|write| self.set_device(home, &mirror, write, duration));
        let set: Vec<_> = set.collect();
        let results: Vec<(&str, String)> = stream::iter(set).buffered(AT_ONCE).collect().await;
        let mut lines = Vec::new();
        let mut rows = Vec::new();
        for (write, (result, why)) in writes.iter().zip(&results) {
            let why = if why.is_empty() { String::new() } else { format!(" ({why})") };
            lines.push(format!(
                "{result}: {} · {}{why}",
                write.text(view),
                view.device_id(&write.device)
            ));
            rows.push(json!({ "id": short_id(&write.device.id), "result": result }));
        }
        let mut answer = Answer::text(lines.join("\n")).with("devices", rows);
        answer.is_error = results.iter().all(|(result, _)| *result == "refused");
        Ok(answer)
    }

    /// Sets one device: `done`, `unchanged`, `refused` or `not confirmed`, and why.
    async fn set_device(
        &self,
        home: &HomeState,
        mirror: &Mirror,
        write: &DeviceWrite,
        duration: Option<u64>,
    ) -> (&'static str, String) {
        match &write.step {
            Step::Unchanged => return ("unchanged", String::new()),
            Step::Refused(why) => return ("refused", why.clone()),
            Step::Send => {}
        }
        if let Err(Refused(why)) = self.take(&write.device.id) {
            return ("refused", why);
        }
        let mut changes = mirror.changes();
        let devices = home.source.homey.devices();
        let mut request =
            devices.set_capability_value(&write.device.id, &write.capability, write.value.clone());
        if let Some(duration) = duration {
            request = request.with("opts", json!({ "duration": duration }));
        }
        if let Err(Refused(why)) = sent(async { request.await.map(drop) }).await {
            return ("refused", why);
        }
        if !write.reports {
            return ("done", "it does not report this".to_owned());
        }
        let reported = async {
            while let Some(change) = changes.next().await {
                let is_report = change.is_ok_and(|change| {
                    *change.id == *write.device.id
                        && matches!(&change.what, ChangeKind::Value { capability, .. }
                            if **capability == *write.capability)
                });
                if is_report && write.is_done(&mirror.home()) {
                    return;
                }
            }
        };
        let _ = timeout(REPORT, reported).await;
        let home = mirror.home();
        match write.is_done(&home) {
            true => ("done", String::new()),
            false => {
                ("not confirmed", format!("after 3 s the device reports {}", write.present(&home)))
            }
        }
    }
}
