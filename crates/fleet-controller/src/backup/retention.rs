//! Which copies of a store may be deleted.
//!
//! Tools that prune "all that is older than N days" have emptied buckets after N days of failed runs, and
//! tools that keep "the last N" have let failed runs push out the last good copy. Here age only makes a
//! copy *eligible*, and what always holds, whatever ran or failed before and wherever the clock
//! jumped, is:
//!
//! - the newest `keep_min` verified copies of a store are never deleted, so the last good one never is;
//! - nothing is deleted but by a run that has itself verified a newer copy in that very store;
//! - nothing is deleted that has no manifest, is of another server, or was not written by fleet-controller
//!   (such objects never get here: see [`super::key::Folder`]);
//! - nothing is deleted while the clock is in doubt.

use super::key::Key;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// How far the store's clock may be from the one that copies were named by, before age means nothing.
const TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// A verified copy in a store: it has its manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Good {
    /// The copy.
    pub key: Key,
    /// When it was put into this store, by the clock of the run that did.
    pub stored: Timestamp,
    /// When it was put there, by the store's own clock.
    pub last_modified: Timestamp,
}

/// How long copies are kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// Younger ones are never deleted.
    pub age: SignedDuration,
    /// So many of the newest are never deleted; at least one, whatever this says.
    pub min: usize,
}

/// What may be deleted from a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// These, oldest first; often none.
    Delete(Vec<Key>),
    /// Nothing, because of this.
    Refused(Refusal),
}

/// Why nothing is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// This run has not verified a copy in this store.
    NothingVerified,
    /// A copy is newer than now: one of two clocks is wrong.
    FromTheFuture(Key),
    /// The store says that it got a copy at quite another time than the run that put it there.
    ClocksDiffer(Key),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingVerified => f.write_str("this run has verified no copy here"),
            Self::FromTheFuture(key) => write!(f, "copy {key} is newer than this clock says it can be"),
            Self::ClocksDiffer(key) => write!(f, "the store's clock says otherwise of copy {key}"),
        }
    }
}

/// Says which copies may go, at this moment, after a run that verified `fresh` in this store.
pub fn plan(now: Timestamp, keep: Keep, fresh: Option<Key>, good: &[Good]) -> Plan {
    let Some(fresh) = fresh.filter(|fresh| good.iter().any(|copy| copy.key == *fresh)) else {
        return Plan::Refused(Refusal::NothingVerified);
    };
    if let Some(copy) = good.iter().find(|copy| copy.key.taken > now) {
        return Plan::Refused(Refusal::FromTheFuture(copy.key));
    }
    let doubtful = |copy: &&Good| copy.stored.duration_since(copy.last_modified).abs() > TOLERANCE;
    if let Some(copy) = good.iter().find(doubtful) {
        return Plan::Refused(Refusal::ClocksDiffer(copy.key));
    }
    let mut newest_first: Vec<_> = good.iter().map(|copy| copy.key).collect();
    newest_first.sort_unstable();
    newest_first.dedup();
    newest_first.reverse();
    let old = |key: &Key| now.duration_since(key.taken) > keep.age && *key != fresh;
    let mut delete: Vec<_> = newest_first.into_iter().skip(keep.min.max(1)).filter(old).collect();
    delete.reverse();
    Plan::Delete(delete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: i64 = 86_400;
    const KEEP: Keep = Keep { age: SignedDuration::from_hours(6 * 24), min: 3 };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn good(second: i64) -> Good {
        Good { key: Key::new(at(second), 1), stored: at(second), last_modified: at(second + 2) }
    }

    #[test]
    fn old_copies_go_once_enough_newer_ones_are_there() {
        let store: Vec<_> = (0..10).map(|day| good(day * DAY)).collect();
        let plan = plan(at(9 * DAY + 60), KEEP, Some(store[9].key), &store);
        assert_eq!(plan, Plan::Delete(vec![store[0].key, store[1].key, store[2].key, store[3].key]));
    }

    #[test]
    fn a_weekly_schedule_with_six_days_never_empties_the_store() {
        let store: Vec<_> = (0..3).map(|week| good(week * 7 * DAY)).collect();
        assert_eq!(plan(at(14 * DAY + 60), KEEP, Some(store[2].key), &store), Plan::Delete(Vec::new()));
    }

    #[test]
    fn a_failed_run_deletes_nothing() {
        let store: Vec<_> = (0..10).map(|day| good(day * DAY)).collect();
        let nothing = Plan::Refused(Refusal::NothingVerified);
        assert_eq!(plan(at(20 * DAY), KEEP, None, &store), nothing);
        // Verified elsewhere, but not in this store.
        assert_eq!(plan(at(20 * DAY), KEEP, Some(good(19 * DAY).key), &store), nothing);
    }

    #[test]
    fn a_clock_in_doubt_deletes_nothing() {
        let mut store: Vec<_> = (0..10).map(|day| good(day * DAY)).collect();
        let fresh = Some(store[9].key);
        let future = Plan::Refused(Refusal::FromTheFuture(store[9].key));
        assert_eq!(plan(at(8 * DAY + DAY / 2), KEEP, fresh, &store), future);
        store[4].last_modified = at(4 * DAY + 3 * 3600);
        let differ = Plan::Refused(Refusal::ClocksDiffer(store[4].key));
        assert_eq!(plan(at(9 * DAY + 60), KEEP, fresh, &store), differ);
    }

    #[derive(Clone, Debug)]
    enum Step {
        /// A run; it makes a copy, and manages to verify it in this store or not.
        Run { verified: bool },
        /// Time goes on, or the clock jumps back.
        Wait { seconds: i64 },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => any::<bool>().prop_map(|verified| Step::Run { verified }),
            3 => (0..3 * DAY).prop_map(|seconds| Step::Wait { seconds }),
            1 => (-20 * DAY..20 * DAY).prop_map(|seconds| Step::Wait { seconds }),
        ];
        prop::collection::vec(step, 1..80)
    }

    proptest! {
        /// Whatever runs, fails and jumps: the last copy that was verified is always still there.
        #[test]
        fn the_last_verified_copy_survives(steps in steps(), min in 0_usize..4) {
            let keep = Keep { age: KEEP.age, min };
            let (mut now, mut index) = (0, 0);
            let mut store: Vec<Good> = Vec::new();
            let mut newest: Option<Key> = None;
            for step in steps {
                match step {
                    Step::Wait { seconds } => now += seconds,
                    Step::Run { verified } => {
                        index += 1;
                        let key = Key::new(at(now), index);
                        if verified {
                            store.push(Good { key, stored: at(now), last_modified: at(now) });
                            newest = newest.max(Some(key));
                        }
                        let before = store.len();
                        let fresh = verified.then_some(key);
                        if let Plan::Delete(delete) = plan(at(now), keep, fresh, &store) {
                            prop_assert!(verified);
                            for key in &delete {
                                prop_assert!(at(now).duration_since(key.taken) > keep.age);
                            }
                            store.retain(|copy| !delete.contains(&copy.key));
                        }
                        prop_assert!(store.len() >= before.min(min.max(1)));
                        prop_assert!(fresh.is_none_or(|key| store.iter().any(|copy| copy.key == key)));
                    }
                }
                if let Some(newest) = newest {
                    prop_assert!(store.iter().any(|copy| copy.key == newest));
                }
            }
        }
    }
}
