//! Weights that prove that no number of ways to fill nodes holds everything.

use super::first_fit::shares;
use super::heaviest::{Goods, Heaviest, heaviest};
use super::instance::Instance;

/// A weight per good, and what a node of each bin holds of it at most. However the nodes are
/// filled, the weight of all goods is at most that of all nodes: a proof when it is larger.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub good: Vec<u64>,
    pub bin: Vec<i128>,
    /// Weight that all nodes hold at most, less that of all goods.
    pub slack: i128,
}

/// Largest weight: small enough that sums stay exact.
const SCALE: f64 = 1_048_576.0;
/// Rounds of improving the weights from one start.
const ROUNDS: u32 = 80;
/// How many weights are kept to guide packing and search.
const KEEP: usize = 6;
/// Steps of finding the heaviest filling of one bin.
const NODE_STEPS: u64 = 4_000;

/// The weights with the least slack, the best first. It has negative slack if a proof was found.
/// `steps` bounds the work over all rounds.
pub(super) fn weights(instance: &Instance, goods: &Goods, mut steps: u64) -> Vec<Weights> {
    let shares = shares(instance);
    let largest = |item: &usize| shares[*item].iter().copied().max().unwrap_or(0) as f64;
    let sum = |item: &usize| shares[*item].iter().sum::<u128>() as f64;
    let mut starts: Vec<Vec<f64>> = vec![
        goods.items.iter().map(largest).collect(),
        goods.items.iter().map(sum).collect(),
        vec![1.0; goods.items.len()],
    ];
    let dims = 0..instance.dims.len();
    starts
        .extend(dims.map(|dim| goods.items.iter().map(|item| shares[*item][dim] as f64).collect::<Vec<_>>()));
    let mut found: Vec<Weights> = Vec::new();
    for mut now in starts {
        let mut best: Option<Weights> = None;
        for round in 0..ROUNDS {
            if steps == 0 {
                break;
            }
            let Some((weights, used)) = measure(instance, goods, &now, &mut steps) else { break };
            let proof = weights.slack < 0;
            if best.as_ref().is_none_or(|best| weights.slack < best.slack) {
                best = Some(weights);
            }
            if proof {
                return best.into_iter().collect();
            }
            // Goods that the heaviest fillings hold too seldom weigh more in the next round.
            let rate = 0.5 / (1.0 + f64::from(round) / 10.0);
            for ((weight, want), used) in now.iter_mut().zip(&goods.counts).zip(used) {
                let want = *want as f64;
                let change = rate * (want - used) / (want + used).max(1.0);
                *weight = weight.max(1.0) * (1.0 + change);
            }
        }
        found.extend(best);
    }
    found.sort_by_key(|weights| weights.slack);
    found.truncate(KEEP);
    found
}

/// Rounds weights to whole numbers, and bounds exactly what the nodes can hold of them. Also says
/// how many of each good the heaviest filling of all nodes holds.
fn measure(instance: &Instance, goods: &Goods, raw: &[f64], steps: &mut u64) -> Option<(Weights, Vec<f64>)> {
    let most = raw.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let good: Vec<u64> = raw.iter().map(|weight| (weight / most * SCALE).round() as u64).collect();
    let mut bin = Vec::with_capacity(instance.bins.len());
    let mut used = vec![0.0; good.len()];
    let mut holds = 0i128;
    for (at, kind) in instance.bins.iter().enumerate() {
        let mut allowed = NODE_STEPS.min(*steps);
        let before = allowed;
        let Heaviest { take, at_most } =
            heaviest(instance, at, goods, &goods.counts, &good, None, &mut allowed);
        // A step is paid for a bin that needs none, so that many bins cost something too.
        *steps = steps.saturating_sub(before - allowed + 1);
        holds += i128::from(kind.nodes) * at_most;
        bin.push(at_most);
        for (used, take) in used.iter_mut().zip(take) {
            *used += take as f64 * kind.nodes as f64;
        }
    }
    let slack = holds - weigh(&good, &goods.counts);
    Some((Weights { good, bin, slack }, used))
}

/// The weight of a filling.
pub(super) fn weigh(weights: &[u64], take: &[u64]) -> i128 {
    weights.iter().zip(take).map(|(weight, take)| i128::from(*weight) * i128::from(*take)).sum()
}
