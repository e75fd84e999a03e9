//! What topology spread constraints promise.

use super::*;

#[test]
fn one_of_each_pool_per_node_leaves_room_for_every_workflow_pod() {
    assert_eq!(spread_bound(&seven(3)), SpreadProof::Holds);
}

#[test]
fn the_worst_case_counts_pools_that_may_meet() {
    let mut problem = Problem::new(Policies::default());
    let group = problem.add_group(nodes("n", 2, res(10, 100, 0)));
    let class = problem.add_class([group]);
    let a = problem.add_demand(pool("a", 3, class, Placement::Together, &[res(1, 1, 0), res(2, 1, 0)]));
    let b = problem.add_demand(pool("b", 1, class, Placement::Together, &[res(5, 1, 0)]));
    let SpreadProof::Fails(failures) = spread_bound(&problem) else { panic!("6 and 5 are more than 10") };
    assert_eq!(failures.len(), 1);
    let failure = &failures[0];
    assert_eq!((failure.dimension.clone(), failure.load, failure.allocatable), (Dimension::Cpu, 11, 10));
    let share = |demand, runners, amount| SpreadShare { demand, runners, amount };
    assert_eq!(failure.pools, [share(a, 2, 6), share(b, 1, 5)]);
    assert!(prove(&problem, Effort::default()).fits(), "a packing exists; the scheduler may miss it");
}

#[test]
fn without_a_constraint_all_runners_may_meet_on_one_node() {
    let mut problem = Problem::new(Policies::default());
    let group = problem.add_group(nodes("n", 2, res(10, 100, 0)));
    let class = problem.add_class([group]);
    let mut demand = pool("a", 4, class, Placement::Together, &[res(1, 1, 0), res(2, 1, 0)]);
    problem.add_demand(demand.clone());
    assert_eq!(spread_bound(&problem), SpreadProof::Holds);
    demand.pods.iter_mut().for_each(|pod| pod.spread = false);
    problem.add_demand(demand);
    assert!(matches!(spread_bound(&problem), SpreadProof::Fails(_)));
}

#[test]
fn groups_without_pinned_pods_are_not_looked_at() {
    let mut problem = Problem::new(Policies::default());
    let group = problem.add_group(nodes("n", 1, res(10, 100, 0)));
    let class = problem.add_class([group]);
    problem.add_demand(pool("dind", 9, class, Placement::Together, &[res(5, 1, 0)]));
    problem.add_demand(pool("novolume", 9, class, Placement::Free, &[res(5, 1, 0), res(5, 1, 0)]));
    assert_eq!(spread_bound(&problem), SpreadProof::Holds);
}
