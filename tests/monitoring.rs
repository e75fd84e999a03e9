//! Alerts, recordings and dashboards, as promtool and the catalogue judge them.

#[path = "real/needs.rs"]
#[allow(dead_code, reason = "other tests need more")]
mod needs;

use fleetc::check::example;
use fleetc::compile::Compilation;
use fleetc::emit::Body;
use fleetc::emit::monitoring::alerts::KINDS;
use fleetc::emit::monitoring::{RECORDINGS, alerts, export};
use fleetc::monitoring::{Catalogue, judge};
use fleetc::output::{WriteOptions, write};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The fleet at the root of this repository.
const REFERENCE: &str = include_str!("../fleet.kdl");
/// A fleet with every typed alert.
const EVERY: &str = include_str!("monitoring/every.kdl");

fn compiled(fleet: &str) -> Compilation {
    let run = example::run(fleet);
    let errors: Vec<_> = run.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    assert!(!run.diagnostics.has_errors(), "{errors:#?}");
    run
}

/// All expressions of a fleet, with what they are of.
fn expressions(run: &Compilation) -> Vec<(String, String)> {
    let fleet = run.fleet.as_ref().expect("a fleet");
    let mut all: Vec<_> = alerts(fleet).into_iter().map(|alert| (alert.name, alert.expr)).collect();
    all.extend(RECORDINGS.iter().map(|found| (found.name.to_owned(), (found.expr)().to_string())));
    for (name, dashboard) in dashboards(run) {
        for panel in dashboard["panels"].as_array().expect("panels") {
            for target in panel["targets"].as_array().expect("targets") {
                let title = panel["title"].as_str().unwrap_or_default();
                let expr = target["expr"].as_str().expect("a query").to_owned();
                all.push((format!("{name}: {title}"), expr));
            }
        }
    }
    all
}

/// The dashboards of a fleet, as Grafana's sidecar gets them.
fn dashboards(run: &Compilation) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for object in &run.objects.others {
        let Body::ConfigMap(map) = &object.body else { continue };
        if !object.path.starts_with("monitoring/dashboard-") {
            continue;
        }
        let labels = map.metadata.labels.as_ref().expect("labels");
        assert_eq!(labels.get("grafana_dashboard").map(String::as_str), Some("1"));
        for (file, text) in map.data.iter().flatten() {
            all.push((file.clone(), serde_json::from_str(text).expect("JSON")));
        }
    }
    all
}

#[test]
fn what_fleetc_writes_asks_only_for_what_is_exported() {
    for fleet in [REFERENCE, EVERY] {
        let run = compiled(fleet);
        let catalogue = Catalogue::new(run.fleet.as_ref().expect("a fleet"), &run.objects);
        let all = expressions(&run);
        assert!(all.len() > 40, "{}", all.len());
        for (name, expr) in all {
            let problems = judge(&expr, &catalogue);
            assert!(problems.is_empty(), "{name}: {expr}\n{problems:#?}");
        }
    }
}

#[test]
fn every_kind_of_alert_is_there_and_tried_both_ways() {
    let run = compiled(EVERY);
    let all = alerts(run.fleet.as_ref().expect("a fleet"));
    for kind in KINDS {
        let mine: Vec<_> = all.iter().filter(|alert| alert.word == kind.word).collect();
        assert!(!mine.is_empty(), "{} is not emitted", kind.word);
        for alert in mine {
            assert!(alert.cases.iter().any(|case| case.fires > 0), "{} never fires", alert.name);
            assert!(alert.cases.iter().any(|case| case.fires == 0), "{} is never quiet", alert.name);
            assert!(alert.annotations.contains_key("summary"), "{}", alert.name);
            let runbook = alert.annotations.get("runbook_url");
            let wanted = format!("https://runbooks.example.com/ci/{}", alert.name);
            assert_eq!(runbook, Some(&wanted), "{}", alert.name);
            assert_eq!(alert.labels.get("severity").map(String::as_str), Some(alert.severity));
        }
    }
    let names: BTreeSet<_> = all.iter().map(|alert| &alert.name).collect();
    assert_eq!(names.len(), all.len(), "{names:?}");
    let train = all.iter().find(|alert| alert.name == "TrainQueueStands").expect("an alert");
    assert_eq!(train.labels.get("team").map(String::as_str), Some("ml"), "its own label wins");
    let idle = all.iter().find(|alert| alert.name == "TrainIdle").expect("an alert");
    assert_eq!(idle.labels.get("pool").map(String::as_str), Some("train"), "the one pool that it is about");
}

