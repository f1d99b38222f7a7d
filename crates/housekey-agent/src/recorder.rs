//! Records a home: a part for each Homey, which reads its mirror.

use housekey::Error;
use housekey::error::HomeyError;
use housekey::mirror::Mirror;
use housekey_history::recorder::{Recorder, RecorderSettings, RecorderStatus};
use housekey_history::store::location::Place;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::error_chain::error_chain;
use crate::served_homey::ServedHomey;
use crate::settings::HistorySettings;
use crate::status_board::{HistoryIndex, StatusBoard};
use crate::supervisor::PartError;

/// The recorder of one home.
#[derive(Debug, Clone)]
pub(crate) struct HomeRecorder {
    served: ServedHomey,
    settings: HistorySettings,
    place: Place,
    /// Its row of the status.
    index: HistoryIndex,
    board: StatusBoard,
}

impl HomeRecorder {
    pub(crate) fn new(
        served: ServedHomey,
        settings: HistorySettings,
        place: Place,
        index: HistoryIndex,
        board: StatusBoard,
    ) -> Self {
        Self { served, settings, place, index, board }
    }

    pub(crate) async fn run(self, stop: CancellationToken) -> Result<(), PartError> {
        let outcome = self.record(&stop).await;
        if let Err(error) = &outcome {
            let trouble = self.board.trouble(error.to_string(), None);
            self.board.history(self.index, |row| row.trouble = Some(trouble));
        }
        outcome
    }

    async fn record(&self, stop: &CancellationToken) -> Result<(), PartError> {
        let begun = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            begun = self.begin() => begun,
        };
        let (mirror, zone) = begun.map_err(PartError::Recorder)?;
        let settings = RecorderSettings {
            place: self.place.clone(),
            homey: self.served.name.clone(),
            selection: self.settings.selection.clone(),
            gentle: self.settings.gentle,
            retention: self.settings.retention,
            zone,
        };
        let (sender, status) = watch::channel(RecorderStatus::default());
        let failed =
            |error: &(dyn std::error::Error + 'static)| PartError::Recorder(error_chain(error));
        let recorder = Recorder::open(settings, self.board.clock().clone(), sender).await;
        let recorder = recorder.map_err(|error| failed(&error))?;
        let variables = self.served.variables.clone();
        let recording = recorder.run(mirror, variables, stop.clone().cancelled_owned());
        tokio::select! {
            recorded = recording => recorded.map_err(|error| failed(&error)),
            () = self.show(status) => Err(PartError::Ended),
        }
    }

    /// The mirror, and the time zone of the home where the key may read it.
    async fn begin(&self) -> Result<(Mirror, Option<TimeZone>), String> {
        let mirror = self.served.mirror().await.map_err(|error| error_chain(&error))?;
        match self.served.homey.system().get_info().await {
            Ok(system) => {
                let zone = system.timezone.text().and_then(|name| TimeZone::get(name).ok());
                Ok((mirror, Some(zone.unwrap_or(TimeZone::UTC))))
            }
            Err(Error::Homey(HomeyError::MissingScope { .. })) => Ok((mirror, None)),
            Err(error) => Err(error_chain(&error)),
        }
    }

    /// Keeps the row of the status up to date.
    async fn show(&self, mut status: watch::Receiver<RecorderStatus>) {
        loop {
            let now = status.borrow_and_update().clone();
            let zone = now.borrowed_zone.map(|zone| {
                format!(
                    "the key may not read the time zone of the home: hours and days begin by {zone}"
                )
            });
            let trouble = now.trouble.or(zone).map(|text| self.board.trouble(text, None));
            self.board.history(self.index, |row| {
                (row.series, row.points) = (now.series, now.points);
                (row.waiting, row.lost) = (now.waiting, now.lost);
                row.written_at = now.written_at.and_then(|t| Timestamp::from_millisecond(t).ok());
                row.trouble = trouble;
            });
            if status.changed().await.is_err() {
                // It ends with the recorder, whose outcome counts.
                std::future::pending::<()>().await;
            }
        }
    }
}
