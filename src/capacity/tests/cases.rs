//! Fleets whose answer a person can work out.

use super::brute::assert_valid;
use super::*;

fn one_class(policies: Policies, group: NodeGroup) -> (Problem, ClassId) {
    let mut problem = Problem::new(policies);
    let group = problem.add_group(group);
    let class = problem.add_class([group]);
    (problem, class)
}

fn sole(proof: &Proof) -> &Part {
    assert_eq!(proof.parts.len(), 1);
    &proof.parts[0]
}

fn refusal(proof: &Proof) -> &Refusal {
    let refusals = refusals(proof);
    assert_eq!(refusals.len(), 1, "{proof:?}");
    refusals[0]
}

#[test]
fn seven_pools_fit_and_the_witness_is_valid() {
    let problem = seven(3);
    let proof = prove(&problem, Effort::default());
    assert!(proof.fits());
    assert_eq!(proof.parts.len(), 4, "cpu, fpga, gpu and hybrid share nothing");
    for part in &proof.parts {
        assert_valid(&problem, part, |_| true);
    }
}

#[test]
fn the_fourth_gpu_runner_has_no_device() {
    let problem = seven(4);
    let proof = prove(&problem, Effort::default());
    let refusal = refusal(&proof);
    assert_eq!(problem.demand(refusal.demand).map(|d| d.pool.as_str()), Some("runner-gpu"));
    assert_eq!(refusal.runner, 4);
    assert_eq!(
        refusal.describe(&problem),
        "runner 4 of pool runner-gpu has no place: it needs nvidia.com/gpu 1, and no node has any left; \
         its nodes hold runner-gpu (3)"
    );
    assert_eq!(refusal.reason.describe(&problem), "nvidia.com/gpu 4 is asked for in all, nodes gpu have 3");
    let fitting = proof.parts.iter().filter(|part| part.outcome == Outcome::Fits);
    assert_eq!(fitting.count(), 3, "the other hardware is not to blame");
}

#[test]
fn totals_fit_but_pieces_do_not() {
    let (mut problem, class) = one_class(Policies::default(), nodes("cpu", 2, res(96_000, 768, 0)));
    problem.add_demand(pool("small", 2, class, Placement::Together, &[res(8_000, 32, 0)]));
    problem.add_demand(pool("high", 3, class, Placement::Together, &[res(56_000, 32, 0)]));
    let proof = prove(&problem, Effort::default());
    let refusal = refusal(&proof);
    assert_eq!(refusal.runner, 3);
    let lack = &refusal.lacks[0];
    assert_eq!((lack.dimension.clone(), lack.needs), (Dimension::Cpu, 56_000));
    assert!(lack.most_free < 56_000 && lack.total_free >= 56_000, "{lack:?}");
    assert!(
        matches!(refusal.reason, Reason::Slots { demanded: 3, available: 2, .. }),
        "{:?}",
        refusal.reason
    );
    assert_valid(&problem, sole(&proof), |_| true);
}

#[test]
fn a_fragment_that_only_weights_or_search_refute() {
    // 3 nodes of 10: 6+4, 6+4, 6+4 would be full, but the fourth pool brings 3s and 7s.
    let (mut problem, class) = one_class(Policies::default(), nodes("n", 3, res(10, 1000, 0)));
    problem.add_demand(pool("six", 1, class, Placement::Together, &[res(6, 1, 0)]));
    problem.add_demand(pool("seven", 1, class, Placement::Together, &[res(7, 1, 0)]));
    problem.add_demand(pool("five", 1, class, Placement::Together, &[res(5, 1, 0)]));
    problem.add_demand(pool("four", 3, class, Placement::Together, &[res(4, 1, 0)]));
    let proof = prove(&problem, Effort::default());
    let refusal = refusal(&proof);
    assert_eq!(problem.demand(refusal.demand).map(|d| d.pool.as_str()), Some("four"));
    assert_eq!(refusal.runner, 3);
    assert!(!refusal.holders.is_empty());
}

#[test]
fn together_needs_one_node_where_free_needs_two_halves() {
    for (placement, fits) in [(Placement::Together, false), (Placement::Free, true)] {
        let (mut problem, class) = one_class(Policies::default(), nodes("n", 2, res(10, 100, 0)));
        problem.add_demand(pool("a", 2, class, Placement::Together, &[res(4, 1, 0)]));
        problem.add_demand(pool("b", 1, class, placement, &[res(5, 1, 0), res(6, 1, 0)]));
        let proof = prove(&problem, Effort::default());
        assert_eq!(proof.fits(), fits, "{placement:?}");
        assert_valid(&problem, sole(&proof), |_| true);
    }
}

