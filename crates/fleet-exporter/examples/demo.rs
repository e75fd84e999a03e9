//! A trial without GitHub: `cargo run -p fleet-exporter --example demo`.
//!
//! It starts a fake GitHub with a day of traffic, the exporter, and a real Prometheus that reads it with the
//! alerts of the reference fleet, and asks the questions that a fleet is run by. With `--stay` it goes on until
//! it is interrupted, and the day with it.

use fleet_exporter::app::{App, policy};
use fleet_exporter::ledger::Ledger;
use fleet_exporter::run::run;
use fleet_model::exporter::{Config, Organization, Server};
use fleet_model::pools::{Pool, Pools, RunnerKind};
use ghfake::{Day, Disorder, Fake, Traffic};
use serde_json::{Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

const EXPORTER: &str = "127.0.0.1:9464";
const PROMETHEUS: &str = "127.0.0.1:9090";
const SECRET: &str = "a secret of the trial";

/// The seven questions of the fleet's first design, and the three of them that people are woken for.
const QUESTIONS: [(&str, &str); 10] = [
    ("runs that completed", "sum by (workflow, conclusion) (github_actions_workflow_runs_total)"),
    ("failure rate", "github_actions_workflow_failure_rate{window=\"24h\"}"),
    (
        "duration, median",
        "histogram_quantile(0.5, sum by (workflow, le) (github_actions_workflow_duration_seconds_bucket))",
    ),
    (
        "queue time, p95",
        "histogram_quantile(0.95, sum by (pool, le) (github_actions_workflow_queue_time_seconds_bucket))",
    ),
    ("failures in a row", "github_actions_workflow_consecutive_failures > 0"),
    ("runs in progress", "sum(github_actions_workflow_runs_in_progress)"),
    ("runs by branch", "sum by (branch) (github_actions_workflow_runs_by_branch_total)"),
    ("ASKED: failure rate > 0.2", "github_actions_workflow_failure_rate{window=\"24h\"} > 0.2"),
    ("ASKED: queue time > 60 s", "github_actions_workflow_queue_time_seconds_avg > 60"),
    ("ASKED: failed 3 times in a row", "github_actions_workflow_consecutive_failures >= 3"),
];

/// A program that ends with the trial.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let stay = std::env::args().any(|argument| argument == "--stay");
    let folder = tempfile::tempdir()?;
    let fake = Fake::start()?;
    let app = exporter(folder.path())?;
    let served = Arc::clone(&app);
    std::thread::spawn(move || run(served));
    let Some(_prometheus) = prometheus(folder.path())? else {
        return Err("no prometheus: install it, or set FLEETC_TOOLS to a folder with bin/prometheus".into());
    };

    let now = fake.world().now();
    let traffic =
        Traffic { org: "acme".to_owned(), begin: now - 86_400, seconds: 86_400 + 3_600, every: 60, seed: 4 };
    let mut day = Day::plan(&mut fake.world(), &traffic);
    fake.world().hook = Some((format!("http://{EXPORTER}/webhook"), SECRET.to_owned()));
    until("the exporter", || ask(&format!("http://{EXPORTER}/readyz"), "").is_ok())?;
    let begun = Instant::now();
    day.tell(&mut fake.world(), now);
    let arrived = fake.deliver(&Disorder { doubled: 10, shuffled: true, ..Disorder::default() });
    println!(
        "{arrived} deliveries of a day, a tenth of them twice and all disordered, in {:.1?}",
        begun.elapsed()
    );
    until("Prometheus", || !query("github_actions_workflow_runs_total").unwrap_or_default().is_empty())?;
    std::thread::sleep(Duration::from_secs(3));
    for (what, expression) in QUESTIONS {
        show(what, &query(expression)?);
    }
    show("ALERTS that fire", &query("ALERTS{alertstate=\"firing\"}")?);
    println!("\nexporter   http://{EXPORTER}\nPrometheus http://{PROMETHEUS}");
    if !stay {
        return Ok(());
    }
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let now = fake.world().now();
        day.tell(&mut fake.world(), now);
        fake.deliver(&Disorder::default());
    }
}

