//! The Vault server whose data is copied.

use fleet_model::backup::BackupServer;
use serde::Deserialize;
use serde_json::json;
use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Most bytes of an answer that is not a snapshot.
const SMALL: u64 = 1 << 20;

/// Why the server did not do what it was asked. It holds no token.
#[derive(Debug)]
pub enum ServerError {
    /// What the run was given can't be used.
    Unusable(String),
    /// The server is sealed: nobody can read it until somebody unseals it.
    Sealed,
    /// The role lacks a right.
    Forbidden {
        /// The path that was asked.
        path: &'static str,
        /// The capability that it takes.
        capability: &'static str,
    },
    /// It answered something else.
    Answer {
        /// The path that was asked.
        path: &'static str,
        /// HTTP status.
        status: u16,
        /// What it said.
        said: String,
    },
    /// It did not answer, or not to the end.
    Transport {
        /// The path that was asked.
        path: &'static str,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(reason) => f.write_str(reason),
            Self::Sealed => f.write_str("the server is sealed: unseal it"),
            Self::Forbidden { path, capability } => {
                write!(f, "the role may not: it needs the capability {capability} on {path}")
            }
            Self::Answer { path, status, said } => write!(f, "{path}: it answered {status} {said}"),
            Self::Transport { path, reason } => write!(f, "{path}: {reason}"),
        }
    }
}

impl std::error::Error for ServerError {}

/// Who a server is.
#[derive(Clone, Debug, Deserialize)]
pub struct Identity {
    /// Id of its cluster: a restored or rebuilt server has another.
    pub cluster_id: String,
    /// Its release.
    pub version: String,
}

/// A server, not logged in.
pub struct Server {
    url: String,
    auth: String,
    role: String,
    agent: Agent,
}

/// A server that a token of ours is good for.
pub struct Session<'a> {
    server: &'a Server,
    token: String,
}

const HEALTH: &str = "sys/health";
const SNAPSHOT: &str = "sys/storage/raft/snapshot";
const RESTORE: &str = "sys/storage/raft/snapshot-force";

impl Server {
    /// The server of a declaration.
    pub fn open(declared: &BackupServer) -> Result<Self, ServerError> {
        let mut tls = TlsConfig::builder();
        if let Some(path) = &declared.certificate {
            let unusable = |reason: String| ServerError::Unusable(format!("{path}: {reason}"));
            let pem = fs::read(path).map_err(|error| unusable(error.to_string()))?;
            let roots: Vec<_> = ureq::tls::parse_pem(&pem)
                .filter_map(|item| match item {
                    Ok(ureq::tls::PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect::<Vec<Certificate<'static>>>();
            if roots.is_empty() {
                return Err(unusable("it holds no certificate".to_owned()));
            }
            tls = tls.root_certs(RootCerts::from(roots));
        }
        // A snapshot takes as long as it takes; what is bounded is how long the server may say nothing.
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .tls_config(tls.build())
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_recv_response(Some(Duration::from_secs(120)))
            .build()
            .into();
        let url = declared.url.trim_end_matches('/').to_owned();
        Ok(Self { url, auth: declared.auth.clone(), role: declared.role.clone(), agent })
    }

    fn address(&self, path: &str) -> String {
        format!("{}/v1/{path}", self.url)
    }

    /// Who it is. A standby tells the same as the active node.
    pub fn identity(&self) -> Result<Identity, ServerError> {
        let url = self.address(&format!("{HEALTH}?standbyok=true&perfstandbyok=true"));
        let text = said(HEALTH, "read", self.agent.get(url).call())?;
        serde_json::from_str(&text).map_err(|error| ServerError::Answer {
            path: HEALTH,
            status: 200,
            said: format!("what can't be read: {error}"),
        })
    }

    /// Logs in with a token of a ServiceAccount.
    pub fn login(&self, account_token: &str) -> Result<Session<'_>, ServerError> {
        const PATH: &str = "auth login";
        #[derive(Deserialize)]
        struct Login {
            auth: Auth,
        }
        #[derive(Deserialize)]
        struct Auth {
            client_token: String,
        }
        let url = self.address(&format!("auth/{}/login", self.auth));
        let answer = self.agent.post(url).send_json(json!({"role": self.role, "jwt": account_token.trim()}));
        let text = said(PATH, "login", answer)?;
        let login: Login = serde_json::from_str(&text).map_err(|error| ServerError::Answer {
            path: PATH,
            status: 200,
            said: format!("what can't be read: {error}"),
        })?;
        Ok(Session { server: self, token: login.auth.client_token })
    }

    /// A session with a token that somebody gave.
    pub fn session(&self, token: &str) -> Session<'_> {
        Session { server: self, token: token.trim().to_owned() }
    }
}

impl Session<'_> {
    /// Copies a snapshot to where it is wanted. That it came to an end does not mean that it is whole: see
    /// [`verify`](super::archive::verify).
    pub fn snapshot(&self, to: &mut impl Write) -> Result<u64, ServerError> {
        let get = self.server.agent.get(self.server.address(SNAPSHOT)).header("X-Vault-Token", &self.token);
        let response = success(SNAPSHOT, "read", get.call())?;
        io::copy(&mut response.into_body().into_reader(), to)
            .map_err(|error| ServerError::Transport { path: SNAPSHOT, reason: error.to_string() })
    }

    /// Puts a snapshot in place of all that the server holds, whichever cluster it is of.
    pub fn restore(&self, from: fs::File) -> Result<(), ServerError> {
        let post = self.server.agent.post(self.server.address(RESTORE)).header("X-Vault-Token", &self.token);
        success(RESTORE, "update", post.send(from)).map(drop)
    }
}

type Answer = Result<Response<ureq::Body>, ureq::Error>;

fn success(
    path: &'static str,
    capability: &'static str,
    answer: Answer,
) -> Result<Response<ureq::Body>, ServerError> {
    let response = answer.map_err(|error| ServerError::Transport { path, reason: error.to_string() })?;
    match response.status().as_u16() {
        200..300 => Ok(response),
        403 => Err(ServerError::Forbidden { path, capability }),
        503 => Err(ServerError::Sealed),
        status => {
            let mut said = String::new();
            // What it says beside its status is a help, no more.
            let _ = response.into_body().into_reader().take(SMALL).read_to_string(&mut said);
            Err(ServerError::Answer { path, status, said: said.trim().to_owned() })
        }
    }
}

fn said(path: &'static str, capability: &'static str, answer: Answer) -> Result<String, ServerError> {
    let mut text = String::new();
    let read =
        success(path, capability, answer)?.into_body().into_reader().take(SMALL).read_to_string(&mut text);
    read.map_err(|error| ServerError::Transport { path, reason: error.to_string() })?;
    Ok(text)
}
