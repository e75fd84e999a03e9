//! What the exporter takes: `cargo bench -p fleet-exporter --bench load`.
//!
//! It replays a month of a large organization into a ledger on disk and watches memory, sends deliveries over
//! HTTP at a steady rate and measures the time to each answer, and makes a scrape of 50,000 series.
//!
//! | variable | what | otherwise |
//! |---|---|---|
//! | `LOAD_DAYS` | days of the replay | 30 |
//! | `LOAD_JOBS` | jobs a day | 100000 |
//! | `LOAD_RATE` | deliveries a second | 200 |
//! | `LOAD_SECONDS` | how long they are sent | 60 |

use fleet_exporter::app::App;
use fleet_exporter::ledger::bounds::Limits;
use fleet_exporter::ledger::observation::{
    JobFacts, Observation, RepoFacts, RepoKey, RunFacts, Seen, Source, What,
};
use fleet_exporter::ledger::status::{Conclusion, Status};
use fleet_exporter::ledger::{Ledger, Policy};
use fleet_exporter::metrics::Format;
use fleet_exporter::server::serve;
use fleet_exporter::time::{DAY, Second};
use fleet_model::exporter::{Config, Organization, Server};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() {
    // `cargo test` builds benchmarks and runs them with arguments of its own: there is nothing to test here.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    scrape();
    deliveries(folder.path(), wanted("LOAD_RATE", 200), wanted("LOAD_SECONDS", 60));
    replay(folder.path(), wanted("LOAD_DAYS", 30), wanted("LOAD_JOBS", 100_000));
}

fn wanted(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Megabytes of memory that are in use.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

/// How long this thread has had a processor: what it takes, however much else the machine does.
fn processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    Duration::from_nanos(nanoseconds)
}

fn policy() -> Policy {
    let limits = Limits { series: 60_000, ..Limits::default() };
    Policy { backfill: true, limits, ..Policy::default() }
}

fn repo(number: u64) -> RepoFacts {
    RepoFacts {
        key: RepoKey { host: 0, repo: number },
        org: "acme".to_owned(),
        name: format!("repository-{number}"),
        default_branch: Some("main".to_owned()),
    }
}

/// Everything that is told of one run with five jobs.
fn told(run: u64, at: i64, repos: u64) -> Vec<Observation> {
    let repo = repo(run % repos);
    let failed = run.is_multiple_of(11);
    let how = if failed { Conclusion::Failure } else { Conclusion::Success };
    let observe = |at: i64, what: What| Observation {
        repo: repo.clone(),
        seen: Seen { at: Second(at), source: Source::Webhook, delivery: run * 31 + at as u64 },
        what,
    };
    let facts = |status: Status, ended: Option<i64>| {
        What::Run(Box::new(RunFacts {
            id: run,
            attempt: 1,
            number: run,
            status,
            conclusion: ended.map(|_| how),
            event: "push".to_owned(),
            path: format!(".github/workflows/workflow-{}.yml", run % 4),
            branch: Some(if run.is_multiple_of(3) { "main" } else { "change" }.to_owned()),
            head_repo: Some(repo.key.repo),
            created: Some(Second(at)),
            started: Some(Second(at)),
            ended: ended.map(Second),
        }))
    };
    let mut all = vec![observe(at, facts(Status::Queued, None))];
    let mut end = at;
    for job in 0..5_u64 {
        let wait = ((run * 7 + job * 13) % 40) as i64;
        let length = 60 + ((run * 3 + job * 101) % 900) as i64;
        let state = |status: Status| {
            let begun = status.rank() >= Status::InProgress.rank();
            let over = status == Status::Completed;
            What::Job(Box::new(JobFacts {
                id: run * 10 + job,
                run,
                attempt: Some(1),
                name: format!("job {job}"),
                status,
                conclusion: over.then_some(how),
                created: Some(Second(at)),
                started: Some(Second(if begun { at + wait } else { at })),
                completed: over.then_some(Second(at + wait + length)),
                labels: vec![format!("pool-{}", run % 20)],
                runner: begun.then_some(7),
                runner_name: begun.then(|| format!("pool-{}-abcde-runner-fghij", run % 20)),
                group: begun.then(|| "default".to_owned()),
                deployment: None,
                attempt_started: None,
            }))
        };
        all.push(observe(at, state(Status::Queued)));
        all.push(observe(at + wait, state(Status::InProgress)));
        all.push(observe(at + wait + length, state(Status::Completed)));
        end = end.max(at + wait + length);
    }
    all.push(observe(end, facts(Status::Completed, Some(end))));
    all
}

fn replay(folder: &Path, days: u64, jobs: u64) {
    println!("replay of {days} days with {jobs} jobs each");
    let path = folder.join("replay.redb");
    let ledger = Ledger::open(&path, policy()).expect("a ledger");
    let runs = jobs / 5;
    let begin = Second::now().0 - days as i64 * DAY;
    for day in 0..days {
        let begun = Instant::now();
        let mut batch = Vec::new();
        for run in 0..runs {
            let at = begin + day as i64 * DAY + (run as i64 * DAY) / runs.max(1) as i64;
            batch.extend(told(1 + day * runs + run, at, 1_000));
            if batch.len() >= 1_000 {
                ledger.submit_now(std::mem::take(&mut batch)).expect("it is taken in");
            }
        }
        ledger.submit_now(batch).expect("it is taken in");
        ledger.forget(Second(begin + (day as i64 + 1) * DAY)).expect("it is forgotten");
        let size = ledger.size() >> 20;
        println!(
            "  day {:>2}: {:>6.1} s, {:>4} MB of memory, {size:>5} MB on disk",
            day + 1,
            begun.elapsed().as_secs_f64(),
            resident()
        );
    }
    ledger.close();
    let begun = Instant::now();
    let again = Ledger::open(&path, policy()).expect("a ledger");
    println!("  opened again in {:.2} s, {} MB of memory", begun.elapsed().as_secs_f64(), resident());
    again.close();
}

