//! What a test against real servers needs, and what happens without it.
//!
//! A contributor without Go still gets every other test. In CI a test that
//! skips itself is a test that nobody has, so there it fails instead.

use std::env;
use std::io::Write;
use std::path::PathBuf;

/// The folder that `cargo xtask tools` fills.
pub fn tools() -> Option<PathBuf> {
    folder("FLEETC_TOOLS", "run the tests as `cargo xtask test`, which installs the tools and sets it")
}

/// The folder with the CustomResourceDefinitions of ARC, Argo CD and the
/// Prometheus operator.
pub fn crds() -> Option<PathBuf> {
    folder(
        "FLEETC_CRDS",
        "set it to a folder with the definitions of ARC, Argo CD and the Prometheus operator",
    )
}

/// A manager of ARC that somebody built. No package registry carries the
/// release, so neither this repository nor its CI can install it: this one is
/// for those who have it, and never fails for being absent.
pub fn arc_manager() -> Option<PathBuf> {
    let path = set("FLEETC_ARC_MANAGER");
    if path.is_none() {
        say("FLEETC_ARC_MANAGER is not set: set it to the manager program of ARC 0.14.2");
    }
    path
}

fn folder(variable: &str, how: &str) -> Option<PathBuf> {
    let path = set(variable);
    if path.is_none() {
        let reason = format!("{variable} is not set: {how}");
        assert!(env::var("CI").as_deref() != Ok("true"), "{reason}");
        say(&reason);
    }
    path
}

fn set(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Past the test harness, which keeps what a passing test prints to itself, and
/// in one piece, since tests run side by side.
fn say(reason: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let _ = std::io::stderr().write_all(format!("skipped {test}: {reason}\n").as_bytes());
}
