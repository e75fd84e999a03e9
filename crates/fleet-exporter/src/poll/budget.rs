//! How much may be asked: GitHub's hourly limit, of which a part is left to others, and its limits on haste.

use crate::time::{HOUR, Second};

/// What GitHub said of a limit, and what was learned by hitting one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Requests in an hour; 0 until an answer told it, or where a server has no limit.
    pub limit: u64,
    /// Requests that are left.
    pub remaining: u64,
    /// When all are there again.
    pub reset: Second,
    /// Nothing may be asked until then.
    pub blocked: Second,
    /// Seconds of the last pause that GitHub did not name: the next one is twice as long.
    pause: i64,
}

/// Share of what is left that is spent; others use the same limit.
const SHARE: f64 = 0.7;
/// Requests that are always left, or a twentieth.
const RESERVE: u64 = 250;
/// The shortest pause where GitHub names none, in seconds.
const PAUSE: i64 = 60;

impl Default for Budget {
    fn default() -> Self {
        Self { limit: 0, remaining: 0, reset: Second(0), blocked: Second(0), pause: 0 }
    }
}

/// What is to be done about a round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Admission {
    /// It may begin; the next one this many seconds after.
    Now(i64),
    /// Not before then.
    Not(Second),
}

impl Budget {
    /// Takes what an answer said.
    pub fn note(&mut self, limit: Option<u64>, remaining: Option<u64>, reset: Option<Second>) {
        if let (Some(limit), Some(remaining), Some(reset)) = (limit, remaining, reset) {
            (self.limit, self.remaining, self.reset) = (limit, remaining, reset);
        }
    }

    /// Takes an answer that went well.
    pub fn fine(&mut self) {
        self.pause = 0;
    }

    /// Takes a refusal: until when nothing may be asked. `after` are the seconds that GitHub named.
    pub fn refused(&mut self, after: Option<i64>, spent: bool, now: Second) -> Second {
        self.blocked = match after {
            Some(after) => now.plus(after.clamp(1, HOUR)),
            // Not all clients at the same second.
            None if spent => self.reset.max(now.plus(1)).plus(fastrand::i64(0..5)),
            None => {
                self.pause = (self.pause * 2).clamp(PAUSE, HOUR);
                now.plus(self.pause)
            }
        };
        self.blocked
    }

    /// Whether a round may begin, and how many seconds the next one is to be after it: what is wanted, or
    /// more. `most` are the requests that it may cost at worst, `usual` those that the last one did: answers
    /// that are not modified cost nothing.
    pub fn admit(&self, most: u64, usual: u64, wanted: i64, now: Second) -> Admission {
        if now < self.blocked {
            return Admission::Not(self.blocked);
        }
        if self.limit == 0 || now >= self.reset {
            return Admission::Now(wanted);
        }
        let reserve = RESERVE.min(self.limit / 20);
        if self.remaining < most.saturating_add(reserve) {
            return Admission::Not(self.reset);
        }
        let rate = SHARE * self.remaining as f64 / self.reset.since(now).max(1) as f64;
        let interval = (usual as f64 / rate).ceil();
        Admission::Now(wanted.max(interval.min(HOUR as f64) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(limit: u64, remaining: u64) -> Budget {
        let mut budget = Budget::default();
        budget.note(Some(limit), Some(remaining), Some(Second(3_600)));
        budget
    }

    #[test]
    fn a_round_begins_only_when_it_can_end() {
        assert_eq!(budget(5_000, 5_000).admit(10, 10, 60, Second(0)), Admission::Now(60));
        assert_eq!(budget(5_000, 255).admit(10, 10, 60, Second(0)), Admission::Not(Second(3_600)));
        assert_eq!(budget(5_000, 255).admit(10, 10, 60, Second(3_600)), Admission::Now(60));
        // 1,000 requests of 5,000 an hour, of which 70% may be spent: one round each 1,029 s.
        assert_eq!(budget(5_000, 5_000).admit(1_000, 1_000, 60, Second(0)), Admission::Now(1_029));
        assert_eq!(Budget::default().admit(1_000_000, 1, 60, Second(0)), Admission::Now(60));
    }

    #[test]
    fn pauses_are_what_github_says_or_double() {
        let mut budget = budget(5_000, 4_000);
        assert_eq!(budget.refused(Some(17), false, Second(0)), Second(17));
        assert_eq!(budget.refused(None, false, Second(0)), Second(60));
        assert_eq!(budget.refused(None, false, Second(0)), Second(120));
        assert_eq!(budget.admit(1, 1, 60, Second(119)), Admission::Not(Second(120)));
        budget.fine();
        assert_eq!(budget.refused(None, false, Second(0)), Second(60));
        assert!(budget.refused(None, true, Second(0)) >= Second(3_600));
    }
}
