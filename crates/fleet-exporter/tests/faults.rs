//! A disk that fails, and a process that is killed while it writes.

mod stage;

use stage::{Stage, agent, needs, sign, value};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A process that ends with the test.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn stage() -> Stage {
    let mut stage = Stage::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    stage.config.listen = format!("127.0.0.1:{port}");
    std::fs::write(stage.path("config.json"), serde_json::to_string(&stage.config).unwrap()).unwrap();
    stage
}

fn start(stage: &Stage, before: &str) -> Program {
    let program = Command::new("sh")
        .arg("-c")
        .arg(format!("{before} exec \"$0\" --config \"$1\""))
        .arg(env!("CARGO_BIN_EXE_fleet-exporter"))
        .arg(stage.path("config.json"))
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let url = format!("http://{}/readyz", stage.config.listen);
    let begun = Instant::now();
    while !agent().get(&url).call().is_ok_and(|answer| answer.status() == 200) {
        assert!(begun.elapsed() < Duration::from_secs(30), "the exporter does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    Program(program)
}

/// The answer to a job that ended; nothing where there was none.
fn send(stage: &Stage, id: u64) -> Option<u16> {
    let body = format!(
        r#"{{"action":"completed","repository":{{"id":1,"full_name":"acme/app"}},"workflow_job":{{"id":{id},"run_id":{id},
        "name":"{}","status":"completed","conclusion":"success","labels":["gpu"],"created_at":"2026-01-01T00:00:00Z",
        "started_at":"2026-01-01T00:00:05Z","completed_at":"2026-01-01T00:01:00Z","runner_id":1,"runner_name":"gpu-a-b"}}}}"#,
        "x".repeat(2_000)
    );
    let answer = agent()
        .post(format!("http://{}/webhook", stage.config.listen))
        .header("x-github-event", "workflow_job")
        .header("x-github-delivery", id.to_string())
        .header("x-hub-signature-256", sign(body.as_bytes()))
        .send(&body);
    answer.ok().map(|answer| answer.status().as_u16())
}

fn jobs(stage: &Stage) -> f64 {
    let mut answer = agent().get(format!("http://{}/metrics", stage.config.listen)).call().unwrap();
    let text = answer.body_mut().with_config().limit(1 << 30).read_to_string().unwrap();
    value(
        &text,
        "github_actions_jobs_total{org=\"acme\",repo=\"acme/app\",pool=\"gpu\",runner_kind=\"arc\",conclusion=\"success\"}",
    )
}

#[test]
fn a_full_disk_refuses_and_recovers() {
    let Some(prlimit) = needs::tool("prlimit") else { return };
    let stage = stage();
    let running = start(&stage, "trap '' XFSZ;");
    assert_eq!(send(&stage, 1), Some(202));
    let limit = |size: &str| {
        let pid = running.0.id().to_string();
        let done =
            Command::new(&prlimit).args(["--pid", &pid, &format!("--fsize={size}:unlimited")]).status();
        assert!(done.unwrap().success());
    };
    let size = std::fs::metadata(&stage.config.ledger).unwrap().len();
    limit(&size.to_string());
    let mut accepted = 1;
    let refused = (2..4_000).find(|id| match send(&stage, *id) {
        Some(202) => {
            accepted += 1;
            false
        }
        code => {
            assert_eq!(code, Some(503), "what is not stored is refused, so that GitHub keeps it");
            true
        }
    });
    let refused = refused.expect("the disk was never full");
    assert_eq!(jobs(&stage), f64::from(accepted), "what was refused is not counted, and metrics go on");
    limit("unlimited");
    let begun = Instant::now();
    while send(&stage, refused) != Some(202) {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not recover");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(jobs(&stage), f64::from(accepted + 1));
}

#[test]
fn a_kill_loses_nothing_that_was_answered_and_counts_nothing_twice() {
    let stage = stage();
    let mut accepted = std::collections::BTreeSet::new();
    for round in 0..6_u64 {
        let mut running = start(&stage, "");
        assert_eq!(jobs(&stage), accepted.len() as f64, "after {round} kills");
        std::thread::scope(|scope| {
            let stage = &stage;
            let senders: Vec<_> = (0..4_u64)
                .map(|sender| {
                    scope.spawn(move || {
                        let ids = (0..400).map(|number| round * 10_000 + sender * 1_000 + number + 1);
                        ids.take_while(|id| send(stage, *id) == Some(202)).collect::<Vec<u64>>()
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(150 + 70 * round));
            running.0.kill().unwrap();
            running.0.wait().unwrap();
            for sender in senders {
                accepted.extend(sender.join().unwrap());
            }
        });
        // What was stored and not yet answered is sent again, as GitHub would when asked to: it counts once.
        drop(running);
        let running = start(&stage, "");
        for id in accepted.iter().copied().collect::<Vec<u64>>() {
            if id % 7 == 0 {
                assert_eq!(send(&stage, id), Some(202));
            }
        }
        let unanswered: Vec<u64> = (0..4_u64)
            .map(|sender| {
                let from = round * 10_000 + sender * 1_000 + 1;
                (from..).find(|id| !accepted.contains(id)).unwrap_or(from)
            })
            .collect();
        for id in unanswered {
            assert_eq!(send(&stage, id), Some(202));
            accepted.insert(id);
        }
        assert_eq!(jobs(&stage), accepted.len() as f64);
        drop(running);
    }
    assert!(accepted.len() > 20, "{}", accepted.len());
}
