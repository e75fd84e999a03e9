//! What a source saw of GitHub: the only thing that the ledger is told, whoever tells it.

use super::status::{Conclusion, Status};
use crate::time::Second;
use serde::{Deserialize, Serialize};

/// A number for a GitHub server: [`Ledger::host`](super::Ledger::host) gives them.
pub type Host = u16;

/// A repository: its name may change, its number does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepoKey {
    /// The server.
    pub host: Host,
    /// GitHub's number of it.
    pub repo: u64,
}

/// One thing that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// Where.
    pub repo: RepoFacts,
    /// By whom, and when.
    pub seen: Seen,
    /// What.
    pub what: What,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A job.
    Job(Box<JobFacts>),
    /// One attempt of a run.
    Run(Box<RunFacts>),
    /// Nothing but the repository itself.
    Repo,
}

/// A repository, as a payload or a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoFacts {
    /// Which one.
    pub key: RepoKey,
    /// Its owner.
    pub org: String,
    /// Its name within the owner.
    pub name: String,
    /// Its default branch, where the source tells it.
    pub default_branch: Option<String>,
}

/// Who saw something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it was received.
    pub at: Second,
    /// By whom.
    pub source: Source,
    /// The number that GitHub gave the delivery, hashed; the same for a redelivery. Zero without one.
    pub delivery: u64,
}

/// A way by which observations come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// GitHub called.
    Webhook,
    /// GitHub called again, since it was asked to.
    Redelivery,
    /// GitHub was asked.
    Sweep,
}

/// A job, as seen once. Fields that a payload may lack are options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFacts {
    /// GitHub's number of it.
    pub id: u64,
    /// The run that it belongs to.
    pub run: u64,
    /// The attempt of that run, from 1.
    pub attempt: Option<u32>,
    /// Its name: that of the caller first, of a reusable workflow.
    pub name: String,
    /// How far it is.
    pub status: Status,
    /// How it ended.
    pub conclusion: Option<Conclusion>,
    /// When it was queued.
    pub created: Option<Second>,
    /// When a runner took it. Until then GitHub writes `created` here, so the ledger does not read it.
    pub started: Option<Second>,
    /// When it ended.
    pub completed: Option<Second>,
    /// Its `runs-on`.
    pub labels: Vec<String>,
    /// The runner that took it: none before `in_progress`, and GitHub writes 0 for none.
    pub runner: Option<u64>,
    /// That runner's name.
    pub runner_name: Option<String>,
    /// That runner's group.
    pub group: Option<String>,
    /// When the deployment that the job waits for last changed.
    pub deployment: Option<Second>,
    /// When its attempt began, where the source knows it: an older job was carried over from the attempt before.
    pub attempt_started: Option<Second>,
}

/// One attempt of a run, as seen once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// GitHub's number of the run.
    pub id: u64,
    /// The attempt, from 1.
    pub attempt: u32,
    /// The run's number within its workflow.
    pub number: u64,
    /// How far it is.
    pub status: Status,
    /// How it ended.
    pub conclusion: Option<Conclusion>,
    /// What triggered it.
    pub event: String,
    /// The workflow's file, without the ref.
    pub path: String,
    /// The branch or tag; of a fork, the fork's.
    pub branch: Option<String>,
    /// The repository that the commit is from; none where it was deleted.
    pub head_repo: Option<u64>,
    /// When the run was triggered first.
    pub created: Option<Second>,
    /// When this attempt began.
    pub started: Option<Second>,
    /// When it ended: the end of its last job where the source read the jobs, else the last change.
    pub ended: Option<Second>,
}
