//! A client of the API server: no more than requests, answers and errors, so
//! that a test sees exactly what the server says and nothing that a client
//! library made of it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// How a body is to be read by the server.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// A JSON document, for create.
    Json(&'a Value),
    /// Fields to set in what is there.
    MergePatch(&'a Value),
    /// YAML for server-side apply, byte for byte as somebody wrote it.
    Apply(&'a [u8]),
}

/// What the server answered to a request that it carried out.
pub struct Answer {
    pub body: Value,
    /// Texts of `Warning` headers: what `kubectl` prints in front of its result.
    pub warnings: Vec<String>,
}

/// What the server, or the way to it, had against a request.
#[derive(Debug)]
pub struct Failure {
    /// The HTTP status, unless no answer came at all.
    pub status: Option<u16>,
    pub message: String,
}

/// One identity at one API server.
pub struct Api {
    agent: ureq::Agent,
    server: String,
    token: String,
}

impl Api {
    /// `certificate` is the file that the API server wrote when it made its own
    /// serving certificate; the authority that signed it is in there too.
    pub fn new(server: String, token: String, certificate: &Path) -> Result<Self, String> {
        let pem = fs::read(certificate).map_err(|error| format!("{}: {error}", certificate.display()))?;
        let authorities = parse_pem(&pem)
            .filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            })
            .collect();
        let agent = ureq::Agent::config_builder()
            .tls_config(TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(authorities))).build())
            // The server is on this machine, whatever proxy the person uses.
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .new_agent();
        Ok(Self { agent, server, token })
    }

    pub fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.send("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.send("POST", path, Some(Body::Json(body)))
    }

    pub fn patch(&self, path: &str, body: Body) -> Result<Answer, Failure> {
        self.send("PATCH", path, Some(body))
    }

    pub fn delete(&self, path: &str) -> Result<Answer, Failure> {
        self.send("DELETE", path, None)
    }

    fn send(&self, method: &str, path: &str, body: Option<Body>) -> Result<Answer, Failure> {
        let no_answer =
            |message: String| Failure { status: None, message: format!("{method} {path}: {message}") };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server))
            .header("Accept", "application/json")
            .header("Authorization", format!("Bearer {}", self.token));
        let response = match body {
            None => self.agent.run(request.body(()).map_err(|error| no_answer(error.to_string()))?),
            Some(body) => {
                let (content_type, bytes) = body.encode();
                let request = request.header("Content-Type", content_type).body(bytes);
                self.agent.run(request.map_err(|error| no_answer(error.to_string()))?)
            }
        };
        let mut response = response.map_err(|error| no_answer(error.to_string()))?;
        let status = response.status().as_u16();
        let warnings = warnings(response.headers());
        let text = response
            .body_mut()
            .with_config()
            .limit(64 * 1024 * 1024)
            .read_to_string()
            .map_err(|error| no_answer(error.to_string()))?;

        // Health checks answer in plain text.
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if status < 300 {
            return Ok(Answer { body, warnings });
        }
        let message = match (body["message"].as_str(), body["reason"].as_str()) {
            (Some(message), Some(reason)) => format!("{reason}: {message}"),
            (Some(message), None) => message.to_owned(),
            (None, _) => body.to_string(),
        };
        Err(Failure { status: Some(status), message })
    }
}

impl Body<'_> {
    fn encode(&self) -> (&'static str, Vec<u8>) {
        match self {
            Body::Json(value) => ("application/json", value.to_string().into_bytes()),
            Body::MergePatch(value) => ("application/merge-patch+json", value.to_string().into_bytes()),
            Body::Apply(yaml) => ("application/apply-patch+yaml", yaml.to_vec()),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.status {
            Some(status) => write!(formatter, "{status} {}", self.message),
            None => write!(formatter, "{}", self.message),
        }
    }
}

/// `Warning: 299 - "text"`, where quotes inside the text are escaped.
fn warnings(headers: &HeaderMap) -> Vec<String> {
    let texts = headers.get_all("Warning").iter().filter_map(|value| value.to_str().ok());
    texts
        .map(|header| {
            let text = header.splitn(3, ' ').nth(2).unwrap_or(header).trim_matches('"');
            text.replace("\\\"", "\"")
        })
        .collect()
}
