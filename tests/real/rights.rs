//! What ARC 0.14.2 and the container hooks must be allowed to do, and where.
//!
//! Rights that are missing show nowhere but in the controller's log, and a pool
//! without them looks healthy and never runs a job. So tests ask the server's
//! own authorizer about each of them.

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::wait::{SETTLE, wait};

/// Verbs on one resource; a subresource follows a slash.
pub struct Right {
    group: &'static str,
    resource: &'static str,
    verbs: &'static [&'static str],
}

const ARC: &str = "actions.github.com";
const RBAC: &str = "rbac.authorization.k8s.io";

const ALL: &[&str] = &["create", "delete", "get", "list", "patch", "update", "watch"];
const KEEP: &[&str] = &["create", "delete", "get", "patch", "update"];
const KEEP_AND_LIST: &[&str] = &["create", "delete", "get", "list", "patch", "update"];
const STATUS: &[&str] = &["get", "patch", "update"];
const FINALIZE: &[&str] = &["patch", "update"];
const OBSERVE: &[&str] = &["list", "watch"];

/// What the controller's own chart grants it everywhere: its kinds, and to see
/// that something exists. Nothing that lets a pool work.
pub const CONTROLLER_EVERYWHERE: &[Right] = &[
    right(ARC, "autoscalingrunnersets", ALL),
    right(ARC, "autoscalingrunnersets/finalizers", FINALIZE),
    right(ARC, "autoscalingrunnersets/status", STATUS),
    right(ARC, "autoscalinglisteners", ALL),
    right(ARC, "autoscalinglisteners/finalizers", FINALIZE),
    right(ARC, "autoscalinglisteners/status", STATUS),
    right(ARC, "ephemeralrunnersets", ALL),
    right(ARC, "ephemeralrunnersets/finalizers", FINALIZE),
    right(ARC, "ephemeralrunnersets/status", STATUS),
    right(ARC, "ephemeralrunners", ALL),
    right(ARC, "ephemeralrunners/finalizers", FINALIZE),
    right(ARC, "ephemeralrunners/status", STATUS),
    right("", "pods", OBSERVE),
    right("", "serviceaccounts", OBSERVE),
    right(RBAC, "rolebindings", OBSERVE),
    right(RBAC, "roles", &["list", "watch", "patch"]),
];

/// What its chart grants it in its own namespace, where listeners run.
pub const CONTROLLER_AT_HOME: &[Right] = &[
    right("", "pods", &["create", "delete", "get"]),
    right("", "pods/status", &["get"]),
    right("", "secrets", KEEP),
    right("", "serviceaccounts", KEEP),
];

/// What each pool has to grant the controller in the pool's namespace.
pub const CONTROLLER_AT_POOL: &[Right] = &[
    right("", "pods", &["create", "delete", "get"]),
    right("", "pods/status", &["get"]),
    right("", "secrets", KEEP_AND_LIST),
    right("", "serviceaccounts", KEEP_AND_LIST),
    right(RBAC, "rolebindings", KEEP),
    right(RBAC, "roles", KEEP),
];

/// What the container hooks (0.8) need of the runner's ServiceAccount in the
/// kubernetes modes; generation 0.7 wants jobs besides.
pub const HOOKS: &[Right] = &[
    right("", "pods", &["get", "list", "create", "delete"]),
    right("", "pods/exec", &["get", "create"]),
    right("", "pods/log", &["get", "list", "watch"]),
    right("", "secrets", &["get", "list", "create", "delete"]),
];

const fn right(group: &'static str, resource: &'static str, verbs: &'static [&'static str]) -> Right {
    Right { group, resource, verbs }
}

/// The rules of a Role that grants exactly these.
pub fn rules(rights: &[Right]) -> Value {
    let rule = |right: &Right| json!({"apiGroups": [right.group], "resources": [right.resource], "verbs": right.verbs});
    rights.iter().map(rule).collect()
}

/// An error that names each of these rights that a ServiceAccount, written
/// `namespace/name`, does not have in `namespace`.
pub fn granted(
    cluster: &Cluster,
    service_account: &str,
    namespace: &str,
    rights: &[Right],
) -> Result<(), String> {
    let (home, name) = service_account.split_once('/').ok_or("a ServiceAccount is namespace/name")?;
    wait(SETTLE, || {
        let mut missing = Vec::new();
        for right in rights {
            let (resource, subresource) = right.resource.split_once('/').unwrap_or((right.resource, ""));
            for verb in right.verbs {
                let attributes = json!({
                    "namespace": namespace, "verb": verb, "group": right.group,
                    "resource": resource, "subresource": subresource,
                });
                if !allowed(cluster, home, name, attributes)? {
                    missing
                        .push(format!("{service_account} may not {verb} {} in {namespace}", right.resource));
                }
            }
        }
        Ok(if missing.is_empty() { Ok(()) } else { Err(missing.join("\n")) })
    })
}

fn allowed(cluster: &Cluster, namespace: &str, name: &str, attributes: Value) -> Result<bool, String> {
    let groups =
        ["system:authenticated", "system:serviceaccounts", &format!("system:serviceaccounts:{namespace}")];
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
        "spec": {
            "user": format!("system:serviceaccount:{namespace}:{name}"),
            "groups": groups,
            "resourceAttributes": attributes,
        },
    });
    Ok(cluster.create(&review, false)?["status"]["allowed"] == true)
}
