//! OpenBao with Raft storage: the only kind that has snapshots.

use super::{Process, port, tool, wait_for};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

pub struct Bao {
    pub url: String,
    pub token: String,
    pub unseal_key: String,
    agent: ureq::Agent,
    _process: Process,
    _folder: TempDir,
}

impl Bao {
    /// A server with one node, initialised and unsealed; none without the program.
    pub fn start() -> Option<Self> {
        let program = tool("python/bin/bao")?;
        let folder = tempfile::tempdir().expect("a folder");
        let (api, cluster) = (port(), port());
        let url = format!("http://127.0.0.1:{api}");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        let config = json!({
            "storage": {"raft": {"path": data, "node_id": "one"}},
            "listener": {"tcp": {"address": format!("127.0.0.1:{api}"), "tls_disable": true}},
            "api_addr": url,
            "cluster_addr": format!("http://127.0.0.1:{cluster}"),
        });
        let path = folder.path().join("config.json");
        fs::write(&path, config.to_string()).expect("a file");
        let process = Process::start(Command::new(program).arg("server").arg("-config").arg(&path));
        wait_for(api);
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut bao = Self {
            url,
            token: String::new(),
            unseal_key: String::new(),
            agent,
            _process: process,
            _folder: folder,
        };
        let made = bao.ask("PUT", "sys/init", &json!({"secret_shares": 1, "secret_threshold": 1})).1;
        bao.token = made["root_token"].as_str().expect("a token").to_owned();
        bao.unseal_key = made["keys"][0].as_str().expect("a key").to_owned();
        bao.unseal(&bao.unseal_key);
        Some(bao)
    }

    /// Unseals and waits until the server takes requests.
    pub fn unseal(&self, key: &str) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.ask("GET", "sys/health", &Value::Null).0 != 200 {
            assert!(
                Instant::now() < end,
                "the server stays sealed: {:?}",
                self.ask("GET", "sys/health", &Value::Null)
            );
            self.ask("PUT", "sys/unseal", &json!({"key": key}));
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Status and body of a request.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/v1/{path}", self.url);
        let answer = match method {
            "GET" => self.agent.get(url).header("X-Vault-Token", &self.token).call(),
            "PUT" => self.agent.put(url).header("X-Vault-Token", &self.token).send_json(body),
            _ => self.agent.post(url).header("X-Vault-Token", &self.token).send_json(body),
        };
        let response = answer.expect("an answer");
        let status = response.status().as_u16();
        (status, response.into_body().read_json().unwrap_or_default())
    }
}
