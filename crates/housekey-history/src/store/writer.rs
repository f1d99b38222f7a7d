//! Writes the history of one home: one batch, one transaction.

use sqlx::Connection as _;

use super::location::Place;
use super::reader::{self, LAST, META, SERIES};
use super::sql::{Sql, SqlConnection, with};
use super::sqlite::{WriteLock, open, rows, schema};
use super::stored_buckets::StoredBuckets;
use super::{Batch, Event, Gap, Ids, Source, StoreError};
use crate::pieces::Bucket;
use crate::series::Series;
use crate::step::HOUR;
use crate::value::Point;

/// The times of the first and the last point of a series.
pub(super) const ENDS: &str = "SELECT min(t), max(t) FROM point WHERE series = $1";

/// The only writer of the history of a home.
#[derive(Debug)]
pub struct StoreWriter {
    pub(super) sql: Sql,
    place: Place,
    homey: String,
    pub(super) ids: Ids,
    /// Whether it holds the lock of the home.
    #[cfg(feature = "postgres")]
    is_only: bool,
    _lock: Option<WriteLock>,
    /// The months that have a partition in PostgreSQL.
    #[cfg(feature = "postgres")]
    months: std::collections::BTreeSet<i64>,
}

impl StoreWriter {
    /// Opens the history of a Homey to write it: creates it if it is missing.
    ///
    /// # Errors
    /// When another program writes it, when it is damaged or newer, on a network share, without room.
    pub async fn open(place: &Place, homey: &str) -> Result<Self, StoreError> {
        Self::connect(place, homey, true).await
    }

    /// Opens a history that a recorder may be writing, for buckets that come from elsewhere: anything else would
    /// disturb the recorder.
    ///
    /// # Errors
    /// When there is none, when it is damaged or newer.
    pub async fn open_beside(place: &Place, homey: &str) -> Result<Self, StoreError> {
        Self::connect(place, homey, false).await
    }

    async fn connect(place: &Place, homey: &str, is_only: bool) -> Result<Self, StoreError> {
        let (connection, ids, lock) = match place {
            Place::File(path) => {
                let (connection, lock) = match is_only {
                    true => open::for_writing(path).await.map(|(one, lock)| (one, Some(lock)))?,
                    false => (open::beside(path).await?, None),
                };
                (SqlConnection::Sqlite(connection), Ids::only(), lock)
            }
            #[cfg(feature = "postgres")]
            Place::Server(server) => {
                let (connection, ids) = super::postgres::writer(server, homey, is_only).await?;
                (SqlConnection::Postgres(connection), ids, None)
            }
        };
        Ok(Self {
            sql: Sql::new(connection),
            place: place.clone(),
            homey: homey.to_owned(),
            ids,
            #[cfg(feature = "postgres")]
            is_only,
            _lock: lock,
            #[cfg(feature = "postgres")]
            months: std::collections::BTreeSet::new(),
        })
    }

