//! Emitted workflows: whether they can run, and reach what they ask for.

mod docker_build_without_daemon;
mod fleetc_not_there;
mod fleetc_source;
mod record_not_granted;
mod record_order_unknown;
mod record_unversioned;
mod registry_secret_keys;
mod sealed_nowhere;
mod set_empty;
mod set_output_clash;
mod workflow_cron;
mod workflow_job_needs_container;
mod workflow_role_elsewhere;
mod workflow_role_not_for_jobs;
mod workflow_role_reach;

use super::Rule;
use crate::language::value::Name;
use crate::model::workflows::Workflows;
use crate::syntax::Spanned;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &docker_build_without_daemon::RULE,
    &workflow_job_needs_container::RULE,
    &workflow_role_reach::RULE,
    &workflow_role_not_for_jobs::RULE,
    &workflow_role_elsewhere::RULE,
    &registry_secret_keys::RULE,
    &record_not_granted::RULE,
    &record_order_unknown::RULE,
    &record_unversioned::RULE,
    &set_empty::RULE,
    &set_output_clash::RULE,
    &sealed_nowhere::RULE,
    &fleetc_source::RULE,
    &fleetc_not_there::RULE,
    &workflow_cron::RULE,
];

/// The secret that `docker-build-push` records tags in, and the role that it does it with.
fn recorder(workflows: &Workflows) -> Option<(&Spanned<Name>, &Spanned<Name>)> {
    let docker = workflows.node.docker_build_push.as_ref()?;
    let of_all = workflows.node.fetch_secrets.as_ref().map(|fetch| &fetch.role);
    let role = docker.record_role.as_ref().or(docker.role.as_ref()).or(of_all)?;
    Some((docker.record.as_ref()?, role))
}
