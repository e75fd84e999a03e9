//! A real Prometheus reads the exporter: over a kill, and with the questions that people ask.

mod stage;

use fleet_exporter::metrics::Format;
use fleet_model::metrics::exporter::METRICS;
use fleet_model::metrics::{Metric, MetricKind};
use ghfake::{Disorder, Fake};
use serde_json::Value;
use stage::real::{self, Prometheus};
use stage::{SECRET, Stage, needs, text, value};
use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_kill_is_no_reset_and_the_questions_are_answered() {
    let fake = Fake::start().unwrap();
    let stage = real::stage();
    let Some(prometheus) = Prometheus::start(&stage, "exemplar-storage") else { return };
    let mut running = real::exporter(&stage);
    fake.world().hook = Some((format!("http://{}/webhook", stage.config.listen), SECRET.to_owned()));
    let (mut day, now) = real::day(&fake);
    // Series are there before anything is counted, so that the first count is seen.
    day.tell(&mut fake.world(), now - 5 * 3_600);
    fake.deliver(&Disorder::default());
    let jobs = "github_actions_jobs_total";
    real::until("a first scrape", || (prometheus.sum(jobs) > 0.0).then_some(()));
    let begin = prometheus.sum(jobs);
    for step in 1..=4 {
        day.tell(&mut fake.world(), now - 5 * 3_600 + step * 4_500);
        fake.deliver(&Disorder { doubled: 20, ..Disorder::default() });
        if step % 2 == 0 {
            // Not asked to end: killed.
            drop(running);
            running = real::exporter(&stage);
        }
        std::thread::sleep(Duration::from_millis(1_500));
    }
    let truth = fake.world().completed_jobs() as f64;
    real::until("all jobs are counted", || (prometheus.sum(jobs) == truth).then_some(()));
    assert_eq!(prometheus.sum(&format!("resets({jobs}[5m])")), 0.0);
    let grown = prometheus.sum(&format!("{jobs} - ({jobs} offset 1h or {jobs} * 0)"));
    assert_eq!(grown, truth);
    let increase = prometheus.sum(&format!("increase({jobs}[5m])"));
    assert!((increase - (truth - begin)).abs() <= 0.25 * truth, "{increase} of {truth}, from {begin}");

    // The three questions of the fleet's first design, each true where the day was made to break.
    let workflows = |query: &str| -> BTreeSet<String> {
        let of = |(labels, _): (Value, f64)| labels["workflow"].as_str().map(str::to_owned);
        prometheus.query(query).into_iter().filter_map(of).collect()
    };
    let failing = workflows("github_actions_workflow_failure_rate{window=\"24h\"} > 0.2");
    assert!(
        failing.contains("flaky") && failing.contains("nightly") && !failing.contains("ci"),
        "{failing:?}"
    );
    let slow = prometheus.query("github_actions_workflow_queue_time_seconds_avg > 60");
    let pools: BTreeSet<&str> = slow.iter().filter_map(|(labels, _)| labels["pool"].as_str()).collect();
    assert_eq!(pools, BTreeSet::from(["gpu"]));
    let red = workflows("github_actions_workflow_consecutive_failures >= 3");
    assert!(red.contains("nightly") && !red.contains("ci"), "{red:?}");

    // The alerts that fleetc emits for the reference fleet.
    if real::emitted_rules().is_some() {
        for (alert, label, of) in [
            ("WorkflowFailureRateHigh", "workflow", "nightly"),
            ("WorkflowFailing", "workflow", "nightly"),
            ("QueueWaitHigh", "pool", "gpu"),
        ] {
            let query = format!("ALERTS{{alertname=\"{alert}\",alertstate=\"firing\",{label}=\"{of}\"}}");
            real::until(alert, || (!prometheus.query(&query).is_empty()).then_some(()));
        }
    }

    // Prometheus took OpenMetrics, and with it exemplars.
    let exemplars = prometheus
        .ask("query_exemplars?start=0&end=99999999999", "github_actions_job_duration_seconds_bucket");
    assert!(exemplars["data"].as_array().is_some_and(|found| !found.is_empty()), "{exemplars}");

    // The history of the day is there for sizing, from the exporter and from its file.
    let history = |of: &[&std::ffi::OsStr]| {
        let asked = Command::new(env!("CARGO_BIN_EXE_fleet-exporter"))
            .args(["history", "--since", "1d"])
            .args(of)
            .output()
            .unwrap();
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
        String::from_utf8(asked.stdout).unwrap()
    };
    let csv = history(&["--config".as_ref(), stage.path("config.json").as_os_str()]);
    assert_eq!(csv.lines().count(), truth as usize + 1);
    assert!(csv.lines().any(|line| line.contains(",train,") && line.contains(",gpu,gpu,")), "{csv}");

    // What is said to end, ends in order.
    let asked = Instant::now();
    let killed = Command::new("kill").arg("-TERM").arg(running.0.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert!(running.0.wait().unwrap().success());
    assert!(asked.elapsed() < Duration::from_secs(10));
    let log = std::fs::read_to_string(stage.path("log")).unwrap();
    assert!(
        !log.contains(SECRET) && log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{log}"
    );

    assert_eq!(csv, history(&["--ledger".as_ref(), stage.config.ledger.as_os_str()]));
}

/// Names and labels of everything that a scrape shows.
fn shown(metrics: &str) -> BTreeSet<(String, Vec<String>)> {
    let lines = metrics.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, rest) = line.split_at(line.find(['{', ' ']).unwrap_or(line.len()));
            let labels = rest
                .strip_prefix('{')
                .and_then(|rest| rest.rsplit_once('}'))
                .map_or("", |(labels, _)| labels);
            let names =
                labels.split("\",").filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.to_owned());
            (name.to_owned(), names.collect())
        })
        .collect()
}

