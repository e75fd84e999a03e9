//! A packer without ideas: every thing on every node.

use super::*;
use std::collections::BTreeMap;

/// Whether everything fits, found by trying all assignments.
pub fn brute_force(problem: &Problem) -> bool {
    let mut nodes: Vec<(GroupId, Resources)> = Vec::new();
    for (index, group) in problem.groups().iter().enumerate() {
        let alike =
            (0..group.count).map(|_| (super::super::problem::GroupId(index), group.allocatable.clone()));
        nodes.extend(alike);
    }
    let mut items: Vec<(&[GroupId], Resources)> = Vec::new();
    for demand in problem.demands() {
        for _ in 0..demand.max {
            match demand.placement {
                Placement::Together => items.push((problem.class(demand.class), demand.runner())),
                Placement::Free => {
                    let pods = demand.pods.iter();
                    items.extend(pods.map(|pod| (problem.class(demand.class), pod.resources.clone())));
                }
            }
        }
    }
    assign(problem, &mut nodes, &items)
}

fn assign(problem: &Problem, nodes: &mut [(GroupId, Resources)], items: &[(&[GroupId], Resources)]) -> bool {
    let Some(((class, item), rest)) = items.split_first() else { return true };
    for at in 0..nodes.len() {
        // Of equal nodes only the first is tried; that much the packer knows.
        if !class.contains(&nodes[at].0) || nodes[..at].contains(&nodes[at]) {
            continue;
        }
        if let Some(left) = minus(problem, &nodes[at].1, item) {
            let before = std::mem::replace(&mut nodes[at].1, left);
            if assign(problem, nodes, rest) {
                return true;
            }
            nodes[at].1 = before;
        }
    }
    false
}

/// What is left on a node, if nothing that counts runs out.
fn minus(problem: &Problem, node: &Resources, item: &Resources) -> Option<Resources> {
    let take = |dim: Dimension| match problem.policies().of(&dim) {
        Policy::Allow => Some(0),
        _ => node.get(&dim).checked_sub(item.get(&dim)),
    };
    let mut devices = BTreeMap::new();
    for device in node.devices.keys().chain(item.devices.keys()) {
        devices.insert(device.clone(), take(Dimension::Device(device.clone()))?);
    }
    Some(Resources {
        cpu: take(Dimension::Cpu)?,
        memory: take(Dimension::Memory)?,
        storage: take(Dimension::Storage)?,
        pods: take(Dimension::Pods)?,
        devices,
    })
}

/// Checks a packing by adding up: no node holds too much or what may not be there, groups have that
/// many nodes, and of each pool everything that is not declared missing is there.
pub fn assert_valid(problem: &Problem, part: &Part, strict: impl Fn(&Dimension) -> bool) {
    let mut placed: BTreeMap<(DemandId, Option<usize>), u64> = BTreeMap::new();
    for group in &part.packing.groups {
        let nodes = problem.group(group.group).expect("group of this problem");
        let used: u64 = group.runs.iter().map(|run| u64::from(run.nodes)).sum();
        assert!(used <= u64::from(nodes.count), "{} nodes of {} used", used, nodes.count);
        for run in &group.runs {
            assert!(run.nodes > 0 && !run.holds.is_empty());
            let mut sum = Resources::default();
            for held in &run.holds {
                let demand = problem.demand(held.demand).expect("demand of this problem");
                assert!(held.count > 0);
                assert!(
                    problem.class(demand.class).contains(&group.group),
                    "{} on a foreign node",
                    demand.pool
                );
                let one = held.pod.map_or_else(|| demand.runner(), |pod| demand.pods[pod].resources.clone());
                sum = (0..held.count).fold(sum, |sum, _| sum.plus(&one));
                *placed.entry((held.demand, held.pod)).or_default() += held.count * u64::from(run.nodes);
            }
            for dim in sum.dimensions().filter(|dim| strict(dim)) {
                assert!(
                    sum.get(&dim) <= nodes.allocatable.get(&dim),
                    "{dim} overcommitted on {}",
                    nodes.name
                );
            }
        }
    }
    let missing: BTreeMap<_, _> = part.unplaced.iter().copied().collect();
    for id in &part.component.demands {
        let demand = problem.demand(*id).expect("demand of this problem");
        let there: Vec<u64> = match (demand.placement, demand.pods.len()) {
            (Placement::Free, 2..) => (0..demand.pods.len())
                .map(|pod| placed.get(&(*id, Some(pod))).copied().unwrap_or(0))
                .collect(),
            (Placement::Free, 0) => vec![u64::from(demand.max)],
            _ => vec![placed.get(&(*id, None)).copied().unwrap_or(0)],
        };
        let whole = there.iter().copied().min().unwrap_or(0);
        let left = u64::from(missing.get(id).copied().unwrap_or(0));
        assert_eq!(whole + left, u64::from(demand.max), "{} is not all accounted for", demand.pool);
        assert!(there.iter().all(|count| *count <= u64::from(demand.max)));
    }
    if part.outcome == Outcome::Fits {
        assert!(part.unplaced.is_empty());
    }
}
