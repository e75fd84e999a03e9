//! The `Fleet` resource: what fleet-controller compares the cluster with.

use super::Place;
use super::rights::{RBAC, rule};
use crate::capacity::{self, Placement, Resources, Share};
use crate::emit::meta::{KEEP, labels, map, quantity};
use crate::emit::object::{Body, Object};
use crate::emit::vault::DEFINITIONS;
use crate::language::nodes;
use crate::language::nodes::JanitorMode;
use crate::model::{Fleet, Hardware, Pool};
use fleet_model::fleet::{
    Amounts, FleetPool, FleetSpec, Guard, Janitor, MachineGroup, Machines, RunnerShape, Tolerated, definition,
};
use k8s_openapi::api::rbac::v1::PolicyRule;
use std::collections::{BTreeSet, HashMap};

/// Group of what ARC makes.
const ARC: &str = "actions.github.com";

impl Place<'_> {
    /// The resource of a cluster that has pools, and its definition. Argo CD never prunes that.
    pub fn fleet(self, share: &Share, all: &mut Vec<Object>) {
        let pools = self.fleet.pools.iter().filter(|pool| pool.cluster == self.cluster);
        if pools.clone().next().is_none() {
            return;
        }
        let folder = self.fleet.clusters[self.cluster].folder();
        let mut definition = definition();
        definition.metadata.labels = Some(labels(self.fleet));
        definition.metadata.annotations = Some(map([KEEP]));
        let path = format!("{folder}{DEFINITIONS}/{}.yaml", definition.spec.names.plural);
        all.push(Object::new(path, Body::CustomResourceDefinition(Box::new(definition))));

        // A patched object of a pool is not looked at: what the guard may set is what the file says.
        let removes =
            self.fleet.upkeep.as_ref().is_some_and(|node| node.janitor.value == JanitorMode::Remove);
        let enforces = super::guard_enforces(self.fleet);
        let spec = FleetSpec {
            guard: if enforces { Guard::Enforce } else { Guard::Observe },
            janitor: if removes { Janitor::Remove } else { Janitor::Report },
            hardware: machines(self.fleet, share),
            demands: shapes(self.fleet, share, pools.clone()),
        };
        let mut fleet = fleet_model::fleet::Fleet::new(self.fleet.node.name.as_str(), spec);
        fleet.metadata = self.meta(self.fleet.node.name.as_str());
        all.push(self.object("companions/fleet", Body::Fleet(Box::new(fleet))));

        let namespaces: BTreeSet<_> = pools.map(|pool| &pool.namespace).collect();
        for namespace in namespaces {
            let mut grant = |function: &str, rules| {
                let name = format!("{}-{function}", self.program);
                let [role, binding] = self.role(&name, namespace.as_str(), self.program, rules);
                let folder = format!("companions/controller/{namespace}");
                all.push(self.object(&format!("{folder}/role-{function}"), role));
                all.push(self.object(&format!("{folder}/role-binding-{function}"), binding));
            };
            if enforces {
                grant("enforce", vec![rule(ARC, &["autoscalingrunnersets"], &["patch"])]);
            }
            if removes {
                grant("remove", to_remove());
            }
        }
    }
}

/// What the janitor may do in a namespace of pools beside looking.
fn to_remove() -> Vec<PolicyRule> {
    vec![
        rule("", &["pods", "persistentvolumeclaims"], &["delete"]),
        rule("", &["secrets"], &["delete", "patch"]),
        rule("", &["serviceaccounts"], &["patch"]),
        rule(RBAC, &["roles", "rolebindings"], &["patch"]),
        rule(ARC, &["ephemeralrunners"], &["delete"]),
        rule(ARC, &["autoscalingrunnersets", "autoscalingrunnersets/status"], &["patch"]),
    ]
}

/// Classes that pools of the cluster are on, with their nodes there.
fn machines(fleet: &Fleet, share: &Share) -> Vec<Machines> {
    let used = |at: &usize| {
        let pools = fleet.pools.iter().filter(|pool| pool.cluster == share.cluster);
        pools.flat_map(|pool| &pool.hardware).any(|used| used.class == *at)
    };
    let classes = fleet.hardware.iter().enumerate().filter(|(at, _)| used(at));
    classes.map(|(at, class)| machine(class, at, share)).collect()
}

fn machine(class: &Hardware, at: usize, share: &Share) -> Machines {
    let groups = share.groups.iter().zip(share.problem.groups()).filter(|((of, _), _)| *of == at);
    let group = |((_, node), group): (&(usize, nodes::Nodes), &capacity::NodeGroup)| MachineGroup {
        name: group.name.clone(),
        count: group.count,
        labels: node.labels.iter().map(|one| (one.key.to_string(), one.value.to_string())).collect(),
        allocatable: amounts(&group.allocatable),
    };
    Machines {
        name: class.name().to_owned(),
        select: class.node.select.iter().map(|one| (one.key.to_string(), one.value.to_string())).collect(),
        tolerate: class.node.tolerate.iter().map(tolerated).collect(),
        groups: groups.map(group).collect(),
    }
}

fn tolerated(node: &nodes::Tolerate) -> Tolerated {
    Tolerated {
        key: node.key.to_string(),
        value: node.value.as_ref().map(|value| value.to_string()),
        effect: node.effect.as_ref().map(|effect| effect.to_string()),
    }
}

