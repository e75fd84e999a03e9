//! `fleetc vault`: files for other tools, and numbers that are missing.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const FLEET: &str = r#"fleet "f" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
}
vault "https://vault.example.com:8200" {
    auth "github" type="jwt" issuer="https://token.actions.githubusercontent.com" audience="https://vault.example.com"
    secret "registry" path="secret/registry"
    policy "odd" {
        path "secret/data/${x}/%{y}/'\"/*" "read"
    }
    role "ci" auth="github" ttl="10m" {
        repository "my-org/app"
        repository "other/*"
        ref "refs/heads/main" "refs/tags/v1"
        read "registry"
        policy "odd"
    }
}
"#;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetc"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("FLEETC_TODAY", "2026-11-24")
        .output()
        .expect("fleetc runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("fleet.kdl"), FLEET).expect("a file");
    folder
}

#[test]
fn files_are_written_once_and_kept_when_edited() {
    let folder = folder();
    let first = run(folder.path(), &["vault", "export", "--dir", "v"]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let role = folder.path().join("v/vault/auth/github/role/f-ci.json");
    let policy = folder.path().join("v/vault/policies/f-ci.hcl");
    let body: serde_json::Value = serde_json::from_slice(&fs::read(&role).expect("a role")).expect("JSON");
    assert_eq!(body["bound_claims"]["ref"], serde_json::json!(["refs/heads/main", "refs/tags/v1"]));
    assert_eq!(body["token_ttl"], 600);
    assert!(fs::read_to_string(&policy).expect("a policy").contains("path \"secret/data/registry\""));

    let again = text(&run(folder.path(), &["vault", "export", "--dir", "v"]).stdout);
    assert!(again.contains("0 written, 0 updated, 0 deleted"), "{again}");
    fs::write(&policy, "# mine\n").expect("a file");
    let refused = run(folder.path(), &["vault", "export", "--dir", "v"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("policies/f-ci.hcl"), "{}", text(&refused.stderr));
}

#[test]
fn terraform_sees_texts_as_texts() {
    let folder = folder();
    let output = run(folder.path(), &["vault", "export", "--for", "terraform", "--stdout"]);
    let files: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let document = files["vault/vault.tf.json"].as_str().expect("a file");
    let document: serde_json::Value = serde_json::from_str(document).expect("JSON");
    let policy = document["resource"]["vault_policy"]["f-odd"]["policy"].as_str().expect("a policy");
    // HCL writes the first as an escape, so only the second is left for Terraform to read.
    assert!(!policy.replace("$${", "").contains("${"), "{policy}");
    assert!(policy.contains("%%{"), "{policy}");
    let role = &document["resource"]["vault_jwt_auth_backend_role"]["f-ci"];
    assert_eq!(role["bound_claims"]["ref"], "refs/heads/main,refs/tags/v1");
    assert_eq!(role["backend"], "github");
}

#[test]
fn numbers_that_are_missing_are_looked_up_by_command() {
    let folder = folder();
    let output = text(&run(folder.path(), &["vault", "ids"]).stdout);
    assert!(output.contains("gh api repos/my-org/app --jq '.id, .owner.id'"), "{output}");
    assert!(output.contains("gh api users/other --jq .id"), "{output}");
    let json = run(folder.path(), &["vault", "ids", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(list.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_fleet_without_vault_exports_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let header = FLEET.split("vault \"https").next().expect("a header");
    fs::write(folder.path().join("fleet.kdl"), header).expect("a file");
    let output = run(folder.path(), &["vault", "export"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("has no `vault`"), "{}", text(&output.stderr));
}
