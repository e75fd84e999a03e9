//! From what the file says of alerts to rules.

use super::Scope;
use super::alerts::KINDS;
use super::sample::Case;
use crate::language::nodes::{self, AlertLabel, AlertSeverity, Alerts};
use crate::language::value::{Duration, Text, Url};
use crate::model::Fleet;
use crate::monitoring::query::Query;
use crate::monitoring::selectors;
use crate::syntax::{Span, Spanned};
use promql_parser::label::MatchOp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// An alert as Prometheus gets it.
#[derive(Clone, Debug, Serialize)]
pub struct ResolvedAlert {
    /// Its name.
    pub name: String,
    /// The word of the language that it comes from: `alert` for one of the user's own.
    pub word: &'static str,
    /// Its condition, in PromQL.
    pub expr: String,
    /// How long that must hold.
    #[serde(rename = "for")]
    pub hold: String,
    /// How urgent it is.
    pub severity: &'static str,
    /// Its labels, `severity` included.
    pub labels: BTreeMap<String, String>,
    /// Its texts: `summary`, `description`, `runbook_url`.
    pub annotations: BTreeMap<String, String>,
    /// Where its threshold, or else all of it, is written; where `alerts` is, for a default.
    #[serde(skip)]
    pub place: Span,
    /// Where its `for` is written; the same.
    #[serde(skip)]
    pub hold_place: Span,
    /// How long its condition must hold.
    #[serde(skip)]
    pub hold_time: Duration,
    /// The condition as a user wrote it.
    #[serde(skip)]
    pub written: Option<Spanned<Text>>,
    /// What shows that it fires, and that it does not.
    #[serde(skip)]
    pub cases: Vec<Case>,
}

/// What a typed alert comes to.
pub struct Condition {
    /// The condition.
    pub expr: Query,
    /// What people read first; `{{ $labels.… }}` is filled in by Prometheus.
    pub summary: String,
    /// What people read next.
    pub description: String,
}

/// All alerts of a fleet, each once, in the order of their words.
pub fn alerts(fleet: &Fleet) -> Vec<ResolvedAlert> {
    let mut seen = BTreeSet::new();
    let all = (0..fleet.clusters.len()).flat_map(|cluster| alerts_in(Scope { fleet, cluster }));
    all.filter(|alert| seen.insert((alert.name.clone(), alert.expr.clone(), alert.place))).collect()
}

/// The alerts of a fleet that are evaluated in a cluster.
pub fn alerts_in(scope: Scope<'_>) -> Vec<ResolvedAlert> {
    let Some(node) = &scope.fleet.alerts else { return Vec::new() };
    let mut all: Vec<_> = KINDS.iter().flat_map(|kind| (kind.resolve)(scope, node)).collect();
    all.extend(node.alerts.iter().map(|alert| own(scope, node, alert)));
    all
}

/// What of an alert does not depend on its kind.
pub(super) struct Frame<'a> {
    pub name: String,
    pub word: &'static str,
    pub severity: AlertSeverity,
    pub hold: Duration,
    pub labels: &'a [AlertLabel],
    pub runbook: Option<&'a Spanned<Url>>,
    pub place: Span,
    pub hold_place: Span,
}

impl Frame<'_> {
    pub(super) fn alert(
        self,
        scope: Scope<'_>,
        alerts: &Alerts,
        expr: String,
        texts: [Option<String>; 2],
        cases: Vec<Case>,
    ) -> ResolvedAlert {
        let severity = self.severity.word();
        let own = alerts.labels.iter().chain(self.labels);
        let mut labels: BTreeMap<_, _> =
            own.map(|label| (label.name.to_string(), label.value.to_string())).collect();
        labels.insert("severity".to_owned(), severity.to_owned());
        let mut annotations = BTreeMap::new();
        for (name, text) in ["summary", "description"].into_iter().zip(texts) {
            annotations.extend(text.map(|text| (name.to_owned(), text)));
        }
        let base = scope.fleet.monitoring.as_ref().and_then(|node| node.runbooks.as_ref());
        let page = base.map(|base| format!("{}/{}", base.to_string().trim_end_matches('/'), self.name));
        let runbook = self.runbook.map(|url| url.to_string()).or(page);
        annotations.extend(runbook.map(|url| ("runbook_url".to_owned(), url)));
        ResolvedAlert {
            name: self.name,
            word: self.word,
            expr,
            hold: self.hold.to_string(),
            severity,
            labels,
            annotations,
            place: self.place,
            hold_place: self.hold_place,
            hold_time: self.hold,
            written: None,
            cases,
        }
    }
}

/// An alert of the user's own.
fn own(scope: Scope<'_>, alerts: &Alerts, node: &nodes::Alert) -> ResolvedAlert {
    let expr = node.expr.text.to_string();
    let frame = Frame {
        name: node.name.to_string(),
        word: "alert",
        severity: node.severity.value,
        hold: node.hold.as_ref().map_or(Duration(0), |hold| hold.value),
        labels: &node.labels,
        runbook: node.runbook.as_ref(),
        place: node.expr.text.span,
        hold_place: node.hold.as_ref().map_or(node.span, |hold| hold.span),
    };
    let text = |text: &Option<nodes::AlertText>| text.as_ref().map(|text| text.text.to_string());
    let mut alert =
        frame.alert(scope, alerts, expr, [text(&node.summary), text(&node.description)], Vec::new());
    if let Some(pool) = only_pool(&alert.expr) {
        alert.labels.entry("pool".to_owned()).or_insert(pool);
    }
    alert.written = Some(node.expr.text.clone());
    alert
}

/// The one pool that an expression is about: its owners want to hear of it, though a sum drops the label.
fn only_pool(expr: &str) -> Option<String> {
    let mut pools = BTreeSet::new();
    for (name, matchers) in selectors(expr) {
        let label = |label: &str| label == "pool" || (label == "name" && name.starts_with("gha_"));
        let equal = matchers.matchers.into_iter().filter(|matcher| matcher.op == MatchOp::Equal);
        pools.extend(equal.filter(|matcher| label(&matcher.name)).map(|matcher| matcher.value));
    }
    let mut pools = pools.into_iter();
    pools.next().filter(|pool| !pool.is_empty() && pools.next().is_none())
}
