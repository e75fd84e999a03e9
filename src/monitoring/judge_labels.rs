//! Choices of series: the metric, its labels, and their values.

use super::catalogue::{Known, KnownKind, closest};
use super::judge::{Facts, Judge, ProblemKind};
use super::judge_range::Interval;
use super::shape::{Place, SelectorPlace};
use crate::language::suggest::one_of;
use crate::language::value::GithubScope;
use crate::model::Pool;
use fleet_model::metrics::{Metric, Source, Unit, arc, exporter};
use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::VectorSelector;

/// Seconds after which GitHub cancels a job that nothing has started.
pub const JOB_EXPIRY: f64 = 86_400.0;

/// Metrics that count runners of a pool, which has a greatest number.
const RUNNERS: &[Metric] = &[
    arc::RUNNING_JOBS,
    arc::REGISTERED_RUNNERS,
    arc::BUSY_RUNNERS,
    arc::IDLE_RUNNERS,
    arc::DESIRED_RUNNERS,
    arc::MAX_RUNNERS,
    exporter::JOBS_RUNNING,
    exporter::POOL_MAX_RUNNERS,
];

/// Metrics of waiting jobs.
const WAITS: &[Metric] = &[exporter::JOB_QUEUE_OLDEST_AGE, exporter::WORKFLOW_QUEUE_TIME_AVG];

