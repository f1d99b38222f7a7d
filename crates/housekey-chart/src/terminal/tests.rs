//! What is drawn, line by line.

use super::*;
use crate::test_series::hours;

fn plain(series: &Series, width: usize) -> String {
    plot(series, width).to_string()
}

fn day() -> Series {
    let wave = |hour: u8| 20.0 + 3.3 * (f64::from(hour) / 4.0).sin();
    let known = |hour: &u8| !(9..12).contains(hour);
    let values: Vec<_> = (0..24).map(|hour| Some(hour).filter(known).map(wave)).collect();
    hours(&values)
}

#[test]
fn numbers_are_a_line_with_gaps() {
    insta::assert_snapshot!(plain(&day(), 60), @"
    Temperature (°C)  Garden/Weather station
    last24Hours  30 Jan 00:00 – 31 Jan 2026 00:00  UTC
    24 ┤
       │           ⢀⡠⠤⠒⠒⠒⠒⠤⣀
       │        ⢀⠤⠊⠁
    22 ┤       ⡔⠁
       │     ⡠⠊
       │   ⡠⠊
    20 ┤ ⡠⠊                          ⠱⡀
       │                              ⠘⢄
       │                                ⠑⢄
       │                                  ⠑⢄                  ⢀
    18 ┤                                    ⠑⡄              ⢀⠔⠁
       │                                     ⠈⠢⢄⡀        ⢀⠤⠒⠁
       │                                        ⠈⠑⠢⠤⠤⠤⠔⠒⠊⠁
    16 ┤
       └┬─────────────┬──────╌╌╌╌╌╌╌┬─────────────┬────────────┬
        30 Jan      06:00         12:00         18:00     31 Jan
    min 16.7 °C (19:00)  max 23.3 °C (06:00)  mean 19.8 °C
    last 18.3 °C  ╌ no values for 3 h
    ");
}

#[test]
fn truth_values_are_steps() {
    let mut series = day();
    for (hour, point) in series.points.iter_mut().enumerate() {
        let open = match hour {
            5 | 6 | 15..=17 => 1.0,
            7 => 0.4,
            _ => 0.0,
        };
        point.value = point.value.map(|_| open);
    }
    series.scale = Scale::Truth { yes: "Open".to_owned(), no: "Closed".to_owned() };
    insta::assert_snapshot!(plain(&series, 60), @"
    Temperature  Garden/Weather station
    last24Hours  30 Jan 00:00 – 31 Jan 2026 00:00  UTC
      Open ┤          ⢸⣿⣿⣿⣿                 ⣿⣿⣿⣿⣿⣿⡇
           │          ⢸⣿⣿⣿⣿                 ⣿⣿⣿⣿⣿⣿⡇
           │          ⢸⣿⣿⣿⣿⣶⣶               ⣿⣿⣿⣿⣿⣿⡇
    Closed ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣸⣿⣿⣿⣿⣿⣿⣀⣀⡀      ⣀⣀⣀⣀⣀⣀⣿⣿⣿⣿⣿⣿⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡀
           └┬────────────┬─────╌╌╌╌╌╌╌┬────────────┬───────────┬
            30 Jan     06:00        12:00        18:00    31 Jan
    Open 26 % of the time  last Closed  ╌ no values for 3 h
    ");
}

#[test]
fn equal_values_are_a_line_in_the_middle() {
    insta::assert_snapshot!(plain(&hours(&[Some(21.5); 6]), 40), @"
    Temperature (°C)  Garden/Weather station
    last24Hours  30 Jan 2026 00:00 – 06:00
    UTC
    24 ┤
       │
       │
       │
    22 ┤
       │   ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
       │
       │
       │
    20 ┤
       │
       │
       │
    18 ┤
       └┬───────────┬───────────┬──────────┬
        30 Jan    02:00       04:00    06:00
    21.5 °C throughout
    ");
}

#[test]
fn one_value_is_a_dot() {
    insta::assert_snapshot!(plain(&hours(&[None, None, Some(3.0), None]), 40), @"
    Temperature (°C)  Garden/Weather station
    last24Hours  30 Jan 2026 00:00 – 04:00
    UTC
    3.4 ┤
        │
        │
    3.2 ┤
        │
        │
        │
      3 ┤                     ⠈⠁
        │
        │
    2.8 ┤
        │
        │
    2.6 ┤
        └╷╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╷────────────────┬
         30 Jan         02:00          04:00
    3 °C throughout  ╌ no values for 2 h
    ");
}

#[test]
fn a_series_without_values_has_a_note() {
    insta::assert_snapshot!(plain(&hours(&[None, None]), 40), @"
    Temperature (°C)  Garden/Weather station
    last24Hours  30 Jan 2026 00:00 – 02:00
    UTC
      1 ┤
        │
        │
        │
        │
        │
    0.5 ┤
        │no values
        │
        │
        │
        │
        │
      0 ┤
        └╷╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╷╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╷
         30 Jan         01:00          02:00
    ");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut wide = day();
    wide.title = "温度".repeat(20);
    wide.source = "A very long name of a device, typed in by its owner".to_owned();
    let mut truth = day();
    truth.scale = Scale::Truth { yes: "開".repeat(20), no: "No".to_owned() };
    for series in [&wide, &truth, &hours(&[]), &hours(&[Some(1.0)])] {
        for width in 1..140 {
            let text = plain(series, width);
            let widest = text.lines().map(|line| line.width()).max();
            assert!(widest <= Some(width.max(2)), "{width}\n{text}");
        }
    }
}

#[test]
fn names_cannot_steer_the_terminal() {
    let mut series = day();
    series.title = "\u{1b}[2Jgone\r".to_owned();
    assert!(!plain(&series, 80).contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn each_part_has_its_role() {
    let plot = plot(&hours(&[Some(1.0), Some(2.0)]), 60);
    let roles: Vec<Vec<_>> =
        plot.lines.iter().map(|line| line.spans.iter().map(|span| span.role).collect()).collect();
    assert_eq!(roles.first(), Some(&vec![Role::Title]));
    assert_eq!(roles.get(1), Some(&vec![Role::Frame]));
    assert!(roles.contains(&vec![Role::Frame, Role::Values]));
    assert_eq!(roles.last(), Some(&vec![Role::Summary]));
}

/// Ten days of amounts, one of them unknown.
fn days(values: &[Option<f64>]) -> Series {
    let mut series = hours(values);
    series.title = "Energy".to_owned();
    series.resolution = "increase per day".to_owned();
    series.scale = Scale::Number(crate::Numbers::new(Some("kWh"), 1).as_bars());
    series.step *= 24;
    for (day, point) in series.points.iter_mut().enumerate() {
        point.at = series.start + series.step * i32::try_from(day).unwrap();
    }
    series.end = series.start + series.step * i32::try_from(values.len()).unwrap();
    series
}

#[test]
fn amounts_are_bars_with_their_sum() {
    let values = [3.2, 4.1, 0.05, 8.4, 2.0, 6.25, 0.0, 5.5].map(Some);
    let values: Vec<_> = values.into_iter().chain([None, Some(1.0)]).collect();
    insta::assert_snapshot!(plain(&days(&values), 60), @"
    Energy (kWh)  Garden/Weather station
    increase per day  30 Jan 00:00 – 9 Feb 2026 00:00  UTC
    10 ┤
       │
       │                 ▆▆▆▆
       │                 ████
       │                 ████
       │                 ████       ▆▆▆▆▆
     5 ┤                 ████       █████      ▆▆▆▆▆
       │                 ████       █████      █████
       │      ▆▆▆▆       ████       █████      █████
       │▄▄▄▄▄ ████       ████       █████      █████
       │█████ ████       ████       █████      █████
       │█████ ████       ████ ▆▆▆▆▆ █████      █████
       │█████ ████       ████ █████ █████      █████      ▃▃▃▃▃
     0 ┤█████ ████ ▁▁▁▁▁ ████ █████ █████      █████      █████
       └────────────────────────────────────────────╌╌╌╌╌╌╌─────
                    1 Feb      3 Feb      5 Feb      7 Feb
    total 30.5 kWh  max 8.4 kWh (2 Feb 2026)  mean 3.4 kWh
    ╌ no values for 24 h
    ");
}

#[test]
fn negative_amounts_hang_from_zero() {
    let series = days(&[Some(3.0), Some(-2.0), Some(-0.2), Some(1.5)]);
    insta::assert_snapshot!(plain(&series, 40), @"
    Energy (kWh)  Garden/Weather station
    increase per day
    30 Jan 00:00 – 3 Feb 2026 00:00  UTC
     4 ┤
       │
       │████████
       │████████
     2 ┤████████
       │████████                   ▄▄▄▄▄▄▄▄
       │████████                   ████████
       │████████                   ████████
       │████████                   ████████
     0 ┤         ████████ ▀▀▀▀▀▀▀▀
       │         ████████
       │         ████████
       │         ████████
    -2 ┤         ▀▀▀▀▀▀▀▀
       └────────────────────────────────────
                            1 Feb
    total 2.3 kWh  max 3 kWh (30 Jan 2026)
    mean 0.6 kWh
    ");
}
