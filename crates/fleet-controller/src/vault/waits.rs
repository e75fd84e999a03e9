//! When to try again: what failed once is not asked in every pass, and everybody does not come back at the same moment.

use super::client::Failure;
use super::pass::Outcome;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// Between passes over a server where all is well: with what a pass takes, less than the 30 s in which drift is put back.
const REGULAR: Duration = Duration::from_secs(20);
const SHORTEST: Duration = Duration::from_secs(1);
/// For a server that does not answer: whoever unseals it need not wait.
const LONGEST_FOR_SERVER: Duration = Duration::from_secs(30);
/// For an object that a server rejects.
const FIRST_FOR_OBJECT: Duration = Duration::from_secs(15);
const LONGEST_FOR_OBJECT: Duration = Duration::from_secs(600);

/// Until when objects are not written again, by their paths.
#[derive(Default)]
pub struct Waits(BTreeMap<String, Wait>);

struct Wait {
    hash: String,
    outcome: Outcome,
    until: Instant,
    times: u32,
}

impl Waits {
    /// What became of an object the last time, where it is too early to try again. One that has changed is tried at once.
    pub fn last(&self, path: &str, hash: &str, now: Instant) -> Option<Outcome> {
        let wait = self.0.get(path).filter(|wait| wait.hash == hash && now < wait.until)?;
        Some(wait.outcome.clone())
    }

    /// Notes what became of it.
    pub fn note(&mut self, path: &str, hash: &str, outcome: &Outcome, now: Instant) {
        match outcome {
            Outcome::Failed(Failure::Rejected { .. } | Failure::Broken { .. }) | Outcome::NotKept(_) => {
                let times = self.0.get(path).filter(|wait| wait.hash == hash).map_or(0, |wait| wait.times);
                let until = now + doubled(FIRST_FOR_OBJECT, times, LONGEST_FOR_OBJECT);
                let wait = Wait {
                    hash: hash.to_owned(),
                    outcome: outcome.clone(),
                    until,
                    times: times.saturating_add(1),
                };
                self.0.insert(path.to_owned(), wait);
            }
            _ => drop(self.0.remove(path)),
        }
    }
}

/// How long to wait for the next pass after so many that failed as a whole.
pub fn next(failures: u32) -> Duration {
    let base = match failures.checked_sub(1) {
        None => REGULAR,
        Some(times) => doubled(SHORTEST, times, LONGEST_FOR_SERVER),
    };
    // Up to a fifth less, so that controllers of many clusters don't come back together.
    let random = RandomState::new().hash_one(()) % 1000;
    base - base.mul_f64(random as f64 / 5000.0)
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    first.saturating_mul(2u32.saturating_pow(times.min(16))).min(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected() -> Outcome {
        Outcome::Failed(Failure::Rejected { status: 400, said: String::new() })
    }

    #[test]
    fn what_was_rejected_waits_longer_each_time_until_it_changes() {
        let (mut waits, start) = (Waits::default(), Instant::now());
        let mut now = start;
        let mut tries = 0;
        while now < start + Duration::from_secs(3600) {
            if waits.last("p", "a", now).is_none() {
                waits.note("p", "a", &rejected(), now);
                tries += 1;
            }
            now += Duration::from_secs(20);
        }
        assert!((5..=14).contains(&tries), "{tries}");
        assert_eq!(waits.last("p", "a", now), Some(rejected()));
        assert_eq!(waits.last("p", "b", now), None);
        waits.note("p", "a", &Outcome::Unchanged, now);
        assert_eq!(waits.last("p", "a", now), None);
    }

    #[test]
    fn drift_is_looked_for_in_time_and_a_dead_server_is_left_alone() {
        assert!((Duration::from_secs(15)..=REGULAR).contains(&next(0)));
        assert!(next(1) <= Duration::from_secs(1));
        assert!((Duration::from_secs(24)..=LONGEST_FOR_SERVER).contains(&next(50)));
    }
}
