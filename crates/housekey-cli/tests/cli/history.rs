//! `housekey history`, on a file without an agent.

use std::fs;

use serde_json::{Value, json};

use crate::context::TestContext;

/// A day of a fridge, a door and a meter, with a gap in the door's values.
const DAY: &str = "\
time,homey,device_id,device,zone,capability,unit,value,text
2026-03-01T00:00:00Z,home,f1,Fridge,Kitchen,measure_power,W,90,
2026-03-01T06:00:00Z,home,f1,Fridge,Kitchen,measure_power,W,30,
2026-03-01T18:00:00Z,home,f1,Fridge,Kitchen,measure_power,W,60,
2026-03-01T00:00:00Z,home,f1,Fridge,Kitchen,meter_power,kWh,10,
2026-03-01T12:00:00Z,home,f1,Fridge,Kitchen,meter_power,kWh,10.5,
2026-03-01T18:00:00Z,home,f1,Fridge,Kitchen,meter_power,kWh,0.25,
2026-03-01T00:00:00Z,home,d1,Front door,Hall,alarm_contact,,0,
2026-03-01T06:00:00Z,home,d1,Front door,Hall,alarm_contact,,1,
2026-03-01T12:00:00Z,home,d1,Front door,Hall,alarm_contact,,,
2026-03-01T18:00:00Z,home,d1,Front door,Hall,alarm_contact,,1,
";

async fn imported() -> TestContext {
    let context = TestContext::signed_in().await;
    let csv = context.directory().join("day.csv");
    fs::write(&csv, DAY).expect("written");
    let csv = csv.display().to_string();
    for new in [3, 0] {
        let done = json(&context, &["history", "import", &csv, "--json"]);
        assert_eq!((&done["rows"], &done["new"]), (&json!(10), &json!(new)));
    }
    context
}

fn json(context: &TestContext, arguments: &[&str]) -> Value {
    let output = context.command(arguments).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_imported_read_and_exported() {
    let context = imported().await;
    let get = |capability: &str, step: &str, function: &str| {
        let device =
            if capability == "alarm_contact" { "Hall/Front door" } else { "kitchen/fridge" };
        let (from, to) = ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
        let arguments = [
            "history", "get", device, capability, "--from", from, "--to", to, "--step", step,
            "--fn", function, "--json",
        ];
        json(&context, &arguments)
    };
    let day = |value: Value| json!([{ "time": "2026-03-01T00:00:00Z", "value": value }]);
    assert_eq!(get("measure_power", "1d", "mean"), day(json!(52.5)));
    assert_eq!(get("measure_power", "1d", "integral"), day(json!(1.26)));
    assert_eq!(get("meter_power", "1d", "inc"), day(json!(0.75)));
    assert_eq!(
        get("alarm_contact", "1d", "states"),
        day(json!({ "false": 1.0 / 3.0, "true": 2.0 / 3.0 }))
    );
    let rows = get("alarm_contact", "raw", "last");
    let values: Vec<_> =
        rows.as_array().expect("rows").iter().map(|row| row["value"].clone()).collect();
    assert_eq!(values, [json!(false), json!(true), Value::Null, json!(true)]);
    let carried = json(
        &context,
        &[
            "history",
            "get",
            "f1",
            "measure_power",
            "--from",
            "2026-03-01T01:00:00Z",
            "--to",
            "2026-03-01T02:00:00Z",
            "--step",
            "raw",
            "--json",
        ],
    );
    assert_eq!(carried, json!([{ "time": "2026-03-01T01:00:00Z", "value": 90 }]));
    let export = context.command(&["history", "export"]).output().expect("it runs");
    let mut lines: Vec<_> = String::from_utf8_lossy(&export.stdout)
        .lines()
        .map(|line| line.replace(".000Z", "Z"))
        .collect();
    let mut want: Vec<_> = DAY.lines().map(str::to_owned).collect();
    lines.sort();
    want.sort();
    // Exported under the name of the stored Homey.
    let strip = |lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .map(|line| {
                line.split(',')
                    .enumerate()
                    .filter(|(at, _)| *at != 1)
                    .map(|(_, one)| one)
                    .collect::<Vec<_>>()
                    .join(",")
            })
            .collect()
    };
    assert_eq!(strip(&lines), strip(&want));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_shown_in_per_cent_and_given_out_as_the_homey_has_it() {
    let context = TestContext::signed_in().await;
    let csv = context.directory().join("lamp.csv");
    let head = DAY.lines().next().expect("a line");
    let row = "2026-03-01T00:00:00Z,home,l1,Lamp,Hall,dim,%,0.75,";
    fs::write(&csv, format!("{head}\n{row}\n")).expect("written");
    let csv = csv.display().to_string();
    context.command(&["history", "import", &csv]).output().expect("it runs");
    let get = |form: &[&str]| {
        let (from, to) = ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
        let get = ["history", "get", "Lamp", "dim", "--from", from, "--to", to, "--step", "1d"];
        let output = context.command(&[&get[..], form].concat()).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    for (form, want, other) in [
        (&[][..], " 75 %", "0.75"),
        (&["--plot"], "75 %", "0.75"),
        (&["--csv"], ",0.75,%", "75 %"),
        (&["--json"], "0.75", "75 %"),
    ] {
        let text = get(form);
        assert!(text.contains(want) && !text.contains(other), "{form:?}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wide_form_has_a_column_for_each_series() {
    let context = imported().await;
    let arguments = ["history", "export", "--wide", "--step", "6h", "--to", "2026-03-02T00:00:00Z"];
    let output = context.command(&arguments).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    assert_eq!(
        text,
        "time,Kitchen/Fridge measure_power (W),Kitchen/Fridge meter_power (kWh),Hall/Front door alarm_contact\n\
         2026-03-01T00:00:00Z,90,10,0\n2026-03-01T06:00:00Z,30,10,1\n2026-03-01T12:00:00Z,30,10.5,\n\
         2026-03-01T18:00:00Z,60,0.25,1\n"
    );
    for arguments in [&["--wide", "--format", "jsonl"][..], &["--wide", "--step", "raw"]] {
        let output = context.command(&[&["history", "export"], arguments].concat()).output();
        assert_eq!(output.expect("it runs").status.code(), Some(2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_explained() {
    let context = imported().await;
    let failed = |arguments: &[&str]| {
        let output = context.command(arguments).output().expect("it runs");
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    for (arguments, want) in [
        (&["Kitchen/Frige", "measure_power"][..], "nothing is recorded of \"Kitchen/Frige\""),
        (
            &["Kitchen/Fridge", "measure_powr"],
            "\"Kitchen/Fridge\" has no recorded \"measure_powr\"",
        ),
        (
            &["Fridge", "measure_power", "--from", "2026-03-02", "--to", "2026-03-01"],
            "the time ends before it begins",
        ),
        (&["Fridge", "measure_power", "--step", "7m"], "this is no step"),
    ] {
        let error = failed(&[&["history", "get"], arguments].concat());
        assert!(error.contains(want), "{error}");
    }
}
