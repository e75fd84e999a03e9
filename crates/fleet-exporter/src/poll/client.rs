//! Requests to GitHub's API.

use super::api::{ApiError, Endpoint, INSTALLATIONS, Page, header, next_link};
use super::auth::Auth;
use super::budget::{Admission, Budget};
use super::kept::Kept;
use crate::app::App;
use crate::github::instant;
use crate::ledger::series::Increment;
use crate::time::{HOUR, Second};
use fleet_model::exporter::Server;
use fleet_model::metrics::exporter as metric;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use ureq::http::Response;
use ureq::{Agent, Body};

/// The longest answer that is read.
const BODY: u64 = 64 << 20;
/// Redirects that are followed: a repository that was renamed more than once.
const REDIRECTS: usize = 3;
/// The release of the API that is asked for.
const VERSION: &str = "2022-11-28";

/// Asks one server as one installation.
#[derive(Debug)]
pub struct Client {
    pub(super) app: Arc<App>,
    agent: Agent,
    api: String,
    pub(super) host: String,
    pub(super) org: String,
    pub(super) auth: Auth,
    pub(super) budget: Mutex<Budget>,
    kept: Kept,
    spent: AtomicU64,
    /// When the minute began, and requests in it.
    pub(super) minute: Mutex<(Option<Instant>, u32)>,
}

