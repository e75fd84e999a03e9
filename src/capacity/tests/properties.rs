//! Properties on small random fleets.

use super::super::heaviest::{Goods, heaviest};
use super::super::instance::{Instance, fits};
use super::super::pattern::patterns;
use super::super::search::{Found, search};
use super::super::weights::{weigh, weights};
use super::brute::{assert_valid, brute_force};
use super::*;
use proptest::prelude::*;

/// Things to place that the packer without ideas can still try out.
const MOST_THINGS: u32 = 10;

fn small() -> impl Strategy<Value = Problem> {
    let group = (0u32..=3, 1u64..=10, 1u64..=10, 0u64..=2);
    let pod = (0u64..=7, 0u64..=7, 0u64..=1);
    let demand = (0u32..=5, 1u8..8, any::<bool>(), prop::collection::vec(pod, 1..=2));
    let policy = prop_oneof![4 => Just(Policy::Deny), 1 => Just(Policy::Allow)];
    (prop::collection::vec(group, 1..=3), prop::collection::vec(demand, 1..=4), policy).prop_map(
        |(groups, demands, memory)| {
            let mut problem = Problem::new(Policies { memory, ..Policies::default() });
            let ids: Vec<GroupId> = groups
                .iter()
                .map(|(count, cpu, memory, gpu)| {
                    problem.add_group(nodes("n", *count, res(*cpu, *memory, *gpu)))
                })
                .collect();
            let mut things = 0;
            for (max, mask, together, pods) in demands {
                let chosen =
                    ids.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, id)| *id);
                let class = problem.add_class(chosen.collect::<Vec<_>>());
                let placement = if together { Placement::Together } else { Placement::Free };
                let each = if together { 1 } else { pods.len() as u32 };
                let max = max.min((MOST_THINGS - things) / each);
                things += max * each;
                let pods: Vec<_> = pods.into_iter().map(|(cpu, memory, gpu)| res(cpu, memory, gpu)).collect();
                problem.add_demand(pool("p", max, class, placement, &pods));
            }
            problem
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn proofs_agree_with_trying_everything(problem in small()) {
        let proof = prove(&problem, Effort::default());
        let undecided = proof.parts.iter().any(|part| matches!(part.outcome, Outcome::Undecided(_)));
        prop_assert!(!undecided, "a fleet this small is decided");
        prop_assert_eq!(proof.fits(), brute_force(&problem));
        for part in &proof.parts {
            assert_valid(&problem, part, |dim| problem.policies().of(dim) == Policy::Deny);
        }
        prop_assert_eq!(&proof, &prove(&problem, Effort::default()));
    }

    #[test]
    fn the_refused_runner_is_the_first_that_does_not_fit(problem in small()) {
        for refusal in refusals(&prove(&problem, Effort::default())) {
            let with = |runner: u32| {
                let mut less = Problem::new(*problem.policies());
                problem.groups().iter().for_each(|group| { less.add_group(group.clone()); });
                for (at, demand) in problem.demands().iter().enumerate().take(refusal.demand.index() + 1) {
                    let class = less.add_class(problem.class(demand.class).to_vec());
                    let max = if at == refusal.demand.index() { runner } else { demand.max };
                    // Other components may be refused as well.
                    let shares = components(&problem).iter().any(|part| {
                        part.demands.contains(&refusal.demand)
                            && part.demands.iter().any(|id| id.index() == at)
                    });
                    less.add_demand(Demand { class, max: if shares { max } else { 0 }, ..demand.clone() });
                }
                brute_force(&less)
            };
            prop_assert!(with(refusal.runner - 1));
            prop_assert!(!with(refusal.runner));
        }
    }

    #[test]
    fn search_alone_agrees_with_trying_everything(problem in small()) {
        let mut all = true;
        for part in components(&problem) {
            let keep = |dim: &Dimension| problem.policies().of(dim) == Policy::Deny;
            let instance = Instance::new(&problem, &part, keep);
            let max: Vec<u32> = part.demands.iter().map(|id| problem.demands()[id.index()].max).collect();
            let counts = instance.counts(&max);
            let homeless = (0..counts.len()).any(|item| {
                let bins = instance.bins_of(item).iter();
                let load = &instance.items[item].load;
                counts[item] > 0 && bins.map(|bin| fits(&instance.bins[*bin].capacity, load)).max().unwrap_or(0) == 0
            });
            let goods = Goods::new(&instance, &counts);
            let Some(patterns) = patterns(&instance, &goods) else { panic!("few patterns") };
            let weights = weights(&instance, &goods, 400_000);
            let refuted = weights.first().is_some_and(|weights| weights.slack < 0);
            let found = search(&instance, &goods, &patterns, &[], 1_000_000);
            prop_assert_ne!(&found, &Found::GaveUp);
            let packed = matches!(found, Found::Packing(_));
            prop_assert!(!(refuted && packed), "weights refute what can be packed");
            let guided = search(&instance, &goods, &patterns, &weights, 1_000_000);
            prop_assert_eq!(packed, matches!(guided, Found::Packing(_)), "weights cut off a packing");
            for (bin, kind) in instance.bins.iter().enumerate() {
                let weight: Vec<u64> = (0..goods.items.len() as u64).map(|at| 3 + at * 5 % 7).collect();
                let found = heaviest(&instance, bin, &goods, &goods.counts, &weight, None, &mut 100_000);
                let listed = patterns.iter().filter(|pattern| pattern.bin == bin);
                let most = listed.map(|pattern| weigh(&weight, &pattern.take)).max().unwrap_or(0);
                prop_assert_eq!(found.at_most, most, "on {:?}", kind);
                prop_assert_eq!(weigh(&weight, &found.take), most);
            }
            all &= packed && !homeless;
        }
        prop_assert_eq!(all, brute_force(&problem));
    }

    #[test]
    fn the_largest_max_fits_and_one_more_does_not(problem in small(), pick in 0usize..4) {
        let at = pick % problem.demands().len();
        let id = super::super::problem::DemandId(at);
        let headroom = max_for(&problem, id, Strictness::Deny, Effort::default()).expect("known");
        let resized = |max: u32| {
            let mut changed = Problem::new(*problem.policies());
            problem.groups().iter().for_each(|group| { changed.add_group(group.clone()); });
            for (index, demand) in problem.demands().iter().enumerate() {
                let class = changed.add_class(problem.class(demand.class).to_vec());
                let max = if index == at { max } else { demand.max };
                changed.add_demand(Demand { class, max, ..demand.clone() });
            }
            let proof = prove(&changed, Effort::default());
            proof.parts.into_iter().find(|part| part.component.demands.contains(&id)).map(|part| part.outcome)
        };
        match headroom.limit {
            Limit::None => prop_assert_eq!(resized(1_000_000), Some(Outcome::Fits)),
            Limit::Others(_) => {
                prop_assert_eq!(headroom.runners, 0);
                let refused = matches!(resized(0), Some(Outcome::Refused(_)));
                // Without the pool its component may be several; one of the others is refused then.
                prop_assert!(refused);
            }
            Limit::Next(_) => {
                prop_assert_eq!(resized(headroom.runners), Some(Outcome::Fits));
                let refused = matches!(resized(headroom.runners + 1), Some(Outcome::Refused(_)));
                prop_assert!(refused);
            }
        }
    }
}
