//! What is no Kubernetes object: rule files for a Prometheus without the operator, unit tests of the alerts, and
//! an example of Alertmanager's routes.

use super::Scope;
use super::alert::{ResolvedAlert, alerts_in};
use super::rules;
use super::sample::Case;
use crate::emit::RenderError;
use crate::language::nodes::AlertSeverity;
use crate::language::value::Duration;
use crate::model::Fleet;
use crate::output::{OutputPath, Tree, to_yaml};
use serde::Serialize;
use std::collections::BTreeMap;

/// The files, of all clusters.
pub fn export(fleet: &Fleet) -> Result<Tree, RenderError> {
    let mut tree = Tree::new();
    for (cluster, declared) in fleet.clusters.iter().enumerate() {
        let scope = Scope { fleet, cluster };
        let folder = declared.folder();
        let mut add = |path: String, text: String| {
            let path = OutputPath::new(format!("{folder}{path}")).map_err(RenderError::new)?;
            tree.insert(path, "alerts", text).map_err(RenderError::new)
        };
        add("rules.yaml".to_owned(), to_yaml(&rules::file(scope))?)?;
        for alert in alerts_in(scope) {
            if !alert.cases.is_empty() {
                add(format!("tests/{}.yaml", alert.name), to_yaml(&tests(&alert))?)?;
            }
        }
        add("alertmanager.yaml".to_owned(), to_yaml(&routes(fleet))?)?;
    }
    Ok(tree)
}

/// A file that `promtool test rules` reads.
#[derive(Serialize)]
struct TestFile {
    rule_files: Vec<&'static str>,
    evaluation_interval: String,
    tests: Vec<Test>,
}

#[derive(Serialize)]
struct Test {
    name: String,
    interval: String,
    input_series: Vec<Series>,
    promql_expr_test: Vec<Expected>,
}

#[derive(Serialize)]
struct Series {
    series: String,
    values: String,
}

#[derive(Serialize)]
struct Expected {
    expr: String,
    eval_time: String,
    exp_samples: Vec<ExpectedSample>,
}

#[derive(Serialize)]
struct ExpectedSample {
    labels: String,
    value: usize,
}

/// Evaluations of a case: enough to be exact, few enough to be fast.
const EVALUATIONS: u64 = 120;
/// A series without a sample for five minutes is gone.
const LONGEST: Duration = Duration(240);

fn tests(alert: &ResolvedAlert) -> TestFile {
    let last = alert.cases.iter().map(|case| case.at.seconds()).max().unwrap_or(0);
    let every = last.div_ceil(EVALUATIONS).div_ceil(60).max(1) * 60;
    let test = |case: &Case| {
        // Looked at right after an evaluation, the second one at which a condition that began just now holds.
        let at = Duration((case.at.seconds().div_ceil(every) + 2) * every);
        let step = LONGEST.min(Duration(every));
        let until = Duration(at.seconds() + step.seconds());
        let series = case.samples.iter().map(|sample| Series {
            series: sample.series.clone(),
            values: sample.values.notation(step, until),
        });
        let firing = format!(r#"ALERTS{{alertname="{}", alertstate="firing"}}"#, alert.name);
        let labels = format!(r#"{{alertname="{}"}}"#, alert.name);
        Test {
            name: format!("{}: {}", alert.name, case.title),
            interval: step.to_string(),
            input_series: series.collect(),
            promql_expr_test: vec![Expected {
                expr: format!("count by (alertname) ({firing})"),
                eval_time: at.to_string(),
                exp_samples: (case.fires > 0)
                    .then_some(ExpectedSample { labels, value: case.fires })
                    .into_iter()
                    .collect(),
            }],
        }
    };
    TestFile {
        rule_files: vec!["../rules.yaml"],
        evaluation_interval: Duration(every).to_string(),
        tests: alert.cases.iter().map(test).collect(),
    }
}

/// Routes of Alertmanager, to be filled in.
#[derive(Serialize)]
struct Alertmanager {
    route: Route,
    inhibit_rules: Vec<Inhibition>,
    receivers: Vec<Receiver>,
}

#[derive(Default, Serialize)]
struct Route {
    receiver: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    matchers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    group_by: Vec<&'static str>,
    group_wait: &'static str,
    group_interval: &'static str,
    repeat_interval: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
}

#[derive(Serialize)]
struct Inhibition {
    source_matchers: Vec<String>,
    target_matchers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    equal: Vec<&'static str>,
}

#[derive(Serialize)]
struct Receiver {
    name: String,
}

/// By severity; and what only follows from something else is kept back.
fn routes(fleet: &Fleet) -> Alertmanager {
    let severities = [
        (AlertSeverity::Critical, "10s", "1h"),
        (AlertSeverity::Warning, "1m", "12h"),
        (AlertSeverity::Info, "10m", "5d"),
    ];
    let name = |severity: AlertSeverity| format!("{}-{severity}", fleet.node.name.value);
    let route = |(severity, group_wait, repeat_interval)| Route {
        receiver: name(severity),
        matchers: vec![format!("severity=\"{severity}\"")],
        group_wait,
        group_interval: "5m",
        repeat_interval,
        ..Route::default()
    };
    let names: BTreeMap<_, _> =
        super::alerts(fleet).into_iter().map(|alert| (alert.word, alert.name)).collect();
    // Of a cause that is known, and of what follows from it.
    let causes: [(&str, &[&str], &[&str]); 3] = [
        ("exporter-down", &["data-stale", "webhook-silent"], &[]),
        ("arc-down", &["listener-down", "runners-pending", "queue-wait", "queue-oldest"], &[]),
        ("listener-down", &["queue-wait", "queue-oldest", "queue-objective"], &["pool"]),
    ];
    let inhibitions = causes.into_iter().filter_map(|(cause, effects, equal)| {
        let effects: Vec<_> = effects.iter().filter_map(|word| names.get(word)).map(String::as_str).collect();
        let cause = names.get(cause)?;
        (!effects.is_empty()).then(|| Inhibition {
            source_matchers: vec![format!("alertname=\"{cause}\"")],
            target_matchers: vec![format!("alertname=~\"{}\"", effects.join("|"))],
            equal: equal.to_vec(),
        })
    });
    Alertmanager {
        route: Route {
            receiver: name(AlertSeverity::Warning),
            group_by: vec!["alertname", "pool", "repo"],
            group_wait: "30s",
            group_interval: "5m",
            repeat_interval: "12h",
            routes: severities.map(route).into(),
            ..Route::default()
        },
        inhibit_rules: inhibitions.collect(),
        receivers: severities.map(|(severity, ..)| Receiver { name: name(severity) }).into(),
    }
}