/// Pools by shape, each shape where its first pool stands in the file. One of which nothing can be proved takes nothing.
fn shapes<'p>(fleet: &Fleet, share: &Share, pools: impl Iterator<Item = &'p Pool>) -> Vec<RunnerShape> {
    let demands: HashMap<&str, &capacity::Demand> =
        share.problem.demands().iter().map(|demand| (demand.pool.as_str(), demand)).collect();
    let mut shapes: Vec<RunnerShape> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for pool in pools {
        let shape = RunnerShape {
            hardware: fleet.hardware_of(pool).map(|class| class.name().to_owned()).collect(),
            select: pool.node.select.iter().map(|one| (one.key.to_string(), one.value.to_string())).collect(),
            tolerate: pool.node.tolerate.iter().map(tolerated).collect(),
            pieces: demands.get(pool.name()).map(|demand| pieces(demand)).unwrap_or_default(),
            pools: Vec::new(),
        };
        let at = *known.entry(format!("{shape:?}")).or_insert_with(|| {
            shapes.push(shape);
            shapes.len() - 1
        });
        shapes[at].pools.push(FleetPool {
            name: pool.name().to_owned(),
            namespace: pool.namespace.to_string(),
            min: pool.min(),
            max: pool.max(),
        });
    }
    shapes
}

/// What of a runner must be on one node: all of it, or each pod by itself.
fn pieces(demand: &capacity::Demand) -> Vec<Amounts> {
    match demand.placement {
        Placement::Together => vec![amounts(&demand.runner())],
        Placement::Free => demand.pods.iter().map(|pod| amounts(&pod.resources)).collect(),
    }
}

/// Amounts as Kubernetes writes them. Of what is without limit nothing is said.
fn amounts(of: &Resources) -> Amounts {
    let cpu = if of.cpu.is_multiple_of(1000) { (of.cpu / 1000).to_string() } else { format!("{}m", of.cpu) };
    let mut amounts = Amounts::from([("cpu".to_owned(), quantity(cpu))]);
    let more = [("memory", of.memory), ("ephemeral-storage", of.storage), ("pods", of.pods)];
    let devices = of.devices.iter().map(|(name, count)| (name.as_str(), *count));
    for (name, amount) in
        more.into_iter().chain(devices).filter(|(_, amount)| *amount != Resources::UNLIMITED)
    {
        let text = match name {
            "memory" | "ephemeral-storage" if amount > 0 && amount.is_multiple_of(1 << 20) => {
                format!("{}Mi", amount >> 20)
            }
            _ => amount.to_string(),
        };
        amounts.insert(name.to_owned(), quantity(text));
    }
    amounts
}

#[cfg(test)]
mod tests {
    use crate::emit::object::Body;

    #[test]
    fn the_resource_says_what_the_file_does() {
        let file = r#"
fleet "ci" {
    namespace "runners"
    github "https://github.com/example" app-secret="github"
}
versions {
    arc "0.14.2"
    fleet-controller "registry.example.com/fleet-controller:1"
}
controller service-account="arc"
hardware "gpu" {
    device "nvidia.com/gpu"
    select "gpu" "true"
    tolerate "gpu"
    nodes "gpu" count=2 cpu=96 memory="768Gi" devices=3
}
template "one" {
    mode "kubernetes-novolume"
    hardware "gpu" devices=1
    runner cpu="500m" memory="1Gi"
    job cpu=16 memory="64Gi"
}
upkeep guard="enforce" janitor="remove"
pool "a" from="one" { runners min=1 max=3; }
pool "b" from="one" { runners max=2; }
pool "light" { mode "dind"; runners max=5; runner cpu=1 memory="1Gi"; job cpu=1 memory="1Gi"; }
"#;
        let run = crate::check::example::run(file);
        let objects = &run.objects.others;
        let fleet = objects.iter().find_map(|object| match &object.body {
            Body::Fleet(fleet) => Some((&object.path, fleet)),
            _ => None,
        });
        let Some((path, fleet)) = fleet else { panic!("no Fleet") };
        assert_eq!(path, "companions/fleet.yaml");
        let spec = serde_json::to_value(&fleet.spec).unwrap_or_default();
        let group = &spec["hardware"][0]["groups"][0];
        assert_eq!(group["allocatable"]["nvidia.com/gpu"], "3");
        assert_eq!(group["allocatable"]["memory"], "786432Mi");
        assert_eq!(spec["demands"].as_array().map(Vec::len), Some(2));
        assert_eq!(spec["demands"][0]["pieces"][0]["nvidia.com/gpu"], "1");
        assert_eq!(spec["demands"][0]["pools"][1]["max"], 2);
        assert!(spec["demands"][1].get("pieces").is_none());
        assert_eq!((&spec["guard"], &spec["janitor"]), (&"Enforce".into(), &"Remove".into()));
        let granted = |function: &str| {
            let path = format!("companions/controller/runners/role-{function}.yaml");
            objects.iter().any(|object| object.path == path)
        };
        assert!(granted("enforce") && granted("remove"));
        assert!(objects.iter().any(|object| object.path == "definitions/fleets.yaml"));
    }
}
