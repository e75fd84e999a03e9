//! The REST API.

use crate::routes::{route, turns};
use crate::world::World;
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
pub(crate) struct Answer {
    pub code: u16,
    pub body: Value,
    /// The page after this one.
    pub next: Option<usize>,
    pub location: Option<String>,
}

impl Answer {
    pub fn of(body: Value) -> Self {
        Self { code: 200, body, next: None, location: None }
    }

    pub fn refused(code: u16, message: &str) -> Self {
        Self { code, body: json!({ "message": message }), next: None, location: None }
    }
}

/// What is asked.
pub(crate) struct Asked<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: HashMap<String, String>,
    pub token: String,
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
