//! What is known of a workflow's health, in memory: made from runs that ended, and again at every start.

use super::bounds::OTHER;
use super::run::Run;
use crate::time::{DAY, Second};
use std::collections::{BTreeMap, HashMap};

/// The longest window of the failure rate.
const WINDOW: i64 = 7 * DAY;
/// Runs of a branch of which each is known; of older ones only how many failed in a row.
const RUNS: usize = 50;

/// A workflow.
#[derive(Debug, Default)]
pub struct Workflow {
    /// Attempts that succeeded or failed: end, run and attempt, and whether it failed.
    outcomes: BTreeMap<(Second, u64, u32), bool>,
    /// Its branches, by the value of the label.
    pub branches: HashMap<String, Branch>,
}

/// A branch of a workflow.
#[derive(Debug, Default)]
pub struct Branch {
    /// Runs by number: whether they failed; nothing for a conclusion that says neither.
    runs: BTreeMap<u64, Option<bool>>,
    /// Failed in a row before those.
    older: u64,
    /// Runs up to this one are only in `older`.
    floor: u64,
    /// The last end of a run.
    pub last_run: Option<Second>,
    /// The last end of a run that succeeded.
    pub last_success: Option<Second>,
}

impl Workflow {
    /// Takes in a run; the same one as often as it changes.
    pub fn note(&mut self, id: u64, run: &Run, now: Second) {
        let mut latest = None;
        for attempt in &run.attempts {
            let Some((conclusion, at)) = attempt.done() else { continue };
            latest = Some(conclusion.failed());
            if let Some(failed) = conclusion.failed()
                && now.since(at) < WINDOW
            {
                self.outcomes.insert((at, id, attempt.number), failed);
            }
        }
        while let Some(first) = self.outcomes.first_entry() {
            if now.since(first.key().0) < WINDOW {
                break;
            }
            first.remove();
        }
        let Some(decided) = latest else { return };
        let branch = self.branches.entry(run.branch.clone()).or_default();
        // Pull requests, say, are many branches: nobody asks for a streak over all of them.
        if !matches!(run.branch.as_str(), "pull_request" | "tag" | OTHER) {
            branch.note(run.number, decided);
        }
        branch.last_run = branch.last_run.max(run.ended());
        if decided == Some(false) {
            branch.last_success = branch.last_success.max(run.ended());
        }
    }

    /// Share of failed attempts over the last seconds; nothing where none succeeded or failed.
    pub fn failure_rate(&self, seconds: i64, now: Second) -> Option<f64> {
        let (mut failed, mut all) = (0_u32, 0_u32);
        for (_, bad) in self.outcomes.range((now.plus(1 - seconds), 0, 0)..) {
            all += 1;
            failed += u32::from(*bad);
        }
        (all > 0).then(|| f64::from(failed) / f64::from(all))
    }
}

impl Branch {
    fn note(&mut self, number: u64, failed: Option<bool>) {
        if number <= self.floor {
            return;
        }
        self.runs.insert(number, failed);
        while self.runs.len() > RUNS {
            let Some((number, failed)) = self.runs.pop_first() else { break };
            self.floor = number;
            match failed {
                Some(true) => self.older += 1,
                Some(false) => self.older = 0,
                None => {}
            }
        }
    }

    /// How many runs failed in a row up to the last one that ended.
    pub fn streak(&self) -> u64 {
        let mut streak = 0;
        for failed in self.runs.values().rev() {
            match failed {
                Some(true) => streak += 1,
                Some(false) => return streak,
                None => {}
            }
        }
        streak + self.older
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::run::Attempt;
    use crate::ledger::status::{Conclusion, Status};

    fn run(number: u64, ends: &[(Conclusion, i64)]) -> Run {
        let attempt = |(place, (conclusion, at)): (usize, &(Conclusion, i64))| Attempt {
            number: place as u32 + 1,
            status: Status::Completed,
            conclusion: Some(*conclusion),
            started: None,
            ended: Some(Second(*at)),
        };
        Run {
            number,
            event: String::new(),
            path: String::new(),
            branch: "default".to_owned(),
            created: None,
            seen: Second(0),
            flaky: false,
            attempts: ends.iter().enumerate().map(attempt).collect(),
        }
    }

    #[test]
    fn a_streak_follows_numbers_and_latest_attempts() {
        use Conclusion::{Cancelled, Failure, Success};
        let mut workflow = Workflow::default();
        let mut streak = |number, ends: &[(Conclusion, i64)]| {
            workflow.note(number, &run(number, ends), Second(1_000));
            workflow.branches["default"].streak()
        };
        assert_eq!(streak(3, &[(Failure, 900)]), 1);
        assert_eq!(streak(1, &[(Failure, 950)]), 2);
        assert_eq!(streak(4, &[(Cancelled, 960)]), 2);
        assert_eq!(streak(2, &[(Success, 970)]), 1);
        assert_eq!(streak(2, &[(Success, 970), (Failure, 980)]), 3);
        assert_eq!(streak(3, &[(Failure, 900), (Success, 990)]), 0);
        assert_eq!(workflow.failure_rate(7 * DAY, Second(1_000)), Some(0.6));
        assert_eq!(workflow.failure_rate(20, Second(1_000)), Some(0.0));
        assert_eq!(workflow.failure_rate(5, Second(1_000)), None);
    }

    #[test]
    fn a_long_streak_is_exact_and_small() {
        let mut workflow = Workflow::default();
        for number in 1..=1_000 {
            workflow.note(number, &run(number, &[(Conclusion::Failure, 10)]), Second(20));
        }
        let branch = &workflow.branches["default"];
        assert_eq!((branch.streak(), branch.runs.len()), (1_000, RUNS));
    }
}
