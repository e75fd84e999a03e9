//! How much is done at a time: a mistake in the janitor or in what it sees must stay a small one.

use jiff::{SignedDuration, Timestamp};
use std::collections::VecDeque;

/// A limit on what is done within a while.
#[derive(Clone, Debug)]
pub struct Pace {
    most: usize,
    within: SignedDuration,
    done: VecDeque<Timestamp>,
}

impl Pace {
    /// At most so many within so long.
    pub fn new(most: usize, within: SignedDuration) -> Self {
        Self { most, within, done: VecDeque::new() }
    }

    /// Whether one more may be done now; if so, it counts.
    pub fn takes(&mut self, now: Timestamp) -> bool {
        // What is from the future was done before the clock went back: it counts until the clock is there again, or
        // for as long as the limit looks back.
        let within = self.within;
        for at in &mut self.done {
            *at = (*at).min(now);
        }
        self.done.retain(|at| now.duration_since(*at) < within);
        let takes = self.done.len() < self.most;
        if takes {
            self.done.push_back(now);
        }
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_while_has_more(pauses in prop::collection::vec(0_i64..40, 1..200), most in 0_usize..6) {
            let mut pace = Pace::new(most, SignedDuration::from_secs(60));
            let (mut now, mut done) = (1_800_000_000, Vec::new());
            for pause in pauses {
                now += pause;
                if pace.takes(Timestamp::from_second(now).expect("a time")) {
                    done.push(now);
                }
                prop_assert!(done.iter().filter(|at| now - **at < 60).count() <= most);
            }
        }
    }

    #[test]
    fn a_clock_that_goes_back_stops_it_for_a_while_only() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).expect("a time");
        let mut pace = Pace::new(1, SignedDuration::from_secs(60));
        assert!(pace.takes(at(1_000_000)));
        assert!(!pace.takes(at(0)));
        assert!(pace.takes(at(60)));
    }
}
