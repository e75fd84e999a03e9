//! Somebody who speaks with the server.

use serde_json::{Value, json};
use std::time::Duration;
use ureq::http::Request;

/// One token at one server.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    address: String,
    token: String,
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body; null where there is none or it is not JSON.
    pub body: Value,
}

impl Reply {
    /// Whether it was done.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the policies of the token refused it.
    pub fn is_refused(&self) -> bool {
        self.status == 403
    }

    /// What the server had against it, in one line.
    pub fn errors(&self) -> String {
        let list = self.body["errors"].as_array().cloned().unwrap_or_default();
        let texts: Vec<_> = list.iter().map(|error| error.as_str().unwrap_or_default()).collect();
        texts.join("; ").split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl Client {
    pub(super) fn new(address: &str, token: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            // The server is on this machine, whatever proxy the person uses.
            .proxy(None)
            .http_status_as_error(false)
            // LIST and SCAN.
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        Self { agent, address: address.to_owned(), token: token.to_owned() }
    }

    /// The token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A request below `/v1/`. A body of PATCH is a merge patch.
    pub fn try_call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Reply, String> {
        let mut request = Request::builder().method(method).uri(format!("{}/v1/{path}", self.address));
        if !self.token.is_empty() {
            request = request.header("X-Vault-Token", &self.token);
        }
        let content = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let text = body.map(Value::to_string).unwrap_or_default();
        let result = if body.is_some() {
            let request = request.header("Content-Type", content).body(text);
            self.agent.run(request.map_err(|error| error.to_string())?)
        } else {
            self.agent.run(request.body(()).map_err(|error| error.to_string())?)
        };
        let mut response = result.map_err(|error| format!("{method} {path}: {error}"))?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().map_err(|error| error.to_string())?;
        Ok(Reply { status, body: serde_json::from_str(&text).unwrap_or_default() })
    }

    /// The same where an answer is certain to come.
    pub fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Reply {
        self.try_call(method, path, body).expect("an answer")
    }

    /// The same where it is certain to be done; the body of the answer.
    pub fn must(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let reply = self.call(method, path, body);
        assert!(reply.is_ok(), "{method} {path}: {} {}", reply.status, reply.errors());
        reply.body
    }

    /// What the server says that this token may do with paths, in their order.
    pub fn capabilities(&self, paths: &[&str]) -> Vec<String> {
        let reply = self.must("POST", "sys/capabilities-self", Some(&json!({"paths": paths})));
        paths.iter().map(|path| words(&reply["data"][*path])).collect()
    }

    /// What the server says that another token may do with paths. Only an administrator may ask.
    pub fn capabilities_of(&self, token: &str, paths: &[&str]) -> Vec<String> {
        let reply = self.must("POST", "sys/capabilities", Some(&json!({"token": token, "paths": paths})));
        paths.iter().map(|path| words(&reply["data"][*path])).collect()
    }

    /// Logs in at `auth/MOUNT/login`; the client is one who holds the new token.
    pub fn login(&self, mount: &str, role: &str, jwt: &str) -> Result<Self, Reply> {
        let body = json!({"role": role, "jwt": jwt});
        let reply = Self::new(&self.address, "").call("POST", &format!("auth/{mount}/login"), Some(&body));
        match reply.body["auth"]["client_token"].as_str() {
            Some(token) if reply.is_ok() => Ok(Self { token: token.to_owned(), ..self.clone() }),
            _ => Err(reply),
        }
    }
}

fn words(list: &Value) -> String {
    let list = list.as_array().cloned().unwrap_or_default();
    let mut words: Vec<_> = list.iter().map(|word| word.as_str().unwrap_or_default()).collect();
    words.sort_unstable();
    words.join(", ")
}
