//! Accounts and roles beside a pool.
//!
//! Argo CD deletes them last ([`PRUNE_LAST`]): ARC's controller needs its Role until it has taken its
//! finalizer off the pool, and running jobs need their account until the pool is gone.
//!
//! Unlike the official chart, they carry no finalizer: under Argo CD the chart's
//! `actions.github.com/cleanup-protection` blocks every sync in which a companion leaves before its
//! pool (ARC issues 3440 and 4454). Without a finalizer no cleanup annotation is needed either.

use super::{names, runner_pod};
use crate::contract::hooks::{Generation, generation};
use crate::emit::meta::{POOL_LABEL, PRUNE_LAST, labels, map, meta};
use crate::emit::object::{Body, Object};
use crate::model::{Fleet, Pool};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{PolicyRule, Role, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// Groups and kinds of what [`companions`] makes.
pub const KINDS: [(&str, &str); 3] = [
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
    ("", "ServiceAccount"),
];

/// The accounts, roles and bindings of a pool.
pub fn companions(fleet: &Fleet, pool: &Pool) -> Vec<Object> {
    let mut all = Vec::with_capacity(6);
    let folder = format!("{}pools/{}/", fleet.cluster_of(pool).folder(), pool.name());
    let mut add = |file: &str, body| {
        all.push(Object { path: format!("{folder}{file}.yaml"), body, patched: Vec::new() });
    };
    let controller = Subject {
        kind: "ServiceAccount".to_owned(),
        name: fleet.controller.service_account.as_ref().map(ToString::to_string).unwrap_or_default(),
        namespace: Some(fleet.controller.namespace.to_string()),
        api_group: None,
    };
    let manager = names::manager(pool);
    add("manager-role", role(fleet, pool, &manager, manager_rules(pool)));
    add("manager-role-binding", binding(fleet, pool, &manager, controller));
    if let (Some(hook), None) = (generation(pool.mode), &pool.node.service_account) {
        let name = names::kube_mode(pool);
        add("kube-mode-role", role(fleet, pool, &name, hook_rules(hook)));
        let subject = Subject {
            kind: "ServiceAccount".to_owned(),
            name: name.clone(),
            namespace: Some(pool.namespace.to_string()),
            api_group: None,
        };
        add("kube-mode-role-binding", binding(fleet, pool, &name, subject));
        add("kube-mode-service-account", account(fleet, pool, &name, None));
    }
    if pool.mode.has_workflow_pod() || pool.node.service_account.is_none() {
        add("no-permission-service-account", account(fleet, pool, &names::no_permission(pool), Some(false)));
    }
    all
}

fn metadata(fleet: &Fleet, pool: &Pool, name: &str) -> ObjectMeta {
    let mut labels = labels(fleet);
    labels.insert(POOL_LABEL.to_owned(), pool.name().to_owned());
    let mut metadata = meta(name, Some(pool.namespace.as_str()), labels);
    metadata.annotations = Some(map([PRUNE_LAST]));
    metadata
}

fn role(fleet: &Fleet, pool: &Pool, name: &str, rules: Vec<PolicyRule>) -> Body {
    Body::Role(Role { metadata: metadata(fleet, pool, name), rules: Some(rules) })
}

fn binding(fleet: &Fleet, pool: &Pool, name: &str, subject: Subject) -> Body {
    Body::RoleBinding(RoleBinding {
        metadata: metadata(fleet, pool, name),
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "Role".to_owned(),
            name: name.to_owned(),
        },
        subjects: Some(vec![subject]),
    })
}

/// Pull secrets stand on the account rather than in the template of a job's pod: there they would
/// replace the registry login that the workflow itself gives.
fn account(fleet: &Fleet, pool: &Pool, name: &str, token: Option<bool>) -> Body {
    Body::ServiceAccount(ServiceAccount {
        metadata: metadata(fleet, pool, name),
        automount_service_account_token: token,
        image_pull_secrets: runner_pod::pull_secrets(pool),
        secrets: None,
    })
}

fn rule(group: &str, resources: &[&str], verbs: &[&str]) -> PolicyRule {
    let own = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    PolicyRule {
        api_groups: Some(vec![group.to_owned()]),
        resources: Some(own(resources)),
        verbs: own(verbs),
        ..PolicyRule::default()
    }
}

/// What the controller does in a pool's namespace (chart `gha-runner-scale-set` 0.14.2, manager_role).
fn manager_rules(pool: &Pool) -> Vec<PolicyRule> {
    let rbac = "rbac.authorization.k8s.io";
    let mut rules = vec![
        rule("", &["pods"], &["create", "delete", "get"]),
        rule("", &["pods/status"], &["get"]),
        rule("", &["secrets"], &["create", "delete", "get", "list", "patch", "update"]),
        rule("", &["serviceaccounts"], &["create", "delete", "get", "list", "patch", "update"]),
        rule(rbac, &["rolebindings"], &["create", "delete", "get", "patch", "update"]),
        rule(rbac, &["roles"], &["create", "delete", "get", "patch", "update"]),
    ];
    if pool.github.certificate.is_some() {
        rules.push(rule("", &["configmaps"], &["get"]));
    }
    rules
}

/// What the container hooks do with the runner's account.
fn hook_rules(hook: &Generation) -> Vec<PolicyRule> {
    let permissions = hook.permissions.iter();
    permissions.map(|allowed| rule(allowed.group, &[allowed.resource], allowed.verbs)).collect()
}
