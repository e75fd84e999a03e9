//! An exporter in this process, and a GitHub for it.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod needs;
pub mod real;

use fleet_exporter::app::{App, policy};
use fleet_exporter::ledger::Ledger;
use fleet_exporter::metrics::Format;
use fleet_exporter::poll::{Auth, Client, Org};
use fleet_exporter::server::serve;
use fleet_model::exporter::{Config, Credentials, Organization, Server};
use fleet_model::pools::{Pool, Pools, RunnerKind};
use ghfake::Fake;
use ring::hmac;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// The secret of the webhook.
pub const SECRET: &str = "It's a Secret to Everybody";

/// An exporter with a folder of its own.
pub struct Stage {
    pub folder: tempfile::TempDir,
    pub config: Config,
}

/// One that runs.
pub struct Running {
    pub app: Arc<App>,
    pub url: String,
    stop: watch::Sender<bool>,
    runtime: Option<tokio::runtime::Runtime>,
}

pub fn pool(name: &str, labels: &[&str], max: u32) -> Pool {
    Pool {
        name: name.to_owned(),
        kind: RunnerKind::Arc,
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        scale_set: Some(name.to_owned()),
        group: None,
        repositories: Vec::new(),
        cluster: None,
        namespace: None,
        min: 0,
        max: Some(max),
        microdollars_per_minute: Some(6_000),
    }
}

impl Stage {
    /// With webhooks only.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("secret"), SECRET).unwrap();
        std::fs::write(path("token"), "ghp_token\n").unwrap();
        let pools = Pools { pools: vec![pool("linux-large", &["linux-large"], 8), pool("gpu", &["gpu"], 1)] };
        std::fs::write(path("pools.json"), serde_json::to_string(&pools).unwrap()).unwrap();
        let server = Server {
            host: "github.com".to_owned(),
            api: None,
            credentials: None,
            organizations: vec![Organization { name: "acme".to_owned(), repositories: Vec::new() }],
            poll_seconds: Some(1),
        };
        let config = Config {
            listen: "127.0.0.1:0".to_owned(),
            ledger: path("ledger.redb"),
            pools: Some(path("pools.json")),
            branches: vec!["release/*".to_owned()],
            retention_days: 35,
            backfill_counters: true,
            webhook_secrets: vec![path("secret")],
            servers: vec![server],
        };
        Self { folder, config }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Polls, as a user with a token.
    pub fn polls(mut self, fake: &Fake) -> Self {
        fake.world().tokens.insert("ghp_token".to_owned(), i64::MAX);
        // Enough for a look each second; what happens with less has tests of its own.
        fake.world().limits.limit = 1_000_000;
        fake.world().limits.remaining = 1_000_000;
        self.config.servers[0].api = Some(fake.url());
        self.config.servers[0].credentials = Some(Credentials::Token { file: self.path("token") });
        self
    }

    /// Polls, as an App.
    pub fn polls_as_app(mut self, fake: &Fake) -> Self {
        let key = self.path("key.pem");
        std::fs::write(&key, include_str!("key.pem")).unwrap();
        self.config.servers[0].api = Some(fake.url());
        self.config.servers[0].credentials = Some(Credentials::App { id: "1".to_owned(), private_key: key });
        self
    }

    pub fn without_webhooks(mut self) -> Self {
        self.config.webhook_secrets.clear();
        self
    }

    pub fn app(&self) -> Arc<App> {
        let ledger = Ledger::open(&self.config.ledger, policy(&self.config).unwrap()).unwrap();
        Arc::new(App::new(self.config.clone(), ledger).unwrap())
    }

    /// The part that polls the organization, to be driven by hand.
    pub fn org(&self, app: &Arc<App>) -> Org {
        let server = self.config.servers[0].clone();
        let organization = server.organizations[0].clone();
        let auth = Auth::new(server.credentials.as_ref().unwrap(), &organization.name);
        let client = Client::new(Arc::clone(app), &server, &organization.name, auth);
        Org::new(Arc::clone(app), server, organization, client)
    }

    /// Serves, without polling.
    pub fn run(&self) -> Running {
        let app = self.app();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (stop, stopped) = watch::channel(false);
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(serve(listener, Arc::clone(&app), stopped));
        Running { app, url, stop, runtime: Some(runtime) }
    }
}

impl Running {
    pub fn get(&self, path: &str, accept: &str) -> (u16, String, String) {
        let request = agent().get(format!("{}{path}", self.url)).header("accept", accept);
        let mut answer = request.call().unwrap();
        let kind = answer.headers().get("content-type").unwrap().to_str().unwrap().to_owned();
        (
            answer.status().as_u16(),
            kind,
            answer.body_mut().with_config().limit(1 << 30).read_to_string().unwrap(),
        )
    }

    pub fn metrics(&self) -> String {
        text(&self.app, Format::Text)
    }

    /// Sends a delivery.
    pub fn send(&self, event: &str, guid: &str, body: &str, signature: Option<&str>) -> (u16, String) {
        let right = sign(body.as_bytes());
        let mut request = agent()
            .post(format!("{}/webhook", self.url))
            .header("content-type", "application/json")
            .header("x-github-event", event)
            .header("x-github-delivery", guid);
        let signature = signature.unwrap_or(&right);
        if !signature.is_empty() {
            request = request.header("x-hub-signature-256", signature);
        }
        let mut answer = request.send(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(std::time::Duration::from_secs(2));
        }
        self.app.ledger.close();
    }
}

/// A scrape in one of the formats that are text.
pub fn text(app: &App, format: Format) -> String {
    String::from_utf8(app.scrape(format)).unwrap()
}

pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

pub fn sign(body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let tag = hmac::sign(&key, body);
    format!("sha256={}", tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// The value of the one series whose line begins so; the sum where several do.
pub fn value(metrics: &str, begins: &str) -> f64 {
    let lines = metrics.lines().filter(|line| line.starts_with(begins));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}
