//! What the janitor sees of the namespaces of pools.

use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Label by which ARC's hooks mark what they make for a runner.
pub const RUNNER_POD: &str = "runner-pod";
/// The finalizer that ARC's chart puts on companions of a pool.
pub const CLEANUP: &str = "actions.github.com/cleanup-protection";
/// Labels that tell which pool an object is of.
pub const SCALE_SET: [&str; 2] =
    ["actions.github.com/scale-set-namespace", "actions.github.com/scale-set-name"];

/// Kinds of objects that the janitor knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each variant is the kind of its name")]
pub enum Thing {
    EphemeralRunner,
    AutoscalingRunnerSet,
    Pod,
    Secret,
    PersistentVolumeClaim,
    ServiceAccount,
    Role,
    RoleBinding,
}

impl Thing {
    /// Group, version, kind and plural.
    pub fn names(self) -> [&'static str; 4] {
        const ARC: &str = "actions.github.com";
        const RBAC: &str = "rbac.authorization.k8s.io";
        match self {
            Self::EphemeralRunner => [ARC, "v1alpha1", "EphemeralRunner", "ephemeralrunners"],
            Self::AutoscalingRunnerSet => [ARC, "v1alpha1", "AutoscalingRunnerSet", "autoscalingrunnersets"],
            Self::Pod => ["", "v1", "Pod", "pods"],
            Self::Secret => ["", "v1", "Secret", "secrets"],
            Self::PersistentVolumeClaim => ["", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"],
            Self::ServiceAccount => ["", "v1", "ServiceAccount", "serviceaccounts"],
            Self::Role => [RBAC, "v1", "Role", "roles"],
            Self::RoleBinding => [RBAC, "v1", "RoleBinding", "rolebindings"],
        }
    }
}

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// Its kind.
    pub thing: Thing,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What no other object ever has.
    pub uid: String,
    /// Its version.
    pub version: String,
}

/// What all objects have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// Which it is.
    pub id: Identity,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its owners: kind, name and uid.
    pub owners: Vec<(String, String, String)>,
    /// What must be done before it goes.
    pub finalizers: Vec<String>,
    /// Since when it is being deleted.
    pub deleting: Option<Timestamp>,
}

/// An EphemeralRunner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runner {
    /// What all objects have.
    pub common: Common,
    /// How ARC says that it stands.
    pub phase: String,
    /// The job that it has or had.
    pub job: Option<String>,
}

/// A pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// What all objects have.
    pub common: Common,
    /// Its phase.
    pub phase: String,
    /// Why it is in that.
    pub reason: String,
    /// Whether the container `runner` has terminated; none where nothing is said of it.
    pub runner_ended: Option<bool>,
    /// Claims that it uses.
    pub claims: BTreeSet<String>,
}

/// An AutoscalingRunnerSet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunnerSet {
    /// What all objects have.
    pub common: Common,
    /// How ARC says that it stands.
    pub phase: String,
    /// A digest of its pod template.
    pub template: String,
    /// That digest as it was when the janitor first saw it switched off.
    pub outdated_template: Option<String>,
}

/// What there is in the namespaces of pools.
///
/// Runners are read last: what was made for a runner was seen after the runner was made, so a runner that is not here is gone
/// and not yet to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// EphemeralRunners.
    pub runners: Vec<Runner>,
    /// Pods.
    pub pods: Vec<Pod>,
    /// Secrets that hooks made.
    pub secrets: Vec<Common>,
    /// Claims of volumes.
    pub claims: Vec<Common>,
    /// AutoscalingRunnerSets.
    pub sets: Vec<RunnerSet>,
    /// What ARC's chart makes beside a pool, as far as it is being deleted.
    pub companions: Vec<Common>,
}
