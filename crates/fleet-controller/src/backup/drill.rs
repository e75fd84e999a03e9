//! Practice: a copy is really restored, into a server that is thrown away.
//!
//! A copy that was verified can still be worth nothing: nobody may have the keys that open it. So the drill restores it and
//! opens it with the keys that a person would have on that day. Without keys it shows that a server takes the copy, and no more
//! than that; the result says which of the two was done.

use serde_json::{Value, json};
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use ureq::Agent;

/// How long the server may take to start, and to take up what was restored.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);
/// Most bytes of an answer that are read.
const SMALL: u64 = 1 << 20;

/// How far a copy was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It was restored, opened with the keys, and the server came to work with it.
    Full,
    /// It was restored. Whether the keys open it is not known.
    Structure,
}

impl Scope {
    /// The value of the label `scope` in metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Structure => "structure",
        }
    }
}

/// What the copy is opened and looked at with: that of the server that was copied.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Unseal keys, as many as it takes.
    pub unseal: Vec<String>,
    /// A secret that is read, such as `kv/data/fleet/canary`, and a token that may.
    pub canary: Option<(String, String)>,
}

/// Why a drill failed.
#[derive(Debug)]
pub enum DrillError {
    /// The server that is thrown away does not start, or does not do what new servers do.
    Server(String),
    /// It refused the copy.
    Refused(String),
    /// The keys did not open the copy.
    Sealed(String),
    /// The copy was opened, and the secret is not in it.
    Canary(String),
}

impl fmt::Display for DrillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(why) => write!(f, "the server for the drill: {why}"),
            Self::Refused(why) => write!(f, "a server does not take the copy: {why}"),
            Self::Sealed(why) => write!(f, "the unseal keys do not open the copy: {why}"),
            Self::Canary(why) => write!(f, "the copy is open, and the secret can't be read: {why}"),
        }
    }
}

impl std::error::Error for DrillError {}

/// Restores a copy into a server that `program` (of Vault or OpenBao) runs in a folder below `spool`.
pub fn drill(program: &Path, spool: &Path, copy: File, keys: &Keys) -> Result<Scope, DrillError> {
    let server = Server::start(program, spool)?;
    let made = server.ask("PUT", "sys/init", None, &json!({"secret_shares": 1, "secret_threshold": 1}))?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let (Some(token), Some(key)) = (text(&made.body["root_token"]), text(&made.body["keys"][0])) else {
        return Err(DrillError::Server(format!("sys/init: it answered {}", made.said())));
    };
    if !server.open(&[key])? {
        return Err(DrillError::Server("it stays sealed though it is new".to_owned()));
    }
    server.restore(&token, copy)?;
    if keys.unseal.is_empty() {
        return Ok(Scope::Structure);
    }
    if !server.open(&keys.unseal)? {
        return Err(DrillError::Sealed(format!("{} were tried", keys.unseal.len())));
    }
    if let Some((path, token)) = &keys.canary {
        let answer = server.ask("GET", path, Some(token), &Value::Null)?;
        if answer.status != 200 {
            return Err(DrillError::Canary(format!("{path}: it answered {}", answer.said())));
        }
    }
    Ok(Scope::Full)
}

struct Answer {
    status: u16,
    body: Value,
}

impl Answer {
    /// Status and errors; never what was asked for, which may be secret.
    fn said(&self) -> String {
        let errors = self.body.get("errors").map(Value::to_string).unwrap_or_default();
        format!("{} {errors}", self.status).trim_end().to_owned()
    }
}

/// A server with one node, on loopback. It ends, and its folder goes, when it is dropped.
struct Server {
    process: Child,
    url: String,
    agent: Agent,
    _folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start(program: &Path, spool: &Path) -> Result<Self, DrillError> {
        let failed = |error: std::io::Error| DrillError::Server(error.to_string());
        let folder = tempfile::tempdir_in(spool).map_err(failed)?;
        let (api, cluster) = (free_port().map_err(failed)?, free_port().map_err(failed)?);
        let url = format!("http://127.0.0.1:{api}");
        let data = folder.path().join("data");
        fs::create_dir(&data).map_err(failed)?;
        let config = json!({
            "storage": {"raft": {"path": data, "node_id": "drill"}},
            "listener": {"tcp": {"address": format!("127.0.0.1:{api}"), "tls_disable": true}},
            "api_addr": url,
            "cluster_addr": format!("http://127.0.0.1:{cluster}"),
            "disable_mlock": true,
        });
        let path = folder.path().join("config.json");
        fs::write(&path, config.to_string()).map_err(failed)?;
        let process = Command::new(program)
            .arg("server")
            .arg("-config")
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| DrillError::Server(format!("{}: {error}", program.display())))?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_recv_response(Some(Duration::from_secs(120)))
            .build()
            .into();
        let mut server = Self { process, url, agent, _folder: folder };
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", api)).is_err() {
            if let Ok(Some(status)) = server.process.try_wait() {
                return Err(DrillError::Server(format!("{} ended with {status}", program.display())));
            }
            if Instant::now() > end {
                return Err(DrillError::Server("it does not start".to_owned()));
            }
            sleep(PAUSE);
        }
        Ok(server)
    }

    /// Unseals it, and waits until it takes requests; whether it does.
    fn open(&self, keys: &[String]) -> Result<bool, DrillError> {
        let end = Instant::now() + PATIENCE;
        loop {
            let health = self.ask("GET", "sys/health", None, &Value::Null)?;
            match health.status {
                200 => return Ok(true),
                // A key that was given before it had taken up the copy counts for nothing, so all are given again.
                503 => {
                    for key in keys {
                        self.ask("PUT", "sys/unseal", None, &json!({"key": key}))?;
                    }
                }
                _ => {}
            }
            if Instant::now() > end {
                return Ok(false);
            }
            sleep(PAUSE);
        }
    }

    /// Restores the copy, whichever server it is of, and waits until the server has let go of what it held.
    fn restore(&self, token: &str, copy: File) -> Result<(), DrillError> {
        let url = format!("{}/v1/sys/storage/raft/snapshot-force", self.url);
        let answer = self.agent.post(url).header("X-Vault-Token", token).send(copy);
        let answer = read(answer)?;
        if !(200..300).contains(&answer.status) {
            return Err(DrillError::Refused(answer.said()));
        }
        let end = Instant::now() + PATIENCE;
        while self.ask("GET", "sys/health", None, &Value::Null)?.status == 200 {
            if Instant::now() > end {
                return Err(DrillError::Refused("it goes on with what it held".to_owned()));
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    fn ask(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> Result<Answer, DrillError> {
        let url = format!("{}/v1/{path}", self.url);
        read(match (method, token) {
            ("GET", Some(token)) => self.agent.get(url).header("X-Vault-Token", token).call(),
            ("GET", None) => self.agent.get(url).call(),
            _ => self.agent.put(url).send_json(body),
        })
    }
}

fn read(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, DrillError> {
    let response = answer.map_err(|error| DrillError::Server(error.to_string()))?;
    let status = response.status().as_u16();
    let mut text = String::new();
    // What can't be read says nothing; the status does.
    let _ = response.into_body().into_reader().take(SMALL).read_to_string(&mut text);
    Ok(Answer { status, body: serde_json::from_str(&text).unwrap_or_default() })
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
