//! GitHub's JSON. A test of the exporter checks it against GitHub's published description.

use crate::things::{Attempt, Delivery, Job, Repo, Run};
use serde_json::{Map, Value, json};

/// A time as GitHub writes it.
pub fn time(at: i64) -> String {
    jiff::Timestamp::from_second(at).map(|at| at.to_string()).unwrap_or_default()
}

fn user(origin: &str, login: &str) -> Value {
    let mut user = Map::new();
    let base = format!("{origin}/users/{login}");
    for name in [
        "avatar",
        "events",
        "followers",
        "following",
        "gists",
        "html",
        "organizations",
        "received_events",
        "repos",
        "starred",
        "subscriptions",
    ] {
        user.insert(format!("{name}_url"), json!(format!("{base}/{name}")));
    }
    user.insert("url".to_owned(), json!(base));
    user.extend([
        ("login".to_owned(), json!(login)),
        ("id".to_owned(), json!(1)),
        ("node_id".to_owned(), json!("U_1")),
        ("gravatar_id".to_owned(), json!("")),
        ("type".to_owned(), json!("Organization")),
        ("site_admin".to_owned(), json!(false)),
    ]);
    Value::Object(user)
}

/// A repository within another object.
pub fn minimal_repo(origin: &str, id: u64, full_name: &str) -> Map<String, Value> {
    let (owner, name) = full_name.split_once('/').unwrap_or(("", full_name));
    let base = format!("{origin}/repos/{full_name}");
    let mut repo = Map::new();
    for name in [
        "archive",
        "assignees",
        "blobs",
        "branches",
        "collaborators",
        "comments",
        "commits",
        "compare",
        "contents",
        "contributors",
        "deployments",
        "downloads",
        "events",
        "forks",
        "git_commits",
        "git_refs",
        "git_tags",
        "hooks",
        "html",
        "issue_comment",
        "issue_events",
        "issues",
        "keys",
        "labels",
        "languages",
        "merges",
        "milestones",
        "notifications",
        "pulls",
        "releases",
        "stargazers",
        "statuses",
        "subscribers",
        "subscription",
        "tags",
        "teams",
        "trees",
    ] {
        repo.insert(format!("{name}_url"), json!(format!("{base}/{name}")));
    }
    repo.insert("url".to_owned(), json!(base));
    repo.extend([
        ("id".to_owned(), json!(id)),
        ("node_id".to_owned(), json!(format!("R_{id}"))),
        ("name".to_owned(), json!(name)),
        ("full_name".to_owned(), json!(full_name)),
        ("owner".to_owned(), user(origin, owner)),
        ("private".to_owned(), json!(true)),
        ("fork".to_owned(), json!(false)),
        ("description".to_owned(), Value::Null),
    ]);
    repo
}

/// A repository by itself.
pub fn repo(origin: &str, of: &Repo) -> Value {
    let mut repo = minimal_repo(origin, of.id, &of.full_name);
    let base = format!("{origin}/{}", of.full_name);
    for name in ["clone_url", "git_url", "ssh_url", "svn_url"] {
        repo.insert(name.to_owned(), json!(base));
    }
    for name in [
        "forks",
        "forks_count",
        "open_issues",
        "open_issues_count",
        "size",
        "stargazers_count",
        "watchers",
        "watchers_count",
    ] {
        repo.insert(name.to_owned(), json!(0));
    }
    for name in
        ["archived", "disabled", "has_downloads", "has_issues", "has_pages", "has_projects", "has_wiki"]
    {
        repo.insert(name.to_owned(), json!(false));
    }
    for name in ["homepage", "language", "mirror_url", "license"] {
        repo.insert(name.to_owned(), Value::Null);
    }
    for name in ["created_at", "updated_at", "pushed_at"] {
        repo.insert(name.to_owned(), json!(time(of.pushed_at)));
    }
    repo.insert("default_branch".to_owned(), json!(of.default_branch));
    Value::Object(repo)
}

