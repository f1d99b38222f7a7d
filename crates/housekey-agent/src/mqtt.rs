//! Publishes homes on a broker, and takes commands from there.

use std::sync::Arc;

use housekey_mqtt::{Bridge, HomeyNames, PublishedHome, Report};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::served_homey::ServedHomey;
use crate::settings::MqttSettings;
use crate::status_board::StatusBoard;
use crate::supervisor::PartError;

/// A broker, and the homes that are published on it.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    settings: Arc<MqttSettings>,
    served: Vec<ServedHomey>,
    board: StatusBoard,
}

impl Publisher {
    pub(crate) fn new(settings: MqttSettings, served: &[ServedHomey], board: &StatusBoard) -> Self {
        let published = |served: &&ServedHomey| settings.homeys.contains(&served.name);
        let served = served.iter().filter(published).cloned().collect();
        Self { settings: Arc::new(settings), served, board: board.clone() }
    }

    /// Its name in the status.
    pub(crate) fn name(&self) -> String {
        let MqttSettings { url, options, .. } = &*self.settings;
        match &*options.base {
            "housekey" => format!("mqtt {url}"),
            base => format!("mqtt {url} {base}"),
        }
    }

    /// Publishes until it is stopped.
    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let client = self.settings.client(self.client_id()).map_err(PartError::Unusable)?;
        let (mut names, mut sources) = (Vec::new(), Vec::new());
        for served in &self.served {
            names.push(HomeyNames::new(&served.name, &served.title, served.homey.id()));
            let (mirror, homey) = (served.mirror().await?, served.homey.clone());
            sources.push(PublishedHome { mirror, homey });
        }
        let bridge = Bridge::new(self.settings.options.clone(), names);
        let name = self.name();
        let report = |report: Report| self.report(&name, report);
        housekey_mqtt::run(bridge, sources, &client, &report, stop.cancelled()).await;
        Ok(())
    }

    fn report(&self, name: &str, report: Report) {
        match report {
            Report::Connected => {
                tracing::info!(part = name, "connected to the broker");
                self.board.part_trouble(name, None);
            }
            Report::Refused(lost) => {
                let trouble = self.board.trouble(lost.why, lost.advice.map(str::to_owned));
                self.board.part_trouble(name, Some(trouble));
            }
            Report::Lost { lost, wait, first } => {
                let advice = lost.advice.map(str::to_owned);
                let trouble = self.board.retried(lost.why.clone(), advice, wait);
                if first {
                    let next = trouble.next_attempt_at.map(tracing::field::display);
                    tracing::warn!(
                        part = name,
                        why = lost.why,
                        next_attempt = next,
                        "not connected"
                    );
                }
                self.board.part_trouble(name, Some(trouble));
            }
        }
    }

    /// The name of this client: the same after a restart, and another for other homes.
    fn client_id(&self) -> String {
        if let Some(id) = &self.settings.client_id {
            return id.clone();
        }
        let ids: Vec<_> =
            self.served.iter().map(|served| served.homey.id().unwrap_or(&served.name)).collect();
        let digest = Sha256::digest(format!("{} {}", self.settings.options.base, ids.join(" ")));
        let digest: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        format!("housekey-{digest}")
    }
}
