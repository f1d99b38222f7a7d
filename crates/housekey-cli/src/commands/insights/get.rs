//! `housekey insights get`.

use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use housekey::model::LogEntries;
use housekey_chart::{Plot, Role};

use super::named_log::{devices_for, find};
use super::{rows, series};
use crate::context::{Context, Purpose};
use crate::decode;
use crate::error::{Failure, Outcome};
use crate::file;
use crate::home_time;
use crate::output::ink::Ink;
use crate::output::terminal::one_line;

/// Show what a value was: as a table, as CSV, drawn in the terminal, or as a picture
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  housekey insights get 'Weather station/measure_temperature' --plot
  housekey insights get 'Kitchen/Fridge/measure_power' --resolution last7Days --csv
  housekey insights get 'Front door/alarm_contact' --resolution today --svg door.svg")]
pub(crate) struct Args {
    /// Device/capability, Zone/Device/capability or id: `housekey insights list` shows them
    log: String,
    /// Which part of the past; a Homey answers what is not among these with a stretch of its own
    /// choice and no error, so nothing else is sent
    #[arg(
        long,
        short,
        default_value = "last24Hours",
        value_parser = PossibleValuesParser::new(LogEntries::RESOLUTIONS)
    )]
    resolution: String,
    /// Print comma-separated values, with times in UTC and units
    #[arg(long, conflicts_with = "plot")]
    csv: bool,
    /// Draw it in the terminal
    #[arg(long)]
    plot: bool,
    /// Write it as an SVG picture; `-` is standard output
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, context: &Context) -> Outcome {
    let to_stdout = args.svg.as_deref() == Some(Path::new("-"));
    let printed = [context.out.is_json(), args.csv, args.plot, to_stdout];
    if printed.iter().filter(|wanted| **wanted).count() > 1 {
        return Err(Failure::usage("standard output can take only one form")
            .hint("leave out all but one of `--json`, `--csv`, `--plot` and `--svg -`"));
    }
    let target = context.homey(Purpose::Read).await?;
    let called = find(&target, &args.log, context).await?;
    let answer = target
        .homey
        .insights()
        .get_log_entries(&called.id)
        .with("resolution", &*args.resolution)
        .bytes()
        .await?;
    let entries: LogEntries = decode::read_bytes(&answer, "entries of a log")?;
    let devices = match context.out.is_json() && args.svg.is_none() {
        true => None,
        false => devices_for(std::iter::once(&called.log), &target, context).await,
    };
    let measure = called.measure(devices.as_ref());
    if context.out.is_json() {
        context.out.answer(&answer)?;
    } else if args.csv {
        context.out.bytes(&rows::csv(&entries, &called.log, &measure)?)?;
    }
    if (context.out.is_json() || args.csv) && args.svg.is_none() {
        return Ok(());
    }
    let zone = home_time::zone(&target, context).await;
    let series =
        series::series(&called, measure, &entries, &args.resolution, zone, context.clock.now());
    if args.plot {
        let plot = housekey_chart::plot(&series, context.out.width());
        context.out.text(&styled(&plot))?;
    }
    match &args.svg {
        Some(_) if to_stdout => context.out.bytes(housekey_chart::svg(&series).as_bytes()),
        Some(path) => {
            file::write(path, housekey_chart::svg(&series).as_bytes())?;
            context.out.note(&format!("The picture is in {}", path.display()));
            Ok(())
        }
        None if args.plot => Ok(()),
        None => {
            let zone = series.zone.iana_name().unwrap_or("UTC");
            let head = format!("{}  {}  times of {zone}", called.named().full(), series.title);
            let head = one_line(&head) + "\n\n";
            context.out.text(&(head + &context.out.render(rows::table(&series))))
        }
    }
}

/// The plot with a style for each part.
pub(in crate::commands) fn styled(plot: &Plot) -> String {
    let mut text = String::new();
    for line in &plot.lines {
        for span in &line.spans {
            let ink = match span.role {
                Role::Title => Ink::Bold,
                Role::Frame => Ink::Dim,
                Role::Values => Ink::Cyan,
                _ => Ink::Plain,
            };
            text += &format!("{ink}{}{ink:#}", span.text);
        }
        text.push('\n');
    }
    text
}
