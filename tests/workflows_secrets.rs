//! Secrets on their way from Vault to a job: emitted workflows run step by step against a real OpenBao, with a stand-in for
//! GitHub's token endpoint and the runner's rules for masks and outputs.
//!
//! With `FLEETC_VAULT_ACTION` and `FLEETC_GITHUB_SCRIPT` set to clones of the two actions (at the commits of
//! `src/contract/actions.rs`), their own code runs; else a stand-in makes the same requests as vault-action, and the scripts run in
//! a bare function of node.

#[path = "openbao/mod.rs"]
mod openbao;
#[path = "workflows/mod.rs"]
mod workflows;
#[path = "workflows_secrets/world.rs"]
mod world;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use workflows::{Done, Outcome};
use world::{KEY, PASSWORD, PEM, REQUEST_TOKEN, World};

fn assert_no_secret(done: &Done) {
    for secret in [PASSWORD, "robot$ci", "MIIEvQIBADANBgkqhkiG9w0", REQUEST_TOKEN, KEY] {
        assert!(!done.log.contains(secret), "the log holds {secret}:\n{}", done.log);
        assert!(done.outputs.values().all(|value| !value.contains(secret)), "an output holds {secret}");
    }
}

#[test]
fn the_action_hands_secrets_to_steps_of_its_own_job_and_to_nobody_else() {
    let Some(mut world) = World::new() else { return };
    let done = world.caller(
        r#"
jobs:
  job:
    outputs:
      password: ${{ steps.secrets.outputs.harbor_password }}
      length: ${{ steps.use.outputs.length }}
    steps:
    - id: secrets
      uses: acme/fleet/.github/actions/fetch-secrets@main
      with:
        set: release
    - id: use
      shell: bash
      env:
        PASSWORD: ${{ steps.secrets.outputs.harbor_password }}
        KEY: ${{ steps.secrets.outputs.signing_tls_key }}
        USERNAME: ${{ steps.secrets.outputs.harbor_username }}
      run: |
        echo "$PASSWORD"
        echo "$KEY"
        env
        echo "length=${#PASSWORD} ${#KEY} ${#USERNAME}" >> "$GITHUB_OUTPUT"
"#,
    );
    assert!(done.succeeded, "{}", done.log);
    // Steps see the values: those of the set, and none of another.
    assert_eq!(done.outputs["length"], format!("{} {} 0", PASSWORD.len(), PEM.len()));
    assert_eq!(done.steps["secrets"]["signing_tls_key"], PEM);
    // The plain output arrives empty: this is why the other form is there.
    assert_eq!(done.dropped, ["password"]);
    let log = done.log.replace(REQUEST_TOKEN, "(the test prints its own environment)");
    assert_no_secret(&Done { log, ..done });
}

#[test]
fn an_unknown_set_is_refused_without_being_repeated() {
    let Some(mut world) = World::new() else { return };
    let done = world.caller(
        "jobs:\n  job:\n    steps:\n    - uses: acme/fleet/.github/actions/fetch-secrets@main\n      with:\n        set: \"x\\n::add-mask::registry\"\n",
    );
    assert!(!done.succeeded);
    assert!(done.log.contains("there is no such set of secrets; there is: registry release"), "{}", done.log);
    assert!(done.ran.is_empty());
}

const CONSUMER: &str = r#"
jobs:
  job:
    outputs:
      seen: ${{ steps.use.outputs.seen }}
      leaked: ${{ steps.open.outputs.harbor_password }}
    steps:
    - id: open
      uses: acme/fleet/.github/actions/open-secrets@main
      with:
        bundle: ${{ needs.secrets.outputs.bundle }}
        key: ${{ secrets.FLEET_OUTPUT_KEY }}
        previous-key: ${{ secrets.PREVIOUS }}
    - id: use
      shell: bash
      env:
        PASSWORD: ${{ steps.open.outputs.harbor_password }}
        KEY: ${{ steps.open.outputs.signing_tls_key }}
      run: |
        echo "$PASSWORD"
        echo "$KEY"
        printf '%s' "$PASSWORD" | base64
        echo "seen=${#PASSWORD} ${#KEY}" >> "$GITHUB_OUTPUT"
"#;

