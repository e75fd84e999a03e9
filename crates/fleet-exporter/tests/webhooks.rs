//! Deliveries: signed, taken in once, and counted as what they are.

mod stage;

use ghfake::{Day, Disorder, Fake, Traffic};
use stage::{SECRET, Stage, value};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

fn traffic() -> Traffic {
    Traffic { org: "acme".to_owned(), begin: 1_790_000_000, seconds: 4 * 3_600, every: 120, seed: 7 }
}

const EVENTS: &str = "github_actions_exporter_webhook_events_total";

#[test]
fn a_day_of_disorder_counts_like_a_day_in_order() {
    let counters = |disorder: &Disorder| {
        let fake = Fake::start().unwrap();
        let stage = Stage::new();
        let running = stage.run();
        let mut day = Day::plan(&mut fake.world(), &traffic());
        fake.world().hook = Some((format!("{}/webhook", running.url), SECRET.to_owned()));
        let mut at = traffic().begin;
        while day.tell(&mut fake.world(), at) {
            at += 600;
            fake.deliver(disorder);
        }
        fake.deliver(disorder);
        let metrics = running.metrics();
        let jobs = fake.world().completed_jobs() as f64;
        assert_eq!(value(&metrics, "github_actions_jobs_total{"), jobs);
        assert_eq!(
            value(&metrics, "github_actions_workflow_runs_total{"),
            fake.world().completed_attempts() as f64
        );
        let counts = ["github_actions_job", "github_actions_workflow"];
        let counted = |line: &&str| {
            let name = line.split(['{', ' ']).next().unwrap_or_default();
            let counter = ["_total", "_bucket", "_sum", "_count"].iter().any(|end| name.ends_with(end));
            counter && counts.iter().any(|begin| line.starts_with(begin)) && !line.ends_with(" 0")
        };
        metrics.lines().filter(counted).map(str::to_owned).collect::<Vec<String>>()
    };
    let straight = counters(&Disorder::default());
    let crooked = counters(&Disorder { lost: 0, doubled: 30, shuffled: true, seed: 5 });
    assert!(straight.len() > 50);
    assert_eq!(straight, crooked);
}

#[test]
fn only_what_is_signed_is_taken() {
    let stage = Stage::new();
    let running = stage.run();
    let body = r#"{"action":"queued","repository":{"id":1,"full_name":"acme/app"}}"#;
    for signature in ["", "sha256=00", "sha1=7d38cdd689735b008b3c702edd92eea23791c5f6"] {
        let (code, said) = running.send("workflow_job", "a", body, Some(signature));
        assert_eq!(code, 401, "{signature}");
        assert!(!said.contains("sha256"), "an answer must not tell the right signature");
    }
    assert_eq!(running.send("ping", "b", r#"{"zen":"x"}"#, None).0, 202);
    assert_eq!(running.send("star", "c", r#"{"action":"created"}"#, None).0, 202);
    assert_eq!(running.send("workflow_job", "d", "no json", None).0, 400);
    let metrics = running.metrics();
    assert_eq!(
        value(&metrics, &format!("{EVENTS}{{event=\"unknown\",action=\"unknown\",result=\"rejected\"}}")),
        3.0
    );
    assert_eq!(
        value(&metrics, &format!("{EVENTS}{{event=\"other\",action=\"created\",result=\"ignored\"}}")),
        1.0
    );

    // The secret is replaced: for a while both are taken.
    let mut rotated = Stage::new();
    std::fs::write(rotated.path("new"), "another secret").unwrap();
    rotated.config.webhook_secrets.insert(0, rotated.path("new"));
    assert_eq!(rotated.run().send("ping", "e", "{}", None).0, 202);
}

#[test]
fn what_cannot_be_stored_is_not_accepted() {
    let stage = Stage::new();
    let running = stage.run();
    running.app.ledger.close();
    let body = r#"{"action":"queued","repository":{"id":1,"full_name":"acme/app"},
        "workflow_job":{"id":1,"run_id":1,"status":"queued","labels":["gpu"]}}"#;
    assert_eq!(running.send("workflow_job", "a", body, None).0, 503);
}

#[test]
fn an_organization_that_is_not_read_is_not_counted() {
    let stage = Stage::new();
    let running = stage.run();
    let body = r#"{"action":"queued","repository":{"id":1,"full_name":"other/app"},
        "workflow_job":{"id":1,"run_id":1,"status":"queued","labels":["gpu"]}}"#;
    assert_eq!(running.send("workflow_job", "a", body, None).0, 202);
    assert!(running.app.ledger.view().jobs.is_empty());
}

#[test]
fn a_client_that_sends_nothing_does_not_stop_the_others() {
    let stage = Stage::new();
    let running = stage.run();
    let address = running.url.trim_start_matches("http://").to_owned();
    let mut slow: Vec<_> = (0..40).map(|_| std::net::TcpStream::connect(&address).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx").unwrap();
    }
    let begun = Instant::now();
    assert_eq!(running.get("/healthz", "*/*").0, 200);
    assert!(begun.elapsed() < Duration::from_secs(2));
    let mut said = [0; 15];
    let first = slow.first_mut().unwrap();
    first.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    first.read_exact(&mut said).unwrap();
    assert_eq!(&said[..12], b"HTTP/1.1 408");
}

#[test]
fn a_job_that_no_pool_can_take_is_told_and_explained() {
    let stage = Stage::new();
    let running = stage.run();
    let job = |id: u64, labels: &str| {
        let body = format!(
            r#"{{"action":"queued","repository":{{"id":1,"full_name":"acme/app"}},"workflow_job":{{"id":{id},"run_id":9,
            "name":"build","status":"queued","created_at":"2026-01-01T00:00:00Z","labels":[{labels}]}}}}"#
        );
        assert_eq!(running.send("workflow_job", &id.to_string(), &body, None).0, 202);
    };
    job(1, "\"gpu\",\"a100\"");
    job(2, "\"gpu\"");
    let metrics = running.metrics();
    assert_eq!(
        value(&metrics, "github_actions_jobs_unmatched{org=\"acme\",runner_labels=\"a100,gpu\"}"),
        1.0
    );
    assert_eq!(value(&metrics, "github_actions_jobs_queued{org=\"acme\",pool=\"gpu\""), 1.0);
    let (code, _, said) =
        running.get("/why?url=https%3A%2F%2Fgithub.com%2Facme%2Fapp%2Factions%2Fruns%2F9", "*/*");
    assert_eq!(code, 200);
    assert!(said.contains("it will never start: no pool has the label a100"), "{said}");
    assert!(said.contains("pool gpu has room"), "{said}");
    assert_eq!(running.get("/why?url=nonsense", "*/*").0, 404);
    let (_, kind, page) = running.get("/why?url=%3Cscript%3E", "text/html");
    assert!(kind.starts_with("text/html") && !page.contains("<script>"));
}