impl Judge<'_> {
    /// Judges a choice of series.
    pub(super) fn selector(&mut self, selector: &VectorSelector) -> Facts {
        let place = self.next_selector();
        let Some(name) = &selector.name else { return Facts::any() };
        let known = match self.catalogue.find(name) {
            Ok(known) => known,
            Err(missing) => {
                let message = format!("`{name}` {}", missing.why);
                self.report(ProblemKind::MissingMetric, place.name, "not exported", message, missing.help);
                return Facts::any();
            }
        };
        let matchers: Vec<_> =
            selector.matchers.matchers.iter().chain(selector.matchers.or_matchers.iter().flatten()).collect();
        let mut good = true;
        for (at, matcher) in matchers.iter().enumerate() {
            good &= self.matcher(name, &known, matcher, &place, at);
        }
        let counter = known.kind != KnownKind::Gauge;
        if counter && !self.counters_allowed {
            let message =
                format!("`{name}` only grows, until its program starts anew: its value means nothing");
            let help = format!(
                "ask how fast it grows: `rate({0}[5m])`, or by how much: `increase({0}[1h])`",
                self.under(&place.whole)
            );
            self.report(ProblemKind::BareCounter, place.name.clone(), "a counter", message, help);
        }
        // Of a choice that can't be met nothing more is said.
        let (range, total) =
            if good { self.range_of(&known, &matchers) } else { (Interval::ANY, Interval::ANY) };
        Facts {
            labels: known.labels,
            range,
            total,
            counter,
            top: known.bounds.iter().copied().reduce(f64::max),
            constant: false,
            metric: Some(name.clone()),
        }
    }

    /// Whether a matcher can be met.
    fn matcher(
        &mut self,
        name: &str,
        known: &Known,
        matcher: &Matcher,
        place: &SelectorPlace,
        at: usize,
    ) -> bool {
        let (label, value) = place.matchers.get(at).map_or_else(
            || (place.whole.clone(), place.whole.clone()),
            |m| (m.label.clone(), m.value.clone()),
        );
        let wants_nothing = matcher.is_match("");
        if let Some(labels) = &known.labels
            && !labels.contains(&matcher.name)
            && !wants_nothing
        {
            let message = format!("`{name}` has no label `{}`", matcher.name);
            let help = label_help(&matcher.name, labels.iter().map(String::as_str));
            self.report(ProblemKind::MissingLabel, label, "no such label", message, help);
            return false;
        }
        if matcher.name == "repository" && !wants_nothing && self.is_scope(known) {
            let message = format!("`repository` of `{name}` is empty: no pool is registered for one");
            let help = "choose by `pool`, or use a metric of jobs".to_owned();
            self.report(ProblemKind::GaugeScope, label, "always empty", message, help);
            return false;
        }
        let Some(values) = self.catalogue.values(known, &matcher.name) else { return true };
        // A dashboard's variable, or the empty value, can be anything.
        if matcher.value.is_empty() || matcher.value.contains('$') {
            return true;
        }
        let good = match &matcher.op {
            MatchOp::Equal | MatchOp::NotEqual => values.has(&matcher.value),
            MatchOp::Re(_) => wants_nothing || values.any(|value| matcher.is_match(value)),
            MatchOp::NotRe(_) => values.list.is_empty() || values.any(|value| matcher.is_match(value)),
        };
        if good || values.list.is_empty() {
            return true;
        }
        let message = format!("`{}` of `{name}` is never {:?}", matcher.name, matcher.value);
        let list = values.list.iter().map(String::as_str);
        let help = match closest(&matcher.value, list.clone()) {
            Some(near) => format!("did you mean {near:?}?"),
            None if values.list.len() <= 12 => format!("it is {}", one_of(list)),
            None => format!(
                "it is one of {} values, such as `{}`",
                values.list.len(),
                list.take(1).collect::<String>()
            ),
        };
        self.report(ProblemKind::LabelValue, inside(&value), "never so", message, help);
        false
    }

    /// Whether a series carries the scope of its pool, and no pool's is a repository.
    fn is_scope(&self, known: &Known) -> bool {
        let arc = known
            .metric
            .is_some_and(|metric| matches!(metric.source, Source::Listener | Source::ArcController));
        let pools = &self.catalogue.fleet().pools;
        let alone = |pool: &Pool| matches!(pool.github.url.scope, GithubScope::Repository(..));
        arc && known.kind == KnownKind::Gauge && !pools.iter().any(alone)
    }

    /// Where the values of a choice lie: of each series, and of all of them together.
    fn range_of(&self, known: &Known, matchers: &[&Matcher]) -> (Interval, Interval) {
        let positive = Interval { low: 0.0, high: f64::INFINITY };
        let each = match known.unit {
            None => Interval::ANY,
            Some(Unit::Ratio | Unit::Flag) => Interval { low: 0.0, high: 1.0 },
            Some(Unit::Info) => Interval::point(1.0),
            Some(_) => positive,
        };
        let Some(metric) = known.metric else {
            return (each, if known.unit.is_some() { positive } else { Interval::ANY });
        };
        if metric.name == exporter::CLOCK_OFFSET.name {
            return (Interval::ANY, Interval::ANY);
        }
        if WAITS.iter().any(|wait| wait.name == metric.name) {
            return (Interval { low: 0.0, high: JOB_EXPIRY }, positive);
        }
        if !RUNNERS.iter().any(|runners| runners.name == metric.name) {
            return (each, positive);
        }
        let fleet = self.catalogue.fleet();
        let label =
            |name: &str| name == "pool" || (name == "name" && metric.source == arc::BUSY_RUNNERS.source);
        let chosen = fleet.pools.iter().filter(|pool| {
            matchers
                .iter()
                .filter(|matcher| label(&matcher.name))
                .all(|matcher| matcher.is_match(pool.name()))
        });
        let max: Option<Vec<_>> = chosen.map(|pool| pool.max().map(f64::from)).collect();
        // Hosted runners and pools without a max have no bound.
        let hosted = metric.source == exporter::JOBS_RUNNING.source
            && !matchers.iter().any(|matcher| label(&matcher.name) && matcher.op == MatchOp::Equal);
        match max {
            Some(max) if !max.is_empty() && !hosted => {
                let most = max.iter().copied().fold(0.0, f64::max);
                (Interval { low: 0.0, high: most }, Interval { low: 0.0, high: max.iter().sum() })
            }
            _ => (positive, positive),
        }
    }

    /// Reports labels that an operation names and that its operand does not have.
    pub(super) fn labels_exist(&mut self, labels: &[Place], facts: &Facts, of: &str) {
        let Some(known) = &facts.labels else { return };
        let known = known.clone();
        for place in labels {
            let name = self.under(place).to_owned();
            if known.contains(&name) {
                continue;
            }
            let message = format!("{of} has no label `{name}`");
            let help = label_help(&name, known.iter().map(String::as_str));
            self.report(ProblemKind::MissingLabel, place.clone(), "no such label", message, help);
        }
    }
}

/// What stands between quotes.
fn inside(value: &Place) -> Place {
    if value.len() > 2 { value.start + 1..value.end - 1 } else { value.clone() }
}

fn label_help<'l>(name: &str, labels: impl Iterator<Item = &'l str> + Clone) -> String {
    let all: Vec<_> = labels.clone().collect();
    match closest(name, labels) {
        Some(near) => format!("did you mean `{near}`?"),
        None if all.is_empty() => "it has no labels".to_owned(),
        None => format!("it has {}", one_of(all).replace(" or ", " and ")),
    }
}
