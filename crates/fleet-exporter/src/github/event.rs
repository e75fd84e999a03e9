//! Webhook deliveries.

use super::payload::{Job, Repository, Run, instant, job_facts, lenient, run_facts};
use crate::ledger::observation::{Host, JobFacts, Observation, RunFacts, Seen, What};
use crate::ledger::status::{Conclusion, Status};
use crate::time::Second;
use serde::Deserialize;

/// What a delivery says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The payload's `action`; empty where it has none.
    pub action: String,
    /// The owner of the repository; empty where there is none.
    pub org: String,
    /// When it happened, for the lag of deliveries.
    pub at: Option<Second>,
    /// What to tell the ledger; nothing for an event that says nothing of runs.
    pub observation: Option<Observation>,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default, deserialize_with = "lenient")]
    action: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    repository: Option<Repository>,
    #[serde(default, deserialize_with = "lenient")]
    workflow_job: Option<Job>,
    #[serde(default, deserialize_with = "lenient")]
    workflow_run: Option<Run>,
    #[serde(default, deserialize_with = "lenient")]
    deployment: Option<Deployment>,
}

#[derive(Deserialize)]
struct Deployment {
    #[serde(default, deserialize_with = "lenient")]
    updated_at: Option<String>,
}

/// Reads a delivery of the event `name`.
pub fn read_event(name: &str, body: &[u8], host: Host, seen: Seen) -> Result<Event, serde_json::Error> {
    let payload: Payload = serde_json::from_slice(body)?;
    let action = payload.action.unwrap_or_default();
    let repo = payload.repository.map(|repository| repository.facts(host));
    let org = repo.as_ref().map(|repo| repo.org.clone()).unwrap_or_default();
    let deployment = payload.deployment.and_then(|deployment| instant(deployment.updated_at.as_deref()));
    let (what, at) = match name {
        "workflow_job" => {
            let facts = payload.workflow_job.and_then(|job| job_facts(&job, deployment, None));
            let at = facts.as_ref().and_then(happened);
            (facts.map(|facts| What::Job(Box::new(facts))), at)
        }
        "workflow_run" => {
            let facts = payload.workflow_run.and_then(|run| run_of(&run, &action));
            let at = facts.as_ref().and_then(|facts| facts.ended);
            (facts.map(|facts| What::Run(Box::new(facts))), at)
        }
        "repository" => ((action != "deleted").then_some(What::Repo), None),
        _ => (None, None),
    };
    let observation = repo.zip(what).map(|(repo, what)| Observation { repo, seen, what });
    Ok(Event { action, org, at, observation })
}

fn happened(facts: &JobFacts) -> Option<Second> {
    match facts.status {
        Status::Completed => facts.completed,
        Status::InProgress => facts.started,
        _ => facts.deployment.or(facts.created),
    }
}

/// The action and the status may disagree: what has a conclusion and is said to be over, is over.
fn run_of(run: &Run, action: &str) -> Option<RunFacts> {
    let mut facts = run_facts(run, None)?;
    if action == "completed" && facts.conclusion.is_some_and(|how| how != Conclusion::ActionRequired) {
        facts.status = Status::Completed;
    }
    Some(facts)
}
