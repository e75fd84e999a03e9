//! What there is at each path.

use crate::hook;
use crate::http::{Answer, Asked};
use crate::render;
use crate::things::{Repo, Run};
use crate::world::World;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Results that a search gives.
const CAP: usize = 1_000;

/// Answers, once limits and credentials allow it.
pub(crate) fn route(
    world: &mut World,
    asked: &Asked<'_>,
    as_app: bool,
    shared: &Arc<Mutex<World>>,
) -> Answer {
    let parts: Vec<&str> = asked.path.split('/').skip(1).collect();
    match (asked.method, parts.as_slice()) {
        ("GET", ["orgs", org, "installation"]) if as_app => Answer::of(installation(world, org)),
        ("POST", ["app", "installations", _, "access_tokens"]) if as_app => give_token(world),
        ("GET", ["app", "hook", "deliveries"]) if as_app => deliveries(world, asked),
        ("POST", ["app", "hook", "deliveries", id, "attempts"]) if as_app => redeliver(world, id, shared),
        _ if as_app => Answer::refused(401, "A JSON web token could not be decoded"),
        ("GET", ["installation", "repositories"]) => {
            let repos: Vec<Value> =
                world.repos.iter().map(|repo| render::repo(&world.origin, repo)).collect();
            page(asked, "repositories", repos)
        }
        ("GET", ["orgs", org, "repos"]) => {
            let of = world.repos.iter().filter(|repo| repo.full_name.starts_with(&format!("{org}/")));
            page(asked, "", of.map(|repo| render::repo(&world.origin, repo)).collect())
        }
        ("GET", ["orgs", _, "actions", "runners"]) => page(asked, "runners", world.runners.clone()),
        ("GET", ["repositories", id, rest @ ..]) => {
            let repo = world.repos.iter().find(|repo| repo.id.to_string() == **id);
            repo.map_or_else(missing, |repo| of_repo(world, repo, rest, asked))
        }
        ("GET", ["repos", owner, name, rest @ ..]) => {
            let full = format!("{owner}/{name}");
            if let Some(repo) = world.repos.iter().find(|repo| repo.full_name.eq_ignore_ascii_case(&full)) {
                return of_repo(world, repo, rest, asked);
            }
            let moved = world.repos.iter().find(|repo| repo.old_names.contains(&full));
            moved.map_or_else(missing, |repo| Answer {
                location: Some(format!("{}/repositories/{}/{}", world.origin, repo.id, rest.join("/"))),
                ..Answer::refused(301, "Moved Permanently")
            })
        }
        _ => missing(),
    }
}

fn missing() -> Answer {
    Answer::refused(404, "Not Found")
}

fn of_repo(world: &World, repo: &Repo, path: &[&str], asked: &Asked<'_>) -> Answer {
    let origin = world.origin.as_str();
    let run = |id: &str| id.parse().ok().and_then(|id: u64| repo.runs.get(&id));
    let jobs = |run: &Run, attempt: usize| {
        let jobs = run.attempts.get(attempt).map(|attempt| attempt.jobs.as_slice()).unwrap_or_default();
        jobs.iter().map(|job| render::job(origin, repo, run, attempt, job)).collect::<Vec<Value>>()
    };
    match path {
        ["actions", "runs"] => runs(world, repo, asked),
        ["actions", "runs", id] => run(id).map_or_else(missing, |run| {
            Answer::of(render::run(origin, repo, run, run.attempts.len().saturating_sub(1)))
        }),
        ["actions", "runs", id, "jobs"] => run(id)
            .map_or_else(missing, |run| page(asked, "jobs", jobs(run, run.attempts.len().saturating_sub(1)))),
        ["actions", "runs", id, "attempts", attempt, rest @ ..] => {
            let attempt = attempt.parse::<usize>().unwrap_or(0).wrapping_sub(1);
            let Some(run) = run(id).filter(|run| attempt < run.attempts.len()) else { return missing() };
            match rest {
                [] => Answer::of(render::run(origin, repo, run, attempt)),
                ["jobs"] => page(asked, "jobs", jobs(run, attempt)),
                _ => missing(),
            }
        }
        ["actions", "jobs", id] => {
            for run in repo.runs.values() {
                for (place, attempt) in run.attempts.iter().enumerate() {
                    if let Some(job) = attempt.jobs.iter().find(|job| job.id.to_string() == **id) {
                        return Answer::of(render::job(origin, repo, run, place, job));
                    }
                }
            }
            missing()
        }
        _ => missing(),
    }
}