#[test]
fn everything_that_is_shown_is_in_the_catalogue_and_well_formed() {
    let fake = Fake::start().unwrap();
    let stage = Stage::new().polls_as_app(&fake);
    let running = stage.run();
    fake.world().hook = Some((format!("{}/webhook", running.url), SECRET.to_owned()));
    fake.world().runners = vec![serde_json::json!({
        "id": 1, "name": "gpu-a-runner-b", "os": "linux", "status": "online", "busy": true, "version": "2.336.0", "labels": [],
    })];
    let (mut day, now) = real::day(&fake);
    day.tell(&mut fake.world(), now);
    fake.deliver(&Disorder { lost: 5, ..Disorder::default() });
    stage.org(&running.app).round();
    let metrics = running.metrics();
    for (name, labels) in shown(&metrics) {
        let of = |metric: &&Metric| match metric.kind {
            MetricKind::Histogram(_) => {
                ["_bucket", "_sum", "_count"].iter().any(|end| name.strip_suffix(end) == Some(metric.name))
            }
            _ => metric.name == name,
        };
        let metric = METRICS.iter().find(of).unwrap_or_else(|| panic!("{name} is in no catalogue"));
        let mut wanted: Vec<&str> = metric.labels.to_vec();
        if name.ends_with("_bucket") {
            wanted.push("le");
        }
        assert_eq!(labels, wanted, "{name}");
    }
    let families: BTreeSet<&str> =
        metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let missing: Vec<&str> =
        METRICS.iter().map(|metric| metric.name).filter(|name| !families.contains(name)).collect();
    // Not made yet, or absent in a healthy day.
    for name in &missing {
        assert!(ABSENT.contains(name), "{name} is promised and not shown");
    }
    assert!(value(&metrics, "github_actions_workflow_runs_total{") > 100.0);
    if let Some(promtool) = needs::tool("bin/promtool") {
        let mut child = Command::new(promtool)
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
        let said = child.wait_with_output().unwrap();
        let text =
            format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert!(said.status.success(), "{text}");
    }
    let open = text(&running.app, Format::OpenMetrics);
    assert!(open.ends_with("# EOF\n") && open.contains("_created{") && open.contains(" # {run_id="));
}

/// Metrics that this day does not show, and why.
const ABSENT: &[&str] = &[
    // No prices of pods, no watch of ARC, no bills are read yet.
    "github_actions_pool_cost_dollars_total",
    "github_actions_job_queue_phase_seconds",
    "github_actions_billing_usage_net_dollars",
    // Nothing of the kind happened.
    "github_actions_jobs_unmatched",
    "github_actions_job_approval_wait_seconds",
    "github_actions_exporter_timestamp_anomalies_total",
    "github_actions_exporter_label_overflow_total",
];
