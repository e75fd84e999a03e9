//! Alerts, recordings and dashboards, as promtool and the catalogue judge them.

#[path = "monitoring/findings.rs"]
mod findings;
#[path = "real/needs.rs"]
#[allow(dead_code, reason = "other tests need more")]
mod needs;
#[path = "monitoring/promtool.rs"]
mod promtool;

use fleetc::check::example;
use fleetc::compile::Compilation;
use fleetc::emit::Body;
use fleetc::emit::monitoring::alerts::KINDS;
use fleetc::emit::monitoring::{RECORDINGS, alerts};
use fleetc::monitoring::{Catalogue, judge};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The fleet at the root of this repository.
pub const REFERENCE: &str = include_str!("../fleet.kdl");
/// A fleet with every typed alert.
pub const EVERY: &str = include_str!("monitoring/every.kdl");

/// What a fleet without errors comes to.
pub fn compiled(fleet: &str) -> Compilation {
    let run = example::run(fleet);
    let errors: Vec<_> = run.diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect();
    assert!(!run.diagnostics.has_errors(), "{errors:#?}");
    run
}

/// All expressions of a fleet, with what they are of.
pub fn expressions(run: &Compilation) -> Vec<(String, String)> {
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
fn what_comes_from_github_is_watched_once() {
    // Two clusters need two runner groups, which is not the point here: the objects are made all the same.
    let run = example::run(&format!("cluster \"a\"\ncluster \"b\"\n{EVERY}"));
    let paths: Vec<_> = run.objects.others.iter().map(|object| object.path.as_str()).collect();
    assert!(paths.contains(&"a/monitoring/fleet-exporter.yaml"), "{paths:?}");
    assert!(!paths.contains(&"b/monitoring/fleet-exporter.yaml"), "{paths:?}");
    let rules = |path: &str| {
        run.objects.others.iter().find_map(|object| match &object.body {
            Body::PrometheusRule(rule) if object.path == path => serde_json::to_string(rule).ok(),
            _ => None,
        })
    };
    let (first, second) = (rules("a/monitoring/alerts.yaml"), rules("b/monitoring/alerts.yaml"));
    assert!(first.is_some_and(|text| text.contains("QueueWaitHigh") && text.contains("ListenerDown")));
    assert!(second.is_some_and(|text| !text.contains("QueueWaitHigh") && text.contains("ListenerDown")));
}
