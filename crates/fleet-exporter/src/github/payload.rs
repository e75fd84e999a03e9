//! Objects that webhooks and the REST API share.

use crate::ledger::observation::{Host, JobFacts, RepoFacts, RepoKey, RunFacts};
use crate::ledger::status::{Conclusion, Status};
use crate::time::Second;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A repository.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Repository {
    /// GitHub's number of it.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
    /// Its default branch; listings of runs leave it out.
    #[serde(default, deserialize_with = "lenient")]
    pub default_branch: Option<String>,
    /// When somebody last pushed to it.
    #[serde(default, deserialize_with = "lenient")]
    pub pushed_at: Option<String>,
    /// Whether it can have no more runs.
    #[serde(default, deserialize_with = "or_default")]
    pub archived: bool,
}

impl Repository {
    /// As the ledger wants it.
    pub fn facts(&self, host: Host) -> RepoFacts {
        let (org, name) = self.full_name.split_once('/').unwrap_or(("", &self.full_name));
        RepoFacts {
            key: RepoKey { host, repo: self.id },
            org: org.to_owned(),
            name: name.to_owned(),
            default_branch: self.default_branch.clone(),
        }
    }
}

/// A job: `workflow_job` of a webhook, or a job of the REST API.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Job {
    /// GitHub's number of it.
    pub id: u64,
    /// Its run.
    pub run_id: u64,
    /// The attempt; absent on old servers.
    #[serde(default, deserialize_with = "lenient")]
    pub run_attempt: Option<u32>,
    /// Its name.
    #[serde(default, deserialize_with = "or_default")]
    pub name: String,
    /// GitHub's word for how far it is.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// GitHub's word for how it ended.
    #[serde(default, deserialize_with = "lenient")]
    pub conclusion: Option<String>,
    /// When it was queued; absent on old servers.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<String>,
    /// When it started, or `created_at` while it has not.
    #[serde(default, deserialize_with = "lenient")]
    pub started_at: Option<String>,
    /// When it ended.
    #[serde(default, deserialize_with = "lenient")]
    pub completed_at: Option<String>,
    /// Its `runs-on`.
    #[serde(default, deserialize_with = "or_default")]
    pub labels: Vec<String>,
    /// Its runner.
    #[serde(default, deserialize_with = "lenient")]
    pub runner_id: Option<u64>,
    /// Its runner's name.
    #[serde(default, deserialize_with = "lenient")]
    pub runner_name: Option<String>,
    /// Its runner's group.
    #[serde(default, deserialize_with = "lenient")]
    pub runner_group_name: Option<String>,
}

/// One attempt of a run: `workflow_run` of a webhook, or a run of the REST API.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Run {
    /// GitHub's number of it.
    pub id: u64,
    /// The attempt; absent on old servers.
    #[serde(default, deserialize_with = "lenient")]
    pub run_attempt: Option<u32>,
    /// Its number within its workflow.
    #[serde(default, deserialize_with = "or_default")]
    pub run_number: u64,
    /// The workflow's name; where a server tells no `path`, the best that there is.
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The workflow's file.
    #[serde(default, deserialize_with = "lenient")]
    pub path: Option<String>,
    /// What triggered it.
    #[serde(default, deserialize_with = "or_default")]
    pub event: String,
    /// GitHub's word for how far it is.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// GitHub's word for how it ended.
    #[serde(default, deserialize_with = "lenient")]
    pub conclusion: Option<String>,
    /// Branch or tag.
    #[serde(default, deserialize_with = "lenient")]
    pub head_branch: Option<String>,
    /// Where the commit is from.
    #[serde(default, deserialize_with = "lenient")]
    pub head_repository: Option<HeadRepository>,
    /// When it was triggered first.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<String>,
    /// When this attempt began.
    #[serde(default, deserialize_with = "lenient")]
    pub run_started_at: Option<String>,
    /// When anything of it last changed.
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<String>,
}

/// The repository that a commit is from.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct HeadRepository {
    /// GitHub's number of it.
    pub id: u64,
}

/// A registered runner.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Runner {
    /// GitHub's number of it.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What it runs on.
    #[serde(default, deserialize_with = "or_default")]
    pub os: String,
    /// `online` or `offline`.
    #[serde(default, deserialize_with = "or_default")]
    pub status: String,
    /// Whether it runs a job.
    #[serde(default, deserialize_with = "or_default")]
    pub busy: bool,
    /// Its labels.
    #[serde(default, deserialize_with = "or_default")]
    pub labels: Vec<Label>,
    /// Its release.
    #[serde(default, deserialize_with = "lenient")]
    pub version: Option<String>,
}

/// A label of a runner.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Label {
    /// Its text.
    pub name: String,
}

/// A job as the ledger wants it; nothing where its status is a word that this program does not know.
pub fn job_facts(job: &Job, deployment: Option<Second>, attempt_started: Option<Second>) -> Option<JobFacts> {
    Some(JobFacts {
        id: job.id,
        run: job.run_id,
        attempt: job.run_attempt,
        name: job.name.clone(),
        status: Status::parse(&job.status)?,
        conclusion: job.conclusion.as_deref().map(Conclusion::parse),
        created: instant(job.created_at.as_deref()),
        started: instant(job.started_at.as_deref()),
        completed: instant(job.completed_at.as_deref()),
        labels: job.labels.clone(),
        runner: job.runner_id,
        runner_name: job.runner_name.clone(),
        group: job.runner_group_name.clone(),
        deployment,
        attempt_started,
    })
}

/// A run as the ledger wants it. `ended` is the end of its last job, where its jobs were read; without, the
/// last change of the run stands for its end, which it is as long as nobody has touched the run since.
pub fn run_facts(run: &Run, ended: Option<Second>) -> Option<RunFacts> {
    let path =
        run.path.as_deref().filter(|path| !path.is_empty()).or(run.name.as_deref()).unwrap_or_default();
    let created = instant(run.created_at.as_deref());
    Some(RunFacts {
        id: run.id,
        attempt: run.run_attempt.unwrap_or(1).max(1),
        number: run.run_number,
        status: Status::parse(&run.status)?,
        conclusion: run.conclusion.as_deref().map(Conclusion::parse),
        event: run.event.clone(),
        path: path.split('@').next().unwrap_or(path).to_owned(),
        branch: run.head_branch.clone(),
        head_repo: run.head_repository.as_ref().map(|repo| repo.id),
        created,
        started: instant(run.run_started_at.as_deref()).or(created),
        ended: ended.or_else(|| instant(run.updated_at.as_deref())),
    })
}

/// Reads a time.
pub fn instant(text: Option<&str>) -> Option<Second> {
    text.and_then(Second::parse)
}

/// A value, or nothing where it is absent, null or of an unexpected form.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let value = Option::<Value>::deserialize(from)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}

fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    lenient(from).map(Option::unwrap_or_default)
}
