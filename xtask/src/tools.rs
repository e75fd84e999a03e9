//! `cargo xtask tools`: the real programs that tests and benchmarks run against.
//!
//! What fleetc writes is right if a real API server takes it, so the tests
//! start one rather than imitate it. No released binary is fetched: every tool
//! is built or installed through its language's package registry from a pin
//! under `tests/tools/`, whose checksums are checked in, so that a machine which
//! reaches nothing but registries gets the same tools as any other.

mod go;
mod npm;
mod python;

use std::fs::{self, File};
use std::path::Path;

use crate::step::step;
use crate::subcommand::{Outcome, Subcommand, Workspace};

pub const SUBCOMMAND: Subcommand = Subcommand {
    name: "tools",
    summary: "Install the pinned programs that tests and benchmarks run",
    details: "\
Usage: cargo xtask tools [NAME]...

Into .tools/, all of them or those that are named:
  kube-apiserver  .tools/bin/kube-apiserver   about five minutes on two cores
  etcd            .tools/bin/etcd             its store; shares most of that build
  jsonnet         .tools/bin/jsonnet          benchmarks race fleetc against it
  github          .tools/github            what GitHub publishes of its API and webhooks
  versitygw       .tools/bin/versitygw        an S3 server, for backups of Vault
  promtool        .tools/bin/promtool         about four minutes on two cores
  prometheus      .tools/bin/prometheus       scrapes fleet-exporter; shares most of that build
  python          .tools/python/bin/python    with PyYAML, OpenBao, zizmor and actionlint

Needs Go 1.26, Python 3.11 and npm 10, or newer. A tool whose pin under tests/tools/ did not change is
left alone.",
    run: |workspace, names| install(workspace, names),
};

/// A program that one pin under `tests/tools/` decides.
trait Tool {
    fn name(&self) -> &'static str;

    /// Everything that decides what gets installed. Two equal pins mean that
    /// there is nothing to do.
    fn pin(&self, pins: &Path) -> Result<String, String>;

    /// The program, relative to the folder of the tools.
    fn program(&self) -> &'static str;

    /// Installs it into `tools`, over whatever an older pin left there.
    fn install(&self, pins: &Path, tools: &Path) -> Outcome;
}

const TOOLS: &[&dyn Tool] = &[
    &go::KUBE_APISERVER,
    &go::ETCD,
    &go::JSONNET,
    &go::PROMTOOL,
    &go::PROMETHEUS,
    &go::VERSITYGW,
    &npm::GITHUB,
    &python::Python,
];

/// Installs the tools of these names, or all of them if there is no name.
pub fn install(workspace: &Workspace, names: &[String]) -> Outcome {
    if let Some(name) = names.iter().find(|name| TOOLS.iter().all(|tool| tool.name() != name.as_str())) {
        return Err(format!("there is no tool '{name}'"));
    }
    let (pins, tools) = (workspace.pins(), workspace.tools());
    let stamps = tools.join("stamps");
    fs::create_dir_all(&stamps).map_err(|error| format!("{}: {error}", stamps.display()))?;
    let _held = lock(&tools)?;

    for tool in TOOLS {
        if names.is_empty() || names.iter().any(|name| name == tool.name()) {
            bring_up_to_date(*tool, &pins, &tools, &stamps.join(tool.name()))?;
        }
    }
    Ok(())
}

/// The stamp holds the pin itself, not a digest of it: whoever wonders why a
/// tool is built again can compare the two.
fn bring_up_to_date(tool: &dyn Tool, pins: &Path, tools: &Path, stamp: &Path) -> Outcome {
    let pin = tool.pin(pins)?;
    let current = fs::read_to_string(stamp).is_ok_and(|installed| installed == pin);
    if current && tools.join(tool.program()).exists() {
        println!("    {} is up to date", tool.name());
        return Ok(());
    }
    step(&format!("install {}", tool.name()), || {
        tool.install(pins, tools)?;
        fs::write(stamp, &pin).map_err(|error| format!("{}: {error}", stamp.display()))
    })
}

/// One installer at a time: an editor's test run and a terminal's must not
/// build the same API server twice over each other. Released on drop.
fn lock(tools: &Path) -> Result<File, String> {
    let path = tools.join("lock");
    let explain = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = File::create(&path).map_err(explain)?;
    file.lock().map_err(explain)?;
    Ok(file)
}

/// The text of a pin's file, for [`Tool::pin`].
fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
