//! A job through its life: how an observation changes what is known of it, and what that is worth counting.
//!
//! [`Job::merge`] gives the same in whichever order observations come and however often: it is a join of
//! what they say. Status only rises, edges are a set, other fields are taken from the highest status.

use super::observation::{JobFacts, RepoKey, Seen};
use super::status::{Conclusion, Status};
use crate::pools::Asked;
use crate::time::Second;
use serde::{Deserialize, Serialize};

/// Which job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey {
    /// Its repository.
    pub repo: RepoKey,
    /// GitHub's number of it.
    pub job: u64,
}

/// When a job began to wait, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// When the deployment changed, else when this was received.
    pub at: Second,
    /// Whether it was held from here on, rather than free to start.
    pub held: bool,
    /// Whether what held it was a rule of an environment, rather than a concurrency group.
    pub approval: bool,
    /// The delivery, so that a redelivery is not another edge.
    pub delivery: u64,
}

/// Edges that are kept of a job: GitHub writes a few, whatever more comes says nothing new.
const EDGES: usize = 16;

/// A job that is not over, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The run that it belongs to.
    pub run: u64,
    /// The attempt of it, from 1.
    pub attempt: u32,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub status: Status,
    /// How it ended.
    pub conclusion: Option<Conclusion>,
    /// When it was queued.
    pub created: Option<Second>,
    /// When a runner took it.
    pub started: Option<Second>,
    /// When it ended.
    pub completed: Option<Second>,
    /// Its `runs-on`, in lower case, sorted, without what is different in every run.
    pub labels: Vec<String>,
    /// Whether a runner took it.
    pub ran: bool,
    /// That runner's name.
    pub runner_name: Option<String>,
    /// That runner's group.
    pub group: Option<String>,
    /// When it was held and released.
    pub edges: Vec<Edge>,
    /// When it was last seen as it is.
    pub seen: Second,
    /// Whether its queue time has been counted.
    pub queue_counted: bool,
}

/// What became of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was news.
    Applied,
    /// It was known.
    Duplicate,
    /// Something later was known.
    Stale,
}

/// How long a job waited, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Seconds for a runner; none where the release was missed, so that nobody's approval counts as queue time.
    pub queue: Option<i64>,
    /// Seconds for an approval.
    pub approval: Option<i64>,
}

impl Job {
    /// A job that was never seen before.
    pub fn new(facts: &JobFacts, seen: &Seen) -> Self {
        let mut job = Self {
            run: facts.run,
            attempt: 1,
            name: String::new(),
            status: Status::Waiting,
            conclusion: None,
            created: None,
            started: None,
            completed: None,
            labels: Vec::new(),
            ran: false,
            runner_name: None,
            group: None,
            edges: Vec::new(),
            seen: seen.at,
            queue_counted: false,
        };
        job.status = facts.status;
        job.merge(facts, seen);
        job
    }

    /// Takes in what was seen.
    pub fn merge(&mut self, facts: &JobFacts, seen: &Seen) -> Outcome {
        let before = self.clone();
        self.seen = self.seen.max(seen.at);
        let rank = facts.status.rank();
        let waits = rank < Status::InProgress.rank();
        if waits {
            self.add_edge(facts, seen);
        }
        let started = self.status.rank() >= Status::InProgress.rank();
        if waits && started {
            fill(&mut self.created, facts.created);
            return if self.edges == before.edges { Outcome::Stale } else { Outcome::Applied };
        }
        if rank < self.status.rank() && !waits {
            fill(&mut self.created, facts.created);
            fill(&mut self.started, facts.started);
            return Outcome::Stale;
        }
        let newer = rank > self.status.rank();
        if !waits {
            self.status = facts.status;
        } else {
            self.status = self.waiting_status();
        }
        self.attempt = self.attempt.max(facts.attempt.unwrap_or(1));
        take(&mut self.name, &facts.name, newer);
        fill(&mut self.created, facts.created);
        if self.labels.is_empty() || newer {
            let labels = canonical(&facts.labels, facts.run);
            if !labels.is_empty() {
                self.labels = labels;
            }
        }
        if !waits {
            self.take_runner(facts, newer);
        }
        if facts.status == Status::Completed {
            self.conclusion = self.conclusion.or(facts.conclusion).or(Some(Conclusion::Other));
            fill(&mut self.completed, facts.completed.or(Some(seen.at)));
        }
        let mut same = before;
        same.seen = self.seen;
        if *self == same { Outcome::Duplicate } else { Outcome::Applied }
    }

