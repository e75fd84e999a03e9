//! Servers that a test starts, and that must never outlive it.

use std::fs::{self, File};
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running server whose output goes to a file. Dropping it kills it.
pub struct Server {
    child: Child,
    leash: Child,
    log: PathBuf,
}

impl Server {
    /// Starts `command` with its output in `log`.
    pub fn start(command: &mut Command, log: PathBuf) -> Result<Self, String> {
        let program = command.get_program().to_string_lossy().into_owned();
        let explain = |error: io::Error| format!("{program}: {error}");

        let output = File::create(&log).map_err(explain)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(explain)?)
            .stderr(output)
            .spawn()
            .map_err(explain)?;
        let leash = leash(&child).map_err(explain)?;
        Ok(Self { child, leash, log })
    }

    /// An error with the end of the log if the server has already ended.
    pub fn check_alive(&mut self) -> Result<(), String> {
        match self.child.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("ended with {status}; its last words:\n{}", self.last_words(20))),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The whole log so far.
    pub fn log(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    fn last_words(&self, lines: usize) -> String {
        let log = self.log();
        let all: Vec<&str> = log.lines().collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The leash first: once the server is reaped, its number may belong to
        // another process. An error means that there is nothing left to end.
        for process in [&mut self.leash, &mut self.child] {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Drop does not run in a test process that is itself killed, by Ctrl-C say.
/// The leash is a shell that reads a pipe which only this process writes to:
/// when this process is gone, however it went, the read ends and the shell
/// kills the server.
fn leash(child: &Child) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", "read -r _; kill -9 \"$0\""])
        .arg(child.id().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// A loopback port to listen on. Not one that the system would choose: those it
/// also gives to connections, and one of the many that a cluster keeps to itself
/// would sooner or later sit on it before its server does.
pub fn free_port() -> Result<u16, String> {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 12_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);

    // Test processes that run side by side start looking at different places.
    let start = std::process::id().wrapping_mul(61);
    for _ in 0..COUNT {
        let candidate = start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT + FIRST;
        let port = u16::try_from(candidate).map_err(|error| error.to_string())?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(String::from("no free port"))
}

/// `tools/bin/NAME`, or what to do to have it.
pub fn tool(tools: &Path, name: &str) -> Result<PathBuf, String> {
    let path = tools.join("bin").join(name);
    if path.exists() { Ok(path) } else { Err(format!("no {}: run `cargo xtask tools`", path.display())) }
}