#[test]
fn dashboards_are_what_grafana_loads() {
    let run = compiled(EVERY);
    let all = dashboards(&run);
    let files: Vec<_> = all.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(files, ["fleet.json", "workflows.json", "exporter.json", "capacity.json"]);
    let panel = json!({
        "type": "object",
        "required": ["id", "title", "type", "datasource", "gridPos", "targets", "fieldConfig"],
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "title": {"type": "string", "minLength": 1},
            "type": {"enum": ["timeseries", "table"]},
            "datasource": {"const": {"type": "prometheus", "uid": "${datasource}"}},
            "gridPos": {
                "type": "object",
                "required": ["h", "w", "x", "y"],
                "properties": {"w": {"maximum": 24}, "x": {"maximum": 23}}
            },
            "targets": {"type": "array", "minItems": 1, "items": {
                "type": "object",
                "required": ["refId", "expr", "legendFormat"],
                "properties": {"refId": {"pattern": "^[A-Z]$"}}
            }}
        }
    });
    let schema = json!({
        "type": "object",
        "required": ["uid", "title", "schemaVersion", "panels", "templating", "time"],
        "properties": {
            "uid": {"type": "string", "pattern": "^[a-zA-Z0-9_-]{1,40}$"},
            "schemaVersion": {"const": 39},
            "panels": {"type": "array", "minItems": 1, "items": panel}
        }
    });
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let mut uids = BTreeSet::new();
    for (file, dashboard) in &all {
        let errors: Vec<_> = validator.iter_errors(dashboard).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{file}: {errors:#?}");
        assert!(uids.insert(dashboard["uid"].as_str().unwrap_or_default().to_owned()), "{file}");
        let panels = dashboard["panels"].as_array().expect("panels");
        let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].to_string()).collect();
        assert_eq!(ids.len(), panels.len(), "{file}");
        // Each variable that a query names is one that the reader can choose.
        let chosen: Vec<_> = dashboard["templating"]["list"]
            .as_array()
            .expect("variables")
            .iter()
            .filter_map(|variable| variable["name"].as_str())
            .collect();
        for target in panels.iter().flat_map(|panel| panel["targets"].as_array().expect("targets")) {
            let expr = target["expr"].as_str().unwrap_or_default();
            for name in expr.split('$').skip(1) {
                let end = name.find(|c: char| !c.is_alphanumeric()).unwrap_or(name.len());
                assert!(chosen.contains(&&name[..end]), "{file}: {expr}");
            }
        }
    }
}

#[test]
fn listeners_are_scraped_under_the_name_of_their_pool() {
    let run = compiled(EVERY);
    let monitor = run.objects.others.iter().find_map(|object| match &object.body {
        Body::PodMonitor(monitor) if object.path == "monitoring/arc-listeners.yaml" => Some(monitor),
        _ => None,
    });
    let monitor = monitor.expect("a monitor");
    assert_eq!(monitor.metadata.namespace.as_deref(), Some("monitoring"));
    assert_eq!(monitor.spec.namespace_selector.match_names.as_deref(), Some(&["arc-systems".to_owned()][..]));
    let endpoint = &monitor.spec.pod_metrics_endpoints[0];
    assert_eq!((endpoint.port.as_str(), endpoint.honor_labels), ("metrics", Some(true)));
    let after = endpoint.metric_relabelings.as_ref().expect("changes of labels");
    assert_eq!(after[0].source_labels.as_deref(), Some(&["pool".to_owned()][..]));
    assert_eq!(after[0].target_label.as_deref(), Some("name"));
    // And each listener is told to export what alerts and panels ask for, without labels of jobs.
    for pool in &run.objects.pools {
        let config = pool.runner_set.spec.listener_metrics.as_ref().expect("what is exported");
        assert_eq!(config.gauges.as_ref().map(|gauges| gauges.len()), Some(8));
        let histograms = config.histograms.as_ref().expect("histograms");
        assert!(histograms.values().all(|of| !of.labels.contains(&"job_name".to_owned())));
    }
}

