//! Commands as people run them.

use std::path::Path;
use std::process::{Command, Output};

fn fleetc(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetc"));
    command.args(arguments).current_dir(folder).env("FLEETC_TODAY", "2026-11-24").env_remove("COLUMNS");
    command.output().expect("fleetc runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn explain_prints_pages() {
    let here = folder();
    let page = |name: &str| text(&fleetc(here.path(), &["explain", name]).stdout);
    insta::assert_snapshot!("explain_rule", page("unknown-property"));
    insta::assert_snapshot!("explain_word", page("pool.runners"));
    insta::assert_snapshot!("explain_part", page("pool.job.memory"));
    insta::assert_snapshot!("explain_type", page("container mode"));
}

#[test]
fn explain_proposes_what_was_meant() {
    let here = folder();
    let output = fleetc(here.path(), &["explain", "unknown-propertey"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "fleetc: there is no finding, word or type `unknown-propertey`; did you mean `unknown-property`?\n"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn explain_lists_all_rules() {
    let here = folder();
    let list = text(&fleetc(here.path(), &["explain", "--list"]).stdout);
    let json = fleetc(here.path(), &["explain", "--list", "--format", "json"]).stdout;
    let json: Vec<serde_json::Value> = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(json.len(), fleetc::check::rules().count());
    for rule in json {
        let code = rule["code"].as_str().unwrap_or("");
        let row = list.lines().find(|line| line.split_whitespace().next() == Some(code));
        assert!(row.is_some_and(|row| row.contains(rule["summary"].as_str().unwrap_or("?"))), "{code}");
    }
}

#[test]
fn init_writes_a_fleet_without_findings() {
    let here = folder();
    let output = fleetc(here.path(), &["init", "new"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = fleetc(&here.path().join("new"), &["check", "--deny-warnings"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn init_leaves_a_fleet_alone() {
    let here = folder();
    let path = here.path().join("fleet.kdl");
    std::fs::write(&path, "mine").expect("a file");
    let output = fleetc(here.path(), &["init"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is there already"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), Some("mine"));
}

#[test]
fn schema_prints_json() {
    let here = folder();
    let schema = fleetc(here.path(), &["schema", "ConfigMap"]).stdout;
    let schema: serde_json::Value = serde_json::from_slice(&schema).expect("JSON");
    assert_eq!(schema["properties"]["kind"]["const"], "ConfigMap");
    assert!(text(&fleetc(here.path(), &["schema"]).stdout).starts_with("fleet "));
    assert_eq!(fleetc(here.path(), &["schema", "Configmap"]).status.code(), Some(2));
}

#[test]
fn completions_name_the_commands() {
    let here = folder();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&fleetc(here.path(), &["completions", shell]).stdout);
        assert!(script.contains("explain") && script.contains("fleetc"), "{shell}");
    }
}
