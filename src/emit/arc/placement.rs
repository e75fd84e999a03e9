//! Where the pods of a pool go.

use crate::emit::meta::{POOL_LABEL, ROLE_LABEL, map, non_empty};
use crate::language::nodes;
use crate::language::nodes::ContainerMode;
use crate::model::{Fleet, Hardware, Pool};
use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Toleration,
    TopologySpreadConstraint,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use std::collections::BTreeMap;

/// Node labels, taints and neighbours that decide where a pod goes.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// Labels that the node carries.
    pub node_selector: Option<BTreeMap<String, String>>,
    /// Alternatives, where there are several classes.
    pub affinity: Option<Affinity>,
    /// Taints that the node may carry.
    pub tolerations: Option<Vec<Toleration>>,
    /// How runners of a pool keep apart.
    pub spread: Option<Vec<TopologySpreadConstraint>>,
}

/// Where the runner's pod goes, and where the pod of a job goes if it has one of its own.
///
/// Hooks 0.7 keep both pods on one node: the runner is sent to the class, and the job follows it.
/// Hooks 0.8 place them apart: the job is sent to the class, and the runner stays off scarce nodes.
pub fn placement(fleet: &Fleet, pool: &Pool) -> (Placement, Option<Placement>) {
    let classes: Vec<_> = fleet.hardware_of(pool).collect();
    match pool.mode {
        ContainerMode::Kubernetes => {
            let runner = Placement { spread: Some(vec![spread(pool)]), ..of_classes(pool, &classes) };
            let job = Placement { tolerations: runner.tolerations.clone(), ..Placement::default() };
            (runner, Some(job))
        }
        ContainerMode::KubernetesNovolume => {
            let scarce = classes.iter().any(|class| class.is_scarce());
            let runner = of_classes(pool, if scarce { &[] } else { &classes });
            (runner, Some(of_classes(pool, &classes)))
        }
        ContainerMode::Dind | ContainerMode::Default => (of_classes(pool, &classes), None),
    }
}

fn of_classes(pool: &Pool, classes: &[&Hardware]) -> Placement {
    let own = pool.node.select.iter().map(|select| (select.key.as_str(), select.value.as_str()));
    let mut labels = map(own);
    let mut affinity = None;
    match classes {
        [] => {}
        [class] => labels.extend(selectors(class)),
        several => affinity = Some(any_of(several)),
    }
    let mut tolerations: Vec<Toleration> = Vec::new();
    let of_hardware = classes.iter().flat_map(|class| &class.node.tolerate);
    for toleration in of_hardware.chain(&pool.node.tolerate).map(toleration) {
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    Placement {
        node_selector: (!labels.is_empty()).then_some(labels),
        affinity,
        tolerations: non_empty(tolerations),
        spread: None,
    }
}

fn selectors(class: &Hardware) -> impl Iterator<Item = (String, String)> {
    class.node.select.iter().map(|select| (select.key.to_string(), select.value.to_string()))
}

/// Terms are alternatives to Kubernetes, the expressions of a term are not.
fn any_of(classes: &[&Hardware]) -> Affinity {
    let term = |class: &&Hardware| NodeSelectorTerm {
        match_expressions: Some(
            selectors(class)
                .map(|(key, value)| NodeSelectorRequirement {
                    key,
                    operator: "In".to_owned(),
                    values: Some(vec![value]),
                })
                .collect(),
        ),
        match_fields: None,
    };
    let required = NodeSelector { node_selector_terms: classes.iter().map(term).collect() };
    Affinity {
        node_affinity: Some(NodeAffinity {
            required_during_scheduling_ignored_during_execution: Some(required),
            preferred_during_scheduling_ignored_during_execution: None,
        }),
        ..Affinity::default()
    }
}

/// A taint that pods tolerate, as Kubernetes writes it.
pub fn toleration(node: &nodes::Tolerate) -> Toleration {
    Toleration {
        key: Some(node.key.to_string()),
        operator: Some(if node.value.is_some() { "Equal" } else { "Exists" }.to_owned()),
        value: node.value.as_ref().map(|value| value.to_string()),
        effect: node.effect.as_ref().map(|effect| effect.to_string()),
        toleration_seconds: None,
    }
}

/// Keeps the runners of a pool evenly over its nodes.
///
/// The scheduler places a runner without knowing the pod of the job that will be pinned beside it.
/// With a skew of at most 1 a node never holds more than max / nodes (rounded up) runners of a pool,
/// which is what `capacity` proves that there is room for.
fn spread(pool: &Pool) -> TopologySpreadConstraint {
    TopologySpreadConstraint {
        label_selector: Some(LabelSelector {
            match_labels: Some(map([(POOL_LABEL, pool.name()), (ROLE_LABEL, "runner")])),
            match_expressions: None,
        }),
        max_skew: 1,
        node_affinity_policy: Some("Honor".to_owned()),
        node_taints_policy: Some("Honor".to_owned()),
        topology_key: "kubernetes.io/hostname".to_owned(),
        when_unsatisfiable: "DoNotSchedule".to_owned(),
        ..TopologySpreadConstraint::default()
    }
}
