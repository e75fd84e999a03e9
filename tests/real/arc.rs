//! ARC as it meets what fleetc wrote: whether pods of a pool are admitted, and
//! whether the real controller brings the pool to life.
//!
//! The controller runs as the ServiceAccount that the fleet names, with only
//! what its own chart grants it. Roles that are missing from the output, or
//! bound to somebody else, so show as the failure that they are.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::manifest::Reference;
use super::process::Server;
use super::rights;
use super::wait::{SETTLE, wait};

const API: &str = "actions.github.com/v1alpha1";

/// An AutoscalingRunnerSet that is in a cluster.
#[derive(Clone, Debug)]
pub struct Pool {
    pub namespace: String,
    pub name: String,
    object: Value,
}

/// The pools of one namespace of a cluster, or of all.
pub fn pools(cluster: &Cluster, namespace: Option<&str>) -> Result<Vec<Pool>, String> {
    let objects = cluster.list(API, "AutoscalingRunnerSet", namespace)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(objects
        .into_iter()
        .map(|object| Pool {
            namespace: text(&object["metadata"]["namespace"]),
            name: text(&object["metadata"]["name"]),
            object,
        })
        .collect())
}

impl Pool {
    pub fn reference(&self) -> Reference {
        Reference::new(API, "AutoscalingRunnerSet", Some(&self.namespace), &self.name)
    }

    /// The ServiceAccount of its runner pods, as `namespace/name`.
    pub fn service_account(&self) -> String {
        let name = self.object["spec"]["template"]["spec"]["serviceAccountName"].as_str();
        format!("{}/{}", self.namespace, name.unwrap_or("default"))
    }

    /// Whether jobs of this pool run in pods that the container hooks make.
    pub fn uses_hooks(&self) -> bool {
        let containers = self.object["spec"]["template"]["spec"]["containers"].as_array();
        let variables = containers.into_iter().flatten().filter_map(|container| container["env"].as_array());
        variables.flatten().any(|variable| variable["name"] == "ACTIONS_RUNNER_CONTAINER_HOOKS")
    }

    /// Asks the server to take a runner pod of this pool, without keeping it.
    /// Schema, Pod Security, quota, limits, priority and ServiceAccount have
    /// their say there; ARC only finds out when a job waits for the runner.
    pub fn admit_runner(&self, cluster: &Cluster) -> Result<(), String> {
        wait(SETTLE, || Ok(self.try_runner(cluster)))
    }

    /// The same, as the server sees things at this moment.
    pub fn try_runner(&self, cluster: &Cluster) -> Result<(), String> {
        let template = &self.object["spec"]["template"];
        let mut metadata = template["metadata"].clone();
        if !metadata.is_object() {
            metadata = json!({});
        }
        metadata["generateName"] = json!(format!("{}-runner-", self.name));
        metadata["namespace"] = json!(self.namespace);
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]});
        cluster.create(&pod, true).map(|_| ()).map_err(|reason| format!("{}: {reason}", self.reference()))
    }
}

