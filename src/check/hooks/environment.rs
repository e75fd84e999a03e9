//! Variables of a container, as the process in it sees them.

use crate::check::{PoolView, pods};
use crate::language::nodes::Target;
use crate::syntax::Span;
use k8s_openapi::api::core::v1::{Container, EnvVar};

/// The hook's program.
pub const HOOKS: &str = "ACTIONS_RUNNER_CONTAINER_HOOKS";
/// Name of the runner's pod.
pub const POD_NAME: &str = "ACTIONS_RUNNER_POD_NAME";
/// File with the template of a job's pod.
pub const TEMPLATE: &str = "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE";
/// Whether the scheduler places the job's pod; hooks 0.7 alone read it.
pub const USE_SCHEDULER: &str = "ACTIONS_RUNNER_USE_KUBE_SCHEDULER";
/// Claim of the work volume; hooks 0.7 alone read it.
pub const CLAIM_NAME: &str = "ACTIONS_RUNNER_CLAIM_NAME";
/// Image of the container `fs-init`; hooks 0.8 alone read it.
pub const COPY_IMAGE: &str = "ACTIONS_RUNNER_IMAGE";
/// Whether jobs without `container:` are refused; the runner itself reads it.
pub const REQUIRE_JOB_CONTAINER: &str = "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER";
/// Seconds that a job's pod may take to start.
pub const PREPARE_TIMEOUT: &str = "ACTIONS_RUNNER_PREPARE_JOB_TIMEOUT_SECONDS";

/// A variable of the container. Where a name stands several times, Kubernetes takes the last.
pub fn variable<'a>(container: &'a Container, name: &str) -> Option<&'a EnvVar> {
    container.env.iter().flatten().rfind(|variable| variable.name == name)
}

/// The text of a variable; none where it is not set, empty, or taken from elsewhere.
pub fn value<'a>(container: &'a Container, name: &str) -> Option<&'a str> {
    pods::variable(container, name).filter(|value| !value.is_empty())
}

/// Where a variable of the runner's container was written: an `env` of the pool, a patch, or else
/// the place given.
pub fn span(view: PoolView<'_>, name: &str, otherwise: Span) -> Span {
    let written = view.pool.node.env.iter().find(|env| env.name.as_str() == name);
    let written = written.filter(|env| env.on.value != Target::Job);
    match written {
        Some(env) => env.span,
        None => view.runner_pod_span(otherwise),
    }
}
