use housekey::clock::ManualClock;
use serde_json::json;
use std::sync::Arc;

use super::*;
use crate::output::ink;

fn template(code: &str) -> Outcome<Template> {
    let now = "2026-03-10T12:00:00Z".parse().unwrap();
    Template::parse(code, TimeZone::UTC, Arc::new(ManualClock::at(now)))
}

fn text(code: &str) -> Result<String, String> {
    let value = json!({
        "devices": [
            {"name": "Lamp", "zone": "Hall", "on": true, "seen": "2026-03-10T09:00:00Z"},
            {"name": "Wall switch", "zone": "灯", "on": null, "seen": 1_773_000_000},
        ],
        "count": 12_345_678,
        "share": 0.5,
        "none": null,
    });
    let template = template(code).map_err(|failure| failure.to_string())?;
    template.text(value).map_err(|failure| failure.to_string())
}

#[test]
fn templates_are_those_of_go_with_the_functions_of_gh() {
    for (code, want) in [
        ("{{.count}} {{.share}} {{.none}} {{.missing}}", "12345678 0.5 <no value> <no value>\n"),
        ("{{range .devices}}{{.name}}{{\"\\n\"}}{{end}}", "Lamp\nWall switch\n"),
        ("{{range .devices}}{{if .on}}{{.name | printf \"%q\"}}{{end}}{{end}}", "\"Lamp\"\n"),
        ("{{pluck \"name\" .devices | join \", \"}}", "Lamp, Wall switch\n"),
        ("{{join \", \" .none}}", ""),
        (
            "{{truncate 8 \"Wall switch\"}}|{{truncate 3 \"Lamp\"}}|{{truncate 4 \"Lamp\"}}",
            "Wall ...|Lam|Lamp\n",
        ),
        ("{{truncate 5 \"灯灯灯\"}}|{{truncate 0 .none}}", "灯...|\n"),
        ("{{range .devices}}{{timeago .seen}};{{end}}", "about 3 hours ago;about 1 day ago;\n"),
        ("{{timeago \"2026-03-10T11:59:30Z\"}}", "less than a minute ago\n"),
        (
            "{{timeago \"2025-12-01T00:00:00Z\"}}, {{timeago \"2020-01-01T00:00:00Z\"}}",
            "about 3 months ago, about 6 years ago\n",
        ),
        (
            "{{range .devices}}{{timefmt \"02 Jan 15:04\" .seen}};{{end}}",
            "10 Mar 09:00;08 Mar 20:00;\n",
        ),
        (
            "{{range .devices}}{{tablerow .zone .name .on}}{{end}}--",
            "--Hall  Lamp         true\n灯    Wall switch\n",
        ),
        ("{{tablerow \"a\" \"b\"}}{{tablerender}}{{tablerow \"ccc\"}}end\n", "a  b\nend\nccc\n"),
        ("{{tablerow (color \"red\" \"a\") \"b\"}}{{tablerow \"cc\" \"d\"}}", "a   b\ncc  d\n"),
        ("", ""),
    ] {
        let got = text(code).map(|text| ink::without(&text));
        assert_eq!(got.as_deref(), Ok(want), "{code}");
    }
    assert_eq!(text("{{color \"red\" .count}}"), Ok(format!("{0}12345678{0:#}\n", ink::Ink::Red)));
}

#[test]
fn what_is_wrong_is_said() {
    for (code, why) in [
        ("{{.a", "not understood: template: 1:5: unclosed action"),
        ("{{hyperlink \"a\" \"b\"}}", "hyperlink"),
        ("{{join \",\" .count}}", "expected list"),
        ("{{truncate 3}}", "truncate expects 2, got 1"),
        ("{{timeago .count | timefmt \"2006\"}}", "is no time"),
        ("{{color \"mauve\" 1}}", "there is no colour `mauve`"),
    ] {
        let said = text(code).unwrap_err();
        assert!(said.starts_with("--template ") && said.contains(why), "{code}: {said}");
    }
}

#[test]
fn no_template_hangs_or_panics() {
    let deep = |count: usize| {
        format!("{}{{{{.}}}}{}", "{{if true}}".repeat(count), "{{end}}".repeat(count))
    };
    let brackets = format!("{{{{{}1{}}}}}", "(".repeat(5000), ")".repeat(5000));
    for code in [
        "{{define \"a\"}}{{template \"a\" .}}{{template \"a\" .}}{{end}}{{template \"a\" .}}",
        "{{range 9223372036854775807}}x{{end}}",
        "{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}",
        "{{range 100000}}{{printf \"%9999d\" 1}}{{end}}",
        "{{index .devices -1}}",
        "{{slice \"灯\" 1 2}}",
        "{{slice .devices 9 3}}",
        "{{printf \"%*d\" -9223372036854775808 1}}{{printf \"%[9]d %!\" 1}}{{index .devices 9}}",
        "{{truncate -9223372036854775808 \"a\"}}{{timefmt \"%\" 1e300}}",
        "{{timefmt \"2006\" -9223372036854775808}}",
        "{{call .count}}",
        "{{",
        "{{\"",
        "{{/*",
        "{{range $a, $b := .}}{{break}}{{end}}{{break}}",
        &deep(1000),
        &brackets,
    ] {
        assert!(text(code).is_err(), "{code:.100}: {:.100?}", text(code));
    }
}
