//! The REST API.

use crate::hook;
use crate::render;
use crate::world::{Repo, Run, World};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use ring::digest;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Results that a search gives.
const CAP: usize = 1_000;

/// Something that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, with the query.
    pub path: String,
    /// The answer's code.
    pub code: u16,
}

/// An answer without its headers for limits.
struct Answer {
    code: u16,
    body: Value,
    /// The page after this one.
    next: Option<usize>,
    location: Option<String>,
}

impl Answer {
    fn of(body: Value) -> Self {
        Self { code: 200, body, next: None, location: None }
    }

    fn refused(code: u16, message: &str) -> Self {
        Self { code, body: json!({ "message": message }), next: None, location: None }
    }
}

/// What is asked.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    query: HashMap<String, String>,
    token: String,
}

/// Serves until told to stop, on a thread of its own. The address.
pub fn start(
    address: &str,
    world: Arc<Mutex<World>>,
    stop: oneshot::Receiver<()>,
) -> std::io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
            let accept = async {
                while let Ok((stream, _)) = listener.accept().await {
                    let world = Arc::clone(&world);
                    tokio::spawn(async move {
                        let service = service_fn(move |request| {
                            let answer = answer(&request, &world);
                            async move { Ok::<_, std::convert::Infallible>(answer) }
                        });
                        let http = hyper::server::conn::http1::Builder::new();
                        let _ = http.serve_connection(TokioIo::new(stream), service).await;
                    });
                }
            };
            tokio::select! {
                () = accept => {}
                _ = stop => {}
            }
        });
    });
    Ok(address)
}

fn answer(request: &hyper::Request<Incoming>, world: &Arc<Mutex<World>>) -> Response<Full<Bytes>> {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let asked = Asked {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: pairs.map(|(name, value)| (name.to_owned(), value.replace("%3A", ":"))).collect(),
        token: header("authorization").trim_start_matches("Bearer ").to_owned(),
    };
    let mut locked = world.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut code, mut body, mut headers) = judge(&mut locked, &asked, header("user-agent"), world);
    let text = body.to_string();
    let hash = digest::digest(&digest::SHA256, format!("{}{text}", asked.token).as_bytes());
    let etag: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("\"{etag}\"");
    if code == 200 && asked.method == "GET" {
        if header("if-none-match").trim_start_matches("W/") == etag {
            (code, body) = (304, Value::Null);
            // What is not modified costs nothing.
            locked.limits.remaining = (locked.limits.remaining + 1).min(locked.limits.limit);
        }
        headers.push(("etag", etag));
    }
    let limits = locked.limits;
    headers.push(("x-ratelimit-limit", limits.limit.to_string()));
    headers.push(("x-ratelimit-remaining", limits.remaining.to_string()));
    headers.push(("x-ratelimit-reset", limits.reset.to_string()));
    headers.push(("x-ratelimit-resource", "core".to_owned()));
    let date =
        jiff::Timestamp::from_second(locked.now()).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC);
    headers.push(("date", date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    let path = if query.is_empty() { asked.path.to_owned() } else { format!("{}?{query}", asked.path) };
    locked.requests.push(Request { method: asked.method.to_owned(), path, code });
    drop(locked);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = StatusCode::from_u16(code).unwrap_or_default();
    headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

type Judged = (u16, Value, Vec<(&'static str, String)>);

/// Limits, credentials, and then the answer.
fn judge(world: &mut World, asked: &Asked<'_>, agent: &str, shared: &Arc<Mutex<World>>) -> Judged {
    let refused = |code: u16, message: &str| (code, json!({ "message": message }), Vec::new());
    if let Some(code) = world.faults.pop() {
        return refused(code, "a fault");
    }
    if agent.is_empty() {
        return refused(
            403,
            "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
        );
    }
    if let Some((left, after)) = world.limits.hasty {
        world.limits.hasty = (left > 1).then_some((left - 1, after));
        let mut judged = refused(403, "You have exceeded a secondary rate limit.");
        judged.2.push(("retry-after", after.to_string()));
        return judged;
    }
    let now = world.now();
    let as_app = asked.token.matches('.').count() == 2;
    let known = world.tokens.get(&asked.token).is_some_and(|until| now < *until);
    if !as_app && !known {
        return refused(401, "Bad credentials");
    }
    if now >= world.limits.reset {
        world.limits.remaining = world.limits.limit;
        world.limits.reset = now + 3_600;
    }
    if !as_app {
        if world.limits.remaining == 0 {
            return refused(403, "API rate limit exceeded");
        }
        world.limits.remaining -= 1;
    }
    if world.forbidden.iter().any(|part| asked.path.contains(part.as_str())) {
        return refused(403, "Resource not accessible by integration");
    }
    let answer = route(world, asked, as_app, shared);
    let mut headers = Vec::new();
    if let Some(location) = answer.location {
        headers.push(("location", location));
    }
    if let Some(page) = answer.next {
        let mut pairs: Vec<String> = asked
            .query
            .iter()
            .filter(|(name, _)| *name != turns(asked))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.sort();
        pairs.push(format!("{}={page}", turns(asked)));
        let origin = if world.foreign_links { "http://localhost.invalid" } else { &world.origin };
        headers.push(("link", format!("<{origin}{}?{}>; rel=\"next\"", asked.path, pairs.join("&"))));
    }
    (answer.code, answer.body, headers)
}

fn route(world: &mut World, asked: &Asked<'_>, as_app: bool, shared: &Arc<Mutex<World>>) -> Answer {
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
fn turns(asked: &Asked<'_>) -> &'static str {
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
