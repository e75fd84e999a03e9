//! `docker-build-push`: builds an image with a cache in the registry, which survives the runner, and pushes it.

use super::expression::{Expression, Identifier, Text};
use super::fetch::{output_of, vault_step};
use super::kinds::{
    Access, Call, CallInput, Concurrency, InputDefault, Job, NoPermissions, Output, Permissions, Step,
    Triggers, Workflow,
};
use super::record;
use crate::contract::actions;
use crate::model::workflows::Docker;
use std::collections::BTreeMap;

const NAMES: &str = include_str!("scripts/image-names.sh");
const UNMASKED: &str = include_str!("scripts/unmasked.sh");

/// The workflow. It reads the registry's login itself, so its callers never hold it.
pub fn workflow(docker: &Docker, runs_on: &str) -> Workflow {
    let image = Identifier::of("image");
    let job = Job {
        name: "Build and push",
        needs: Vec::new(),
        condition: None,
        runs_on: runs_on.to_owned(),
        environment: None,
        timeout_minutes: 60,
        permissions: Permissions {
            contents: Access::Read.because("to check the caller's repository out"),
            id_token: Access::Write.because("to log in to Vault as this job"),
            ..Permissions::default()
        },
        outputs: ["digest", "tag"]
            .into_iter()
            .map(|name| (name, Text::from(Expression::output(&image, &Identifier::of(name)))))
            .collect(),
        steps: steps(docker, &image),
    };
    let output = |text: &str, value| Output {
        description: Text::literal(text),
        value: Some(Text::from(Expression::fixed(value))),
    };
    let group = Text::literal("docker-build-push-")
        .then(&Expression::fixed("github.repository"))
        .then_literal("-")
        .then(&Expression::input("image"))
        .then_literal("-")
        .then(&Expression::fixed("github.sha"));
    Workflow {
        name: "docker-build-push",
        on: Triggers {
            workflow_call: Some(Call {
                inputs: inputs(docker),
                secrets: BTreeMap::new(),
                outputs: BTreeMap::from([
                    (
                        "digest",
                        output("The digest of what was pushed, with `sha256:`", "jobs.build.outputs.digest"),
                    ),
                    ("tag", output("The tag of it", "jobs.build.outputs.tag")),
                ]),
            }),
            ..Triggers::default()
        },
        permissions: NoPermissions {},
        concurrency: Some(Concurrency { group, cancel_in_progress: false }),
        jobs: BTreeMap::from([("build", job)]),
    }
}

fn inputs(docker: &Docker) -> BTreeMap<&'static str, CallInput> {
    let input = |text: &str, default| CallInput {
        description: Text::literal(text),
        kind: "string",
        required: false,
        default: Some(InputDefault::Text(default)),
    };
    let mut inputs = BTreeMap::from([
        (
            "image",
            CallInput {
                description: Text::literal("The image's name in the registry, without its address: team/app"),
                kind: "string",
                required: true,
                default: None,
            },
        ),
        ("tag", input("The tag; `sha-` and the commit where it is empty", "")),
        ("context", input("The folder that is built", ".")),
        ("file", input("The Dockerfile; that of the folder where it is empty", "")),
        ("target", input("The stage that is built; the last where it is empty", "")),
        ("platforms", input("Platforms, joined by commas; the runner's own where it is empty", "")),
        ("build-args", input("Build arguments, one on a line. They stay in the image: no secrets", "")),
    ]);
    if docker.record.is_some() {
        let record = CallInput {
            description: Text::literal(
                "Whether the tag is recorded in Vault, on a push to the default branch",
            ),
            kind: "boolean",
            required: false,
            default: Some(InputDefault::Truth(true)),
        };
        inputs.insert("record", record);
        inputs.insert(
            "record-as",
            input("The name under which it is; the last part of the image's where it is empty", ""),
        );
    }
    inputs
}

fn steps(docker: &Docker, image: &Identifier) -> Vec<Step> {
    let vault = Identifier::of("vault");
    let names = Identifier::of("names");
    let build = Identifier::of("build");
    let secret = |field| Expression::output(&vault, &output_of(field));
    let name = |part: &str| Expression::output(&names, &Identifier::of(part));
    let fields = [docker.address.clone(), docker.user.clone(), docker.password.clone()];
    let cache = |kind: &str, end: &str| Text::literal(kind).then(&name("cache")).then_literal(end);
    let mut steps = vec![
        Step::uses("Check out", actions::CHECKOUT, [("persist-credentials", "false")]),
        vault_step(Text::literal("Read the registry's login from Vault"), &vault, &docker.login, &fields),
        Step::run("Name the image", NAMES)
            .id(&names)
            .env("ADDRESS", secret(&docker.address))
            .env("IMAGE", Expression::input("image"))
            .env("TAG", Expression::input("tag"))
            .env("RECORD_AS", record_as(docker)),
        Step::uses(
            "Log in to the registry",
            actions::DOCKER_LOGIN,
            [
                ("registry", Text::from(name("registry"))),
                ("username", Text::from(secret(&docker.user))),
                ("password", Text::from(secret(&docker.password))),
            ],
        ),
        Step::uses::<Text>("Start a builder", actions::DOCKER_BUILDX, []),
        Step::uses(
            "Build and push",
            actions::DOCKER_BUILD_PUSH,
            [
                ("context", Text::from(Expression::input("context"))),
                ("file", Text::from(Expression::input("file"))),
                ("target", Text::from(Expression::input("target"))),
                ("platforms", Text::from(Expression::input("platforms"))),
                ("build-args", Text::from(Expression::input("build-args"))),
                ("push", Text::literal("true")),
                ("tags", Text::from(name("reference"))),
                // In the registry, since nothing on an ephemeral runner outlives the job. A cache that can't be written, or is
                // not there yet, must not fail a build.
                ("cache-from", cache("type=registry,ref=", "")),
                (
                    "cache-to",
                    cache(
                        "type=registry,ref=",
                        ",mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true",
                    ),
                ),
            ],
        )
        .id(&build),
        Step::run("Give tag and digest to the caller", UNMASKED)
            .id(image)
            .env("DIGEST", Expression::output(&build, &Identifier::of("digest")))
            .env("TAG", name("tag"))
            .env("ADDRESS", secret(&docker.address))
            .env("USERNAME", secret(&docker.user))
            .env("PASSWORD", secret(&docker.password)),
    ];
    if let Some(record) = &docker.record {
        let condition = Expression::fixed(
            "inputs.record && github.event_name == 'push' && github.ref_name == github.event.repository.default_branch",
        );
        let step = record::step(
            record,
            &Identifier::of("record"),
            "steps.names.outputs.record",
            "steps.image.outputs.tag",
            "steps.image.outputs.digest",
        );
        steps.push(step.when(condition));
    }
    steps
}

fn record_as(docker: &Docker) -> Text {
    match docker.record {
        Some(_) => Text::from(Expression::fixed("inputs.record-as")),
        None => Text::default(),
    }
}
