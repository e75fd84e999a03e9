//! Workflows of repositories, as `fleetc lint` reads them against the fleet.

mod action_not_pinned;
mod arch_mismatch;
mod cache_path_mismatch;
mod concurrency_missing;
mod container_options_ignored;
mod docker_action_build;
mod docker_cli_in_kube;
mod fork_approval;
mod id_token_missing;
mod id_token_not_granted;
mod id_token_workflow_wide;
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
mod secret_in_build_args;
mod secret_in_script;
mod secret_mask_damage;
mod secret_output_empty;
mod secret_traced;
mod secret_transformed;
mod service_same_image;
mod timeout_missing;
mod untrusted_checkout;
mod untrusted_on_privileged;
mod vault_action_outdated;
mod vault_export_env;
mod vault_ignore_not_found;
mod vault_literal_differs;
mod vault_long_lived_login;
mod vault_path_refused;
mod vault_token_exported;
mod vault_token_not_revoked;
mod vault_transport;
mod vault_wildcard;
mod workflow_expression;
mod workflow_shape;
mod workflow_yaml;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &action_not_pinned::RULE,
    &arch_mismatch::RULE,
    &cache_path_mismatch::RULE,
    &concurrency_missing::RULE,
    &container_options_ignored::RULE,
    &docker_action_build::RULE,
    &docker_cli_in_kube::RULE,
    &fork_approval::RULE,
    &id_token_missing::RULE,
    &id_token_not_granted::RULE,
    &id_token_workflow_wide::RULE,
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
    &secret_in_build_args::RULE,
    &secret_in_script::RULE,
    &secret_mask_damage::RULE,
    &secret_output_empty::RULE,
    &secret_traced::RULE,
    &secret_transformed::RULE,
    &service_same_image::RULE,
    &timeout_missing::RULE,
    &untrusted_checkout::RULE,
    &untrusted_on_privileged::RULE,
    &vault_action_outdated::RULE,
    &vault_export_env::RULE,
    &vault_ignore_not_found::RULE,
    &vault_literal_differs::RULE,
    &vault_long_lived_login::RULE,
    &vault_path_refused::RULE,
    &vault_token_exported::RULE,
    &vault_token_not_revoked::RULE,
    &vault_transport::RULE,
    &vault_wildcard::RULE,
    &workflow_expression::RULE,
    &workflow_shape::RULE,
    &workflow_yaml::RULE,
];

/// An example whose fleet has a pool and a Vault.
macro_rules! with_vault {
    ($workflow:literal) => {
        concat!(
            r#"
pool "build" {
    mode "dind"
    runners max=4
}
vault "https://vault.example.com:8200" {
    owner "my-org" id=201234567
    mount "secret" version=2
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry" {
        key "user"
        key "password" sensitive=#true
    }
    role "ci-build" auth="github" ttl="10m" {
        repository "my-org/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "registry"
    }
}
"#,
            $workflow
        )
    };
}
use with_vault;

/// Whether an input of an action is switched on: actions read `true` in three spellings.
fn is_on(step: &crate::lint::workflow::Step, input: &str) -> bool {
    step.input_text(input).is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
}

/// What looks like the version of a release, as `v1.2.3`: its numbers.
fn version(text: &str) -> Option<Vec<u32>> {
    let numbers = text.trim().strip_prefix('v').unwrap_or(text.trim()).split('.');
    let numbers: Option<Vec<u32>> = numbers.map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| (1..=4).contains(&numbers.len()))
}
