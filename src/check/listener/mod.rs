//! Listeners: one pod for each pool, always on, in the controller's namespace.

mod listener_budget;
mod listener_container_name;
mod listener_placement;
mod listener_resources;

use super::{PoolView, Rule};
use crate::syntax::Span;
use k8s_openapi::api::core::v1::{Container, PodSpec};

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &listener_budget::RULE,
    &listener_resources::RULE,
    &listener_container_name::RULE,
    &listener_placement::RULE,
];

/// The container that ARC runs the listener in.
const CONTAINER: &str = "listener";

/// What the pool says of its listener's pod, after patches.
fn pod<'a>(view: PoolView<'a>) -> Option<&'a PodSpec> {
    view.objects.runner_set.spec.listener_template.as_ref()?.spec.as_ref()
}

fn container<'a>(view: PoolView<'a>) -> Option<&'a Container> {
    pod(view)?.containers.iter().find(|container| container.name == CONTAINER)
}

/// Where something about the listener was written.
fn span(view: PoolView<'_>) -> Span {
    let node = view.pool.node.listener.as_ref();
    view.runner_pod_span(node.map_or(view.pool.span(), |listener| listener.span))
}
