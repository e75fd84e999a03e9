//! Workflows of repositories, as `fleetc lint` reads them against the fleet.

mod arch_mismatch;
mod cache_path_mismatch;
mod concurrency_missing;
mod container_options_ignored;
mod docker_action_build;
mod docker_cli_in_kube;
mod fork_approval;
mod job_container_needs_docker;
mod job_container_required;
mod job_image_tools;
mod lint_comment;
mod matrix_exceeds_capacity;
mod permissions_missing;
mod retired_pool_exists;
mod runner_group_missing;
mod runs_on_ambiguous;
mod runs_on_group_denied;
mod runs_on_legacy_labels;
mod runs_on_retired;
mod runs_on_unavailable;
mod runs_on_unknown;
mod runs_on_unresolved;
mod service_same_image;
mod timeout_missing;
mod untrusted_on_privileged;
mod workflow_expression;
mod workflow_shape;
mod workflow_yaml;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &arch_mismatch::RULE,
    &cache_path_mismatch::RULE,
    &concurrency_missing::RULE,
    &container_options_ignored::RULE,
    &docker_action_build::RULE,
    &docker_cli_in_kube::RULE,
    &fork_approval::RULE,
    &job_container_needs_docker::RULE,
    &job_container_required::RULE,
    &job_image_tools::RULE,
    &lint_comment::RULE,
    &matrix_exceeds_capacity::RULE,
    &permissions_missing::RULE,
    &retired_pool_exists::RULE,
    &runner_group_missing::RULE,
    &runs_on_ambiguous::RULE,
    &runs_on_group_denied::RULE,
    &runs_on_legacy_labels::RULE,
    &runs_on_retired::RULE,
    &runs_on_unavailable::RULE,
    &runs_on_unknown::RULE,
    &runs_on_unresolved::RULE,
    &service_same_image::RULE,
    &timeout_missing::RULE,
    &untrusted_on_privileged::RULE,
    &workflow_expression::RULE,
    &workflow_shape::RULE,
    &workflow_yaml::RULE,
];
