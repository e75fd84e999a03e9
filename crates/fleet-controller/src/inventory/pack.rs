//! How many runners of each pool nodes hold at once.
//!
//! The answer is a packing that was really made, so it is never too high. It may be too low: to pack as much as possible is
//! hard, and the compiler's proof searches where this only tries two orders. That is why [`super::judge`] compares two
//! answers of this module and takes none for the truth.

use super::quantity::Milli;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// What a node has, by the numbers of the dimensions; none: as much as anybody asks for.
pub type Room = Vec<Option<Milli>>;

/// Runners of a pool.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Nodes that they may be on, in the order in which they are tried.
    pub eligible: Arc<[usize]>,
    /// What a runner takes: each piece is on one node, by the numbers of the dimensions.
    pub pieces: Arc<[Vec<(usize, Milli)>]>,
    /// Most of them.
    pub max: u32,
}

/// How many runners of each demand have a place at once: all of them if one of two orders finds it, else as evenly as the
/// demands allow, measured by their max.
pub fn pack(nodes: &[Room], demands: &[Demand]) -> Vec<u32> {
    let even = evenly(nodes, demands);
    if demands.iter().zip(&even).all(|(demand, placed)| *placed == demand.max) {
        return even;
    }
    // One demand after the other, the one with the fewest nodes and the largest pieces first.
    let mut order: Vec<_> = (0..demands.len()).collect();
    let widest =
        |demand: &Demand| demand.pieces.iter().flatten().map(|(_, amount)| *amount).max().unwrap_or_default();
    order.sort_by_key(|at| (demands[*at].eligible.len(), Reverse(widest(&demands[*at])), *at));
    let mut packer = Packer::new(nodes, demands);
    let all = order.iter().all(|at| (0..demands[*at].max).all(|_| packer.place(*at)));
    if all { demands.iter().map(|demand| demand.max).collect() } else { even }
}

/// A runner at a time, always of the demand of which the smallest share is placed.
fn evenly(nodes: &[Room], demands: &[Demand]) -> Vec<u32> {
    let mut packer = Packer::new(nodes, demands);
    let mut placed = vec![0_u32; demands.len()];
    let share = |placed: u32, max: u32| (u64::from(placed) << 32) / u64::from(max.max(1));
    let mut queue: BinaryHeap<_> = demands
        .iter()
        .enumerate()
        .filter(|(_, demand)| demand.max > 0)
        .map(|(at, _)| Reverse((0_u64, at)))
        .collect();
    while let Some(Reverse((_, at))) = queue.pop() {
        // Who found no place once finds none later: there is never more room than now.
        if packer.place(at) {
            placed[at] += 1;
            if placed[at] < demands[at].max {
                queue.push(Reverse((share(placed[at], demands[at].max), at)));
            }
        }
    }
    placed
}

struct Packer<'d> {
    free: Vec<Room>,
    demands: &'d [Demand],
    /// For each piece of each demand, how many of its nodes are too full for good.
    full: Vec<Vec<usize>>,
}

impl<'d> Packer<'d> {
    fn new(nodes: &[Room], demands: &'d [Demand]) -> Self {
        let full = demands.iter().map(|demand| vec![0; demand.pieces.len()]).collect();
        Self { free: nodes.to_vec(), demands, full }
    }

    /// Finds a place for one runner, and takes it.
    fn place(&mut self, at: usize) -> bool {
        let demand = &self.demands[at];
        for (piece, full) in demand.pieces.iter().zip(&mut self.full[at]) {
            while demand.eligible.get(*full).is_some_and(|node| !fits(&self.free[*node], piece)) {
                *full += 1;
            }
        }
        let mut taken = Vec::new();
        for (piece, full) in demand.pieces.iter().zip(&self.full[at]) {
            let found = demand.eligible[*full..].iter().find(|node| fits(&self.free[**node], piece));
            let Some(node) = found else {
                for (node, piece) in taken {
                    change(&mut self.free[node], piece, |free, amount| free + amount);
                }
                return false;
            };
            change(&mut self.free[*node], piece, |free, amount| free - amount);
            taken.push((*node, piece));
        }
        true
    }
}

fn fits(free: &Room, piece: &[(usize, Milli)]) -> bool {
    piece.iter().all(|(dimension, amount)| free[*dimension].is_none_or(|free| free >= *amount))
}

