//! The custom resource that says what a fleet should have, and tells what it has.
//!
//! The compiler writes one for each cluster of a fleet. fleet-controller compares it with the nodes and pools that are
//! really there and writes its status, which is what `kubectl get fleet` shows.
//!
//! Pools of one shape stand together, so that the resource of ten thousand pools stays below what etcd takes.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, CustomResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Amounts by the names that Kubernetes gives them: `cpu`, `memory`, `ephemeral-storage`, `pods` and devices.
pub type Amounts = BTreeMap<String, Quantity>;

/// What a fleet should have in this cluster.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema, CustomResource)]
#[kube(
    group = "fleetc.dev",
    version = "v1alpha1",
    kind = "Fleet",
    doc = "What a fleet should have in this cluster, and what it has.",
    category = "fleetc",
    namespaced,
    status = "FleetStatus",
    derive = "PartialEq",
    printcolumn = r#"{"name":"Pools","type":"integer","jsonPath":".status.pools"}"#,
    printcolumn = r#"{"name":"Max","type":"integer","jsonPath":".status.maxRunners"}"#,
    printcolumn = r#"{"name":"Capacity","type":"integer","jsonPath":".status.capacity"}"#,
    printcolumn = r#"{"name":"Overcommit","type":"integer","jsonPath":".status.overcommit"}"#,
    printcolumn = r#"{"name":"Healthy","type":"string","jsonPath":".status.conditions[?(@.type==\"Healthy\")].status"}"#,
    printcolumn = r#"{"name":"Guard","type":"string","jsonPath":".spec.guard"}"#,
    printcolumn = r#"{"name":"Janitor","type":"string","jsonPath":".spec.janitor","priority":1}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
pub struct FleetSpec {
    /// What is done about pools that may have more runners than the healthy hardware holds.
    #[serde(default)]
    pub guard: Guard,
    /// What is done about leftovers in the namespaces of pools.
    #[serde(default)]
    pub janitor: Janitor,
    /// Its classes of machines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<Machines>,
    /// Its pools, those of one shape together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<RunnerShape>,
}

/// What is done about pools that may have more runners than the healthy hardware holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Guard {
    /// They are reported.
    #[default]
    Observe,
    /// They may have no more than that until the hardware is back.
    Enforce,
}

/// What is done about leftovers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Janitor {
    /// They are reported.
    #[default]
    Report,
    /// They are removed.
    Remove,
}

/// A class of machines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Machines {
    /// Its name.
    pub name: String,
    /// Labels that its nodes carry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub select: BTreeMap<String, String>,
    /// Taints that its pods put up with; any other keeps them off a node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerate: Vec<Tolerated>,
    /// Its nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<MachineGroup>,
}

/// A taint that pods put up with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tolerated {
    /// Its key.
    pub key: String,
    /// Its value; any where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Its effect; any where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
}

/// Nodes that are alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MachineGroup {
    /// Its name.
    pub name: String,
    /// How many there are.
    pub count: u32,
    /// Labels that they carry beside those of the class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What each has for pods.
    pub allocatable: Amounts,
}

/// Pools whose runners are alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunnerShape {
    /// Classes that they may run on: alternatives. None: of no class, and then nothing is known of their capacity.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<String>,
    /// Labels of nodes that they ask for beside those of the classes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub select: BTreeMap<String, String>,
    /// Taints that they put up with beside those of the classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerate: Vec<Tolerated>,
    /// What a runner takes. Each of these must be on one node, and each may be on another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Amounts>,
    /// The pools.
    pub pools: Vec<FleetPool>,
}

/// A pool, by the name of its AutoscalingRunnerSet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetPool {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Idle runners that are kept ready.
    pub min: u32,
    /// Most runners at once; absent where the file does not say it, and then the guard lets it be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

