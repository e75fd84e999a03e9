//! promtool as judge.

use super::{EVERY, REFERENCE, compiled, expressions, needs};
use fleetc::emit::monitoring::export;
use fleetc::output::{WriteOptions, write};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// promtool, from where `cargo xtask tools` puts it.
fn promtool() -> Option<PathBuf> {
    let program = needs::tools()?.join("bin/promtool");
    assert!(program.exists(), "{} is not there: run `cargo xtask tools promtool`", program.display());
    Some(program)
}

fn run(program: &Path, folder: &Path, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("promtool starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}\n{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn promtool_takes_the_rules_and_their_tests_pass() {
    let Some(promtool) = promtool() else { return };
    for fleet in [REFERENCE, EVERY] {
        let compiled = compiled(fleet);
        let tree = export(compiled.fleet.as_ref().expect("a fleet")).expect("files");
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &tree, WriteOptions::default()).expect("written");
        run(&promtool, folder.path(), &["check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"]);
        let tests: Vec<_> = fs::read_dir(folder.path().join("tests")).expect("tests").collect();
        let names = tests.iter().map(|test| test.as_ref().expect("a test").file_name());
        let paths: Vec<_> = names.map(|name| format!("tests/{}", name.to_string_lossy())).collect();
        let mut arguments = vec!["test", "rules"];
        arguments.extend(paths.iter().map(String::as_str));
        run(&promtool, folder.path(), &arguments);
    }
}

#[test]
fn promtool_reads_every_query_of_the_dashboards() {
    let Some(promtool) = promtool() else { return };
    let run_of = compiled(EVERY);
    let rules: Vec<_> = expressions(&run_of)
        .into_iter()
        .enumerate()
        .map(|(at, (_, expr))| json!({"record": format!("panel:{at}"), "expr": expr}))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = json!({"groups": [{"name": "panels", "rules": rules}]});
    fs::write(folder.path().join("panels.yaml"), file.to_string()).expect("written");
    run(&promtool, folder.path(), &["check", "rules", "--lint=none", "panels.yaml"]);
}