impl Client {
    /// A client of a server.
    pub fn new(app: Arc<App>, server: &Server, org: &str, auth: Auth) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .user_agent(concat!("fleet-exporter/", env!("CARGO_PKG_VERSION")))
            .build();
        let kept = Kept::new(app.ledger.clone(), &server.host);
        Self {
            app,
            agent: agent.into(),
            api: server.api(),
            host: server.host.clone(),
            org: org.to_owned(),
            auth,
            budget: Mutex::default(),
            kept,
            spent: AtomicU64::new(0),
            minute: Mutex::default(),
        }
    }

    /// Whether an App asks, rather than a user.
    pub fn is_app(&self) -> bool {
        matches!(self.auth, Auth::App { .. })
    }

    /// Requests so far that GitHub counted: all but those that were not modified.
    pub fn spent(&self) -> u64 {
        self.spent.load(Ordering::Relaxed)
    }

    /// Whether a round may begin: see [`Budget::admit`].
    pub fn admit(&self, most: u64, usual: u64, wanted: i64) -> Admission {
        let budget = *self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        let admission = budget.admit(most, usual, wanted, self.app.process.now());
        let slower = !matches!(admission, Admission::Now(interval) if interval == wanted);
        let labels = [self.host.as_str(), self.auth.installation(), "core"];
        self.app.process.set(&metric::BUDGET_THROTTLED, &labels, f64::from(u8::from(slower)));
        admission
    }

    /// One page of a listing: `list` is the name of its field, or empty where the answer is the list.
    pub fn page<T>(
        &self,
        endpoint: Endpoint,
        path: &str,
        list: &str,
        persist: bool,
    ) -> Result<Page<T>, ApiError>
    where
        T: DeserializeOwned + Serialize,
    {
        let url = self.url(path)?;
        let token = self.token()?;
        let (etag, body) = self.kept.known(&url, &token).unzip();
        let body = body.unwrap_or_default();
        let kept: Option<Page<T>> = serde_json::from_slice(&body).ok();
        let etag = etag.filter(|_| kept.is_some());
        let mut answer = self.send(endpoint, "GET", &url, &token, etag.as_deref())?;
        if answer.status().as_u16() == 304
            && let Some(kept) = kept
        {
            return Ok(kept);
        }
        let next = next_link(answer.headers());
        let etag = header(answer.headers(), "etag").map(str::to_owned);
        let value: serde_json::Value = self.json(&mut answer)?;
        let total = value.get("total_count").and_then(serde_json::Value::as_u64).unwrap_or(0);
        let items = if list.is_empty() { Some(value) } else { value.get(list).cloned() };
        let items = items.ok_or_else(|| ApiError::Body(format!("{list} is absent")))?;
        let items: Vec<serde_json::Value> =
            serde_json::from_value(items).map_err(|error| ApiError::Body(error.to_string()))?;
        // One odd item must not lose the others.
        let items = items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect();
        let page = Page { items, total, next };
        if let Some(etag) = etag {
            // A token of an installation is gone within the hour, and its ETags with it.
            let persist = persist && !self.is_app();
            self.kept.keep(&url, &token, etag, serde_json::to_vec(&page).unwrap_or_default(), persist);
        }
        Ok(page)
    }

    /// All pages of a listing, up to a number of them.
    pub fn pages<T>(
        &self,
        endpoint: Endpoint,
        path: &str,
        list: &str,
        most: usize,
    ) -> Result<Vec<T>, ApiError>
    where
        T: DeserializeOwned + Serialize,
    {
        let mut all = Vec::new();
        let mut next = Some(path.to_owned());
        for _ in 0..most {
            let Some(path) = next.take() else { break };
            let page: Page<T> = self.page(endpoint, &path, list, false)?;
            all.extend(page.items);
            next = page.next;
        }
        Ok(all)
    }

    /// One object.
    pub fn one<T: DeserializeOwned>(&self, endpoint: Endpoint, path: &str) -> Result<T, ApiError> {
        let (url, token) = (self.url(path)?, self.token()?);
        let mut answer = self.send(endpoint, "GET", &url, &token, None)?;
        self.json(&mut answer)
    }

    /// A page of what only the App itself may see.
    pub fn page_as_app<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        path: &str,
    ) -> Result<(Vec<T>, Option<String>), ApiError> {
        let (url, token) = (self.url(path)?, self.jwt()?);
        let mut answer = self.send(endpoint, "GET", &url, &token, None)?;
        let next = next_link(answer.headers());
        Ok((self.json(&mut answer)?, next))
    }

    /// Asks for something to be done, as the App.
    pub fn post_as_app(&self, endpoint: Endpoint, path: &str) -> Result<(), ApiError> {
        let (url, token) = (self.url(path)?, self.jwt()?);
        self.send(endpoint, "POST", &url, &token, None).map(drop)
    }

    fn jwt(&self) -> Result<String, ApiError> {
        self.auth.jwt(self.app.process.now()).map_err(ApiError::Credentials)
    }

    /// A token for the organization; a new one where the old one is about to end.
    fn token(&self) -> Result<String, ApiError> {
        #[derive(Deserialize)]
        struct Id {
            id: u64,
        }
        #[derive(Deserialize)]
        struct Token {
            token: String,
            expires_at: Option<String>,
        }
        let now = self.app.process.now();
        if let Some(token) = self.auth.current(now).map_err(ApiError::Credentials)? {
            return Ok(token);
        }
        let jwt = self.jwt()?;
        let url = self.url(&format!("/orgs/{}/installation", self.org))?;
        let installation: Id = self.json(&mut self.send(INSTALLATIONS, "GET", &url, &jwt, None)?)?;
        let url = self.url(&format!("/app/installations/{}/access_tokens", installation.id))?;
        let given: Token = self.json(&mut self.send(INSTALLATIONS, "POST", &url, &jwt, None)?)?;
        let expires = instant(given.expires_at.as_deref()).unwrap_or_else(|| now.plus(HOUR));
        self.auth.renew(given.token.clone(), expires);
        Ok(given.token)
    }

    /// A path, or what a `Link` named, as an address of this server and no other.
    fn url(&self, path: &str) -> Result<String, ApiError> {
        if path.starts_with('/') {
            return Ok(format!("{}{path}", self.api));
        }
        let origin = |url: &str| -> Option<String> {
            let (scheme, rest) = url.split_once("://")?;
            Some(format!("{scheme}://{}", rest.split(['/', '?', '#']).next()?))
        };
        if origin(path).is_some() && origin(path) == origin(&self.api) {
            return Ok(path.to_owned());
        }
        Err(ApiError::Foreign(path.to_owned()))
    }

    fn send(
        &self,
        endpoint: Endpoint,
        method: &str,
        url: &str,
        token: &str,
        etag: Option<&str>,
    ) -> Result<Response<Body>, ApiError> {
        let mut url = url.to_owned();
        for _ in 0..=REDIRECTS {
            let answer = self.send_once(endpoint, method, &url, token, etag)?;
            let code = answer.status().as_u16();
            if !matches!(code, 301 | 302 | 307 | 308) {
                return self.judge(endpoint, answer);
            }
            let Some(to) = header(answer.headers(), "location") else { return Err(ApiError::Status(code)) };
            url = self.url(to)?;
        }
        Err(ApiError::Body("it leads in a circle".to_owned()))
    }

    fn send_once(
        &self,
        endpoint: Endpoint,
        method: &str,
        url: &str,
        token: &str,
        etag: Option<&str>,
    ) -> Result<Response<Body>, ApiError> {
        let now = self.app.process.now();
        let blocked = self.budget.lock().unwrap_or_else(PoisonError::into_inner).blocked;
        if now < blocked {
            return Err(ApiError::Limited(blocked));
        }
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(url)
            .header("accept", "application/vnd.github+json")
            .header("authorization", format!("Bearer {token}"))
            .header("x-github-api-version", VERSION);
        if let Some(etag) = etag {
            request = request.header("if-none-match", etag);
        }
        self.pace();
        let sent = Second::now();
        let request = request.body(()).map_err(|error| ApiError::Transport(error.to_string()))?;
        let answer = self.agent.run(request);
        let code =
            answer.as_ref().map_or_else(|_| "none".to_owned(), |answer| answer.status().as_str().to_owned());
        if code != "304" {
            self.spent.fetch_add(1, Ordering::Relaxed);
        }
        let conditional = match etag {
            None => "none",
            Some(_) if code == "304" => "hit",
            Some(_) => "miss",
        };
        let labels = [
            ("host", self.host.as_str()),
            ("endpoint", endpoint.name),
            ("code", &code),
            ("conditional", conditional),
        ];
        self.app.process.count(&Increment::one(&metric::API_REQUESTS, &labels));
        let answer = answer.map_err(|error| ApiError::Transport(error.to_string()))?;
        self.note(answer.headers(), sent);
        Ok(answer)
    }

    fn json<T: DeserializeOwned>(&self, answer: &mut Response<Body>) -> Result<T, ApiError> {
        let bytes = answer.body_mut().with_config().limit(BODY).read_to_vec();
        let bytes = bytes.map_err(|error| ApiError::Transport(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| ApiError::Body(error.to_string()))
    }
}