fn change(free: &mut Room, piece: &[(usize, Milli)], how: fn(Milli, Milli) -> Milli) {
    for (dimension, amount) in piece {
        if let Some(free) = &mut free[*dimension] {
            *free = how(*free, *amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn demand(eligible: &[usize], pieces: &[Milli], max: u32) -> Demand {
        let pieces = pieces.iter().map(|amount| vec![(0, *amount)]).collect();
        Demand { eligible: eligible.into(), pieces, max }
    }

    #[test]
    fn pools_that_share_nodes_get_the_same_share() {
        let demands = [demand(&[0], &[1], 8), demand(&[0], &[1], 4)];
        assert_eq!(pack(&[vec![Some(12)]], &demands), [8, 4]);
        assert_eq!(pack(&[vec![Some(6)]], &demands), [4, 2]);
        assert_eq!(pack(&[vec![Some(0)]], &demands), [0, 0]);
    }

    #[test]
    fn a_piece_is_on_one_node() {
        // 12 in all, and two pieces of 8.
        assert_eq!(pack(&[vec![Some(6)], vec![Some(6)]], &[demand(&[0, 1], &[8], 2)]), [0]);
        assert_eq!(pack(&[vec![Some(6)], vec![Some(6)]], &[demand(&[0, 1], &[6, 6], 2)]), [1]);
    }

    #[test]
    fn half_a_runner_takes_no_room() {
        let demands = [demand(&[0], &[4, 4], 1), demand(&[0], &[6], 1)];
        assert_eq!(pack(&[vec![Some(6)]], &demands), [0, 1]);
    }

    #[test]
    fn the_narrow_come_before_the_wide_where_that_fits_all() {
        // Evenly, the small pool would take the node that only it could leave.
        let demands = [demand(&[0, 1], &[3], 2), demand(&[0], &[6], 1)];
        assert_eq!(pack(&[vec![Some(6)], vec![Some(6)]], &demands), [2, 1]);
    }

    #[test]
    fn what_is_without_limit_takes_all() {
        assert_eq!(pack(&[vec![None]], &[demand(&[0], &[1 << 100], 1000)]), [1000]);
    }

    fn case() -> impl Strategy<Value = (Vec<Room>, Vec<Demand>)> {
        (1_usize..6).prop_flat_map(|nodes| {
            let room = prop::collection::vec(prop::option::weighted(0.9, 0_u128..40), 2);
            let piece = prop::collection::vec(0_u128..20, 2)
                .prop_map(|amounts| amounts.into_iter().enumerate().collect::<Vec<_>>());
            let demand = (
                prop::collection::btree_set(0..nodes, 0..=nodes),
                prop::collection::vec(piece, 1..3),
                0_u32..8,
            )
                .prop_map(|(eligible, pieces, max)| Demand {
                    eligible: eligible.into_iter().collect(),
                    pieces: pieces.into(),
                    max,
                });
            (prop::collection::vec(room, nodes), prop::collection::vec(demand, 0..5))
        })
    }

    /// Whether so many runners have a place at once, by trying all places.
    fn possible(free: &mut [Room], demands: &[Demand], counts: &[u32]) -> bool {
        let pieces: Vec<_> = demands
            .iter()
            .zip(counts)
            .flat_map(|(demand, count)| {
                (0..*count)
                    .flat_map(move |_| demand.pieces.iter().map(move |piece| (demand, piece.as_slice())))
            })
            .collect();
        fn all(free: &mut [Room], pieces: &[(&Demand, &[(usize, Milli)])], steps: &mut u32) -> Option<bool> {
            *steps = steps.checked_sub(1)?;
            let Some(((demand, piece), rest)) = pieces.split_first() else { return Some(true) };
            for node in demand.eligible.iter() {
                if fits(&free[*node], piece) {
                    change(&mut free[*node], piece, |free, amount| free - amount);
                    let found = all(free, rest, steps);
                    change(&mut free[*node], piece, |free, amount| free + amount);
                    if found != Some(false) {
                        return found;
                    }
                }
            }
            Some(false)
        }
        // Undecided counts as possible: the search is only there to find a lie.
        all(free, &pieces, &mut 200_000).unwrap_or(true)
    }

    proptest! {
        #[test]
        fn what_is_packed_has_a_place((mut nodes, demands) in case()) {
            let counts = pack(&nodes, &demands);
            prop_assert!(counts.iter().zip(&demands).all(|(count, demand)| *count <= demand.max));
            prop_assert!(possible(&mut nodes, &demands, &counts));
        }

        #[test]
        fn one_pool_of_whole_pods_never_gains_by_a_loss((nodes, demands) in case(), lost in 0_usize..6) {
            let Some(demand) = demands.first().filter(|demand| demand.pieces.len() == 1) else { return Ok(()) };
            let demands = [demand.clone()];
            let before = pack(&nodes, &demands);
            let mut fewer = demands.clone();
            fewer[0].eligible = demand.eligible.iter().copied().filter(|node| *node != lost).collect();
            prop_assert!(pack(&nodes, &fewer)[0] <= before[0]);
        }
    }
}
