//! Releases of ARC, and its controller.

mod arc_floor;
mod controller_sa_unresolved;
mod controller_throughput;
mod crd_prunes_field;
mod crd_stale;
mod ghes_0_14_0;
mod update_strategy_scarce;
mod version_label;
mod watch_namespace;

use super::{Context, Rule, argocd};
use crate::emit::argocd::{Values, is_controller};
use crate::syntax::Span;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &version_label::RULE,
    &crd_stale::RULE,
    &crd_prunes_field::RULE,
    &update_strategy_scarce::RULE,
    &controller_throughput::RULE,
    &controller_sa_unresolved::RULE,
    &watch_namespace::RULE,
    &arc_floor::RULE,
    &ghes_0_14_0::RULE,
];

/// The chart's values of every controller that fleetc installs, where a patch changed them and left
/// them readable.
fn patched_values<'a>(cx: &'a Context<'_>) -> impl Iterator<Item = (Values, Span)> + use<'a> {
    argocd::applications(cx).filter_map(|found| {
        let span = found.patched?;
        let helm =
            found.application.spec.source.helm.as_ref().filter(|_| is_controller(found.application))?;
        Some((serde_json::from_value(helm.values_object.clone()).ok()?, span))
    })
}
