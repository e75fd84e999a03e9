//! Scaling numbers.

mod max_missing;
mod max_zero;
mod min_gt_max;
mod min_on_scarce;
mod quota_too_small;
mod requests;
mod runner_group_limit;

use super::{PoolView, Rule};
use crate::syntax::Span;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &min_gt_max::RULE,
    &max_missing::RULE,
    &max_zero::RULE,
    &min_on_scarce::RULE,
    &quota_too_small::RULE,
    &runner_group_limit::RULE,
];

/// Most runners at once, after patches.
fn max(view: PoolView<'_>) -> Option<u32> {
    view.objects.runner_set.spec.max_runners
}

/// Idle runners that are kept ready, after patches.
fn min(view: PoolView<'_>) -> u32 {
    view.objects.runner_set.spec.min_runners.unwrap_or(0)
}

/// Where the largest number of runners was written.
fn max_span(view: PoolView<'_>) -> Span {
    if max(view) == view.pool.max() {
        view.pool.max_span()
    } else {
        view.runner_pod_span(view.pool.max_span())
    }
}

/// Where the smallest number of runners was written.
fn min_span(view: PoolView<'_>) -> Span {
    let own = view.pool.node.runners.min.span;
    if min(view) == view.pool.min() { own } else { view.runner_pod_span(own) }
}
