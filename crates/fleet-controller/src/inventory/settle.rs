//! When the guard acts on what it knows.
//!
//! ARC restarts a pool's listener for each change of its numbers, and a node that reboots is gone for a minute. So a loss must
//! last a while before it counts, and a recovery longer.

use fleet_model::fleet::FleetPool;
use jiff::{SignedDuration, Timestamp};

/// How long something must last before the guard acts on it.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// A loss.
    pub lower: SignedDuration,
    /// A recovery.
    pub raise: SignedDuration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { lower: SignedDuration::from_secs(60), raise: SignedDuration::from_secs(300) }
    }
}

/// Numbers of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// Idle runners that are kept ready.
    pub min: u32,
    /// Most runners at once.
    pub max: u32,
}

impl Numbers {
    /// Those of a pool that may have this many. Never a min above the max: ARC then makes no listener at all.
    pub fn of(pool: &FleetPool, allowed: u32) -> Self {
        let max = pool.max.map_or(allowed, |max| max.min(allowed));
        Self { min: pool.min.min(max), max }
    }
}

/// What a pool has in the cluster now; each may be absent there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// `minRunners`.
    pub min: Option<u32>,
    /// `maxRunners`.
    pub max: Option<u32>,
}

impl Current {
    /// Whether it has these.
    pub fn is(self, numbers: Numbers) -> bool {
        self.max == Some(numbers.max) && self.min.unwrap_or(0) == numbers.min
    }
}

/// What the guard remembers of a pool between two looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Since when it wants to change the number, and whether to a lower one.
    pending: Option<(Timestamp, bool)>,
}

/// Says what to set now, if anything.
pub fn settle(
    memory: &mut Memory,
    now: Timestamp,
    patience: Patience,
    pool: &FleetPool,
    allowed: u32,
    current: Current,
) -> Option<Numbers> {
    let wanted = Numbers::of(pool, allowed);
    if current.is(wanted) {
        memory.pending = None;
        return None;
    }
    // Somebody else set it: what is above the file, or without limit, is never waited with; nor is a min above the max.
    let outside = current.max.is_none_or(|max| pool.max.is_some_and(|file| max > file))
        || current.min > current.max
        || current.max == Some(wanted.max);
    let lower = current.max.is_none_or(|max| wanted.max < max);
    let since = match memory.pending {
        Some((since, direction)) if direction == lower && since <= now => since,
        // A clock that went back would else make it wait for as long as it went.
        _ => now,
    };
    let needed = if lower { patience.lower } else { patience.raise };
    if outside || now.duration_since(since) >= needed {
        memory.pending = None;
        return Some(wanted);
    }
    memory.pending = Some((since, lower));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    fn pool() -> FleetPool {
        FleetPool { name: "gpu".to_owned(), namespace: "runners".to_owned(), min: 2, max: Some(6) }
    }

    fn has(min: u32, max: u32) -> Current {
        Current { min: Some(min), max: Some(max) }
    }

    fn look(memory: &mut Memory, second: i64, allowed: u32, current: Current) -> Option<Numbers> {
        settle(memory, at(second), Patience::default(), &pool(), allowed, current)
    }

    #[test]
    fn a_loss_counts_when_it_lasts() {
        let mut memory = Memory::default();
        assert_eq!(look(&mut memory, 0, 3, has(2, 6)), None);
        assert_eq!(look(&mut memory, 59, 3, has(2, 6)), None);
        assert_eq!(look(&mut memory, 60, 1, has(2, 6)), Some(Numbers { min: 1, max: 1 }));
    }

    #[test]
    fn a_node_that_reboots_changes_nothing() {
        let mut memory = Memory::default();
        for second in (0..600).step_by(50) {
            let allowed = if second % 100 == 0 { 3 } else { 6 };
            assert_eq!(look(&mut memory, second, allowed, has(2, 6)), None, "{second}");
        }
    }

    #[test]
    fn a_recovery_counts_when_it_lasts_longer() {
        let mut memory = Memory::default();
        assert_eq!(look(&mut memory, 0, 6, has(2, 3)), None);
        assert_eq!(look(&mut memory, 299, 6, has(2, 3)), None);
        assert_eq!(look(&mut memory, 300, 6, has(2, 3)), Some(Numbers { min: 2, max: 6 }));
    }

    #[test]
    fn what_somebody_set_above_the_file_is_set_back_at_once() {
        let mut memory = Memory::default();
        assert_eq!(look(&mut memory, 0, 6, has(2, 60)), Some(Numbers { min: 2, max: 6 }));
        assert_eq!(
            look(&mut memory, 0, 6, Current { min: None, max: None }),
            Some(Numbers { min: 2, max: 6 })
        );
        assert_eq!(look(&mut memory, 0, 3, has(5, 3)), Some(Numbers { min: 2, max: 3 }));
    }

    #[test]
    fn a_clock_that_goes_back_does_not_hold_it_up() {
        let mut memory = Memory::default();
        assert_eq!(look(&mut memory, 100_000, 3, has(2, 6)), None);
        assert_eq!(look(&mut memory, 0, 3, has(2, 6)), None);
        assert_eq!(look(&mut memory, 60, 3, has(2, 6)), Some(Numbers { min: 2, max: 3 }));
    }

    proptest! {
        /// Whatever is seen when: the numbers are never above the file, and never a min above a max. And it converges.
        #[test]
        fn numbers_stay_within_the_file(
            steps in prop::collection::vec((-100_i64..1000, 0_u32..12), 1..60),
            start in (0_u32..12, 0_u32..12),
        ) {
            let pool = pool();
            let mut memory = Memory::default();
            let mut current = has(start.0, start.1);
            let mut now = 0;
            let mut last = 0;
            for (pause, allowed) in steps {
                now += pause;
                last = allowed;
                if let Some(numbers) = look(&mut memory, now, allowed, current) {
                    prop_assert!(numbers.max <= 6 && numbers.max <= allowed && numbers.min <= numbers.max);
                    prop_assert!(numbers.min <= pool.min);
                    current = has(numbers.min, numbers.max);
                }
            }
            for _ in 0..4 {
                now += 300;
                if let Some(numbers) = look(&mut memory, now, last, current) {
                    current = has(numbers.min, numbers.max);
                }
            }
            prop_assert!(current.is(Numbers::of(&pool, last)));
        }
    }
}