/// Gives every pool that has none the secret that its `githubConfigSecret`
/// names, as a secret manager would: it is never part of fleetc's output.
pub fn provide_secrets(cluster: &Cluster) -> Result<(), String> {
    let wanted: BTreeSet<(String, String)> = pools(cluster, None)?
        .into_iter()
        .filter_map(|pool| {
            Some((pool.namespace.clone(), pool.object["spec"]["githubConfigSecret"].as_str()?.to_owned()))
        })
        .collect();
    for (namespace, name) in wanted {
        let metadata = json!({"namespace": namespace, "name": name});
        let data = json!({"github_token": "a-token-of-nobody"});
        cluster.ensure(
            &json!({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": data}),
        )?;
    }
    Ok(())
}

/// A running manager of ARC. Dropping it kills it.
pub struct Controller {
    manager: Server,
    namespace: String,
}

impl Controller {
    /// Installs what the controller's chart would and starts `manager`.
    pub fn start(
        cluster: &Cluster,
        manager: &Path,
        namespace: &str,
        service_account: &str,
    ) -> Result<Self, String> {
        for object in installation(namespace, service_account) {
            cluster.ensure(&object)?;
        }
        let kubeconfig = cluster.kubeconfig(namespace, service_account)?;
        let log = kubeconfig.with_extension("manager.log");
        let mut command = Command::new(manager);
        command
            // It would take a token, a proxy or another cluster from there.
            .env_clear()
            .env("CONTROLLER_MANAGER_POD_NAMESPACE", namespace)
            .env("CONTROLLER_MANAGER_CONTAINER_IMAGE", "never-pulled")
            .arg("--kubeconfig")
            .arg(kubeconfig)
            .args(["--auto-scaling-runner-set-only", "--port=0", "--log-level=debug"])
            .args(["--metrics-addr=0", "--listener-metrics-addr=0", "--listener-metrics-endpoint="]);
        Ok(Self { manager: Server::start(&mut command, log)?, namespace: namespace.to_owned() })
    }

    /// Waits until each pool is registered and has a listener: the state in
    /// which jobs reach it. The error names what is missing, and what the
    /// controller has to say about it.
    pub fn wait_for_listeners(
        &mut self,
        cluster: &Cluster,
        pools: &[Pool],
        timeout: Duration,
    ) -> Result<(), String> {
        let waited = wait(timeout, || {
            self.manager.check_alive().map_err(|error| format!("the manager {error}"))?;
            let mut missing = Vec::new();
            for pool in pools {
                if let Some(reason) = self.lacks(cluster, pool)? {
                    missing.push(format!("{}: {reason}", pool.reference()));
                }
            }
            Ok(if missing.is_empty() { Ok(()) } else { Err(missing.join("\n")) })
        });
        waited.map_err(|reason| self.with_log(&reason))
    }

    /// Asks for runners as a pool's listener does, which is a pod that no
    /// kubelet starts here, and waits until each has been given its pod.
    pub fn scale(
        &mut self,
        cluster: &Cluster,
        pool: &Pool,
        runners: usize,
        timeout: Duration,
    ) -> Result<(), String> {
        let listener = self.listener(cluster, pool)?;
        let listener = listener.ok_or_else(|| format!("{} has no AutoscalingListener", pool.reference()))?;
        let set = listener["spec"]["ephemeralRunnerSetName"].as_str().unwrap_or_default();
        let set = Reference::new(API, "EphemeralRunnerSet", Some(&pool.namespace), set);
        cluster.merge(&set, "", &json!({"spec": {"replicas": runners, "patchID": 1}}))?;

        let waited = wait(timeout, || {
            let mut pods = 0;
            for runner in owned(cluster, "EphemeralRunner", pool, &set.name)? {
                let status = &runner["status"];
                if status["phase"] == "Failed" {
                    return Err(format!("{}: {}", status["reason"], status["message"]));
                }
                let name = runner["metadata"]["name"].as_str().unwrap_or_default();
                let pod = Reference::new("v1", "Pod", Some(&pool.namespace), name);
                pods += usize::from(cluster.get(&pod)?.is_some());
            }
            Ok(if pods == runners { Ok(()) } else { Err(format!("{pods} of {runners} runners have a pod")) })
        });
        waited.map_err(|reason| self.with_log(&format!("{}: {reason}", pool.reference())))
    }

    /// Deletes the pool and waits until the controller has let go of it.
    pub fn retire(&mut self, cluster: &Cluster, pool: &Pool, timeout: Duration) -> Result<(), String> {
        let reference = pool.reference();
        cluster.delete(&reference)?;
        let waited = wait(timeout, || {
            let gone = cluster.get(&reference)?.is_none();
            Ok(if gone { Ok(()) } else { Err(format!("{reference} is still there")) })
        });
        waited.map_err(|reason| self.with_log(&reason))
    }

    /// The first thing on the way to a listener that is not there yet.
    fn lacks(&self, cluster: &Cluster, pool: &Pool) -> Result<Option<String>, String> {
        let Some(object) = cluster.get(&pool.reference())? else {
            return Ok(Some(String::from("the controller deleted it")));
        };
        if object["metadata"]["annotations"]["runner-scale-set-id"].is_null() {
            return Ok(Some(String::from("not registered at GitHub")));
        }
        if owned(cluster, "EphemeralRunnerSet", pool, &pool.name)?.is_empty() {
            return Ok(Some(String::from("no EphemeralRunnerSet")));
        }
        let Some(listener) = self.listener(cluster, pool)? else {
            return Ok(Some(String::from("no AutoscalingListener")));
        };
        let name = listener["metadata"]["name"].as_str().unwrap_or_default();
        let pod = Reference::new("v1", "Pod", Some(&self.namespace), name);
        Ok(if cluster.get(&pod)?.is_some() { None } else { Some(format!("no listener {pod}")) })
    }

    fn listener(&self, cluster: &Cluster, pool: &Pool) -> Result<Option<Value>, String> {
        let listeners = cluster.list(API, "AutoscalingListener", Some(&self.namespace))?;
        Ok(listeners.into_iter().find(|listener| {
            listener["spec"]["autoscalingRunnerSetName"] == pool.name.as_str()
                && listener["spec"]["autoscalingRunnerSetNamespace"] == pool.namespace.as_str()
        }))
    }

    fn with_log(&self, reason: &str) -> String {
        let log = self.manager.log();
        let mut errors: Vec<&str> = log.lines().filter(|line| line.contains("ERROR")).collect();
        errors.drain(..errors.len().saturating_sub(5));
        format!("{reason}\nlast errors of the manager:\n{}", errors.join("\n"))
    }
}

/// Objects of a kind of ARC's that `owner`, next to the pool, controls.
fn owned(cluster: &Cluster, kind: &str, pool: &Pool, owner: &str) -> Result<Vec<Value>, String> {
    let mut objects = cluster.list(API, kind, Some(&pool.namespace))?;
    objects.retain(|object| {
        let owners = object["metadata"]["ownerReferences"].as_array();
        owners.is_some_and(|owners| owners.iter().any(|reference| reference["name"] == owner))
    });
    Ok(objects)
}

/// What the controller's chart makes for its ServiceAccount.
fn installation(namespace: &str, service_account: &str) -> Vec<Value> {
    const RBAC: &str = "rbac.authorization.k8s.io/v1";
    let subject = json!([{"kind": "ServiceAccount", "name": service_account, "namespace": namespace}]);
    let role_ref = |kind: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": "gha-rs-controller"});
    let everywhere = json!({"name": "gha-rs-controller"});
    let here = json!({"name": "gha-rs-controller", "namespace": namespace});
    vec![
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}),
        json!({"apiVersion": "v1", "kind": "ServiceAccount",
               "metadata": {"name": service_account, "namespace": namespace}}),
        json!({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": everywhere,
               "rules": rights::rules(rights::CONTROLLER_EVERYWHERE)}),
        json!({"apiVersion": RBAC, "kind": "ClusterRoleBinding", "metadata": everywhere,
               "roleRef": role_ref("ClusterRole"), "subjects": subject}),
        json!({"apiVersion": RBAC, "kind": "Role", "metadata": here,
               "rules": rights::rules(rights::CONTROLLER_AT_HOME)}),
        json!({"apiVersion": RBAC, "kind": "RoleBinding", "metadata": here,
               "roleRef": role_ref("Role"), "subjects": subject}),
    ]
}
