//! A run and its attempts.

use super::job::Outcome;
use super::observation::{RepoKey, RunFacts, Seen};
use super::status::{Conclusion, Status};
use crate::time::Second;
use serde::{Deserialize, Serialize};

/// Which run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunKey {
    /// Its repository.
    pub repo: RepoKey,
    /// GitHub's number of it.
    pub run: u64,
}

/// A run, as stored, with those of its attempts that were seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number within its workflow.
    pub number: u64,
    /// What triggered it.
    pub event: String,
    /// The workflow's file.
    pub path: String,
    /// Its branch as the label of a metric.
    pub branch: String,
    /// When it was triggered first.
    pub created: Option<Second>,
    /// When it was last seen.
    pub seen: Second,
    /// Whether it was counted as flaky.
    pub flaky: bool,
    /// Its attempts, by number.
    pub attempts: Vec<Attempt>,
}

/// An attempt of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// How far it is.
    pub status: Status,
    /// How it ended; only together with `completed`.
    pub conclusion: Option<Conclusion>,
    /// When it began.
    pub started: Option<Second>,
    /// When it ended.
    pub ended: Option<Second>,
}

impl Attempt {
    /// How it ended, once it has.
    pub fn done(&self) -> Option<(Conclusion, Second)> {
        (self.status == Status::Completed).then_some((self.conclusion?, self.ended?))
    }
}

impl Run {
    /// A run that was never seen before. `branch` is the label that its branch has in metrics.
    pub fn new(facts: &RunFacts, branch: String, seen: &Seen) -> Self {
        Self {
            number: facts.number,
            event: facts.event.clone(),
            path: facts.path.clone(),
            branch,
            created: facts.created,
            seen: seen.at,
            flaky: false,
            attempts: Vec::new(),
        }
    }

    /// Takes in what was seen of an attempt.
    ///
    /// A first contribution from a fork is `completed` with `action_required` until somebody approves it, and
    /// then runs as the same attempt: such a run is held, not over.
    pub fn merge(&mut self, facts: &RunFacts, seen: &Seen) -> Outcome {
        self.seen = self.seen.max(seen.at);
        let held = facts.conclusion == Some(Conclusion::ActionRequired);
        let status = if held && facts.status == Status::Completed { Status::Waiting } else { facts.status };
        let place = match self.attempts.binary_search_by_key(&facts.attempt, |attempt| attempt.number) {
            Ok(place) => place,
            Err(place) => {
                let new = Attempt {
                    number: facts.attempt,
                    status,
                    conclusion: None,
                    started: facts.started,
                    ended: None,
                };
                self.attempts.insert(place, new);
                let Some(attempt) = self.attempts.get_mut(place) else { return Outcome::Stale };
                attempt.finish(facts, status, seen);
                return Outcome::Applied;
            }
        };
        let Some(attempt) = self.attempts.get_mut(place) else { return Outcome::Stale };
        if attempt.started.is_none() {
            attempt.started = facts.started;
        }
        if status.rank() < attempt.status.rank() {
            return Outcome::Stale;
        }
        if status == attempt.status {
            return Outcome::Duplicate;
        }
        // Between waiting and pending neither is later: keep the first.
        if status.rank() == attempt.status.rank() {
            return Outcome::Stale;
        }
        attempt.status = status;
        attempt.finish(facts, status, seen);
        Outcome::Applied
    }

    /// Whether every attempt that was seen is over.
    pub fn settled(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.status == Status::Completed)
    }

    /// The latest attempt.
    pub fn latest(&self) -> Option<&Attempt> {
        self.attempts.last()
    }

    /// The end of the latest attempt that is over.
    pub fn ended(&self) -> Option<Second> {
        self.attempts.iter().filter_map(|attempt| attempt.done()).map(|(_, at)| at).max()
    }

    /// Attempts before the latest that were never seen to end.
    pub fn missing(&self) -> impl Iterator<Item = u32> {
        let latest = self.latest().map_or(0, |attempt| attempt.number);
        (1..latest).filter(|number| {
            let known = self.attempts.iter().find(|attempt| attempt.number == *number);
            known.is_none_or(|attempt| attempt.status != Status::Completed)
        })
    }

    /// The end of the attempt by which a failed one was made good on the same commit, if there is one.
    pub fn made_good(&self) -> Option<Second> {
        let mut failed = false;
        for (conclusion, at) in self.attempts.iter().filter_map(Attempt::done) {
            match conclusion.failed() {
                Some(true) => failed = true,
                Some(false) if failed => return Some(at),
                _ => {}
            }
        }
        None
    }
}

impl Attempt {
    fn finish(&mut self, facts: &RunFacts, status: Status, seen: &Seen) {
        if status == Status::Completed {
            self.conclusion = Some(facts.conclusion.unwrap_or(Conclusion::Other));
            self.ended = Some(facts.ended.unwrap_or(seen.at));
        }
    }
}