#[test]
fn a_free_pod_that_has_no_place_is_named() {
    let (mut problem, class) = one_class(Policies::default(), nodes("n", 1, res(10, 100, 0)));
    problem.add_demand(pool("b", 1, class, Placement::Free, &[res(5, 1, 0), res(6, 1, 0)]));
    let proof = prove(&problem, Effort::default());
    let refusal = refusal(&proof);
    assert_eq!((refusal.runner, refusal.pod), (1, Some(1)));
    assert!(refusal.describe(&problem).starts_with("pod workflow of runner 1 of pool b has no place"));
    assert_valid(&problem, sole(&proof), |_| true);
}

#[test]
fn pools_of_a_shared_class_make_way_for_each_other() {
    let mut problem = Problem::new(Policies::default());
    let cpu = problem.add_group(nodes("cpu", 1, res(10, 100, 0)));
    let gpu = problem.add_group(nodes("gpu", 1, res(10, 100, 1)));
    let any = problem.add_class([cpu, gpu]);
    let only = problem.add_class([gpu]);
    problem.add_demand(pool("any", 2, any, Placement::Together, &[res(5, 1, 0)]));
    problem.add_demand(pool("gpu", 1, only, Placement::Together, &[res(10, 1, 1)]));
    let proof = prove(&problem, Effort::default());
    assert!(proof.fits());
    assert_valid(&problem, sole(&proof), |_| true);
}

#[test]
fn a_total_over_the_nodes_of_one_class_is_found() {
    let mut problem = Problem::new(Policies::default());
    let a = problem.add_group(nodes("a", 1, res(10, 100, 0)));
    let b = problem.add_group(nodes("b", 5, res(10, 100, 0)));
    let any = problem.add_class([a, b]);
    let only = problem.add_class([a]);
    problem.add_demand(pool("any", 2, any, Placement::Together, &[res(5, 1, 0)]));
    problem.add_demand(pool("only", 3, only, Placement::Together, &[res(5, 1, 0)]));
    let proof = prove(&problem, Effort::default());
    let refusal = refusal(&proof);
    assert!(
        matches!(&refusal.reason, Reason::Total { groups, .. } if groups == &[a]),
        "{:?}",
        refusal.reason
    );
    assert_eq!(refusal.holders.len(), 1, "only its own class counts: {:?}", refusal.holders);
}

#[test]
fn warned_dimensions_pass_with_a_warning_and_allowed_ones_are_not_looked_at() {
    let policies = Policies { cpu: Policy::Warn, memory: Policy::Allow, ..Policies::default() };
    let (mut problem, class) = one_class(policies, nodes("n", 1, res(10, 10, 2)));
    problem.add_demand(pool("a", 2, class, Placement::Together, &[res(8, 8, 1)]));
    let proof = prove(&problem, Effort::default());
    assert!(proof.fits());
    let part = sole(&proof);
    assert_eq!(part.warnings.len(), 1);
    assert_eq!(part.warnings[0].dimensions, [Dimension::Cpu]);
    assert_valid(&problem, part, |dim| matches!(dim, Dimension::Device(_) | Dimension::Pods));
}

#[test]
fn devices_are_refused_whatever_cpu_may_do() {
    let policies = Policies { cpu: Policy::Warn, ..Policies::default() };
    let (mut problem, class) = one_class(policies, nodes("n", 1, res(10, 10, 2)));
    problem.add_demand(pool("a", 3, class, Placement::Together, &[res(8, 1, 1)]));
    let proof = prove(&problem, Effort::default());
    assert_eq!(refusal(&proof).lacks[0].dimension, Dimension::Device(DeviceName::new("gpu")));
    assert!(sole(&proof).warnings.is_empty());
}

#[test]
fn pods_run_out_too() {
    let (mut problem, class) = one_class(Policies::default(), nodes("n", 1, res(1_000_000, 1_000_000, 0)));
    problem.add_demand(pool("tiny", 111, class, Placement::Together, &[res(1, 0, 0)]));
    let proof = prove(&problem, Effort::default());
    assert_eq!(refusal(&proof).lacks[0].dimension, Dimension::Pods);
    assert_eq!(refusal(&proof).runner, 111);
}

