use super::*;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use proptest::prelude::*;

const GPU: &str = "nvidia.com/gpu";

fn amounts(pairs: &[(&str, u64)]) -> BTreeMap<String, Quantity> {
    pairs.iter().map(|(name, amount)| ((*name).to_owned(), Quantity(amount.to_string()))).collect()
}

fn class(name: &str, count: u32, has: &[(&str, u64)]) -> Machines {
    let group =
        MachineGroup { name: name.to_owned(), count, labels: BTreeMap::new(), allocatable: amounts(has) };
    Machines {
        name: name.to_owned(),
        select: [("class".to_owned(), name.to_owned())].into(),
        tolerate: Vec::new(),
        groups: vec![group],
    }
}

fn shape(class: &str, takes: &[(&str, u64)], pools: &[(&str, u32)]) -> RunnerShape {
    let pool = |(name, max): &(&str, u32)| FleetPool {
        name: (*name).to_owned(),
        namespace: "runners".to_owned(),
        min: 1,
        max: Some(*max),
    };
    RunnerShape {
        hardware: vec![class.to_owned()],
        pieces: vec![amounts(takes)],
        pools: pools.iter().map(pool).collect(),
        ..RunnerShape::default()
    }
}

fn node(class: &str, number: usize, has: &[(&str, u64)]) -> Seen {
    let amounts: BTreeMap<_, _> =
        has.iter().map(|(name, amount)| ((*name).to_owned(), Milli::from(*amount) * 1000)).collect();
    Seen {
        name: format!("{class}-{number}"),
        labels: [("class".to_owned(), class.to_owned())].into(),
        allocatable: amounts.clone(),
        capacity: amounts,
        ready: true,
        cordoned: false,
        taints: Vec::new(),
    }
}

/// Two nodes of three GPUs and one pool of one each; and machines that have nothing to do with them.
fn fleet() -> (FleetSpec, Vec<Seen>) {
    let gpu = [(GPU, 3), ("cpu", 96)];
    let cpu = [("cpu", 64)];
    let spec = FleetSpec {
        hardware: vec![class("gpu", 2, &gpu), class("cpu", 3, &cpu)],
        demands: vec![
            shape("gpu", &[(GPU, 1), ("cpu", 16)], &[("gpu", 6)]),
            shape("cpu", &[("cpu", 32)], &[("small", 4), ("other", 2)]),
        ],
        ..FleetSpec::default()
    };
    let mut nodes: Vec<_> = (0..2).map(|at| node("gpu", at, &gpu)).collect();
    nodes.extend((0..3).map(|at| node("cpu", at, &cpu)));
    (spec, nodes)
}

fn allowed(spec: &FleetSpec, nodes: &[Seen]) -> Vec<u32> {
    judge(spec, nodes)
        .expect("nodes")
        .pools
        .iter()
        .map(|verdict| verdict.allowed.unwrap_or(u32::MAX))
        .collect()
}

#[test]
fn nothing_is_lost_while_nothing_is_missing() {
    let (spec, nodes) = fleet();
    let judgement = judge(&spec, &nodes).expect("nodes");
    assert_eq!(allowed(&spec, &nodes), [6, 4, 2]);
    assert!(judgement.hardware.iter().all(|class| class.problems.is_empty()));
    assert_eq!(judgement.hardware[0].devices_healthy[GPU], 6);
}

#[test]
fn a_cordoned_node_takes_its_share_and_no_other() {
    let (spec, mut nodes) = fleet();
    nodes[0].cordoned = true;
    assert_eq!(allowed(&spec, &nodes), [3, 4, 2]);
    let gpu = &judge(&spec, &nodes).expect("nodes").hardware[0];
    assert_eq!((gpu.declared, gpu.present, gpu.ready), (2, 2, 1));
    assert_eq!(gpu.problems, ["gpu-0: cordoned"]);
    assert_eq!(gpu.devices_healthy[GPU], 3);
}

#[test]
fn a_failed_device_takes_one_runner() {
    let (spec, mut nodes) = fleet();
    nodes[1].allocatable.insert(GPU.to_owned(), 2000);
    assert_eq!(allowed(&spec, &nodes), [5, 4, 2]);
}

#[test]
fn a_node_that_is_gone_is_told_of() {
    let (spec, mut nodes) = fleet();
    nodes.drain(..2);
    assert_eq!(allowed(&spec, &nodes), [0, 4, 2]);
    assert_eq!(judge(&spec, &nodes).expect("nodes").hardware[0].problems, ["2 of 2 nodes are missing"]);
}

#[test]
fn pools_that_share_nodes_share_the_loss() {
    let (spec, mut nodes) = fleet();
    nodes[2].ready = false;
    // Four of six runners have a place, and each pool keeps two thirds, as nearly as whole runners allow.
    let left = allowed(&spec, &nodes);
    assert_eq!((left[0], left[1] + left[2]), (6, 4));
    assert!(left[1] >= 2 && left[2] >= 1, "{left:?}");
}

#[test]
fn what_is_overcommitted_on_purpose_keeps_its_ratio() {
    let (mut spec, mut nodes) = fleet();
    spec.demands[0].pools[0].max = Some(12);
    assert_eq!(allowed(&spec, &nodes)[0], 12);
    nodes[0].cordoned = true;
    assert_eq!(allowed(&spec, &nodes)[0], 6);
}