/// Runs, the newest creation first. A search ends after 1,000.
fn runs(world: &World, repo: &Repo, asked: &Asked<'_>) -> Answer {
    let status = asked.query.get("status");
    let created = asked.query.get("created").and_then(|range| range.split_once(".."));
    let within = |run: &&Run| {
        created.is_none_or(|(from, to)| (from..=to).contains(&render::time(run.created).as_str()))
    };
    let found = |run: &&Run| {
        status.is_none_or(|word| run.attempts.last().is_some_and(|attempt| render::found(attempt, word)))
    };
    let mut runs: Vec<&Run> = repo.runs.values().filter(within).filter(found).collect();
    runs.sort_by_key(|run| std::cmp::Reverse((run.created, run.id)));
    let show = |run: &&Run| render::run(&world.origin, repo, run, run.attempts.len().saturating_sub(1));
    let cap = (status.is_some() || created.is_some()).then_some(CAP);
    let (from, to) = range(asked);
    let total = runs.len();
    let until = cap.unwrap_or(total).min(total);
    let shown: Vec<Value> = runs.iter().take(until).skip(from).take(to - from).map(show).collect();
    let next = (to < until).then(|| number(asked, turns(asked), 1) + 1);
    Answer { next, ..Answer::of(json!({ "total_count": total, "workflow_runs": shown })) }
}

fn number(asked: &Asked<'_>, name: &str, otherwise: usize) -> usize {
    asked.query.get(name).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The parameter by which pages are turned: the log of deliveries has a cursor.
pub(crate) fn turns(asked: &Asked<'_>) -> &'static str {
    if asked.path.ends_with("/deliveries") { "cursor" } else { "page" }
}

fn range(asked: &Asked<'_>) -> (usize, usize) {
    let size = number(asked, "per_page", 30).clamp(1, 100);
    let page = number(asked, turns(asked), 1).max(1);
    ((page - 1) * size, page * size)
}

fn page(asked: &Asked<'_>, list: &str, items: Vec<Value>) -> Answer {
    let (from, to) = range(asked);
    let total = items.len();
    let shown: Vec<Value> = items.into_iter().skip(from).take(to - from).collect();
    let next = (to < total).then(|| number(asked, turns(asked), 1) + 1);
    let body = if list.is_empty() { json!(shown) } else { json!({ "total_count": total, list: shown }) };
    Answer { next, ..Answer::of(body) }
}

fn installation(world: &World, org: &str) -> Value {
    let url = format!("{}/app/installations/1", world.origin);
    json!({
        "id": 1, "app_id": 1, "app_slug": "fleet", "target_id": 1, "target_type": "Organization",
        "single_file_name": null, "repository_selection": "all", "access_tokens_url": url, "html_url": url,
        "repositories_url": url, "events": ["workflow_job"], "account": null, "client_id": org,
        "permissions": { "actions": "read" }, "created_at": render::time(0), "updated_at": render::time(0),
        "suspended_by": null, "suspended_at": null,
    })
}

fn give_token(world: &mut World) -> Answer {
    let token = format!("ghs_{}", world.number());
    let until = world.now() + world.token_life;
    world.tokens.insert(token.clone(), until);
    Answer { code: 201, ..Answer::of(json!({ "token": token, "expires_at": render::time(until) })) }
}

fn deliveries(world: &World, asked: &Asked<'_>) -> Answer {
    let failed = asked.query.get("status").is_some_and(|status| status == "failure");
    let good = |code: Option<u16>| code.is_some_and(|code| (200..300).contains(&code));
    let log = world.log.iter().rev().filter(|delivery| !failed || !good(delivery.code));
    page(asked, "", log.map(render::delivery).collect())
}

/// Repeats a delivery, as GitHub does: a moment later.
fn redeliver(world: &World, id: &str, shared: &Arc<Mutex<World>>) -> Answer {
    let Some(delivery) = world.log.iter().find(|delivery| delivery.id.to_string() == id) else {
        return missing();
    };
    let (mut delivery, hook, shared) = (delivery.clone(), world.hook.clone(), Arc::clone(shared));
    std::thread::spawn(move || {
        let code = hook.and_then(|(url, secret)| hook::send(&url, &secret, &delivery));
        let mut world = shared.lock().unwrap_or_else(PoisonError::into_inner);
        delivery.id = world.number();
        (delivery.code, delivery.redelivery, delivery.at) = (code, true, world.now());
        world.log.push(delivery);
    });
    Answer { code: 202, ..Answer::of(json!({})) }
}
