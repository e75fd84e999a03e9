//! Typed alerts, one a file: the condition, what people read, and what shows that it fires.
//!
//! Words, thresholds and their defaults are declared in `language/nodes/alerts_typed.rs`. To add one: a node there and a
//! line in `Alerts`, a file here and a line in [`KINDS`].

mod approval_pending;
mod arc_down;
mod backup_missing;
mod backup_shrunk;
mod branch_red;
mod budget_low;
mod capacity_lost;
mod consecutive_failures;
mod cost_spike;
mod data_stale;
mod exporter_down;
mod failure_jump;
mod failure_rate;
mod jobs_unmatched;
mod label_overflow;
mod listener_down;
mod permission_error;
mod pool_saturated;
mod queue_objective;
mod queue_oldest;
mod queue_wait;
mod restore_drill_old;
mod run_stuck;
mod runner_version_old;
mod runners_failed;
mod runners_offline;
mod runners_pending;
mod vault_down;
mod vault_drift;
mod webhook_silent;

use super::alert::{Condition, Frame, ResolvedAlert};
use super::sample::Case;
use super::{Scope, sample};
use crate::diagnostic::Diagnostics;
use crate::language::decode::{Decode, Decoder};
use crate::language::nodes::{self, AlertParts, Alerts};
use crate::language::value::{Duration, PoolName};
use crate::monitoring::query::{absent, buckets, number, observations, seconds, series, time};
use crate::syntax::{Node, Span, Spanned};
use fleet_model::metrics::{Source, arc, controller, exporter, kube};