#[test]
fn nothing_is_emitted_for_a_fleet_that_watches_nothing() {
    let run = compiled("pool \"build\" {\n    mode \"dind\"\n    runners max=4\n}\n");
    assert!(run.objects.others.iter().all(|object| !object.path.starts_with("monitoring/")));
    assert!(run.objects.pools.iter().all(|pool| pool.runner_set.spec.listener_metrics.is_none()));
}

#[test]
fn findings_point_into_the_expression() {
    let cases = [
        ("alert-on-missing-metric", r##"#"sum(gha_busy_runner{name="build"}) == 0"#"##, "gha_busy_runner"),
        ("alert-on-missing-label", r#""sum by (pol) (gha_busy_runners) == 0""#, "pol"),
        ("alert-on-missing-label", r#""gha_busy_runners{pol=\"build\"} == 0""#, "pol"),
        ("alert-label-value", r#""gha_busy_runners{name=\"biuld\"} == 0""#, "biuld"),
        (
            "alert-label-value",
            "\"\"\"\n            sum(\n              gha_busy_runners{pool=\"biuld\"}\n            ) == 0\n            \"\"\"",
            "biuld",
        ),
        ("promql-wrong-type", r#""rate(gha_busy_runners[5m]) > 1""#, "rate"),
        (
            "promql-wrong-type",
            r#""histogram_quantile(0.9, sum(rate(gha_job_startup_duration_seconds_bucket[5m]))) > 1""#,
            "histogram_quantile",
        ),
        ("counter-without-rate", r#""gha_completed_jobs_total > 5""#, "gha_completed_jobs_total"),
        ("alert-never-fires", r#""sum(gha_busy_runners{name=\"build\"}) > 4""#, "> 4"),
        (
            "alert-never-fires",
            r#""histogram_quantile(0.9, sum by (le) (rate(gha_job_startup_duration_seconds_bucket[5m]))) > 7200""#,
            "> 7200",
        ),
        ("alert-always-fires", r#""gha_registered_runners >= 0""#, ">= 0"),
        ("gauge-scope", r#""gha_running_jobs{repository=\"app\"} > 1""#, "repository"),
        ("promql-invalid", r#""sum(gha_busy_runners) >> 0""#, ">"),
        ("promql-invalid", r#""sum(gha_busy_runners""#, "("),
        ("promql-invalid", r#""rat(gha_busy_runners[5m]) > 0""#, "rat"),
    ];
    for (code, expr, wanted) in cases {
        let fleet = format!(
            "pool \"build\" {{\n    mode \"dind\"\n    runners max=4\n    runner storage=\"10Gi\"\n    job cpu=4 memory=\"8Gi\" storage=\"20Gi\"\n}}\nalerts {{\n    alert \"A\" {{\n        expr {expr}\n    }}\n}}\n"
        );
        let run = example::run(&fleet);
        let found: Vec<_> = run.diagnostics.iter().collect();
        let list: Vec<_> = found.iter().map(|d| (d.code, &d.message)).collect();
        assert_eq!(found.len(), 1, "{expr}: {list:#?}");
        assert_eq!(found[0].code, code, "{expr}: {list:#?}");
        assert_eq!(run.sources.text(found[0].labels[0].span), wanted, "{expr}");
    }
}

#[test]
fn thresholds_of_typed_alerts_are_judged_where_they_stand() {
    let cases = [
        ("failure-rate over=1.0", "alert-never-fires", "over=1.0"),
        ("queue-wait over=\"2d\"", "alert-never-fires", "\"2d\""),
        ("consecutive-failures at-least=0", "alert-always-fires", "0"),
        ("queue-objective within=\"17s\"", "alert-label-value", "\"17s\""),
        ("jobs-unmatched for=\"24h\"", "alert-hold", "\"24h\""),
        ("backup-missing", "alert-watches-nothing", "backup-missing"),
    ];
    for (alert, code, at) in cases {
        let fleet = format!("exporter {{\n    organization \"o\"\n}}\nalerts {{\n    {alert}\n}}\n");
        let run = example::run(&fleet);
        let found = run.diagnostics.iter().find(|d| d.code == code);
        let list: Vec<_> = run.diagnostics.iter().map(|d| (d.code, &d.message)).collect();
        let found = found.unwrap_or_else(|| panic!("{alert}: {list:#?}"));
        let text = run.sources.text(found.labels[0].span);
        assert!(at.ends_with(text) && !text.is_empty(), "{alert}: {text}");
    }
}

/// Parts of expressions, whole and broken.
const PARTS: &[&str] = &[
    "sum",
    "by",
    "without",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "[5m]",
    "pool",
    "name",
    "=",
    "!=",
    "=~",
    "\"build\"",
    "\"",
    "'ä'",
    "gha_busy_runners",
    "gha_started_jobs_total",
    "rate",
    "histogram_quantile",
    "0.9",
    "1e3",
    "-",
    "+",
    "*",
    "/",
    ">",
    ">=",
    "==",
    "and",
    "or",
    "unless",
    "on",
    "ignoring",
    "group_left",
    "bool",
    "offset",
    "1d",
    "@",
    "start",
    "end",
    ",",
    "absent",
    "time",
    "topk",
    "count_values",
    "le",
    "#",
    "\n",
    ".",
    "\\",
    "µ",
    "5m:1m",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_expression_is_judged(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..14), gap in "[ ]?") {
        let run = watched();
        let catalogue = Catalogue::new(run.fleet.as_ref().expect("a fleet"), &run.objects);
        let text = parts.join(&gap);
        for problem in judge(&text, &catalogue) {
            // Within the text, and at its characters.
            prop_assert!(text.get(problem.at.clone()).is_some(), "{text:?}: {problem:?}");
        }
    }

    #[test]
    fn any_text_is_judged(text in "\\PC{0,40}") {
        let run = watched();
        let catalogue = Catalogue::new(run.fleet.as_ref().expect("a fleet"), &run.objects);
        for problem in judge(&text, &catalogue) {
            prop_assert!(text.get(problem.at.clone()).is_some(), "{text:?}: {problem:?}");
        }
    }
}

/// A fleet of one pool that is watched.
fn watched() -> &'static Compilation {
    static RUN: OnceLock<Compilation> = OnceLock::new();
    RUN.get_or_init(|| compiled("pool \"build\" {\n    mode \"dind\"\n    runners max=4\n}\nmonitoring\n"))
}

/// promtool, from where `cargo xtask tools` puts it.
fn promtool() -> Option<PathBuf> {
    let program = needs::tools()?.join("bin/promtool");
    assert!(program.exists(), "{} is not there: run `cargo xtask tools promtool`", program.display());
    Some(program)
}

fn run(program: &Path, folder: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("promtool starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}\n{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn promtool_takes_the_rules_and_their_tests_pass() {
    let Some(promtool) = promtool() else { return };
    for fleet in [REFERENCE, EVERY] {
        let compiled = compiled(fleet);
        let tree = export(compiled.fleet.as_ref().expect("a fleet")).expect("files");
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &tree, WriteOptions::default()).expect("written");
        run(&promtool, folder.path(), &["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]);
        let tests: Vec<_> = fs::read_dir(folder.path().join("tests")).expect("tests").collect();
        let names = tests.iter().map(|test| test.as_ref().expect("a test").file_name());
        let paths: Vec<_> = names.map(|name| format!("tests/{}", name.to_string_lossy())).collect();
        let mut arguments = vec!["test", "rules"];
        arguments.extend(paths.iter().map(String::as_str));
        run(&promtool, folder.path(), &arguments);
    }
}

#[test]
fn promtool_reads_every_query_of_the_dashboards() {
    let Some(promtool) = promtool() else { return };
    let run_of = compiled(EVERY);
    let rules: Vec<_> = expressions(&run_of)
        .into_iter()
        .enumerate()
        .map(|(at, (_, expr))| json!({"record": format!("panel:{at}"), "expr": expr}))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = json!({"groups": [{"name": "panels", "rules": rules}]});
    fs::write(folder.path().join("panels.yaml"), file.to_string()).expect("written");
    run(&promtool, folder.path(), &["check", "rules", "--lint=none", "panels.yaml"]);
}
