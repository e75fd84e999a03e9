//! Alerts and what they rest on: metrics that are exported, scraped, and can reach the threshold.

mod alert_always_fires;
mod alert_duplicate;
mod alert_hold;
mod alert_label_value;
mod alert_never_fires;
mod alert_on_missing_label;
mod alert_on_missing_metric;
mod alert_watches_nothing;
mod counter_without_rate;
mod gauge_scope;
mod metrics_cardinality;
mod metrics_off;
mod promql_invalid;
mod promql_wrong_type;
mod scrape_interval;
mod scrape_target;

use super::{Context, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::Body;
use crate::emit::kinds::RuleFile;
use crate::emit::monitoring::{RECORDINGS, ResolvedAlert, alerts};
use crate::monitoring::{Catalogue, Placed, Problem, ProblemKind, judge};
use crate::syntax::Span;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &promql_invalid::RULE,
    &alert_on_missing_metric::RULE,
    &alert_on_missing_label::RULE,
    &alert_label_value::RULE,
    &promql_wrong_type::RULE,
    &counter_without_rate::RULE,
    &alert_never_fires::RULE,
    &alert_always_fires::RULE,
    &alert_hold::RULE,
    &alert_watches_nothing::RULE,
    &alert_duplicate::RULE,
    &metrics_off::RULE,
    &metrics_cardinality::RULE,
    &gauge_scope::RULE,
    &scrape_target::RULE,
    &scrape_interval::RULE,
];

/// An alert with something wrong in its expression.
struct Wrong {
    /// What is wrong.
    problem: Problem,
    /// Where the part is written.
    span: Span,
    /// The alert, or the recording.
    rule: String,
    /// Whether it comes from a manifest that is carried along: of metrics there the fleet need not know.
    carried: bool,
}

impl Wrong {
    /// The finding, to be completed with its effect.
    fn diagnostic(&self, found: Diagnostic) -> Diagnostic {
        found.label(self.span, self.problem.label.clone()).help(self.problem.help.clone())
    }
}

/// All problems of one kind: in the alerts of the file, in rules that a patch has changed, and in those that are
/// carried along.
fn wrong(cx: &Context<'_>, kind: ProblemKind) -> Vec<Wrong> {
    let catalogue = Catalogue::new(cx.fleet, cx.objects);
    let mut all = Vec::new();
    let mut look = |text: &str, placed: &Placed, rule: &str, carried: bool| {
        let problems = judge(text, &catalogue).into_iter().filter(|problem| problem.kind == kind);
        all.extend(problems.map(|problem| Wrong {
            span: placed.span(&problem.at),
            problem,
            rule: rule.to_owned(),
            carried,
        }));
    };
    let resolved = alerts(cx.fleet);
    for alert in &resolved {
        let placed = match &alert.written {
            Some(written) => Placed::new(cx.sources, written),
            None => Placed::whole(alert.place),
        };
        look(&alert.expr, &placed, &alert.name, false);
    }
    for (file, span, carried) in rule_files(cx) {
        for rule in file.groups.iter().flat_map(|group| &group.rules) {
            let name = rule.alert.as_deref().or(rule.record.as_deref()).unwrap_or("without a name");
            if carried || !is_ours(&rule.expr, &resolved) {
                look(&rule.expr, &Placed::whole(span), name, carried);
            }
        }
    }
    all
}

fn is_ours(expr: &str, alerts: &[ResolvedAlert]) -> bool {
    alerts.iter().any(|alert| alert.expr == expr)
        || RECORDINGS.iter().any(|recording| (recording.expr)().to_string() == expr)
}

/// Rules that a patch may have changed, with the patch, and those of manifests.
fn rule_files(cx: &Context<'_>) -> Vec<(RuleFile, Span, bool)> {
    let mut all = Vec::new();
    for object in &cx.objects.others {
        match &object.body {
            Body::PrometheusRule(rule) => {
                all.extend(object.patched.last().map(|span| (rule.spec.clone(), *span, false)));
            }
            Body::Manifest(value) if object.body.kind() == "PrometheusRule" => {
                let spec = value.get("spec").cloned().unwrap_or_default();
                let name = object.body.metadata().name.unwrap_or_default();
                let manifest = cx.fleet.manifests.iter().find(|manifest| manifest.text.contains(&name));
                let file = serde_json::from_value(spec).ok();
                all.extend(file.zip(manifest).map(|(file, of)| (file, of.node.path.span, true)));
            }
            _ => {}
        }
    }
    all
}

/// Severity of a finding about something that may not be the fleet's business.
fn milder(found: Diagnostic, carried: bool) -> Diagnostic {
    if carried { found.severity(Severity::Warning) } else { found }
}