#[test]
fn the_workflow_seals_secrets_and_the_action_opens_them_in_the_same_run() {
    let Some(mut world) = World::new() else { return };
    world.runner.contexts.insert("inputs".to_owned(), json!({"set": "release"}));
    let workflow = world.emitted("workflows/fetch-secrets.yml");
    let sealed = world.runner.job(&workflow, "fetch");
    assert!(sealed.succeeded, "{}", sealed.log);
    assert_no_secret(&sealed);
    let bundle = sealed.outputs["bundle"].clone();
    assert!(bundle.starts_with("fc1."), "{bundle}");
    assert!(sealed.dropped.is_empty());

    // The job that opens it can reach neither Vault nor GitHub's tokens.
    world.runner.env.retain(|name, _| !name.starts_with("ACTIONS_"));
    let needs = json!({"secrets": {"outputs": {"bundle": bundle}}});
    world.runner.contexts.insert("needs".to_owned(), needs);
    let opened = world.caller(CONSUMER);
    assert!(opened.succeeded, "{}", opened.log);
    assert_eq!(opened.outputs["seen"], format!("{} {}", PASSWORD.len(), PEM.len()));
    assert_eq!(opened.steps["open"]["harbor_password"], PASSWORD);
    assert_eq!(opened.steps["open"]["signing_tls_key"], PEM);
    assert_eq!(opened.dropped, ["leaked"], "a value that was opened is masked again");
    assert_no_secret(&opened);

    // Jobs that are run again have another attempt of the same run.
    world.run_number(100, 2);
    assert!(world.caller(CONSUMER).succeeded);

    // Keys can be changed: the job that opens it knows the new one and the one before.
    let other = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
    world.runner.contexts.insert("secrets".to_owned(), json!({"FLEET_OUTPUT_KEY": other, "PREVIOUS": KEY}));
    assert!(world.caller(CONSUMER).succeeded);
    world.runner.contexts.insert("secrets".to_owned(), json!({"FLEET_OUTPUT_KEY": other}));
    let done = world.caller(CONSUMER);
    assert!(!done.succeeded && done.log.contains("the bundle was sealed with key"), "{}", done.log);

    // Another run can't open it, nor one that changed it.
    world.runner.contexts.insert("secrets".to_owned(), json!({"FLEET_OUTPUT_KEY": KEY}));
    world.run_number(101, 1);
    let done = world.caller(CONSUMER);
    assert!(!done.succeeded && done.log.contains("of another run"), "{}", done.log);
    world.run_number(100, 1);
    let flipped = if bundle.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{flipped}", &bundle[..bundle.len() - 1]);
    world
        .runner
        .contexts
        .insert("needs".to_owned(), json!({"secrets": {"outputs": {"bundle": format!("{changed}AA")}}}));
    assert!(!world.caller(CONSUMER).succeeded);
    world.runner.contexts.insert("needs".to_owned(), json!({}));
    let done = world.caller(CONSUMER);
    assert!(!done.succeeded && done.log.contains("the bundle is empty"), "{}", done.log);
}

#[test]
fn what_would_spoil_outputs_is_refused_before_it_is_sealed() {
    let Some(mut world) = World::new() else { return };
    let harbor =
        json!({"data": {"registry_url": "registry.example.com", "username": "robot", "password": "abc"}});
    world.bao.root().must("POST", "secret/data/harbor", Some(&harbor));
    world.runner.contexts.insert("inputs".to_owned(), json!({"set": "registry"}));
    let workflow = world.emitted("workflows/fetch-secrets.yml");
    let done = world.runner.job(&workflow, "fetch");
    assert!(!done.succeeded && done.outputs.is_empty());
    assert!(done.log.contains("harbor_password has a line of less than 4 characters"), "{}", done.log);
}

/// Docker's actions, which need a daemon: the login must be the one in Vault, and a build has a digest.
fn stand_in_for_docker(world: &mut World) {
    let digest = format!("sha256:{}", "ab".repeat(32));
    let stand_ins = &mut world.runner.actions.stand_ins;
    stand_ins.insert(
        "docker/login-action".to_owned(),
        Box::new(|with| {
            let right = with["registry"] == "harbor.example.com" && with["password"] == PASSWORD;
            if right { Ok(Outcome::default()) } else { Err("unauthorized".to_owned()) }
        }),
    );
    stand_ins.insert("docker/setup-buildx-action".to_owned(), Box::new(|_| Ok(Outcome::default())));
    stand_ins.insert(
        "docker/build-push-action".to_owned(),
        Box::new(move |_| {
            Ok(Outcome {
                outputs: BTreeMap::from([("digest".to_owned(), digest.clone())]),
                masks: Vec::new(),
            })
        }),
    );
}

fn inputs(tag: &str) -> Value {
    json!({"image": "team/portal", "tag": tag, "context": ".", "file": "", "target": "", "platforms": "",
           "build-args": "", "record": true, "record-as": ""})
}

