//! Emitted workflows as files: judged by actionlint and zizmor, and safe whatever the fleet file says.

#[allow(dead_code)]
#[path = "real/needs.rs"]
mod needs;
#[path = "workflows/mod.rs"]
mod workflows;

use fleetc::check::example::DAY;
use fleetc::compile::{Files, compile};
use fleetc::contract::actions;
use fleetc::diagnostic::Severity;
use fleetc::emit;
use fleetc::output::{Tree, WriteOptions, write};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use workflows::Runner;

/// Texts that would break out of YAML, of an expression or of a script, if they were pasted.
const HOSTILE: &str = r#"a'b\"c\\${{ secrets.X }}`id`$(id)\n: - #%{"#;

/// A fleet that uses every word of `workflows`, with hostile texts where the language takes any text.
fn rich() -> String {
    format!(
        r#"
fleet "acme" {{
    namespace "arc-runners"
    github "https://github.com/acme" app-secret="github-app"
}}
versions {{
    runner "registry.example.com/own/runner:2.336.0-7" version="2.336.0"
}}
pool "docker" {{
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}}
vault "https://vault.example.com:8200/" namespace="teams/ci" {{
    owner "acme" id=4711
    mount "kv" version=2
    auth "jwt/github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="{HOSTILE}"
    secret "harbor" path="kv/a/b.c" {{
        key "address"
        key "user.name"
        key "pass-word" sensitive=#true
    }}
    secret "tags" path="kv/tags"
    role "build" auth="jwt/github" ttl="5m" {{
        repository "acme/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "harbor"
        read "tags"
        record "tags"
    }}
    role "other" auth="jwt/github" ttl="5m" audience="other" {{
        repository "acme/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "harbor"
    }}
}}
workflows {{
    fleetc "acme/fleetc" sha="0123456789abcdef0123456789abcdef01234567" version="v1 # {HOSTILE}"
    fetch-secrets role="build" pool="docker" {{
        set "9-lives" {{
            secret "harbor" "pass-word"
        }}
        set "all" role="other" {{
            secret "harbor"
        }}
    }}
    docker-build-push pool="docker" registry="harbor" role="other" address-key="address" user-key="user.name" password-key="pass-word" record="tags" record-role="build"
    track-versions schedule="7 3 * * 1-5" pool="docker" token-secret="BOT_TOKEN"
    fleet-check pool="docker" code-scanning=#false
}}
"#
    )
}

fn reference() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fleet.kdl")).expect("the reference fleet")
}

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn tree(fleet: &str) -> Tree {
    let run = compile(&One(fleet.to_owned()), "fleet.kdl", DAY).expect("a file");
    let found: Vec<_> = run.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(found.is_empty(), "{found:?}");
    let model = run.fleet.as_ref().expect("a fleet");
    emit::workflows::tree(model).expect("workflows")
}

/// A repository with the files of a fleet and, as in fleetc's own, its action at the root.
fn repository(fleet: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(&folder.path().join(".github"), &tree(fleet), WriteOptions::default())
        .expect("they can be written");
    let action = Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml");
    fs::copy(action, folder.path().join("action.yml")).expect("a copy");
    let git = Command::new("git").args(["init", "-q"]).current_dir(folder.path()).status();
    assert!(git.expect("git is installed").success());
    folder
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn actionlint_and_zizmor_find_nothing() {
    let Some(tools) = needs::tools() else { return };
    for fleet in [reference(), rich()] {
        let repository = repository(&fleet);
        let run = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(tools.join("python/bin").join(program));
            let output = command.args(arguments).current_dir(repository.path()).output().expect("it starts");
            assert!(output.status.success(), "{program}: {}", said(&output));
            said(&output)
        };
        run("actionlint", &["-no-color"]);
        let found =
            run("zizmor", &["--offline", "--no-progress", "--persona", "auditor", "--color", "never", "."]);
        assert!(found.contains("No findings to report"), "{found}");
    }
}

/// Every text of a file, with the path to it.
fn texts(value: &Value, path: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => out.push((path.to_owned(), text.clone())),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| texts(item, &format!("{path}/{at}"), out))
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(key, item)| texts(item, &format!("{path}/{key}"), out))
        }
        _ => {}
    }
}

#[test]
fn scripts_hold_no_expression_and_values_no_command() {
    let tree = tree(&rich());
    let mut literal = 0;
    for (path, bytes) in tree.iter().filter(|(path, _)| path.as_str().ends_with(".yml")) {
        let text = std::str::from_utf8(bytes).expect("text");
        let file = workflows::parse(text);
        let mut all = Vec::new();
        texts(&file, path.as_str(), &mut all);
        for (place, text) in &all {
            if place.ends_with("/run") || place.ends_with("/script") {
                assert!(!text.contains("${{"), "{place}");
            }
            // What GitHub makes of it is what the fleet file says.
            if text.contains("secrets.X") {
                literal += 1;
                assert_eq!(text.matches("${{").count(), 2, "{text}");
                let shown = text.replace("${{ '${{' }}", "${{");
                assert!(shown.contains("a'b\"c\\${{ secrets.X }}`id`$(id)\n: - #%{"), "{place}: {shown}");
            }
        }
    }
    assert!(literal >= 3, "the hostile audience is in {literal} places");
}

