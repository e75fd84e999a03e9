//! Requests to a server, one at a time each.

use crate::operation::Metrics;
use fleet_model::metrics::controller::VAULT_REQUESTS;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Request;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Most bytes of an answer.
const MOST: u64 = 8 << 20;
const CONNECT: Duration = Duration::from_secs(5);
/// For all of a request: a server that answers a byte a second is no better than a dead one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a server did not do what it was asked. It holds no token and no body of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is sealed: somebody must unseal it.
    Sealed,
    /// It has never been set up.
    Uninitialised,
    /// It did not answer, or not to the end.
    Unreachable(String),
    /// It is asked too much.
    Throttled,
    /// The token lacks a right.
    Forbidden {
        /// The path that was asked.
        path: String,
        /// The capability that it takes.
        capability: &'static str,
    },
    /// It won't do that, now or later.
    Rejected {
        /// HTTP status.
        status: u16,
        /// What it said.
        said: String,
    },
    /// It could not do that.
    Broken {
        /// HTTP status.
        status: u16,
        /// What it said.
        said: String,
    },
    /// What the resources say of the server can't be used.
    Unusable(String),
}

impl Failure {
    /// Whether all other requests would fail in the same way.
    pub fn is_of_server(&self) -> bool {
        !matches!(self, Self::Forbidden { .. } | Self::Rejected { .. } | Self::Broken { .. })
    }

    /// A word for it, as conditions have.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Sealed => "Sealed",
            Self::Uninitialised => "Uninitialised",
            Self::Unreachable(_) => "Unreachable",
            Self::Throttled => "Throttled",
            Self::Forbidden { .. } => "Forbidden",
            Self::Rejected { .. } => "Rejected",
            Self::Broken { .. } => "ServerError",
            Self::Unusable(_) => "Unusable",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sealed => f.write_str("the server is sealed: unseal it"),
            Self::Uninitialised => f.write_str("the server has not been initialised"),
            Self::Unreachable(reason) => write!(f, "the server does not answer: {reason}"),
            Self::Throttled => f.write_str("the server refuses more requests for now (429)"),
            Self::Forbidden { path, capability } => {
                write!(
                    f,
                    "the controller needs the capability {capability} on {path}: see `fleet-controller vault bootstrap`"
                )
            }
            Self::Rejected { status, said } => write!(f, "the server rejects it: {status} {said}"),
            Self::Broken { status, said } => write!(f, "the server failed: {status} {said}"),
            Self::Unusable(reason) => f.write_str(reason),
        }
    }
}

/// Who a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Id of its cluster; empty where it tells none.
    pub cluster_id: String,
}

/// A server, without a token.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: String,
    namespace: String,
    server: String,
    metrics: Arc<Metrics>,
}

impl Client {
    /// The server at an address. `server` is its name in metrics, `certificate` its certificate authority as PEM.
    pub fn new(
        server: &str,
        address: &str,
        namespace: &str,
        certificate: Option<&str>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, Failure> {
        let mut tls = TlsConfig::builder();
        if let Some(pem) = certificate {
            let roots: Vec<Certificate<'static>> = parse_pem(pem.as_bytes())
                .filter_map(|item| match item {
                    Ok(PemItem::Certificate(certificate)) => Some(certificate),
                    _ => None,
                })
                .collect();
            if roots.is_empty() {
                return Err(Failure::Unusable(
                    "the certificate authority of the server is no PEM".to_owned(),
                ));
            }
            tls = tls.root_certs(RootCerts::from(roots));
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .tls_config(tls.build())
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Ok(Self {
            agent,
            address: address.trim_end_matches('/').to_owned(),
            namespace: namespace.to_owned(),
            server: server.to_owned(),
            metrics,
        })
    }

    /// Who it is, if it takes requests. A standby tells the same as the active node, which it hands requests to.
    pub async fn identity(&self) -> Result<Identity, Failure> {
        let path = "sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200";
        // Health is asked without a namespace: only the root has it.
        let (status, text) = self.raw("GET", path, None, None, false).await?;
        let health: Value = serde_json::from_str(&text).unwrap_or_default();
        match (status, &health["initialized"], &health["sealed"]) {
            (200, Value::Bool(false), _) => Err(Failure::Uninitialised),
            (_, _, Value::Bool(true)) => Err(Failure::Sealed),
            (200, Value::Bool(true), Value::Bool(false)) => {
                Ok(Identity { cluster_id: health["cluster_id"].as_str().unwrap_or_default().to_owned() })
            }
            _ => Err(Failure::Unreachable(format!("its health is {status}"))),
        }
    }

    /// Asks, with a token. The body of the answer; none for 404, which says that there is nothing.
    pub async fn ask(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
        token: Option<&str>,
    ) -> Result<Option<Value>, Failure> {
        let (status, text) = self.raw(method, path, body, token, true).await?;
        match status {
            200..300 if text.is_empty() => Ok(Some(Value::Null)),
            200..300 => serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| Failure::Unreachable(format!("its answer can't be read: {error}"))),
            404 => match said(&text) {
                nothing if nothing.is_empty() => Ok(None),
                // There is no auth method at this path, say.
                said => Err(Failure::Rejected { status, said }),
            },
            403 => Err(Failure::Forbidden { path: path.to_owned(), capability: capability(method) }),
            // A path that is limited, or all of the server.
            429 => Err(Failure::Throttled),
            503 => Err(Failure::Sealed),
            412 | 472 | 473 | 500.. => Err(Failure::Broken { status, said: said(&text) }),
            status => Err(Failure::Rejected { status, said: said(&text) }),
        }
    }

    async fn raw(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
        token: Option<&str>,
        in_namespace: bool,
    ) -> Result<(u16, String), Failure> {
        let unusable = |error: ureq::http::Error| Failure::Unusable(format!("the address: {error}"));
        let mut request = Request::builder().method(method).uri(format!("{}/v1/{path}", self.address));
        if let Some(token) = token {
            request = request.header("X-Vault-Token", token);
        }
        if in_namespace && !self.namespace.is_empty() {
            request = request.header("X-Vault-Namespace", &self.namespace);
        }
        // Tells a server in front of browsers apart from one that was tricked into asking.
        let request = request.header("X-Vault-Request", "true");
        let agent = self.agent.clone();
        let request = match body {
            Some(body) => {
                request.header("Content-Type", "application/json").body(body.to_string()).map_err(unusable)?
            }
            None => request.body(String::new()).map_err(unusable)?,
        };
        let has_body = body.is_some();
        let asked = tokio::task::spawn_blocking(move || {
            let mut response = if has_body { agent.run(request) } else { agent.run(request.map(drop)) }?;
            let text = response.body_mut().with_config().limit(MOST).read_to_string()?;
            Ok((response.status().as_u16(), text))
        });
        let answer: Result<(u16, String), ureq::Error> =
            asked.await.map_err(|_| Failure::Unreachable("the request was given up".to_owned()))?;
        let code = answer.as_ref().map_or("none".to_owned(), |(status, _)| status.to_string());
        self.metrics.add(&VAULT_REQUESTS, &[&self.server, &code], 1.0);
        answer.map_err(|error| Failure::Unreachable(error.to_string()))
    }
}

/// What a server has against a request, in one line.
fn said(text: &str) -> String {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let errors: Vec<_> = body["errors"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let line = errors.join("; ").split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}

fn capability(method: &str) -> &'static str {
    match method {
        "GET" => "read",
        "DELETE" => "delete",
        _ => "create or update",
    }
}

/// The fields of an answer to a read.
pub fn data(answer: &Value) -> Map<String, Value> {
    answer["data"].as_object().cloned().unwrap_or_default()
}