/// An attempt of a run.
pub fn run(origin: &str, repo: &Repo, run: &Run, attempt: usize) -> Value {
    let Some(state) = run.attempts.get(attempt) else { return Value::Null };
    let base = format!("{origin}/repos/{}/actions/runs/{}", repo.full_name, run.id);
    let head = match run.spec.fork {
        Some(fork) => minimal_repo(origin, fork, "somebody/fork"),
        None => minimal_repo(origin, repo.id, &repo.full_name),
    };
    let mut text = Map::new();
    for name in ["jobs", "logs", "check_suite", "cancel", "rerun", "artifacts", "workflow"] {
        text.insert(format!("{name}_url"), json!(format!("{base}/{name}")));
    }
    text.extend([
        ("id".to_owned(), json!(run.id)),
        ("name".to_owned(), json!(run.spec.workflow)),
        ("node_id".to_owned(), json!(format!("WFR_{}", run.id))),
        ("head_branch".to_owned(), json!(run.spec.branch)),
        ("head_sha".to_owned(), json!(format!("{:040x}", run.id))),
        ("path".to_owned(), json!(format!(".github/workflows/{}.yml", run.spec.workflow))),
        ("display_title".to_owned(), json!("a change")),
        ("run_number".to_owned(), json!(run.number)),
        ("run_attempt".to_owned(), json!(attempt + 1)),
        ("event".to_owned(), json!(run.spec.event)),
        ("status".to_owned(), json!(state.status)),
        ("conclusion".to_owned(), json!(state.conclusion)),
        ("workflow_id".to_owned(), json!(1)),
        ("url".to_owned(), json!(base)),
        ("html_url".to_owned(), json!(format!("{origin}/{}/actions/runs/{}", repo.full_name, run.id))),
        ("pull_requests".to_owned(), json!([])),
        ("created_at".to_owned(), json!(time(run.created))),
        ("updated_at".to_owned(), json!(time(state.updated))),
        ("run_started_at".to_owned(), json!(time(state.started))),
        ("head_commit".to_owned(), Value::Null),
        ("repository".to_owned(), Value::Object(minimal_repo(origin, repo.id, &repo.full_name))),
        ("head_repository".to_owned(), Value::Object(head)),
    ]);
    Value::Object(text)
}

/// A job. Until it starts, `started_at` is a placeholder, as GitHub writes it.
pub fn job(origin: &str, repo: &Repo, run: &Run, attempt: usize, job: &Job) -> Value {
    let base = format!("{origin}/repos/{}/actions", repo.full_name);
    let (id, name, group) = match &job.runner {
        Some((id, name, group)) => (json!(id), json!(name), json!(group)),
        None if job.status == "completed" => (json!(0), json!(""), json!("")),
        None => (Value::Null, Value::Null, Value::Null),
    };
    json!({
        "id": job.id,
        "run_id": run.id,
        "run_url": format!("{base}/runs/{}", run.id),
        "run_attempt": attempt + 1,
        "node_id": format!("CR_{}", job.id),
        "head_sha": format!("{:040x}", run.id),
        "head_branch": run.spec.branch,
        "workflow_name": run.spec.workflow,
        "url": format!("{base}/jobs/{}", job.id),
        "html_url": format!("{origin}/{}/actions/runs/{}/job/{}", repo.full_name, run.id, job.id),
        "check_run_url": format!("{origin}/repos/{}/check-runs/{}", repo.full_name, job.id),
        "name": job.spec.name,
        "status": job.status,
        "conclusion": job.conclusion,
        "created_at": time(job.created),
        "started_at": time(job.started.unwrap_or(job.created)),
        "completed_at": job.completed.map(time),
        "labels": job.spec.labels,
        "runner_id": id,
        "runner_name": name,
        "runner_group_id": id,
        "runner_group_name": group,
        "steps": [],
    })
}

/// A delivery in the log.
pub fn delivery(delivery: &Delivery) -> Value {
    let code = delivery.code.unwrap_or(0);
    json!({
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": time(delivery.at),
        "redelivery": delivery.redelivery,
        "duration": 0.1,
        "status": if (200..300).contains(&code) { "OK" } else { "failed to connect to host" },
        "status_code": code,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": 1,
        "repository_id": delivery.repo,
    })
}

fn event(origin: &str, repo: &Repo, action: &str, name: &str, object: Value) -> Value {
    let owner = repo.full_name.split('/').next().unwrap_or_default();
    json!({
        "action": action,
        name: object,
        "repository": self::repo(origin, repo),
        "organization": { "login": owner, "id": 1 },
        "sender": user(origin, "somebody"),
    })
}

/// The payload of `workflow_run`, of the latest attempt.
pub fn run_event(origin: &str, repo: &Repo, of: &Run, action: &str) -> Value {
    let attempt = of.attempts.len().saturating_sub(1);
    event(origin, repo, action, "workflow_run", run(origin, repo, of, attempt))
}

/// The payload of `workflow_job`.
pub fn job_event(origin: &str, repo: &Repo, of: &Run, job: &Job, action: &str) -> Value {
    let attempt = of.attempts.len().saturating_sub(1);
    event(origin, repo, action, "workflow_job", self::job(origin, repo, of, attempt, job))
}

/// Whether a run is found by a word for status or conclusion.
pub fn found(attempt: &Attempt, word: &str) -> bool {
    attempt.status == word || attempt.conclusion.as_deref() == Some(word)
}
