//! A server with secrets, GitHub, and a machine for jobs.

use crate::openbao::{Client, Issuer, OpenBao, Web};
use crate::workflows::{self, Done, Outcome, Runner};
use fleetc::check::example::DAY;
use fleetc::compile::{Files, compile};
use fleetc::emit;
use fleetc::emit::vault::{Target, export};
use fleetc::output::{WriteOptions, write};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

pub const AUDIENCE: &str = "https://vault.example.com";
pub const REQUEST_TOKEN: &str = "the-token-with-which-a-job-asks-for-its-identity";
pub const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
pub const PASSWORD: &str = "s3cr3t-pass\"word&more";
pub const PEM: &str =
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nBAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----";

fn fleet(vault: &str, issuer: &str) -> String {
    format!(
        r#"
fleet "acme" {{
    namespace "arc-runners"
    github "https://github.com/acme" app-secret="github-app"
}}
pool "docker" {{
    mode "dind"
    runners max=4
    runner storage="10Gi"
    job cpu=4 memory="8Gi" storage="20Gi"
}}
vault "{vault}" flavour="openbao" {{
    owner "acme" id=4711
    auth "github" type="jwt" issuer="{issuer}" audience="{AUDIENCE}"
    secret "harbor" path="secret/harbor" {{
        key "registry_url"
        key "username"
        key "password" sensitive=#true
    }}
    secret "signing" path="secret/team/signing" {{
        key "tls.key" sensitive=#true
    }}
    secret "image-tags" path="secret/image-tags/*"
    role "build" auth="github" ttl="5m" {{
        repository "acme/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        read "harbor"
        read "signing"
    }}
    role "record" auth="github" ttl="5m" {{
        repository "acme/*" ref="refs/heads/main"
        event "push"
        runner-environment "self-hosted"
        record "image-tags"
        read "image-tags"
    }}
}}
workflows {{
    fetch-secrets role="build" {{
        set "registry" {{
            secret "harbor"
        }}
        set "release" {{
            secret "harbor" "password"
            secret "signing" "tls.key"
        }}
    }}
    docker-build-push pool="docker" registry="harbor" record="image-tags" record-role="record"
}}
"#
    )
}

struct One(String);