/// A kind of alert.
pub struct Kind {
    /// Its word in the language.
    pub word: &'static str,
    /// The name of its alerts, where the file gives none.
    pub name: &'static str,
    /// Who exports what it watches.
    pub source: Source,
    /// The alerts of this kind: those that the file has, or the default.
    pub(super) resolve: fn(Scope<'_>, &Alerts) -> Vec<ResolvedAlert>,
    /// Places of those that the file has and that nothing comes of, since the fleet has nothing to watch.
    pub idle: fn(Scope<'_>, &Alerts) -> Vec<Span>,
}

/// All kinds, in the order of the vocabulary.
pub static KINDS: &[Kind] = &[
    kind::<nodes::FailureRate>(),
    kind::<nodes::FailureJump>(),
    kind::<nodes::ConsecutiveFailures>(),
    kind::<nodes::BranchRed>(),
    kind::<nodes::RunStuck>(),
    kind::<nodes::ApprovalPending>(),
    kind::<nodes::QueueWait>(),
    kind::<nodes::QueueOldest>(),
    kind::<nodes::QueueObjective>(),
    kind::<nodes::JobsUnmatched>(),
    kind::<nodes::PoolSaturated>(),
    kind::<nodes::RunnersOffline>(),
    kind::<nodes::RunnerVersionOld>(),
    kind::<nodes::ListenerDown>(),
    kind::<nodes::RunnersFailed>(),
    kind::<nodes::RunnersPending>(),
    kind::<nodes::ArcDown>(),
    kind::<nodes::CapacityLost>(),
    kind::<nodes::CostSpike>(),
    kind::<nodes::BackupMissing>(),
    kind::<nodes::BackupShrunk>(),
    kind::<nodes::RestoreDrillOld>(),
    kind::<nodes::VaultDrift>(),
    kind::<nodes::VaultDown>(),
    kind::<nodes::DataStale>(),
    kind::<nodes::WebhookSilent>(),
    kind::<nodes::BudgetLow>(),
    kind::<nodes::PermissionError>(),
    kind::<nodes::LabelOverflow>(),
    kind::<nodes::ExporterDown>(),
];

/// A typed alert.
trait Typed: Decode {
    /// The name of its alerts, where the file gives none.
    const NAME: &'static str;
    /// Who exports what it watches.
    const SOURCE: Source;

    /// Those that the file has.
    fn all(alerts: &Alerts) -> &[Self];

    /// What all typed alerts have.
    fn parts(&self) -> AlertParts<'_>;

    /// Where the threshold is written.
    fn threshold(&self) -> Span {
        self.parts().span
    }

    /// The condition; none where the fleet has nothing that it could watch.
    fn condition(&self, scope: Scope<'_>) -> Option<Condition>;

    /// What shows that it fires, and that it does not.
    fn cases(&self, scope: Scope<'_>) -> Vec<Case>;
}

/// The two functions of [`Typed`] that only name the node's own.
macro_rules! node {
    ($field:ident) => {
        fn all(alerts: &Alerts) -> &[Self] {
            &alerts.$field
        }

        fn parts(&self) -> AlertParts<'_> {
            self.parts()
        }
    };
}
use node;

const fn kind<T: Typed>() -> Kind {
    Kind { word: T::SPEC.word, name: T::NAME, source: T::SOURCE, resolve: resolve::<T>, idle: idle::<T> }
}

fn resolve<T: Typed>(scope: Scope<'_>, alerts: &Alerts) -> Vec<ResolvedAlert> {
    let home = matches!(T::SOURCE, Source::Exporter | Source::Controller);
    if home && !scope.is_home() {
        return Vec::new();
    }
    let written = T::all(alerts);
    if written.is_empty() && alerts.defaults.value && is_there(scope, T::SOURCE) {
        let default = default::<T>(alerts.span);
        return default.iter().filter_map(|node| one(scope, alerts, node)).collect();
    }
    written.iter().filter_map(|node| one(scope, alerts, node)).collect()
}

/// Whether the fleet runs a program, or may be taken to.
fn is_there(scope: Scope<'_>, source: Source) -> bool {
    match source {
        Source::Exporter => scope.fleet.exporter.is_some(),
        Source::Listener | Source::ArcController => scope.fleet.controller.metrics,
        Source::Controller | Source::KubeState | Source::Prometheus => true,
    }
}

/// The node that the word alone stands for.
fn default<T: Decode>(span: Span) -> Option<T> {
    let word = Spanned::new(T::SPEC.word.to_owned(), span);
    let node = Node { word, args: Vec::new(), props: Vec::new(), children: Vec::new(), span };
    T::decode(&mut Decoder::new(&mut Diagnostics::default()), &node)
}

fn one<T: Typed>(scope: Scope<'_>, alerts: &Alerts, node: &T) -> Option<ResolvedAlert> {
    let Condition { expr, summary, description } = node.condition(scope)?;
    let parts = node.parts();
    let frame = Frame {
        name: parts.name.map_or(T::NAME.to_owned(), |name| name.to_string()),
        word: T::SPEC.word,
        severity: parts.severity,
        hold: parts.hold.value,
        labels: parts.labels,
        runbook: parts.runbook,
        place: node.threshold(),
        hold_place: parts.hold.span,
    };
    let texts = [Some(summary), Some(description)];
    Some(frame.alert(scope, alerts, expr.to_string(), texts, node.cases(scope)))
}

fn idle<T: Typed>(scope: Scope<'_>, alerts: &Alerts) -> Vec<Span> {
    let written = T::all(alerts).iter();
    written.filter(|node| node.condition(scope).is_none()).map(|node| node.parts().span).collect()
}

/// Names of the pools that an alert is about; none for all.
fn pools<'a>(parts: &AlertParts<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let pools: &'a [Spanned<PoolName>] = parts.pools;
    pools.iter().map(|name| name.value.as_str())
}

/// A pool that an alert is about, for its cases.
fn some_pool<'a>(scope: Scope<'a>, parts: &AlertParts<'a>) -> &'a str {
    let first = scope.fleet.pools.first().map_or("runner", |pool| pool.name());
    pools(parts).next().unwrap_or(first)
}

/// A while after a condition has held for long enough.
fn after(hold: &Spanned<Duration>, more: u64) -> Duration {
    Duration(hold.value.seconds() + more)
}