    /// Connects again to a server after a failure; a file stays open.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reconnect(&mut self) -> Result<(), StoreError> {
        match self.place {
            Place::File(_) => {}
            #[cfg(feature = "postgres")]
            Place::Server(_) => {
                let next = Self::connect(&self.place, &self.homey, self.is_only).await;
                *self = match next {
                    // The server may not have noticed yet that the old connection is gone: it ends first.
                    Err(StoreError::Busy { .. }) => {
                        if let SqlConnection::Postgres(connection) = &mut self.sql.connection {
                            super::postgres::end(connection).await;
                        }
                        Self::connect(&self.place, &self.homey, self.is_only).await?
                    }
                    other => other?,
                };
            }
        }
        Ok(())
    }

    /// Where it writes.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Below which no series of this home has its id.
    pub fn first_id(&self) -> i64 {
        self.ids.before + 1
    }

    /// All series, with their newest names.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn series(&mut self) -> Result<Vec<Series>, StoreError> {
        let rows = self.sql.rows(SERIES, with![self.ids.before, self.ids.last]).await?;
        let all: Result<Vec<_>, _> = rows.iter().map(reader::series).collect();
        Ok(all?.into_iter().flatten().collect())
    }

    /// The newest point of a series.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn last(&mut self, series: i64) -> Result<Option<Point>, StoreError> {
        let last = self.sql.row(LAST, with![series, i64::MAX]).await?;
        last.map(|row| row.point(0)).transpose()
    }

    /// A value of `meta`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn meta(&mut self, key: &str) -> Result<Option<String>, StoreError> {
        let row = self.sql.row(META, with![&*self.ids.meta(key)]).await?;
        row.map_or(Ok(None), |row| row.text(0))
    }

    /// Sets a value of `meta`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        let text = "INSERT INTO meta (key, value) VALUES ($1, $2) \
            ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.sql.run(text, with![&*self.ids.meta(key), value]).await?;
        Ok(())
    }

    /// Writes a batch, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        #[cfg(feature = "postgres")]
        super::postgres::make_partitions(&mut self.sql, &mut self.months, &batch.points).await?;
        self.sql.begin().await?;
        let done = self.put(batch).await;
        self.sql.end(done).await
    }

    async fn put(&mut self, batch: &Batch) -> Result<(), StoreError> {
        for (series, t) in &batch.series {
            self.put_series(series, *t).await?;
        }
        for (series, t) in &batch.replaced {
            let text = "DELETE FROM point WHERE series = $1 AND t = $2";
            self.sql.run(text, with![*series, *t]).await?;
        }
        match &mut self.sql.connection {
            SqlConnection::Sqlite(connection) => {
                rows::put_points(connection, &batch.points).await?;
            }
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => {
                super::postgres::put_points(connection, &batch.points).await?;
            }
        }
        for event in &batch.events {
            self.put_event(event).await?;
        }
        for gap in &batch.gaps {
            self.put_gap(gap).await?;
        }
        if let Some(clock) = batch.clock {
            self.set_meta("clock", &clock.to_string()).await?;
        }
        Ok(())
    }

    /// Marks the statistics of these series as outdated from a time on, which may be in the past.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn late(&mut self, times: &[(i64, i64)]) -> Result<(), StoreError> {
        self.sql.begin().await?;
        let done = self.put_late(times).await;
        self.sql.end(done).await
    }

    async fn put_late(&mut self, times: &[(i64, i64)]) -> Result<(), StoreError> {
        for (series, t) in times {
            let text = "UPDATE progress SET from_t = CASE WHEN from_t > $1 THEN $1 ELSE from_t END, \
                until_t = CASE WHEN until_t > $1 THEN $1 ELSE until_t END WHERE series = $2";
            // An hour before, since hours may begin at a quarter.
            self.sql.run(text, with![t - HOUR, *series]).await?;
        }
        Ok(())
    }

    /// Brings the times of the first and last point of these series up to date.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn update_ends(&mut self, series: &[i64]) -> Result<(), StoreError> {
        self.sql.begin().await?;
        let done = self.put_ends(series).await;
        self.sql.end(done).await
    }

    async fn put_ends(&mut self, series: &[i64]) -> Result<(), StoreError> {
        for id in series {
            let Some(ends) = self.sql.row(ENDS, with![*id]).await? else { continue };
            let text = "UPDATE series SET first_t = CASE WHEN first_t < $1 THEN first_t ELSE $1 END, last_t = $2 \
                WHERE id = $3";
            self.sql.run(text, with![ends.int(0)?, ends.int(1)?, *id]).await?;
        }
        Ok(())
    }

    /// Writes buckets. Those that are there stay where `keep` is set.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_buckets(
        &mut self,
        series: i64,
        step: i64,
        (buckets, source): (&[Bucket], Source),
        keep: bool,
    ) -> Result<(), StoreError> {
        self.sql.begin().await?;
        let all = StoredBuckets { series, step, buckets, source, keep };
        let done = self.put_stored(all).await;
        self.sql.end(done).await
    }

    pub(super) async fn put_stored(&mut self, all: StoredBuckets<'_>) -> Result<(), StoreError> {
        match &mut self.sql.connection {
            SqlConnection::Sqlite(connection) => rows::put_buckets(connection, &all).await,
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => {
                super::postgres::put_buckets(connection, &all).await
            }
        }
    }

    /// Ends the writing: empties the log of a file into it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn close(self) -> Result<(), StoreError> {
        match self.sql.connection {
            SqlConnection::Sqlite(mut connection) => {
                sqlx::raw_sql("PRAGMA optimize").execute(&mut connection).await?;
                connection.close().await?;
            }
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(mut connection) => {
                super::postgres::end(&mut connection).await;
            }
        }
        Ok(())
    }

    /// The format of the tables.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn format(&mut self) -> Result<i64, StoreError> {
        match &mut self.sql.connection {
            SqlConnection::Sqlite(connection) => schema::version(connection).await,
            #[cfg(feature = "postgres")]
            SqlConnection::Postgres(connection) => super::postgres::version(connection).await,
        }
    }

    /// Forgets that these partitions are there.
    #[cfg(feature = "postgres")]
    pub(super) fn forget_months(&mut self, dropped: &[i64]) {
        self.months.retain(|month| !dropped.contains(month));
    }

    async fn put_series(&mut self, series: &Series, t: i64) -> Result<(), StoreError> {
        let (key, names) = (&series.key, &series.names);
        let text = "INSERT INTO series (id, homey, kind, item, key, type, unit, decimals, class, first_t, last_t, gone_t) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, \
            decimals = excluded.decimals, class = excluded.class, gone_t = excluded.gone_t";
        let parameters = with![
            series.id,
            &*self.homey,
            key.owner.as_str(),
            &*key.item,
            &*key.key,
            key.value_type.letter(),
            series.unit.as_deref(),
            series.decimals.map(i64::from),
            series.class.as_str(),
            series.first_t,
            series.last_t,
            series.gone_t,
        ];
        self.sql.run(text, parameters).await?;
        // A row only where the names differ from the newest.
        let text = "INSERT INTO name (series, from_t, device, zone, title) SELECT $1, $2, $3, $4, $5 \
            WHERE NOT EXISTS (SELECT 1 FROM name WHERE series = $1 AND device = $3 AND zone = $4 AND title = $5 \
            AND from_t = (SELECT max(from_t) FROM name WHERE series = $1)) ON CONFLICT (series, from_t) \
            DO UPDATE SET device = excluded.device, zone = excluded.zone, title = excluded.title";
        let parameters = with![series.id, t, &*names.device, &*names.zone, &*names.title];
        self.sql.run(text, parameters).await?;
        Ok(())
    }

    async fn put_event(&mut self, event: &Event) -> Result<(), StoreError> {
        let text =
            "INSERT INTO event (t, homey, kind, item, text, who) VALUES ($1, $2, $3, $4, $5, $6)";
        let Event { t, kind, item, text: what, who } = event;
        let parameters = with![*t, &*self.homey, &**kind, &**item, &**what, who.as_deref()];
        self.sql.run(text, parameters).await?;
        Ok(())
    }

    async fn put_gap(&mut self, gap: &Gap) -> Result<(), StoreError> {
        let text = "INSERT INTO gap (homey, from_t, to_t, reason, filled) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (homey, from_t, reason) DO UPDATE \
            SET to_t = CASE WHEN gap.to_t > excluded.to_t THEN gap.to_t ELSE excluded.to_t END";
        let Gap { from_t, to_t, reason, filled } = gap;
        let parameters = with![&*self.homey, *from_t, *to_t, reason.as_str(), i64::from(*filled)];
        self.sql.run(text, parameters).await?;
        Ok(())
    }
}