/// What a fleet has.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FleetStatus {
    /// How it stands. `Healthy`: all hardware that the file declares is there and takes pods. `Enforced`: every pool has
    /// the number of runners that the guard wants. `Clean`: there are no leftovers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// The generation of the resource that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// Number of pools.
    #[serde(default)]
    pub pools: u32,
    /// Runners that all pools may have by the file.
    #[serde(default)]
    pub max_runners: u64,
    /// Runners of all pools that the healthy hardware can hold at once; a pool of which nothing is known counts with
    /// its max.
    #[serde(default)]
    pub capacity: u64,
    /// Runners that pools may have now beyond that.
    #[serde(default)]
    pub overcommit: u64,
    /// The classes of machines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<MachinesStatus>,
    /// Pools that may not have as many runners as the file says; the first hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lowered: Vec<PoolStatus>,
    /// Leftovers by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub leftovers: BTreeMap<String, u32>,
}

/// What there is of a class of machines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MachinesStatus {
    /// The class.
    pub name: String,
    /// Nodes that the file declares.
    pub declared: u32,
    /// Nodes that are there.
    pub present: u32,
    /// Nodes that take pods.
    pub ready: u32,
    /// Devices that the file declares.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub devices_declared: BTreeMap<String, u64>,
    /// Devices that pods can have on nodes that take pods.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub devices_healthy: BTreeMap<String, u64>,
    /// What is wrong with its nodes; the first twenty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// A pool that may not have as many runners as the file says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PoolStatus {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Runners that it may have by the file.
    pub max: u32,
    /// Runners of it that the healthy hardware can hold beside those of the other pools.
    pub capacity: u32,
    /// Runners that it may have now.
    pub effective: u32,
}

/// The definition, as the API server takes it.
pub fn definition() -> CustomResourceDefinition {
    let mut definition = Fleet::crd();
    for version in &mut definition.spec.versions {
        if let Some(schema) = version.schema.as_mut().and_then(|schema| schema.open_api_v3_schema.as_mut()) {
            name_formats(schema);
        }
    }
    definition
}

/// Names numbers as Kubernetes does, which knows none without a sign. That there is none is said by `minimum`.
fn name_formats(schema: &mut JSONSchemaProps) {
    if schema.format.as_deref().is_some_and(|format| format.starts_with("uint")) {
        schema.format = Some("int64".to_owned());
    }
    schema.properties.iter_mut().flat_map(|all| all.values_mut()).for_each(name_formats);
    if let Some(JSONSchemaPropsOrArray::Schema(items)) = &mut schema.items {
        name_formats(items);
    }
    if let Some(JSONSchemaPropsOrBool::Schema(values)) = &mut schema.additional_properties {
        name_formats(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_pools_fit_into_one_resource() {
        let pool = |at: usize| FleetPool {
            name: format!("runner-of-a-team-with-a-long-name-{at:05}"),
            namespace: format!("arc-runners-{}", at % 100),
            min: 1,
            max: Some(10),
        };
        let shape = |at: usize| RunnerShape {
            hardware: vec!["gpu".to_owned()],
            pieces: vec![[("cpu".to_owned(), Quantity(at.to_string()))].into()],
            pools: (0..100).map(|pool_at| pool(at * 100 + pool_at)).collect(),
            ..RunnerShape::default()
        };
        let spec = FleetSpec { demands: (0..100).map(shape).collect(), ..FleetSpec::default() };
        let size = serde_json::to_vec(&spec).unwrap_or_default().len();
        assert!((1..1_400_000).contains(&size), "{size} bytes");
    }

    #[test]
    fn the_definition_shows_what_matters() {
        let definition = definition();
        let [version] = definition.spec.versions.as_slice() else { panic!("one version") };
        assert!(version.subresources.as_ref().is_some_and(|parts| parts.status.is_some()));
        let columns: Vec<_> =
            version.additional_printer_columns.iter().flatten().map(|column| column.name.as_str()).collect();
        assert_eq!(columns[..4], ["Pools", "Max", "Capacity", "Overcommit"]);
        // The API server warns of a format that it does not know.
        let text = serde_json::to_string(&definition).unwrap_or_default();
        assert!(text.contains("int64") && !text.contains("uint"), "{text}");
    }
}