#[test]
fn no_nodes_and_nodes_that_are_too_small() {
    let mut problem = Problem::new(Policies::default());
    let none = problem.add_class([]);
    let zero = problem.add_group(nodes("zero", 0, res(10, 10, 0)));
    let zero = problem.add_class([zero]);
    let small = problem.add_group(nodes("small", 9, res(10, 10, 0)));
    let small = problem.add_class([small]);
    problem.add_demand(pool("nowhere", 1, none, Placement::Together, &[res(1, 1, 0)]));
    problem.add_demand(pool("gone", 1, zero, Placement::Together, &[res(1, 1, 0)]));
    problem.add_demand(pool("big", 1, small, Placement::Together, &[res(11, 1, 0)]));
    problem.add_demand(pool("idle", 0, none, Placement::Together, &[res(1, 1, 0)]));
    let proof = prove(&problem, Effort::default());
    let reasons: Vec<_> = refusals(&proof).into_iter().map(|refusal| &refusal.reason).collect();
    assert_eq!(reasons, [&Reason::NoNode, &Reason::NoNode, &Reason::TooBig]);
}

#[test]
fn the_largest_max_is_where_the_devices_end() {
    let problem = seven(1);
    let find = |name: &str| {
        let at = problem.demands().iter().position(|d| d.pool == name).expect("pool");
        max_for(&problem, super::super::problem::DemandId(at), Strictness::Deny, Effort::default())
            .expect("known")
    };
    assert_eq!(find("runner-gpu").runners, 3);
    assert_eq!(find("runner-hybrid").runners, 4);
    let base = find("runner-base");
    assert_eq!(base.runners, 10, "121.5 of 128 cores are used on every node");
    assert!(matches!(base.limit, Limit::Next(Outcome::Refused(refusal)) if refusal.runner == 11));
}

#[test]
fn what_asks_for_nothing_has_no_largest_max() {
    let (mut problem, class) = one_class(Policies::default(), nodes("n", 1, res(10, 10, 0)));
    let nothing = problem.add_demand(pool("a", 1, class, Placement::Together, &[Resources::default()]));
    let other = problem.add_demand(pool("b", 11, class, Placement::Together, &[res(1, 0, 0)]));
    let headroom = |id| max_for(&problem, id, Strictness::Deny, Effort::default()).expect("known");
    assert!(matches!(headroom(nothing).limit, Limit::Others(Outcome::Refused(_))));
    assert_eq!(headroom(other).runners, 10);
    let (mut problem, class) = one_class(Policies::default(), nodes("n", 1, res(10, 10, 0)));
    let nothing = problem.add_demand(pool("a", 1, class, Placement::Together, &[Resources::default()]));
    let headroom = max_for(&problem, nothing, Strictness::Deny, Effort::default()).expect("known");
    assert_eq!((headroom.runners, headroom.limit), (u32::MAX, Limit::None));
}

#[test]
fn huge_numbers_do_not_overflow() {
    let node = Resources {
        cpu: u64::MAX,
        memory: u64::MAX,
        storage: u64::MAX,
        pods: u64::MAX,
        devices: Default::default(),
    };
    let mut problem = Problem::new(Policies::default());
    let group = problem.add_group(NodeGroup { name: "n".into(), count: u32::MAX, allocatable: node.clone() });
    let class = problem.add_class([group]);
    for at in 0..4 {
        problem.add_demand(pool(
            &at.to_string(),
            u32::MAX,
            class,
            Placement::Together,
            &[node.clone(), node.clone()],
        ));
    }
    let proof = prove(&problem, Effort::default());
    assert_eq!(refusal(&proof).demand.index(), 1);
    assert!(matches!(spread_bound(&problem), SpreadProof::Fails(_)));
}

#[test]
fn thousands_of_pools_in_one_class() {
    let (mut problem, class) = one_class(Policies::default(), nodes("n", 1000, res(128_000, 1024, 0)));
    for at in 0..1000u64 {
        let shape = res(1000 + at * 7 % 9000, 1 + at % 40, 0);
        problem.add_demand(pool(&at.to_string(), 10, class, Placement::Together, &[shape]));
    }
    let proof = prove(&problem, Effort::default());
    assert!(proof.fits());
    assert_valid(&problem, sole(&proof), |_| true);
}
