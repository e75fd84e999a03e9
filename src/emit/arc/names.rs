//! Names of the objects beside a pool: those of the official chart, so that a fleet that moves over
//! from Helm keeps them.

use crate::model::Pool;

/// Role and RoleBinding for the controller.
pub fn manager(pool: &Pool) -> String {
    format!("{}-gha-rs-manager", pool.name())
}

/// Role, RoleBinding and ServiceAccount of a runner that makes pods for its jobs.
pub fn kube_mode(pool: &Pool) -> String {
    format!("{}-gha-rs-kube-mode", pool.name())
}

/// ServiceAccount without any right: of runners that make no pods, and of the pods of jobs.
pub fn no_permission(pool: &Pool) -> String {
    format!("{}-gha-rs-no-permission", pool.name())
}

/// ConfigMap with the template of a job's pod.
pub fn hook_template(pool: &Pool) -> String {
    format!("{}-hook-template", pool.name())
}

/// ServiceAccount of the runner's pod.
pub fn runner_account(pool: &Pool) -> String {
    match &pool.node.service_account {
        Some(own) => own.name.to_string(),
        None if pool.mode.has_workflow_pod() => kube_mode(pool),
        None => no_permission(pool),
    }
}