    fn take_runner(&mut self, facts: &JobFacts, newer: bool) {
        let named = facts.runner_name.as_deref().is_some_and(|name| !name.is_empty());
        if facts.runner.is_some_and(|id| id > 0) || named {
            self.ran = true;
            if newer || self.runner_name.is_none() {
                self.runner_name = facts.runner_name.clone().filter(|name| !name.is_empty());
                self.group = facts.group.clone().filter(|name| !name.is_empty());
            }
        }
        if newer && facts.started.is_some() {
            self.started = facts.started;
        } else {
            fill(&mut self.started, facts.started);
        }
    }

    fn add_edge(&mut self, facts: &JobFacts, seen: &Seen) {
        let held = facts.status.held();
        // Sweeps see the same state again and again: only a change is an edge.
        if seen.delivery == 0 && self.last_edge().is_some_and(|last| last.held == held) {
            return;
        }
        if seen.delivery != 0 && self.edges.iter().any(|edge| edge.delivery == seen.delivery) {
            return;
        }
        let edge = Edge {
            at: facts.deployment.unwrap_or(seen.at),
            held,
            approval: facts.status == Status::Waiting,
            delivery: seen.delivery,
        };
        if self.edges.len() < EDGES {
            let place = self.edges.partition_point(|other| *other < edge);
            self.edges.insert(place, edge);
        }
    }

    fn last_edge(&self) -> Option<&Edge> {
        self.edges.last()
    }

    fn waiting_status(&self) -> Status {
        match self.last_edge() {
            Some(edge) if edge.held && edge.approval => Status::Waiting,
            Some(edge) if edge.held => Status::Pending,
            _ => Status::Queued,
        }
    }

    /// Since when it waits for a runner; none while something else holds it.
    pub fn queued_since(&self) -> Option<Second> {
        let Some(held) = self.edges.iter().rposition(|edge| edge.held) else { return self.created };
        self.edges.get(held + 1).map(|edge| edge.at)
    }

    /// How long it waited; none before a runner took it, and for what no runner ever took.
    pub fn wait(&self) -> Option<Wait> {
        if !self.ran || self.status.rank() < Status::InProgress.rank() {
            return None;
        }
        let started = self.started?;
        let since = self.queued_since();
        let asked = self.edges.iter().find(|edge| edge.held && edge.approval);
        let approval = asked.zip(since).map(|(asked, since)| since.since(asked.at).max(0));
        Some(Wait { queue: since.map(|since| started.since(since)), approval })
    }

    /// Seconds on a runner; none for what no runner ever took, or what is not over.
    pub fn ran_for(&self) -> Option<i64> {
        if !self.ran {
            return None;
        }
        Some(self.completed?.since(self.started?))
    }

    /// What decides on its pool.
    pub fn asked<'a>(&'a self, repo: &'a str) -> Asked<'a> {
        let (group, runner) = (self.group.as_deref(), self.runner_name.as_deref());
        Asked { repo, labels: &self.labels, group, runner }
    }

    /// Its labels as one label of a metric; `none` where it has none.
    pub fn label_set(&self) -> String {
        if self.labels.is_empty() { "none".to_owned() } else { self.labels.join(",") }
    }
}

/// Labels in the form in which they are compared and shown: lower case, sorted, each once. What holds an `=`
/// or the number of the run is different in every run and is left out.
pub fn canonical(labels: &[String], run: u64) -> Vec<String> {
    let run = run.to_string();
    let dynamic = |label: &str| label.contains('=') || (run.len() > 4 && label.contains(&run));
    let kept = labels.iter().map(|label| label.trim().to_lowercase());
    let mut kept: Vec<String> = kept.filter(|label| !label.is_empty() && !dynamic(label)).collect();
    kept.sort();
    kept.dedup();
    kept
}

fn fill(field: &mut Option<Second>, value: Option<Second>) {
    if field.is_none() {
        *field = value;
    }
}

fn take(field: &mut String, value: &str, newer: bool) {
    if !value.is_empty() && (newer || field.is_empty()) {
        *field = value.to_owned();
    }
}

/// A job that is over: what stays of it, for counting it once and for history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneJob {
    /// The run that it belonged to.
    pub run: u64,
    /// The attempt of it.
    pub attempt: u32,
    /// When it began to wait for a runner.
    pub queued: Option<Second>,
    /// When a runner took it; none where none did.
    pub started: Option<Second>,
    /// When it ended.
    pub completed: Second,
    /// How it ended.
    pub conclusion: Conclusion,
    /// The pool that it ran in.
    pub pool: String,
    /// Its labels, joined by commas.
    pub labels: String,
    /// Its name.
    pub name: String,
}
