//! A token of a server: got by a login, kept while it is good, and got anew once when it is not.

use super::client::{Client, Failure};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Time between logins after refusals: a right that is missing must not become a login for every request.
const RELOGIN: Duration = Duration::from_secs(60);

/// How the controller logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Mount path of the Kubernetes auth method.
    pub auth: String,
    /// The role.
    pub role: String,
    /// Files with the ServiceAccount's token; the first that exists is read, at each login: the kubelet renews it.
    pub files: Vec<PathBuf>,
}

struct Token {
    text: String,
    renew: Instant,
    number: u64,
}

/// A server with a token for it.
pub struct Session {
    client: Client,
    login: Login,
    token: Mutex<Tokens>,
}

#[derive(Default)]
struct Tokens {
    held: Option<Token>,
    /// When one was last got because something was refused.
    replaced: Option<Instant>,
}

impl Session {
    /// One that logs in when it is first asked.
    pub fn new(client: Client, login: Login) -> Self {
        Self { client, login, token: Mutex::default() }
    }

    /// The server.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Asks with a token. One that was revoked is replaced; what is refused then lacks a right.
    pub async fn ask(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Option<Value>, Failure> {
        let (token, number) = self.token(None).await?;
        match self.client.ask(method, path, body, Some(&token)).await {
            Err(Failure::Forbidden { path: refused, capability }) => {
                let (token, newer) = self.token(Some(number)).await?;
                if newer == number {
                    return Err(Failure::Forbidden { path: refused, capability });
                }
                self.client.ask(method, path, body, Some(&token)).await
            }
            answer => answer,
        }
    }

    /// The token and its number. `refused` is the number of one that something was refused to.
    async fn token(&self, refused: Option<u64>) -> Result<(String, u64), Failure> {
        let mut tokens = self.token.lock().await;
        if let Some(token) = tokens.held.as_ref().filter(|token| Instant::now() < token.renew) {
            let early = tokens.replaced.is_some_and(|at| at.elapsed() < RELOGIN);
            if refused != Some(token.number) || early || !self.is_revoked(&token.text).await {
                return Ok((token.text.clone(), token.number));
            }
            tracing::warn!("the token was revoked");
            tokens.replaced = Some(Instant::now());
        }
        let number = tokens.held.as_ref().map_or(1, |token| token.number + 1);
        let token = self.log_in(number).await?;
        let text = token.text.clone();
        tokens.held = Some(token);
        Ok((text, number))
    }

    /// Whether the server knows the token no more, or won't say.
    async fn is_revoked(&self, token: &str) -> bool {
        let asked = self.client.ask("GET", "auth/token/lookup-self", None, Some(token)).await;
        matches!(asked, Err(Failure::Forbidden { .. }))
    }

    async fn log_in(&self, number: u64) -> Result<Token, Failure> {
        let path = format!("auth/{}/login", self.login.auth);
        let jwt = self.account_token()?;
        let asked = Instant::now();
        let body = json!({"role": self.login.role, "jwt": jwt});
        let answer = match self.client.ask("POST", &path, Some(&body), None).await {
            Ok(Some(answer)) => answer,
            Ok(None) => return Err(Failure::Rejected { status: 404, said: format!("there is no {path}") }),
            Err(Failure::Forbidden { path, .. }) => {
                return Err(Failure::Forbidden { path, capability: "login" });
            }
            // That there is no such role is said as a bad request.
            Err(failure) => return Err(failure),
        };
        let Some(text) = answer["auth"]["client_token"].as_str() else {
            return Err(Failure::Unreachable("its answer to the login has no token".to_owned()));
        };
        let lasts = Duration::from_secs(answer["auth"]["lease_duration"].as_u64().unwrap_or_default());
        tracing::info!(auth = self.login.auth, role = self.login.role, lasts = lasts.as_secs(), "logged in");
        // A token that lasts for ever says 0.
        let renew = if lasts.is_zero() { Duration::from_secs(3600) } else { lasts * 2 / 3 };
        Ok(Token { text: text.to_owned(), renew: asked + renew, number })
    }

    fn account_token(&self) -> Result<String, Failure> {
        let file = self.login.files.iter().find(|file| file.exists()).or(self.login.files.last());
        let Some(file) = file else {
            return Err(Failure::Unusable("there is no token to log in with".to_owned()));
        };
        let text = std::fs::read_to_string(file).map_err(|error| {
            Failure::Unusable(format!("the token to log in with: {}: {error}", file.display()))
        })?;
        Ok(text.trim().to_owned())
    }

    /// Gives the token back. It runs out by itself where that fails.
    pub async fn end(&self) {
        if let Some(token) = self.token.lock().await.held.take() {
            let _ = self.client.ask("POST", "auth/token/revoke-self", None, Some(&token.text)).await;
        }
    }
}
