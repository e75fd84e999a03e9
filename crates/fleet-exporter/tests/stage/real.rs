//! The exporter and Prometheus as programs of their own.

use super::{Stage, agent, needs};
use ghfake::{Day, Fake, Traffic};
use serde_json::Value;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that ends with the test.
pub struct Program(pub Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} within a minute");
        std::thread::sleep(Duration::from_millis(100));
    }
}

pub fn exporter(stage: &Stage) -> Program {
    let config = stage.path("config.json");
    std::fs::write(&config, serde_json::to_string(&stage.config).unwrap()).unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_fleet-exporter"))
        .arg("--config")
        .arg(config)
        .stderr(std::fs::File::options().create(true).append(true).open(stage.path("log")).unwrap())
        .spawn()
        .unwrap();
    let url = format!("http://{}/readyz", stage.config.listen);
    until("the exporter serves", || agent().get(&url).call().ok().filter(|answer| answer.status() == 200));
    Program(program)
}

pub struct Prometheus {
    _program: Program,
    url: String,
}

impl Prometheus {
    /// With features that have to be asked for, separated by commas.
    pub fn start(stage: &Stage, features: &str) -> Option<Self> {
        let program = needs::tool("bin/prometheus")?;
        let port = free_port();
        let config = stage.path("prometheus.yml");
        let rules = stage.path("rules.yml");
        std::fs::write(&rules, emitted_rules().unwrap_or_else(|| "groups: []".to_owned())).unwrap();
        let text = format!(
            "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: ['{}']\n\
             scrape_configs:\n- job_name: fleet-exporter\n  static_configs: [{{targets: ['{}']}}]\n",
            rules.display(),
            stage.config.listen
        );
        std::fs::write(&config, text).unwrap();
        let child = Command::new(program)
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", stage.path("tsdb").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg(format!("--enable-feature={features}"))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let ready = format!("{url}/-/ready");
        until("Prometheus serves", || {
            agent().get(&ready).call().ok().filter(|answer| answer.status() == 200)
        });
        Some(Self { _program: Program(child), url })
    }

    pub fn ask(&self, path: &str, query: &str) -> Value {
        let mut answer =
            agent().get(format!("{}/api/v1/{path}", self.url)).query("query", query).call().unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Labels and values of an instant query.
    pub fn query(&self, query: &str) -> Vec<(Value, f64)> {
        let answer = self.ask("query", query);
        assert_eq!(answer["status"], "success", "{answer}");
        let found = answer["data"]["result"].as_array().unwrap().iter();
        found.map(|one| (one["metric"].clone(), one["value"][1].as_str().unwrap().parse().unwrap())).collect()
    }

    /// The values that a query has had at each second of the last minutes.
    pub fn history(&self, query: &str, seconds: u64) -> Vec<f64> {
        let now = self.query("vector(time())")[0].1;
        let path = format!("query_range?start={}&end={now}&step=1", now - seconds as f64);
        let answer = self.ask(&path, query);
        let series = answer["data"]["result"].as_array().unwrap_or_else(|| panic!("{answer}"));
        assert_eq!(series.len(), 1, "{answer}");
        let values = series[0]["values"].as_array().unwrap().iter();
        values.map(|value| value[1].as_str().unwrap().parse().unwrap()).collect()
    }

    pub fn sum(&self, query: &str) -> f64 {
        self.query(query).iter().map(|(_, value)| value).sum()
    }
}

/// The alerts of the reference fleet as a file of Prometheus, without the time that each waits before it fires.
pub fn emitted_rules() -> Option<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../out/monitoring/alerts.yaml");
    let Ok(text) = std::fs::read_to_string(path) else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{path} is absent: build the reference fleet");
        eprintln!("skipped the emitted alerts: {path} is absent");
        return None;
    };
    let spec = text.lines().skip_while(|line| *line != "spec:").skip(1);
    let rules = spec.take_while(|line| line.starts_with("  ")).filter(|line| !waits(line));
    Some(rules.map(|line| format!("{}\n", &line[2..])).collect())
}

/// Whether a line says how long to wait before an alert fires, or between two looks.
fn waits(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("for: ") || line.starts_with("interval: ")
}

pub fn stage() -> Stage {
    let mut stage = Stage::new();
    stage.config.listen = format!("127.0.0.1:{}", free_port());
    stage
}

/// Six hours that end now.
pub fn day(fake: &Fake) -> (Day, i64) {
    let now = fake.world().now();
    let traffic =
        Traffic { org: "acme".to_owned(), begin: now - 6 * 3_600, seconds: 6 * 3_600, every: 60, seed: 4 };
    (Day::plan(&mut fake.world(), &traffic), now)
}
