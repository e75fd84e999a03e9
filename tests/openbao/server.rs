//! The server.

use super::client::Client;
use super::needs;
use super::process::{Server, free_port};
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The token that may do everything.
const ROOT: &str = "root";
const PATIENCE: Duration = Duration::from_secs(30);

/// An OpenBao in memory, unsealed, with a KV store of version 2 at `secret/`. Dropping it ends it.
pub struct OpenBao {
    address: String,
    server: Server,
    _folder: TempDir,
}

impl OpenBao {
    /// The program, which is server and command line; none where it is not installed, which is said.
    pub fn program() -> Option<PathBuf> {
        let program = needs::tools()?.join("python/bin/bao");
        assert!(program.exists(), "no {}: run `cargo xtask tools`", program.display());
        Some(program)
    }

    /// Starts one; none where it is not installed, which is said.
    pub fn start() -> Option<Self> {
        let program = Self::program()?;
        // Two processes may find one port free at the same moment; the second bao ends at once.
        for _ in 0..3 {
            let port = free_port().expect("a port");
            let folder = tempfile::tempdir().expect("a folder");
            let mut command = Command::new(&program);
            command
                .args(["server", "-dev", "-dev-no-store-token", "-log-level=warn"])
                .arg(format!("-dev-root-token-id={ROOT}"))
                .arg(format!("-dev-listen-address=127.0.0.1:{port}"))
                .env_clear()
                .env("HOME", folder.path())
                .current_dir(folder.path());
            let server = Server::start(&mut command, folder.path().join("bao.log")).expect("a server");
            let address = format!("http://127.0.0.1:{port}");
            let mut bao = Self { address, server, _folder: folder };
            match bao.wait() {
                Ok(()) => return Some(bao),
                Err(reason) if reason.contains("address already in use") => {}
                Err(reason) => panic!("OpenBao {reason}"),
            }
        }
        panic!("OpenBao found no port to listen on");
    }

    /// Until it answers, and its KV store has been set up: that goes on behind the first answers.
    fn wait(&mut self) -> Result<(), String> {
        let start = Instant::now();
        loop {
            self.server.check_alive()?;
            let root = self.root();
            if root.try_call("GET", "secret/config", None).is_ok_and(|reply| reply.status == 200) {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("does not answer:\n{}", self.server.log()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Its address, as `http://127.0.0.1:1234`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What it has written so far.
    pub fn log(&self) -> String {
        self.server.log()
    }

    /// One who may do everything.
    pub fn root(&self) -> Client {
        self.with_token(ROOT)
    }

    /// One who holds a token; an empty one is nobody's.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(&self.address, token)
    }

    /// Writes a policy. The text may be HCL or JSON.
    pub fn policy(&self, name: &str, text: &str) {
        self.root().must("PUT", &format!("sys/policies/acl/{name}"), Some(&json!({"policy": text})));
    }

    /// One who holds a token of these policies and no others.
    pub fn with_policies(&self, policies: &[&str]) -> Client {
        let body = json!({"policies": policies, "no_default_policy": true, "ttl": "1h"});
        let made = self.root().must("POST", "auth/token/create", Some(&body));
        self.with_token(made["auth"]["client_token"].as_str().expect("a token"))
    }
}