impl Files for One {
    fn read(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

/// Writes what `.github` is for a fleet. Its issuer is a stand-in on this machine, which is no issuer of GitHub's.
fn emitted(fleet: &str, root: &Path) {
    let run = compile(&One(fleet.to_owned()), "fleet.kdl", DAY).expect("a file");
    let tree = emit::workflows::tree(run.fleet.as_ref().expect("a fleet")).expect("workflows");
    write(root, &tree, WriteOptions::default()).expect("they can be written");
}

/// A server with secrets, GitHub, and a machine for jobs.
pub struct World {
    pub bao: OpenBao,
    _tokens: Web,
    pub runner: Runner,
    pub folder: TempDir,
}

impl World {
    pub fn new() -> Option<Self> {
        workflows::needs(&["node"])?;
        let bao = OpenBao::start()?;
        let issuer = Arc::new(Issuer::start());
        let root = bao.root();
        root.must("POST", "sys/auth/github", Some(&json!({"type": "jwt"})));
        // Logins, roles and policies are those that the same fleet file declares.
        let fleet = fleet(bao.address(), issuer.url());
        let run = compile(&One(fleet.clone()), "fleet.kdl", DAY).expect("a file");
        let files = export(run.fleet.as_ref().expect("a fleet"), Target::CommandLine).expect("files");
        for (path, bytes) in files.iter() {
            let text = std::str::from_utf8(bytes).expect("text");
            let path = path.as_str().trim_start_matches("vault/");
            if let Some(policy) = path.strip_prefix("policies/").and_then(|name| name.strip_suffix(".hcl")) {
                bao.policy(policy, text);
            } else if let Some(path) = path.strip_suffix(".json") {
                root.must("POST", path, Some(&serde_json::from_str(text).expect("JSON")));
            }
        }
        let harbor = json!({"data": {"registry_url": "https://harbor.example.com/", "username": "robot$ci", "password": PASSWORD}});
        root.must("POST", "secret/data/harbor", Some(&harbor));
        root.must("POST", "secret/data/team/signing", Some(&json!({"data": {"tls.key": PEM}})));

        let signer = Arc::clone(&issuer);
        let tokens = Web::start(move |_, request| {
            let audience = request
                .path
                .split("audience=")
                .nth(1)
                .map(|text| text.replace("%3A", ":").replace("%2F", "/"));
            match audience {
                Some(audience)
                    if request.authorization.eq_ignore_ascii_case(&format!("Bearer {REQUEST_TOKEN}")) =>
                {
                    let claims = Issuer::github_claims(("acme", 4711), ("app", 815), &audience);
                    (200, json!({"value": signer.sign(&claims)}))
                }
                _ => (401, json!({"message": "no"})),
            }
        });

        let folder = tempfile::tempdir().expect("a folder");
        let (github, workspace) = (folder.path().join(".github"), folder.path().join("work"));
        std::fs::create_dir_all(&workspace).expect("a folder");
        emitted(&fleet, &github);
        let mut runner = Runner::new(&github, &workspace);
        runner.env.extend([
            (
                "ACTIONS_ID_TOKEN_REQUEST_URL".to_owned(),
                format!("{}/token?api-version=2.0", tokens.address()),
            ),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN".to_owned(), REQUEST_TOKEN.to_owned()),
            ("GITHUB_REPOSITORY".to_owned(), "acme/app".to_owned()),
            ("GITHUB_REPOSITORY_ID".to_owned(), "815".to_owned()),
            ("GITHUB_SHA".to_owned(), "c0ffee".repeat(7)[..40].to_owned()),
        ]);
        runner.contexts.insert("secrets".to_owned(), json!({"FLEET_OUTPUT_KEY": KEY}));
        if !runner.actions.real_from("hashicorp/vault-action", "FLEETC_VAULT_ACTION") {
            let (root, asks) = (bao.with_token(""), tokens.address().to_owned());
            let stand_in = move |with: &BTreeMap<String, String>| vault_action(&root, &asks, with);
            runner.actions.stand_ins.insert("hashicorp/vault-action".to_owned(), Box::new(stand_in));
        }
        runner.actions.real_from("actions/github-script", "FLEETC_GITHUB_SCRIPT");
        let mut world = Self { bao, _tokens: tokens, runner, folder };
        world.run_number(100, 1);
        Some(world)
    }

    pub fn run_number(&mut self, run: u32, attempt: u32) {
        self.runner.env.insert("GITHUB_RUN_ID".to_owned(), run.to_string());
        self.runner.env.insert("GITHUB_RUN_ATTEMPT".to_owned(), attempt.to_string());
    }

    pub fn emitted(&self, path: &str) -> Value {
        workflows::read(&self.folder.path().join(".github").join(path))
    }

    /// Runs the job of a caller.
    pub fn caller(&mut self, job: &str) -> Done {
        self.runner.job(&workflows::parse(job), "job")
    }
}

/// What vault-action asks of a server, by its inputs.
fn vault_action(nobody: &Client, github: &str, with: &BTreeMap<String, String>) -> Result<Outcome, String> {
    assert_eq!(with["exportEnv"], "false");
    assert_eq!(with["method"], "jwt");
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let url = format!("{github}/token?audience={}", with["jwtGithubAudience"]);
    let asked = agent.get(&url).header("Authorization", format!("Bearer {REQUEST_TOKEN}")).call();
    let text = asked
        .map_err(|error| error.to_string())?
        .body_mut()
        .read_to_string()
        .map_err(|error| error.to_string())?;
    let token: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let jwt = token["value"].as_str().unwrap_or_default();
    let client = nobody.login(&with["path"], &with["role"], jwt).map_err(|reply| reply.errors())?;
    let mut outcome = Outcome { masks: vec![client.token().to_owned()], ..Outcome::default() };
    for request in with["secrets"].split(';').map(str::trim).filter(|request| !request.is_empty()) {
        let (what, name) = request.split_once(" | ").ok_or("no name")?;
        let (path, key) = what.split_once(' ').ok_or("no key")?;
        let reply = client.call("GET", path, None);
        let value = reply.body["data"]["data"][key.trim_matches('`')].as_str();
        let value = value.ok_or_else(|| format!("{path}: {} {}", reply.status, reply.errors()))?;
        outcome.masks.extend(value.lines().map(str::to_owned));
        outcome.outputs.insert(name.to_owned(), value.to_owned());
    }
    Ok(outcome)
}
