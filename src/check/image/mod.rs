//! The runner's image and container.

mod container_not_runner;
mod release;
mod reserved_env;
mod restart_policy;
mod runner_image_floating_base;
mod runner_version_expired;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &runner_version_expired::RULE,
    &runner_image_floating_base::RULE,
    &container_not_runner::RULE,
    &restart_policy::RULE,
    &reserved_env::RULE,
];