fn deliveries(folder: &Path, rate: u64, seconds: u64) {
    let secret: PathBuf = folder.join("secret");
    std::fs::write(&secret, "secret").expect("a secret");
    let organizations = vec![Organization { name: "acme".to_owned(), repositories: Vec::new() }];
    let host = "github.com".to_owned();
    let config = Config {
        listen: String::new(),
        ledger: folder.join("deliveries.redb"),
        pools: None,
        branches: Vec::new(),
        retention_days: 35,
        backfill_counters: true,
        webhook_secrets: vec![secret],
        servers: vec![Server { host, api: None, credentials: None, organizations, poll_seconds: None }],
    };
    let ledger = Ledger::open(&config.ledger, policy()).expect("a ledger");
    let app = Arc::new(App::new(config, ledger).expect("an exporter"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port");
    let url = format!("http://{}/webhook", listener.local_addr().expect("a port"));
    runtime.spawn(serve(listener, Arc::clone(&app), stopped));
    let clients = 8;
    let begun = Instant::now();
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let url = url.clone();
            std::thread::spawn(move || send(&url, client, clients, rate, seconds, begun))
        })
        .collect();
    let mut times: Vec<Duration> =
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect();
    times.sort_unstable();
    let at = |share: f64| {
        times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default().as_secs_f64() * 1e3
    };
    println!(
        "{} deliveries, {rate} a second: p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, {} MB of memory",
        times.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        resident()
    );
    app.ledger.close();
}

/// Sends every `of`th delivery at its time.
fn send(url: &str, client: u64, of: u64, rate: u64, seconds: u64, begun: Instant) -> Vec<Duration> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"secret");
    let mut times = Vec::new();
    for number in (client..rate * seconds).step_by(of as usize) {
        let due = Duration::from_secs_f64(number as f64 / rate as f64);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
        let (job, step) = (number / 3 + 1, number % 3);
        let status = ["queued", "in_progress", "completed"][step as usize];
        let body = format!(
            r#"{{"action":"{status}","repository":{{"id":{},"full_name":"acme/app-{}"}},"workflow_job":{{"id":{job},"run_id":{job},
            "name":"build","status":"{status}","conclusion":{},"labels":["linux"],"created_at":"2026-11-24T10:00:00Z",
            "started_at":"2026-11-24T10:00:05Z","completed_at":"2026-11-24T10:01:00Z","runner_id":5,"runner_name":"linux-1",
            "padding":"{}"}}}}"#,
            job % 50,
            job % 50,
            if step == 2 { "\"success\"" } else { "null" },
            "x".repeat(8_000),
        );
        let tag = ring::hmac::sign(&key, body.as_bytes());
        let signature: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let sent = Instant::now();
        let answer = agent
            .post(url)
            .header("x-github-event", "workflow_job")
            .header("x-github-delivery", number.to_string())
            .header("x-hub-signature-256", format!("sha256={signature}"))
            .send(&body);
        assert!(answer.is_ok_and(|answer| answer.status() == 202), "a delivery was refused");
        times.push(sent.elapsed());
    }
    times
}

fn scrape() {
    let ledger = Ledger::in_memory(policy()).expect("a ledger");
    let begin = Second::now().0 - DAY;
    let mut run = 0;
    let lines = |app: &App| {
        let text = app.scrape(Format::Text);
        text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && line[0] != b'#').count()
    };
    let config = Config {
        listen: String::new(),
        ledger: PathBuf::new(),
        pools: None,
        branches: Vec::new(),
        retention_days: 35,
        backfill_counters: true,
        webhook_secrets: Vec::new(),
        servers: Vec::new(),
    };
    let app = App::new(config, ledger).expect("an exporter");
    while lines(&app) < 50_000 {
        let batch: Vec<Observation> =
            (0..200).flat_map(|step| told(run + step + 1, begin + run as i64, 1_000)).collect();
        run += 200;
        app.ledger.submit_now(batch).expect("it is taken in");
    }
    println!("scrape of {} series", lines(&app));
    for format in [Format::Text, Format::OpenMetrics, Format::Protobuf] {
        let mut times: Vec<(Duration, Duration)> = (0..20)
            .map(|_| {
                let (begun, used) = (Instant::now(), processor());
                std::hint::black_box(app.scrape(format));
                (begun.elapsed(), processor().saturating_sub(used))
            })
            .collect();
        times.sort_unstable();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let (median, used) = times[times.len() / 2];
        println!(
            "  {format:?}, {:.1} MB: median {:.1} ms ({:.1} ms of a processor), worst {:.1} ms",
            app.scrape(format).len() as f64 / 1e6,
            milliseconds(median),
            milliseconds(used),
            milliseconds(times[times.len() - 1].0)
        );
    }
}
