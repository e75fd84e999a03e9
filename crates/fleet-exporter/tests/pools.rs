//! Pools that change while the exporter runs.

mod stage;

use fleet_model::pools::Pools;
use stage::{Stage, agent, pool, sign, value};
use std::path::Path;
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

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Writes the file as a kubelet does: a folder of its own, and a link that is turned to it at once.
fn publish(folder: &Path, version: &str, pools: Vec<fleet_model::pools::Pool>) {
    let text = serde_json::to_string(&Pools { pools }).unwrap();
    std::fs::create_dir(folder.join(version)).unwrap();
    std::fs::write(folder.join(version).join("pools.json"), text).unwrap();
    std::os::unix::fs::symlink(version, folder.join("..new")).unwrap();
    std::fs::rename(folder.join("..new"), folder.join("..data")).unwrap();
}

#[test]
fn pools_that_change_are_read_without_a_restart() {
    let mut stage = Stage::new();
    let mounted = stage.path("mounted");
    std::fs::create_dir(&mounted).unwrap();
    publish(&mounted, "..1", vec![pool("gpu", &["gpu"], 1)]);
    std::os::unix::fs::symlink("..data/pools.json", mounted.join("pools.json")).unwrap();
    stage.config.pools = Some(mounted.join("pools.json"));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    stage.config.listen = format!("127.0.0.1:{port}");
    std::fs::write(stage.path("config.json"), serde_json::to_string(&stage.config).unwrap()).unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_fleet-exporter"))
        .arg("--config")
        .arg(stage.path("config.json"))
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut program = Program(program);
    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    until("the exporter does not start", || {
        agent().get(url("/readyz")).call().is_ok_and(|answer| answer.status() == 200)
    });
    let body = r#"{"action":"queued","repository":{"id":1,"full_name":"acme/app"},"workflow_job":{"id":1,"run_id":9,
        "name":"build","status":"queued","created_at":"2026-01-01T00:00:00Z","labels":["fpga"]}}"#;
    let answer = agent()
        .post(url("/webhook"))
        .header("x-github-event", "workflow_job")
        .header("x-github-delivery", "1")
        .header("x-hub-signature-256", sign(body.as_bytes()))
        .send(body);
    assert_eq!(answer.unwrap().status(), 202);
    let count = |series: &str| {
        let mut answer = agent().get(url("/metrics")).call().unwrap();
        value(&answer.body_mut().read_to_string().unwrap(), series)
    };
    let unmatched = "github_actions_jobs_unmatched{org=\"acme\",runner_labels=\"fpga\"}";
    let queued = "github_actions_jobs_queued{org=\"acme\",pool=\"fpga\"";
    assert_eq!((count(unmatched), count(queued)), (1.0, 0.0));

    publish(&mounted, "..2", vec![pool("gpu", &["gpu"], 1), pool("fpga", &["fpga"], 2)]);
    until("the new pools are not read", || count(queued) == 1.0);
    assert_eq!(count(unmatched), 0.0);
    assert!(program.0.try_wait().unwrap().is_none(), "it runs on");
}
