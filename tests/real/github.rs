//! A stand-in for as much of GitHub as ARC's controller speaks with: it hands
//! out registrations, remembers scale sets, and lends runners an identity.
//!
//! To ARC it is a GitHub Enterprise Server, whose API is below `/api/v3` of the
//! host in `githubConfigUrl`. It is as strict as GitHub where being lenient
//! would hide a mistake: an unknown runner group, or two scale sets of one name
//! in one group, get the answers that GitHub gives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The service that keeps scale sets is another host than the API at GitHub;
/// here it is another path.
const SERVICE: &str = "/actions-service";
const SCALE_SETS: &str = "/_apis/runtime/runnerscalesets";
const RUNNER_GROUPS: &str = "/_apis/runtime/runnergroups";
const RUNNERS: &str = "/_apis/distributedtask/pools/0/agents";

/// A running stand-in. Dropping it stops it.
pub struct GitHub {
    url: String,
    state: Arc<State>,
}

struct State {
    url: String,
    /// Position plus one is the id; the first is GitHub's `default`.
    runner_groups: Vec<String>,
    scale_sets: Mutex<Vec<ScaleSet>>,
    runners: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

/// What a controller registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScaleSet {
    pub id: usize,
    pub name: String,
    pub runner_group: String,
    /// What `runs-on` may say to reach it.
    pub labels: Vec<String>,
    pub deleted: bool,
}

struct Request {
    method: String,
    path: String,
    query: String,
    body: Value,
}

impl GitHub {
    /// Starts one that knows these runner groups besides `default`.
    pub fn start(runner_groups: &[&str]) -> Result<Self, String> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(|error| error.to_string())?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let url = format!("http://{address}");
        let state = Arc::new(State {
            url: url.clone(),
            runner_groups: ["default"].iter().chain(runner_groups).map(|&name| name.to_owned()).collect(),
            scale_sets: Mutex::default(),
            runners: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let serving = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.stopped.load(Ordering::Relaxed) {
                    break;
                }
                let serving = Arc::clone(&serving);
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        Ok(Self { url, state })
    }

    /// The same manifest with this stand-in in the place of github.com.
    pub fn redirect(&self, yaml: &[u8]) -> Vec<u8> {
        String::from_utf8_lossy(yaml).replace("https://github.com", &self.url).into_bytes()
    }

    /// Every scale set that was ever registered.
    pub fn scale_sets(&self) -> Vec<ScaleSet> {
        self.state.scale_sets.lock().map(|sets| sets.clone()).unwrap_or_default()
    }
}

impl Drop for GitHub {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::Relaxed);
        // Its thread waits for a connection; this is the last one.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

impl State {
    /// One request a connection: nothing here is worth keeping one open for.
    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
        let Some(request) = Request::read(&stream) else { return };
        let (status, body) = self.answer(&request);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let _ = write!(
            stream,
            "HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
    }

    fn answer(&self, request: &Request) -> (u16, Value) {
        let method = request.method.as_str();
        if let Some(path) = request.path.strip_prefix("/api/v3") {
            return match method {
                "POST" if path.ends_with("/actions/runners/registration-token") => {
                    (201, json!({"token": "registration", "expires_at": "2100-01-01T00:00:00Z"}))
                }
                "POST" if path.ends_with("/access_tokens") => {
                    (201, json!({"token": "installation", "expires_at": "2100-01-01T00:00:00Z"}))
                }
                "POST" if path == "/actions/runner-registration" => {
                    let service = format!("{}{SERVICE}/", self.url);
                    (200, json!({"url": service, "token": administrator_token()}))
                }
                _ => not_found(request),
            };
        }
        let Some(path) = request.path.strip_prefix(SERVICE) else { return not_found(request) };
        if let Some(rest) = path.strip_prefix(SCALE_SETS) {
            self.scale_set(rest.trim_matches('/'), request)
        } else if path.trim_end_matches('/') == RUNNER_GROUPS {
            self.runner_group(request)
        } else if let Some(rest) = path.strip_prefix(RUNNERS) {
            self.runner(rest.trim_matches('/'), request)
        } else {
            not_found(request)
        }
    }

