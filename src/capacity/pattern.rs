//! The ways to fill one node.

use super::heaviest::Goods;
use super::instance::{Instance, fits};

/// A way to fill a node of a bin so that nothing more goes in.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub bin: usize,
    /// How many of each good.
    pub take: Vec<u64>,
}

/// More patterns than this are not listed, and the instance is not searched.
const MOST_PATTERNS: usize = 6_000;
/// Work on listing them before giving up.
const LISTING_STEPS: u64 = 200_000;

/// Lists all maximal ways to fill nodes; `None` when there are too many.
pub(super) fn patterns(instance: &Instance, goods: &Goods) -> Option<Vec<Pattern>> {
    let mut lister = Lister { instance, goods, list: Vec::new(), steps: LISTING_STEPS };
    for (bin, kind) in instance.bins.iter().enumerate() {
        let allowed: Vec<bool> =
            goods.items.iter().map(|item| instance.bins_of(*item).contains(&bin)).collect();
        lister.list_from(bin, &allowed, 0, &kind.capacity, &mut vec![0; goods.items.len()])?;
    }
    Some(lister.list)
}

struct Lister<'a> {
    instance: &'a Instance,
    goods: &'a Goods,
    list: Vec<Pattern>,
    steps: u64,
}

impl Lister<'_> {
    /// Chooses how many of the good at `at` and of those after it. The depth is the number of
    /// goods, which the caller keeps small.
    fn list_from(
        &mut self,
        bin: usize,
        allowed: &[bool],
        at: usize,
        free: &[u64],
        take: &mut [u64],
    ) -> Option<()> {
        self.steps = self.steps.checked_sub(1)?;
        let Some(item) = self.goods.items.get(at) else {
            if self.maximal(allowed, free, take) {
                if self.list.len() == MOST_PATTERNS {
                    return None;
                }
                self.list.push(Pattern { bin, take: take.to_vec() });
            }
            return Some(());
        };
        if !allowed[at] {
            return self.list_from(bin, allowed, at + 1, free, take);
        }
        let load = &self.instance.items[*item].load;
        let most = fits(free, load).min(self.goods.counts[at]);
        let least = if self.goods.items.len() == at + 1 { most } else { 0 };
        for count in (least..=most).rev() {
            let rest: Vec<u64> = free.iter().zip(load).map(|(free, load)| free - load * count).collect();
            take[at] = count;
            self.list_from(bin, allowed, at + 1, &rest, take)?;
        }
        take[at] = 0;
        Some(())
    }

    fn maximal(&self, allowed: &[bool], free: &[u64], take: &[u64]) -> bool {
        self.goods.items.iter().enumerate().all(|(at, item)| {
            !allowed[at]
                || take[at] == self.goods.counts[at]
                || fits(free, &self.instance.items[*item].load) == 0
        })
    }
}
