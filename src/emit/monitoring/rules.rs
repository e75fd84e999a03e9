//! PrometheusRules: one of recordings, one of alerts.

use super::Scope;
use super::alert::{ResolvedAlert, alerts_in};
use super::record::recordings;
use crate::emit::kinds::{PrometheusRule, Rule, RuleFile, RuleGroup};

/// The rules of a cluster, by the file that they go to.
pub fn objects(scope: Scope<'_>) -> Vec<(String, PrometheusRule)> {
    let object = |name: &str, groups: Vec<RuleGroup>| {
        let rule = PrometheusRule {
            api_version: "monitoring.coreos.com/v1".to_owned(),
            kind: "PrometheusRule".to_owned(),
            metadata: scope.meta(name),
            spec: RuleFile { groups },
        };
        (name.to_owned(), rule)
    };
    let all = [("recordings", recorded(scope)), ("alerts", alert_groups(scope))];
    let some = all.into_iter().map(|(name, groups)| {
        (name, groups.into_iter().filter(|group| !group.rules.is_empty()).collect::<Vec<_>>())
    });
    some.filter(|(_, groups)| !groups.is_empty()).map(|(name, groups)| object(name, groups)).collect()
}

/// All rules of a cluster as one file, as plain Prometheus and promtool read them.
pub fn file(scope: Scope<'_>) -> RuleFile {
    let groups = objects(scope).into_iter().flat_map(|(_, rule)| rule.spec.groups);
    RuleFile { groups: groups.collect() }
}

fn group(scope: Scope<'_>, name: &str, interval: String, rules: Vec<Rule>) -> RuleGroup {
    RuleGroup { name: format!("{}.{name}", scope.fleet.node.name.value), interval: Some(interval), rules }
}

/// How often what looks back over days is computed: as seldom as leaves no gap, since Prometheus forgets a
/// series after five minutes.
const SELDOM: &str = "2m";

fn recorded(scope: Scope<'_>) -> Vec<RuleGroup> {
    let rules = |slow| {
        let some = recordings(scope).filter(move |recording| recording.slow == slow);
        let rules = some.map(|recording| Rule {
            record: Some(recording.name.to_owned()),
            expr: (recording.expr)().to_string(),
            ..Rule::default()
        });
        rules.collect()
    };
    vec![
        group(scope, "recordings", scope.interval(), rules(false)),
        group(scope, "recordings-of-days", SELDOM.to_owned(), rules(true)),
    ]
}

/// Typed alerts in one group, the user's own in another: one that is slow does not hold up the rest.
fn alert_groups(scope: Scope<'_>) -> Vec<RuleGroup> {
    let (own, typed): (Vec<_>, Vec<_>) =
        alerts_in(scope).into_iter().partition(|alert| alert.written.is_some());
    let rules = |alerts: Vec<ResolvedAlert>| alerts.into_iter().map(rule).collect();
    vec![
        group(scope, "alerts", scope.interval(), rules(typed)),
        group(scope, "own-alerts", scope.interval(), rules(own)),
    ]
}

fn rule(alert: ResolvedAlert) -> Rule {
    Rule {
        record: None,
        alert: Some(alert.name),
        expr: alert.expr,
        hold: (alert.hold_time.seconds() > 0).then_some(alert.hold),
        labels: Some(alert.labels),
        annotations: (!alert.annotations.is_empty()).then_some(alert.annotations),
    }
}