#[test]
fn every_action_is_pinned_and_every_permission_has_a_reason() {
    for fleet in [reference(), rich()] {
        for (path, bytes) in tree(&fleet).iter() {
            let text = std::str::from_utf8(bytes).expect("text");
            for line in text.lines().map(str::trim) {
                if let Some(uses) = line.strip_prefix("uses: ") {
                    let (action, comment) = uses.split_once(" # ").expect("a tag behind it");
                    let (name, sha) = action.split_once('@').expect("a commit");
                    let known = actions::ALL
                        .iter()
                        .any(|known| (known.path, known.sha, known.tag) == (name, sha, comment));
                    assert!(known || name == "acme/fleetc", "{path}: {line}");
                }
                if line.ends_with(": write") || line.ends_with(": read") {
                    panic!("{path}: {line} has no reason");
                }
            }
            if path.as_str().starts_with("workflows/") {
                let file = workflows::parse(text);
                assert_eq!(file["permissions"], json!({}), "{path}");
                for job in file["jobs"].as_object().expect("jobs").values() {
                    assert!(job["timeout-minutes"].is_u64() && job["permissions"].is_object(), "{path}");
                }
            }
        }
    }
}

#[test]
fn releases_that_the_fleet_runs_change_no_workflow() {
    // The pull request of track-versions is pushed with a token that may not change workflows.
    let fleet = reference();
    let newer = fleet
        .replace("actions-runner:2.336.0", "actions-runner:2.400.0")
        .replace("arc \"0.14.2\"", "arc \"0.14.1\"");
    assert_ne!(fleet, newer);
    let files = |fleet: &str| -> Vec<_> {
        tree(fleet).iter().map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect()
    };
    assert_eq!(files(&fleet), files(&newer));
}

#[test]
fn a_part_that_is_not_asked_for_is_not_there() {
    let header = "fleet \"f\" {\nnamespace \"n\"\ngithub \"https://github.com/o\" app-secret=\"s\"\n}\n";
    assert!(tree(header).is_empty());
    let tree = tree(&format!("{header}workflows {{\nfleet-check\n}}\n"));
    let paths: Vec<_> = tree.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["actionlint.yaml", "workflows/fleet-check.yml"]);
}

#[test]
fn pools_are_known_to_actionlint_by_name_and_label() {
    let text = "fleet \"f\" {\nnamespace \"n\"\ngithub \"https://github.com/o\" app-secret=\"s\"\n}\npool \"a\" {\nmode \"dind\"\nrunners max=1\nlabels \"x\" \"y\"\n}\nworkflows {\n}\n";
    let tree = tree(text);
    let (_, bytes) = tree.iter().next().expect("a file");
    let config = workflows::parse(std::str::from_utf8(bytes).expect("text"));
    assert_eq!(config["self-hosted-runner"]["labels"], json!(["a", "x", "y"]));
}

fn fleetc(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetc"));
    let output = command
        .args(arguments)
        .current_dir(folder)
        .env("FLEETC_TODAY", "2026-11-24")
        .output()
        .expect("fleetc");
    (output.status.code(), said(&output))
}

#[test]
fn build_writes_and_compares_both_roots() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("fleet.kdl"), reference()).expect("a file");
    fs::create_dir_all(path.join(".github/workflows")).expect("a folder");
    fs::write(path.join(".github/workflows/own.yml"), "name: own\n").expect("a file");
    let (code, text) = fleetc(path, &["build"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("+ .github/workflows/fleet-check.yml"), "{text}");
    assert_eq!(fleetc(path, &["build", "--check"]).0, Some(0));

    // Changed by hand: neither root is written.
    fs::write(path.join(".github/actionlint.yaml"), "mine\n").expect("a file");
    fs::write(
        path.join("fleet.kdl"),
        reference().replace("runner-base\" {", "runner-base\" {\n    labels \"x\""),
    )
    .expect("a file");
    let (code, text) = fleetc(path, &["build", "--check"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("actionlint.yaml: changed by hand"), "{text}");
    let before = fs::read(path.join("out/pools/runner-base/runner-set.yaml")).expect("a file");
    let (code, text) = fleetc(path, &["build"]);
    assert_eq!(code, Some(1), "{text}");
    assert_eq!(before, fs::read(path.join("out/pools/runner-base/runner-set.yaml")).expect("a file"));
    assert_eq!(fleetc(path, &["build", "--force"]).0, Some(0));

    // Without `workflows` what fleetc wrote goes, and nothing else.
    let text = reference();
    let without = text.find("\nworkflows {").map_or(text.as_str(), |at| &text[..at]);
    fs::write(path.join("fleet.kdl"), without).expect("a file");
    assert_eq!(fleetc(path, &["build"]).0, Some(0));
    assert!(path.join(".github/workflows/own.yml").exists());
    assert!(
        !path.join(".github/workflows/fleet-check.yml").exists() && !path.join(".github/actions").exists()
    );
}

#[test]
fn another_repository_runs_fleetc_in_one_step() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("fleet")).expect("a folder");
    fs::write(folder.path().join("fleet/fleet.kdl"), reference()).expect("a file");
    let mut runner = Runner::new(&folder.path().join(".github"), folder.path());
    runner.actions.root = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let job = |args: &str| {
        let step = json!({"uses": "acme/fleetc@root", "with": {
            "args": args, "binary": env!("CARGO_BIN_EXE_fleetc"), "working-directory": "fleet"}});
        json!({"jobs": {"job": {"steps": [step]}}})
    };
    let done = runner.job(&job("check --color never"), "job");
    assert!(done.succeeded && done.log.contains("7 pools, at most 50 runners"), "{}", done.log);
    // Words are words.
    let done = runner.job(&job("check --file $(touch${IFS}x);touch${IFS}y"), "job");
    assert!(!done.succeeded && !folder.path().join("fleet/y").exists());
}
