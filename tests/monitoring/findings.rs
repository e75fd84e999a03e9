//! What is wrong with alerts is found where it stands.

use super::compiled;
use fleetc::check::example;
use fleetc::compile::Compilation;
use fleetc::diagnostic::Severity;
use fleetc::monitoring::{Catalogue, judge};
use proptest::prelude::*;
use std::sync::OnceLock;

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

#[test]
fn rules_that_a_patch_changes_or_a_manifest_brings_are_judged_too() {
    let patched = r##"
monitoring
patch "PrometheusRule" name="example-recordings" {
    json #"""
        [{"op": "replace", "path": "/spec/groups/0/rules/0/expr", "value": "sum(gha_bussy_runners)"}]
        """#
}
pool "build" {
    mode "dind"
    runners max=4
}
"##;
    let carried = r#"
pool "build" {
    mode "dind"
    runners max=4
}
manifest "rules.yaml"
// file rules.yaml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: own-rules
spec:
  groups:
  - name: own
    rules:
    - record: pool:busy:sum
      expr: sum by (pool) (gha_busy_runners)
    - alert: Busy
      expr: pool:busy:sum > 3
    - alert: Bussy
      expr: sum(gha_bussy_runners) > 3
"#;
    for (fleet, severity, at) in
        [(patched, Severity::Error, "patch"), (carried, Severity::Warning, "\"rules.yaml\"")]
    {
        let run = example::run(fleet);
        let found: Vec<_> = run.diagnostics.iter().filter(|d| d.code.starts_with("alert-")).collect();
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!((found[0].code, found[0].severity), ("alert-on-missing-metric", severity));
        let text = run.sources.text(found[0].labels[0].span);
        assert!(text.starts_with(at), "{text}");
    }
}

/// A fleet of one pool that is watched.
fn watched() -> &'static Compilation {
    static RUN: OnceLock<Compilation> = OnceLock::new();
    RUN.get_or_init(|| compiled("pool \"build\" {\n    mode \"dind\"\n    runners max=4\n}\nmonitoring\n"))
}