fn exporter(folder: &Path) -> Result<Arc<App>, Box<dyn Error>> {
    let pool = |name: &str, max| Pool {
        name: name.to_owned(),
        kind: RunnerKind::Arc,
        labels: vec![name.to_owned()],
        scale_set: Some(name.to_owned()),
        group: None,
        repositories: Vec::new(),
        cluster: None,
        namespace: None,
        min: 0,
        max: Some(max),
        microdollars_per_minute: Some(6_000),
    };
    let pools = Pools { pools: vec![pool("linux-large", 20), pool("gpu", 1)] };
    std::fs::write(folder.join("pools.json"), serde_json::to_string(&pools)?)?;
    std::fs::write(folder.join("secret"), SECRET)?;
    let organizations = vec![Organization { name: "acme".to_owned(), repositories: Vec::new() }];
    let host = "github.com".to_owned();
    let config = Config {
        listen: EXPORTER.to_owned(),
        ledger: folder.join("ledger.redb"),
        pools: Some(folder.join("pools.json")),
        branches: vec!["release/*".to_owned()],
        retention_days: 35,
        backfill_counters: true,
        webhook_secrets: vec![folder.join("secret")],
        servers: vec![Server { host, api: None, credentials: None, organizations, poll_seconds: None }],
    };
    let ledger = Ledger::open(&config.ledger, policy(&config)?)?;
    Ok(Arc::new(App::new(config, ledger)?))
}

fn prometheus(folder: &Path) -> Result<Option<Program>, Box<dyn Error>> {
    let tools = std::env::var_os("FLEETC_TOOLS").map_or_else(|| PathBuf::from(".tools"), PathBuf::from);
    let installed = tools.join("bin/prometheus");
    let program = if installed.exists() { installed } else { PathBuf::from("prometheus") };
    let config = folder.join("prometheus.yml");
    let rules = folder.join("rules.yml");
    std::fs::write(&rules, rules_of("out/monitoring/alerts.yaml"))?;
    let text = json!({
        "global": { "scrape_interval": "1s", "evaluation_interval": "1s" },
        "rule_files": [rules],
        "scrape_configs": [{ "job_name": "fleet-exporter", "static_configs": [{ "targets": [EXPORTER] }] }],
    });
    std::fs::write(&config, text.to_string())?;
    let child = Command::new(program)
        .arg(format!("--config.file={}", config.display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("tsdb").display()))
        .arg(format!("--web.listen-address={PROMETHEUS}"))
        .arg("--enable-feature=exemplar-storage")
        .stderr(Stdio::null())
        .spawn();
    Ok(child.ok().map(Program))
}

/// A PrometheusRule as a file of Prometheus. What waits for minutes before it fires, fires at once here.
fn rules_of(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let spec = text.lines().skip_while(|line| *line != "spec:").skip(1);
    let rules = spec.filter_map(|line| line.strip_prefix("  ")).filter(|line| !waits(line));
    let rules: Vec<&str> = rules.collect();
    if rules.is_empty() { "groups: []\n".to_owned() } else { rules.join("\n") + "\n" }
}

/// Whether a line says how long to wait before an alert fires, or between two looks.
fn waits(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("for: ") || line.starts_with("interval: ")
}

fn ask(url: &str, question: &str) -> Result<String, ureq::Error> {
    ureq::get(url).query("query", question).call()?.body_mut().read_to_string()
}

fn query(expression: &str) -> Result<Vec<(Value, String)>, Box<dyn Error>> {
    let answer = ask(&format!("http://{PROMETHEUS}/api/v1/query"), expression)?;
    let answer: Value = serde_json::from_str(&answer)?;
    let found = answer["data"]["result"].as_array().cloned().unwrap_or_default();
    let number = |one: &Value| one["value"][1].as_str().unwrap_or_default().to_owned();
    Ok(found.iter().map(|one| (one["metric"].clone(), number(one))).collect())
}

fn show(what: &str, found: &[(Value, String)]) {
    println!("\n{what}");
    let mut lines: Vec<String> = found.iter().map(|(labels, value)| line(labels, value)).collect();
    lines.sort();
    for line in lines.iter().take(12) {
        println!("{line}");
    }
    if lines.len() > 12 {
        println!("  … {} more", lines.len() - 12);
    }
}

fn line(labels: &Value, value: &str) -> String {
    const HIDDEN: [&str; 6] = ["__name__", "instance", "job", "org", "window", "alertstate"];
    let labels =
        labels.as_object().into_iter().flatten().filter(|(name, _)| !HIDDEN.contains(&name.as_str()));
    let labels: Vec<&str> = labels.filter_map(|(_, value)| value.as_str()).collect();
    let short = value.parse::<f64>().map_or_else(|_| value.to_owned(), |number| format!("{number:.2}"));
    format!("  {short:>9}  {}", labels.join(" "))
}

fn until(what: &str, mut found: impl FnMut() -> bool) -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    while !found() {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(format!("{what} does not answer").into());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}
