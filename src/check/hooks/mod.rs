//! Kubernetes modes and the template of a job's pod.

mod amounts;
mod environment;
mod fs_init_image;
mod fsgroup_missing;
mod hook_env_missing;
mod hook_env_noop;
mod hook_mount_leak;
mod hook_sidecar;
mod hook_template_container_name;
mod hook_template_image_name;
mod hook_template_path;
mod hook_template_replaces;
mod hook_template_reserved_volume;
mod hook_template_shape;
mod job_container_optional;
mod job_sa_token;
mod job_user_not_root_or_1001;
mod kube_nodename_bypass;
mod kube_placement_mismatch;
mod kube_sa_rbac;
mod kube_work_volume_missing;
mod novolume_unstable;
mod prepare_timeout;
mod qos_not_guaranteed;
mod resource_inherit;
mod runner_pod_too_small;
mod work;
mod work_rwo_cross_node;
mod work_rwop;

use super::Rule;

/// The rules of this section.
pub static RULES: &[&Rule] = &[
    &kube_work_volume_missing::RULE,
    &work_rwop::RULE,
    &work_rwo_cross_node::RULE,
    &kube_nodename_bypass::RULE,
    &kube_placement_mismatch::RULE,
    &hook_env_noop::RULE,
    &hook_env_missing::RULE,
    &hook_template_path::RULE,
    &hook_template_shape::RULE,
    &hook_template_container_name::RULE,
    &hook_template_image_name::RULE,
    &hook_template_reserved_volume::RULE,
    &hook_template_replaces::RULE,
    &hook_mount_leak::RULE,
    &hook_sidecar::RULE,
    &fsgroup_missing::RULE,
    &job_user_not_root_or_1001::RULE,
    &job_container_optional::RULE,
    &job_sa_token::RULE,
    &kube_sa_rbac::RULE,
    &fs_init_image::RULE,
    &prepare_timeout::RULE,
    &runner_pod_too_small::RULE,
    &novolume_unstable::RULE,
    &resource_inherit::RULE,
    &qos_not_guaranteed::RULE,
];
