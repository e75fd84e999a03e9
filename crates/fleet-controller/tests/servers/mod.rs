//! Real servers on loopback for a test, each with a folder of its own; gone when dropped.

mod bao;
mod s3;

pub use bao::Bao;
pub use s3::S3;

use std::env;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A tool that `cargo xtask tools` installs; without it a test says so and is skipped, or fails in CI.
pub fn tool(program: &str) -> Option<PathBuf> {
    let tools = env::var_os("FLEETC_TOOLS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let path = tools.map(|tools| tools.join(program)).filter(|path| path.exists());
    if path.is_none() {
        let reason =
            format!("FLEETC_TOOLS names no folder with {program}: run the tests as `cargo xtask test`");
        assert!(env::var("CI").as_deref() != Ok("true"), "{reason}");
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        let _ = std::io::stderr().write_all(format!("skipped {test}: {reason}\n").as_bytes());
    }
    path
}

/// A process that ends with the test.
struct Process(Child);

impl Process {
    fn start(command: &mut Command) -> Self {
        Self(
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("it starts"),
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody listens on at the moment.
fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("loopback").local_addr().expect("an address").port()
}

fn wait_for(port: u16) {
    let end = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < end, "nothing listens on port {port}");
        sleep(Duration::from_millis(50));
    }
}
