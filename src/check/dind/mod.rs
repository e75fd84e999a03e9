//! Docker beside the runner.

mod dind_ca;
mod dind_externals;
mod dind_image_floating;
mod dind_k8s_version;
mod dind_mtu;
mod dind_no_resources;
mod dind_psa;
mod dind_rootless;
mod dind_shared_graph;
mod dind_sock_path;
mod docker_sock_host;
mod ephemeral_storage_missing;
mod image;

pub(super) use dind_psa::level as enforced_level;
pub(super) use docker_sock_host::holds_socket;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &dind_psa::RULE,
    &dind_mtu::RULE,
    &dind_no_resources::RULE,
    &ephemeral_storage_missing::RULE,
    &dind_shared_graph::RULE,
    &dind_externals::RULE,
    &docker_sock_host::RULE,
    &dind_k8s_version::RULE,
    &dind_sock_path::RULE,
    &dind_rootless::RULE,
    &dind_image_floating::RULE,
    &dind_ca::RULE,
];