#[test]
fn more_hardware_than_declared_gives_no_more_than_the_file() {
    let (spec, mut nodes) = fleet();
    nodes.extend((2..9).map(|at| node("gpu", at, &[(GPU, 8), ("cpu", 256)])));
    assert_eq!(allowed(&spec, &nodes), [6, 4, 2]);
}

#[test]
fn a_pool_of_which_nothing_is_known_is_let_be() {
    let (mut spec, nodes) = fleet();
    spec.hardware[0].groups.clear();
    spec.demands[1].pools[0].max = None;
    let judgement = judge(&spec, &nodes[2..]).expect("nodes");
    assert_eq!((judgement.pools[0].capacity, judgement.pools[0].allowed), (None, Some(6)));
    assert_eq!((judgement.pools[1].capacity, judgement.pools[1].allowed), (None, None));
}

#[test]
fn a_cluster_without_nodes_is_not_believed() {
    let (spec, _) = fleet();
    assert_eq!(judge(&spec, &[]), Err(Blind::NoNodes));
}

#[test]
fn a_taint_that_only_the_pool_puts_up_with_is_no_loss_to_it() {
    let (mut spec, mut nodes) = fleet();
    nodes[0].taints.push(("team".to_owned(), Some("a".to_owned()), "NoSchedule".to_owned()));
    assert_eq!(allowed(&spec, &nodes)[0], 3);
    spec.demands[0].tolerate = vec![Tolerated { key: "team".to_owned(), ..Tolerated::default() }];
    assert_eq!(allowed(&spec, &nodes)[0], 6);
}

#[test]
fn ten_thousand_pools_are_judged_in_a_moment() {
    let has = [("cpu", 64), ("pods", 110)];
    let pools: Vec<_> = (0..10_000).map(|at| format!("pool-{at}")).collect();
    let named: Vec<_> = pools.iter().map(|name| (name.as_str(), 4)).collect();
    let spec = FleetSpec {
        hardware: vec![class("cpu", 1000, &has)],
        demands: vec![shape("cpu", &[("cpu", 2), ("pods", 1)], &named)],
        ..FleetSpec::default()
    };
    let nodes: Vec<_> = (0..900).map(|at| node("cpu", at, &has)).collect();
    let started = std::time::Instant::now();
    let sum: u32 = allowed(&spec, &nodes).iter().sum();
    assert!((28_800..40_000).contains(&sum), "{sum}");
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

fn broken() -> impl Strategy<Value = (FleetSpec, Vec<Seen>)> {
    let machines = prop::collection::vec((1_u32..4, 1_u64..5, 8_u64..64), 1..4);
    let pools = prop::collection::vec((0_usize..4, 1_u64..3, 1_u64..32, 0_u32..9), 1..6);
    let breakage = prop::collection::vec(0_u8..5, 12);
    (machines, pools, breakage).prop_map(|(machines, pools, breakage)| {
        let mut spec = FleetSpec::default();
        let mut nodes = Vec::new();
        for (at, (count, gpus, cpu)) in machines.iter().enumerate() {
            let has = [(GPU, *gpus), ("cpu", *cpu)];
            spec.hardware.push(class(&at.to_string(), *count, &has));
            nodes.extend((0..*count as usize).map(|number| node(&at.to_string(), number, &has)));
        }
        for (at, (class, gpus, cpu, max)) in pools.iter().enumerate() {
            let name = format!("pool-{at}");
            let class = (class % machines.len()).to_string();
            spec.demands.push(shape(&class, &[(GPU, *gpus), ("cpu", *cpu)], &[(&name, *max)]));
        }
        for (node, how) in nodes.iter_mut().zip(breakage) {
            match how {
                0 => node.cordoned = true,
                1 => node.ready = false,
                2 => {
                    node.allocatable.insert(GPU.to_owned(), 0);
                }
                _ => {}
            }
        }
        (spec, nodes)
    })
}

fn healed(nodes: &[Seen]) -> Vec<Seen> {
    let heal = |node: &Seen| Seen {
        cordoned: false,
        ready: true,
        allocatable: node.capacity.clone(),
        ..node.clone()
    };
    nodes.iter().map(heal).collect()
}

proptest! {
    #[test]
    fn nothing_is_ever_above_the_file((spec, nodes) in broken()) {
        for verdict in judge(&spec, &nodes).expect("nodes").pools {
            prop_assert!(verdict.allowed <= verdict.pool.max);
        }
    }

    #[test]
    fn healthy_hardware_gives_what_the_file_says((spec, nodes) in broken()) {
        for verdict in judge(&spec, &healed(&nodes)).expect("nodes").pools {
            prop_assert_eq!(verdict.allowed, verdict.pool.max);
        }
    }

    #[test]
    fn only_pools_of_broken_classes_lose((spec, nodes) in broken()) {
        let judgement = judge(&spec, &nodes).expect("nodes");
        for (verdict, shape) in judgement.pools.iter().zip(&spec.demands) {
            let class = judgement.hardware.iter().find(|class| class.name == shape.hardware[0]);
            if verdict.is_lowered() {
                prop_assert!(class.is_some_and(|class| !class.problems.is_empty()));
            }
        }
    }
}
