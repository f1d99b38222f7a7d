//! The pages: who sees what, and whether Prometheus reads them.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::fixture::{Fixture, repository};
use super::server::{Server, encoded, free_address};

const PATH: &str = "/homeys/home/metrics";

#[tokio::test(flavor = "multi_thread")]
async fn a_key_sees_what_it_may_read_in_the_format_it_accepts() {
    let mut fixture = Fixture::start("[prometheus]").await;
    let devices = fixture.add_key("devices", "scopes = [\"homey.device.readonly\"]");
    let cabin = fixture.add_key("cabin", "scopes = [\"readonly\"]\nhomeys = [\"cabin\"]");
    let system = fixture.add_key("system", "scopes = [\"homey.system.readonly\"]");
    fixture.run("[prometheus]").await;
    let page = fixture.page().await;
    assert!(page.contains("homey_zone_active{") && page.contains("# TYPE homey_up gauge"));

    let restricted = fixture.get(PATH, &devices).await.text();
    assert!(restricted.contains("homey_device_available{"), "{restricted}");
    for hidden in ["homey_zone_active", "homey_variable_value", "homey_flows", "zone=\"Kitchen"] {
        assert!(page.contains(hidden) && !restricted.contains(hidden), "{hidden}");
    }
    let wrong = housekey::Secret::new("wrong");
    for (path, key, want) in [
        (PATH, &cabin, 403),
        (PATH, &system, 403),
        ("/homeys/attic/metrics", &fixture.full, 404),
        ("/homeys/cabin/metrics", &cabin, 200),
        (PATH, &wrong, 401),
    ] {
        let answer = fixture.get(path, key).await;
        assert_eq!(answer.status, want, "{path}: {}", answer.text());
    }
    assert_eq!(fixture.send(&format!("GET {PATH}"), "", "").await.status, 401);

    let basic = STANDARD.encode(format!("prometheus:{}", fixture.full.expose()));
    let open = "Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1\r\n";
    let headers = format!("Authorization: Basic {basic}\r\nAccept-Encoding: gzip\r\n{open}");
    let answer = fixture.send(&format!("GET {PATH}"), &headers, "").await;
    assert!(answer.head.contains("content-encoding: gzip"), "{}", answer.head);
    assert!(answer.head.contains("application/openmetrics-text; version=1.0.0"), "{}", answer.head);
    let mut text = String::new();
    GzDecoder::new(&*answer.body).read_to_string(&mut text).unwrap();
    assert!(text.ends_with("# EOF\n") && text.contains("homey_capability_changes_total{"));

    let list = async |key: &housekey::Secret| -> Value {
        let answer = fixture.get("/homeys/sd", key).await;
        assert!(answer.head.contains("content-type: application/json"), "{}", answer.head);
        serde_json::from_str(&answer.text()).unwrap()
    };
    let target = |name: &str| {
        serde_json::json!({
            "targets": [fixture.address.to_string()],
            "labels": {
                "__metrics_path__": format!("/homeys/{name}/metrics"),
                "__scheme__": "http",
                "__meta_housekey_homey": name,
            },
        })
    };
    assert_eq!(list(&fixture.full).await, Value::from(vec![target("home"), target("cabin")]));
    assert_eq!(list(&cabin).await, Value::from(vec![target("cabin")]));
    assert_eq!(list(&system).await, Value::from(Vec::<Value>::new()));
    let status = fixture.status().await;
    assert!(status.parts.iter().any(|part| part.name == "metrics home"), "{:?}", status.parts);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scrape_sends_the_homey_nothing_and_is_measured() {
    let mut fixture = Fixture::start("[prometheus]\nmax_series = 100").await;
    fixture.page_of("cabin").await;
    fixture.page().await;
    let calls = || {
        ["devices.getDevices", "zones.getZones", "flow.getFlows", "logic.getVariables"]
            .map(|name| fixture.world.calls(name))
    };
    let before = calls();
    for _ in 0..20 {
        fixture.page().await;
    }
    assert_eq!(calls(), before);
    let metrics = fixture.send("GET /metrics", "", "").await.text();
    let value = |name: &str| -> f64 {
        let start = format!("{name}{{homey=\"home\"}} ");
        let line = metrics.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("{name} in {metrics}")).parse().unwrap()
    };
    assert_eq!(value("housekey_export_series"), 100.0);
    assert!(value("housekey_export_dropped_series") > 100.0);
    assert!(value("housekey_export_seconds") > 0.0);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_adds_and_removes_the_pages() {
    let mut fixture = Fixture::start("").await;
    assert_eq!(fixture.get(PATH, &fixture.full).await.status, 404);
    fixture.reload("[prometheus]\nlabels = \"ids\"").await;
    let page = fixture.page().await;
    let line = page.lines().find(|line| line.starts_with("homey_device_available{")).unwrap();
    assert!(!line.contains("device=\""), "{line}");
    fixture.reload("").await;
    while fixture.get(PATH, &fixture.full).await.status != 404 {
        sleep(Duration::from_millis(20)).await;
    }
    fixture.stop().await;
}

/// The judge of the format.
fn check_metrics(page: &str) {
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = promtool.stderr(Stdio::piped()).spawn().expect("promtool");
    child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{page}");
}

/// The rows of a query, once it has some.
async fn rows(server: &Server, query: &str) -> Vec<Value> {
    let path = format!("/api/v1/query?query={}", encoded(query));
    let rows = async {
        loop {
            let answer = server.json(&path).await;
            assert_eq!(answer["status"], "success", "{query}: {answer}");
            match answer["data"]["result"].as_array() {
                Some(rows) if !rows.is_empty() => return rows.clone(),
                _ => sleep(Duration::from_millis(200)).await,
            }
        }
    };
    if let Ok(rows) = timeout(Duration::from_secs(30), rows).await {
        return rows;
    }
    let targets = server.get("/api/v1/targets?state=active").await.text();
    panic!("no rows: {query}: {targets}\n{}", server.log());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Prometheus"]
async fn prometheus_finds_scrapes_and_queries_the_homes() {
    let mut fixture =
        Fixture::start("[prometheus]\ninclude = [\"users\", \"flows\", \"playback\"]").await;
    check_metrics(&fixture.page().await);
    let hostile = "a\"b\\c d\u{1F600}é,={}";
    let id = fixture.rename(hostile).await;
    let key = fixture.file("key", &fixture.full);
    let rules = repository("contrib/prometheus/rules.yml");
    let config = format!(
        "global: {{scrape_interval: 3s, evaluation_interval: 1s}}\nrule_files: [{rules:?}]\nscrape_configs:\n\
         - job_name: homey\n  authorization: {{type: Bearer, credentials_file: {key:?}}}\n  http_sd_configs:\n  \
         - url: http://{address}/homeys/sd\n    authorization: {{type: Bearer, credentials_file: {key:?}}}\n    refresh_interval: 1s\n\
         - job_name: housekey\n  static_configs:\n  - targets: [\"{address}\"]\n",
        address = fixture.address,
    );
    std::fs::write(fixture.path("prometheus.yml"), config).unwrap();
    let listen = free_address();
    let mut command = Command::new("prometheus");
    command
        .arg(format!("--config.file={}", fixture.path("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", fixture.path("tsdb").display()))
        .arg(format!("--web.listen-address={listen}"));
    let server = Server::start(command, listen, "/-/ready", &fixture.path("prometheus.log")).await;

    for name in ["home", "cabin"] {
        let up = rows(&server, &format!("homey_up{{homey=\"{name}\"}} == 1")).await;
        assert_eq!(up[0]["metric"]["job"], "homey");
    }
    // Its reader gives back what the name was.
    let named =
        rows(&server, &format!("homey_device_info{{homey=\"home\",device_id=\"{id}\"}}")).await;
    assert_eq!(named.last().unwrap()["metric"]["device"], hostile);
    let joined = "homey_measure_temperature_celsius * on (homey, device_id) group_left (zone_path) homey_device_info";
    assert!(rows(&server, joined).await.iter().all(|row| row["metric"]["zone_path"] != ""));
    rows(&server, "housekey_export_seconds").await;
    rows(&server, "rate(homey_capability_changes_total[1m])").await;

    let rules = server.json("/api/v1/rules").await;
    for group in rules["data"]["groups"].as_array().unwrap() {
        for rule in group["rules"].as_array().unwrap() {
            assert_ne!(rule["health"], "err", "{rule}");
        }
    }
    let mut empty = Vec::new();
    for (title, query) in dashboard() {
        let path = format!("/api/v1/query?query={}", encoded(&query));
        let answer = server.json(&path).await;
        assert_eq!(answer["status"], "success", "{title}: {query}: {answer}");
        if answer["data"]["result"].as_array().is_none_or(Vec::is_empty) {
            empty.push(title);
        }
    }
    // All is well in this home, and an API key never ends.
    assert_eq!(empty, ["Token ends in", "Devices away"]);
    fixture.stop().await;
}

/// The title and the query of each panel, with all variables at `All`.
fn dashboard() -> Vec<(String, String)> {
    let text =
        std::fs::read_to_string(repository("contrib/grafana/homey-prometheus.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let of_panel = |panel: &Value| -> Vec<_> {
        let targets = panel["targets"].as_array().into_iter().flatten();
        let query = |target: &Value| {
            let query = target["expr"].as_str().unwrap().replace("$__rate_interval", "1m");
            let query = query.replace("$__range", "1h").replace("$homey", ".*");
            (panel["title"].as_str().unwrap().to_owned(), query.replace("$zone", ".*"))
        };
        targets.map(query).collect()
    };
    panels.iter().flat_map(of_panel).collect()
}

#[test]
fn each_query_of_the_dashboard_names_metrics_that_exist() {
    let table = include_str!("../../../housekey-history/src/metrics/capabilities.csv");
    let queries = dashboard();
    assert!(queries.len() > 15);
    for (title, query) in queries {
        let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let names: Vec<_> = words.filter(|word| word.starts_with("homey_")).collect();
        assert!(!names.is_empty() || query.contains("housekey_"), "{title}: {query}");
        let fixed = ["homey_up", "homey_mirror", "homey_device_", "homey_capability_"];
        for name in names {
            let known = fixed.iter().any(|fixed| name.starts_with(fixed));
            assert!(known || table.contains(&format!(",{name},")), "{title}: {name}");
        }
    }
}

#[test]
#[ignore = "needs Prometheus"]
fn the_alerts_are_right() {
    let folder = repository("contrib/prometheus");
    for arguments in [["check", "rules", "rules.yml"], ["test", "rules", "rules_test.yml"]] {
        let output = Command::new("promtool").args(arguments).current_dir(&folder).output();
        let output = output.expect("promtool");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}