#[test]
fn an_image_is_built_and_its_tag_recorded_unless_a_newer_run_has() {
    let Some(mut world) = World::new() else { return };
    stand_in_for_docker(&mut world);
    let github = json!({"event_name": "push", "ref_name": "main", "repository": "acme/app", "sha": "0",
                        "event": {"repository": {"default_branch": "main"}}});
    world.runner.contexts.insert("github".to_owned(), github);
    let workflow = world.emitted("workflows/docker-build-push.yml");
    let tag = |world: &World| {
        let secret = world.bao.root().must("GET", "secret/data/image-tags/portal", None);
        secret["data"]["data"]["tag"].as_str().unwrap_or_default().to_owned()
    };
    let build = |world: &mut World, run: u32, name: &str| {
        world.run_number(run, 1);
        world.runner.contexts.insert("inputs".to_owned(), inputs(name));
        let done = world.runner.job(&workflow, "build");
        assert!(done.succeeded, "{}", done.log);
        assert_no_secret(&done);
        done
    };

    let done = build(&mut world, 100, "v100");
    assert_eq!(done.outputs["tag"], "v100");
    assert!(done.outputs["digest"].starts_with("sha256:abab"));
    assert_eq!(done.steps["record"]["recorded"], "true");
    assert_eq!(tag(&world), "v100");
    let pushed = done.ran.iter().find(|ran| ran.action == "docker/build-push-action").expect("a build");
    assert_eq!(pushed.with["tags"], "harbor.example.com/team/portal:v100");
    assert_eq!(pushed.with["cache-from"], "type=registry,ref=harbor.example.com/team/portal:buildcache");

    build(&mut world, 102, "v102");
    // The run before it was slower.
    let done = build(&mut world, 101, "v101");
    assert_eq!(done.steps["record"]["recorded"], "false");
    assert!(done.log.contains("run 102 is newer and has recorded \"v102\""), "{}", done.log);
    assert_eq!(tag(&world), "v102");

    // What was deleted and can be undeleted is not the recorder's to overwrite; what is gone is made anew. A run whose
    // tag is empty gets the commit's.
    world.bao.root().must("DELETE", "secret/data/image-tags/portal", None);
    world.run_number(103, 1);
    let done = world.runner.job(&workflow, "build");
    assert!(
        !done.succeeded && done.log.contains("image-tags/portal was deleted: undelete it"),
        "{}",
        done.log
    );
    world.bao.root().must("DELETE", "secret/metadata/image-tags/portal", None);
    let done = build(&mut world, 103, "");
    assert_eq!(tag(&world), format!("sha-{}", world.runner.env["GITHUB_SHA"]));
    assert!(done.outputs["tag"].starts_with("sha-"));

    // Nothing is recorded for another branch.
    world.runner.contexts["github"]["ref_name"] = json!("topic");
    assert!(!build(&mut world, 104, "topic").steps.contains_key("record"));
}

#[test]
fn jobs_that_record_at_one_time_leave_the_newest_tag() {
    let Some(world) = World::new() else { return };
    let action = world.emitted("actions/record-image-tag/action.yml");
    let script = action["runs"]["steps"][0]["with"]["script"].as_str().expect("a script").to_owned();
    let env: Vec<(String, String)> = action["runs"]["steps"][0]["env"]
        .as_object()
        .expect("variables")
        .iter()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .filter(|(_, value)| !value.contains("${{"))
        .collect();
    let mut children = Vec::new();
    for run in [7, 3, 9, 1, 8, 2] {
        let output = world.folder.path().join(format!("output-{run}"));
        std::fs::write(&output, "").expect("a file");
        let mut command = std::process::Command::new("node");
        command.args(["-e", workflows::SCRIPT]).env("INPUT_SCRIPT", &script);
        command.envs(env.iter().cloned()).envs(&world.runner.env).env("GITHUB_OUTPUT", output);
        command.env("GITHUB_RUN_ID", run.to_string()).env("NAME", "portal");
        command.env("TAG", format!("v{run}")).env("DIGEST", "sha256:0").stdout(std::process::Stdio::null());
        children.push(command.spawn().expect("node"));
    }
    for mut child in children {
        assert!(child.wait().expect("an end").success());
    }
    let secret = world.bao.root().must("GET", "secret/data/image-tags/portal", None);
    assert_eq!(secret["data"]["data"]["tag"], "v9");
}

#[test]
fn a_short_secret_that_would_empty_the_outputs_fails_the_job() {
    let Some(mut world) = World::new() else { return };
    stand_in_for_docker(&mut world);
    let harbor =
        json!({"data": {"registry_url": "harbor.example.com", "username": "a", "password": PASSWORD}});
    world.bao.root().must("POST", "secret/data/harbor", Some(&harbor));
    world.runner.contexts.insert("inputs".to_owned(), inputs("latest"));
    world.runner.contexts.insert("github".to_owned(), json!({"event_name": "push"}));
    let workflow = world.emitted("workflows/docker-build-push.yml");
    let done = world.runner.job(&workflow, "build");
    assert!(!done.succeeded && done.outputs.is_empty());
    assert!(
        done.annotations.iter().any(|found| found.message.contains("is so short that it occurs")),
        "{}",
        done.log
    );
}
