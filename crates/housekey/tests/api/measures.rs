//! Insights, energy and weather.

use housekey::catalogue::Dialect;
use housekey::model::LogEntries;

use crate::{home, is_absent};

#[tokio::test]
async fn logs_are_read_at_every_resolution() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let logs = homey.insights().get_logs().await.unwrap();
        let log = logs.iter().find(|log| log.kind.text() == Some("number")).unwrap();
        assert!(log.owner_name().is_some(), "{dialect}");
        assert_eq!(homey.insights().get_log(&log.id()).await.unwrap().id(), log.id(), "{dialect}");
        for resolution in LogEntries::RESOLUTIONS.map(Some).into_iter().chain([None]) {
            let entries = homey
                .insights()
                .get_log_entries(&log.id())
                .with("resolution", resolution)
                .await
                .unwrap();
            let [start, end] =
                [&entries.start, &entries.end].map(|time| time.get().unwrap().timestamp().unwrap());
            let points: Vec<_> = entries.points().collect();
            assert!(!points.is_empty(), "{dialect} {resolution:?}");
            assert!(points.iter().all(|(at, _)| start <= *at && *at <= end), "{resolution:?}");
        }
        homey.insights().delete_log_entries(&log.id()).await.unwrap();
        let left = homey
            .insights()
            .get_log_entries(&log.id())
            .with("resolution", "lastHour")
            .await
            .unwrap();
        assert!(left.points().all(|(_, value)| value.is_none()), "{dialect}: {left:?}");
        homey.insights().delete_log(&log.id()).await.unwrap();
        homey.insights().get_log(&log.id()).await.expect_err("it is gone");
    }
}

#[tokio::test]
async fn the_live_report_adds_up() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let zones = homey.zones().get_zones().await.unwrap();
        let root = zones.iter().find(|zone| zone.parent.text().is_none()).unwrap();
        let report = homey.energy().get_live_report().await.unwrap();
        assert_eq!(report.zone_id.text(), Some(&*root.id), "{dialect}");
        let kitchen = zones.iter().find(|zone| zone.id != root.id).unwrap();
        let part = homey.energy().get_live_report().with("zone", &*kitchen.id).await.unwrap();
        assert_eq!(part.zone_id.text(), Some(&*kitchen.id), "{dialect}");
        let watts = |report: &housekey::model::LiveReport| {
            report.total_consumed.get().unwrap().watts.get().unwrap().as_f64().unwrap()
        };
        assert!(watts(&part) <= watts(&report), "{dialect}");

        let reports = [
            homey.energy().get_report_day("2026-03-10").await,
            homey.energy().get_report_week("2026-W11").await,
            homey.energy().get_report_month("2026-03").await,
            homey.energy().get_report_year("2026").await,
        ];
        let currency = homey.energy().get_currency().await;
        if dialect == Dialect::V2 {
            assert!(is_absent(currency) && reports.into_iter().all(is_absent));
        } else {
            assert_eq!(Some(&*currency.unwrap()), report.currency.text(), "{dialect}");
            for report in reports {
                assert!(report.unwrap()["electricity"].is_object(), "{dialect}");
            }
        }
    }
}

#[tokio::test]
async fn the_weather_is_told() {
    for dialect in Dialect::ALL {
        let (_world, homey) = home(dialect).await;
        let weather = homey.weather().get_weather().await.unwrap();
        let when = weather.when.get().unwrap().timestamp().unwrap();
        for coming in [&weather.forecast, &weather.forecast_hourly] {
            let first = coming.get().unwrap()[0].time.get().unwrap().timestamp().unwrap();
            assert!(first > when, "{dialect}: {first}");
        }
        let hours = homey.weather().get_weather_hourly().await;
        assert_eq!(is_absent(hours), dialect == Dialect::V2, "{dialect}");
    }
}
