//! Splits a problem into parts that share no nodes, so that each is solved by itself.

use super::problem::{DemandId, GroupId, Problem};

/// Pools and the nodes that they share, directly or through other pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// The node groups; empty when the pool may run nowhere.
    pub groups: Vec<GroupId>,
    /// The pools, in the order of the problem.
    pub demands: Vec<DemandId>,
}

/// The parts, in the order of their first pool. Node groups that no pool uses are in none.
pub fn components(problem: &Problem) -> Vec<Component> {
    let mut parent: Vec<usize> = (0..problem.groups().len()).collect();
    let mut used = vec![false; problem.classes().len()];
    for demand in problem.demands() {
        if let Some(used) = used.get_mut(demand.class.0) {
            *used = true;
        }
    }
    for (class, _) in problem.classes().iter().zip(&used).filter(|(_, used)| **used) {
        for pair in class.windows(2) {
            let (a, b) = (root(&mut parent, pair[0].0), root(&mut parent, pair[1].0));
            parent[a.max(b)] = a.min(b);
        }
    }

    let mut list: Vec<Component> = Vec::new();
    let mut by_root: Vec<Option<usize>> = vec![None; parent.len()];
    for (index, demand) in problem.demands().iter().enumerate() {
        let id = DemandId(index);
        match problem.class(demand.class).first() {
            None => list.push(Component { groups: Vec::new(), demands: vec![id] }),
            Some(group) => {
                let root = root(&mut parent, group.0);
                let at = *by_root[root].get_or_insert_with(|| {
                    list.push(Component { groups: Vec::new(), demands: Vec::new() });
                    list.len() - 1
                });
                list[at].demands.push(id);
            }
        }
    }
    for group in 0..parent.len() {
        if let Some(at) = by_root[root(&mut parent, group)] {
            list[at].groups.push(GroupId(group));
        }
    }
    list
}

fn root(parent: &mut [usize], mut at: usize) -> usize {
    while parent[at] != at {
        parent[at] = parent[parent[at]];
        at = parent[at];
    }
    at
}
