//! The pools of a compiled fleet, as fleet-exporter is told of them: the file `pools.json`.

use serde::{Deserialize, Serialize};

/// All pools of a fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pools {
    /// The pools, in the order of the fleet file.
    pub pools: Vec<Pool>,
}

/// A pool: runners that are alike, behind the same labels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Pool {
    /// Its name, the value of the label `pool` in metrics.
    pub name: String,
    /// Who runs its runners.
    pub kind: RunnerKind,
    /// Labels that its runners carry: a job's `runs-on` must be among them. Compared without regard to case.
    pub labels: Vec<String>,
    /// The runner scale set; names of its runners begin with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale_set: Option<String>,
    /// The runner group that it joins; GitHub's `Default` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Repositories that may use it, as `organization/repository` with `*` for any text; all where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repositories: Vec<String>,
    /// The cluster that it runs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// The namespace of its pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Runners that are kept ready.
    #[serde(default)]
    pub min: u32,
    /// Most runners at once; no bound where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// What a minute of one runner costs, in millionths of a dollar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microdollars_per_minute: Option<u64>,
}

/// Who runs a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunnerKind {
    /// ARC, in a cluster.
    Arc,
    /// GitHub.
    Hosted,
    /// Somebody, by hand.
    Static,
}

impl RunnerKind {
    /// The value of the label `runner_kind`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arc => "arc",
            Self::Hosted => "hosted",
            Self::Static => "static",
        }
    }
}
