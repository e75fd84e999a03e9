//! Hooks 0.7: runner and job share the work volume, and stand on one node.

use super::{Runner, SampleJob};
use k8s_openapi::api::core::v1::{
    Affinity, Container, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm,
    PersistentVolumeClaimVolumeSource, PodSpec, Volume,
};

/// The pod before the template is laid over it (`createPod`).
pub fn spec(runner: &Runner<'_>, containers: Vec<Container>, job: &SampleJob) -> PodSpec {
    let claim = runner.value("ACTIONS_RUNNER_CLAIM_NAME");
    let claim_name = claim.map_or_else(|| format!("{}-work", job.runner), str::to_owned);
    let scheduled = runner.value("ACTIONS_RUNNER_USE_KUBE_SCHEDULER") == Some("true");
    PodSpec {
        affinity: scheduled.then(|| pin(&job.node)),
        containers,
        node_name: (!scheduled).then(|| job.node.clone()),
        restart_policy: Some("Never".to_owned()),
        volumes: Some(vec![Volume {
            name: "work".to_owned(),
            persistent_volume_claim: Some(PersistentVolumeClaimVolumeSource { claim_name, read_only: None }),
            ..Volume::default()
        }]),
        ..PodSpec::default()
    }
}

/// To the runner's node, by way of the scheduler.
fn pin(node: &str) -> Affinity {
    let expression = NodeSelectorRequirement {
        key: "kubernetes.io/hostname".to_owned(),
        operator: "In".to_owned(),
        values: Some(vec![node.to_owned()]),
    };
    let term = NodeSelectorTerm { match_expressions: Some(vec![expression]), match_fields: None };
    Affinity {
        node_affinity: Some(NodeAffinity {
            required_during_scheduling_ignored_during_execution: Some(NodeSelector {
                node_selector_terms: vec![term],
            }),
            preferred_during_scheduling_ignored_during_execution: None,
        }),
        ..Affinity::default()
    }
}