    /// `rest` is what follows the collection: nothing, an id, or an action.
    fn scale_set(&self, rest: &str, request: &Request) -> (u16, Value) {
        let Ok(mut sets) = self.scale_sets.lock() else { return (500, Value::Null) };
        let (id, action) = rest.split_once('/').unwrap_or((rest, ""));
        let known = id.parse::<usize>().ok().filter(|&id| id >= 1 && id <= sets.len());
        match (request.method.as_str(), known, action) {
            ("GET", None, "") => {
                let group =
                    request.parameter("runnerGroupId").and_then(|id| self.group_name(id.parse().ok()?));
                let name = request.parameter("name");
                let same = |set: &&ScaleSet| {
                    !set.deleted && Some(&set.runner_group) == group && name.as_ref() == Some(&set.name)
                };
                let found: Vec<Value> = sets.iter().filter(same).map(|set| self.shown(set)).collect();
                (200, json!({"count": found.len(), "value": found}))
            }
            ("POST", None, "") => {
                let group =
                    request.body["runnerGroupId"].as_u64().and_then(|id| self.group_name(id as usize));
                let (Some(name), Some(group)) = (request.body["name"].as_str(), group) else {
                    return (400, json!({"message": "no name, or no such runner group"}));
                };
                if sets.iter().any(|set| !set.deleted && set.name == name && set.runner_group == *group) {
                    return (409, json!({"typeName": "RunnerScaleSetExistsException", "message": name}));
                }
                let labels = request.body["labels"].as_array().into_iter().flatten();
                let set = ScaleSet {
                    id: sets.len() + 1,
                    name: name.to_owned(),
                    runner_group: group.clone(),
                    labels: labels.filter_map(|label| Some(label["name"].as_str()?.to_owned())).collect(),
                    deleted: false,
                };
                let answer = self.shown(&set);
                sets.push(set);
                (200, answer)
            }
            ("GET", Some(id), "") => (200, self.shown(&sets[id - 1])),
            ("PATCH", Some(id), "") => {
                let group =
                    request.body["runnerGroupId"].as_u64().and_then(|id| self.group_name(id as usize));
                let set = &mut sets[id - 1];
                set.name = request.body["name"].as_str().unwrap_or(&set.name).to_owned();
                set.runner_group = group.unwrap_or(&set.runner_group).clone();
                (200, self.shown(&sets[id - 1]))
            }
            ("DELETE", Some(id), "") => {
                sets[id - 1].deleted = true;
                (204, Value::Null)
            }
            ("POST", Some(id), "generatejitconfig") => {
                let Ok(mut runners) = self.runners.lock() else { return (500, Value::Null) };
                let name = request.body["name"].as_str().unwrap_or_default().to_owned();
                runners.push(name.clone());
                let runner = json!({"id": runners.len(), "name": name, "runnerScaleSetId": id});
                (200, json!({"runner": runner, "encodedJITConfig": "bm90IGEgcmVhbCBvbmU="}))
            }
            _ => not_found(request),
        }
    }

    fn runner_group(&self, request: &Request) -> (u16, Value) {
        let wanted = request.parameter("groupName").unwrap_or_default();
        let found: Vec<Value> = (1..)
            .zip(&self.runner_groups)
            .filter(|(_, name)| name.eq_ignore_ascii_case(&wanted))
            .map(|(id, name)| json!({"id": id, "name": name, "isDefaultGroup": id == 1}))
            .collect();
        (200, json!({"count": found.len(), "value": found}))
    }

    /// Runners are only ever taken off; none comes to life here.
    fn runner(&self, id: &str, request: &Request) -> (u16, Value) {
        match request.method.as_str() {
            "DELETE" if !id.is_empty() => (204, Value::Null),
            "GET" if id.is_empty() => (200, json!({"count": 0, "value": []})),
            _ => not_found(request),
        }
    }

    fn group_name(&self, id: usize) -> Option<&String> {
        self.runner_groups.get(id.checked_sub(1)?)
    }

    fn shown(&self, set: &ScaleSet) -> Value {
        let group = self.runner_groups.iter().position(|name| *name == set.runner_group).unwrap_or_default();
        let labels: Vec<Value> =
            set.labels.iter().map(|name| json!({"type": "System", "name": name})).collect();
        json!({
            "id": set.id, "name": set.name, "labels": labels,
            "runnerGroupId": group + 1, "runnerGroupName": set.runner_group,
        })
    }
}

impl Request {
    /// None for a connection that says nothing intelligible.
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());

        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;

        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        Some(Self {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            body: serde_json::from_slice(&body).unwrap_or_default(),
        })
    }

    /// A parameter of the query. Names of pools and groups need no escapes
    /// other than that of the space.
    fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.replace('+', " "))
    }
}

fn not_found(request: &Request) -> (u16, Value) {
    (404, json!({"message": format!("the stand-in has no {} {}", request.method, request.path)}))
}

/// A token in the form of a JWT that is good for an hour. Its reader looks at
/// the time and leaves the signature to GitHub.
fn administrator_token() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({"alg": "HS256", "typ": "JWT"}));
    let claims = part(json!({"iat": now, "exp": now + 3600}));
    format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode("unsigned"))
}
