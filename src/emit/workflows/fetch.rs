//! `fetch-secrets`, as an action in the job that needs them and as a workflow that seals them for another.

use super::expression::{Expression, Identifier, Text};
use super::kinds::{
    Access, Action, ActionInput, Call, CallInput, CallSecret, Job, NoPermissions, Output, Permissions, Runs,
    Step, Triggers, Workflow,
};
use crate::contract::actions;
use crate::model::workflows::{FetchSecrets, Field, Login, Set};
use std::collections::{BTreeMap, BTreeSet};

/// The script of `open-secrets`.
pub const OPEN: &str = include_str!("scripts/open-secrets.js");
const SEAL: &str = include_str!("scripts/seal.js");
const KNOWN_SET: &str = include_str!("scripts/known-set.sh");

/// The action that fetches secrets in the job that needs them.
pub fn action(fetch: &FetchSecrets) -> Action {
    Action {
        name: "Fetch secrets",
        description: "Reads a set of secrets from Vault as the job that calls it, which needs the permission id-token: write",
        inputs: BTreeMap::from([(
            "set",
            ActionInput { description: set_description(fetch), required: true },
        )]),
        outputs: outputs(fetch, true),
        runs: Runs::steps(steps(fetch)),
    }
}

/// The workflow that fetches secrets and hands them to its caller as one sealed text.
pub fn workflow(fetch: &FetchSecrets, runs_on: &str) -> Workflow {
    let seal = Identifier::of("seal");
    let bundle = Identifier::of("bundle");
    let mut steps = steps(fetch);
    steps.push(seal_step(fetch, &seal));
    let job = Job {
        name: "Fetch and seal secrets",
        needs: Vec::new(),
        condition: None,
        runs_on: runs_on.to_owned(),
        environment: None,
        timeout_minutes: 10,
        permissions: Permissions {
            id_token: Access::Write.because("to log in to Vault as this job"),
            ..Permissions::default()
        },
        outputs: BTreeMap::from([("bundle", Text::from(Expression::output(&seal, &bundle)))]),
        steps,
    };
    let input =
        CallInput { description: set_description(fetch), kind: "string", required: true, default: None };
    let key = CallSecret {
        description: "32 random bytes in base64, the same for all callers: `openssl rand -base64 32`",
        required: true,
    };
    let output = Output {
        description: Text::literal(
            "The secrets, sealed: the action open-secrets opens it in a job of the same run",
        ),
        value: Some(Text::from(Expression::fixed("jobs.fetch.outputs.bundle"))),
    };
    Workflow {
        name: "fetch-secrets",
        on: Triggers {
            workflow_call: Some(Call {
                inputs: BTreeMap::from([("set", input)]),
                secrets: BTreeMap::from([("FLEET_OUTPUT_KEY", key)]),
                outputs: BTreeMap::from([("bundle", output)]),
            }),
            ..Triggers::default()
        },
        permissions: NoPermissions {},
        concurrency: None,
        jobs: BTreeMap::from([("fetch", job)]),
    }
}

/// The action that opens what the workflow has sealed.
pub fn open_action(fetch: &FetchSecrets) -> Action {
    let input = |text: &str, required| ActionInput { description: Text::literal(text), required };
    Action {
        name: "Open secrets",
        description: "Opens what the workflow fetch-secrets of this fleet has sealed in the same run, and masks it",
        inputs: BTreeMap::from([
            ("bundle", input("The output `bundle` of the workflow fetch-secrets", true)),
            ("key", input("The secret FLEET_OUTPUT_KEY", true)),
            ("previous-key", input("The key before it, while keys are being changed", false)),
        ]),
        outputs: outputs(fetch, false),
        runs: Runs::Node { using: "node24", main: "index.js" },
    }
}

/// The output that holds a field: the secret's name, `_`, the key.
pub fn output_of(field: &Field) -> Identifier {
    Identifier::of(&format!("{}_{}", field.secret, field.key))
}

/// A step that reads fields with one login. Nothing becomes a variable that later steps and their actions would see.
pub fn vault_step(name: Text, id: &Identifier, login: &Login, fields: &[Field]) -> Step {
    let secrets: Vec<_> = fields
        .iter()
        .map(|field| format!("{} {} | {}", field.path, selector(&field.key), output_of(field)))
        .collect();
    let mut with = vec![
        ("url", Text::literal(&login.url)),
        ("method", Text::literal("jwt")),
        ("path", Text::literal(&login.auth)),
        ("role", Text::literal(&login.role)),
        ("exportEnv", Text::literal("false")),
        ("secrets", Text::literal(&format!("{} ;\n", secrets.join(" ;\n")))),
    ];
    with.extend(login.audience.as_ref().map(|audience| ("jwtGithubAudience", Text::literal(audience))));
    with.extend(login.namespace.as_ref().map(|namespace| ("namespace", Text::literal(namespace))));
    Step::uses(name, actions::VAULT, with).id(id)
}

/// A key as vault-action selects it: it takes a name with dots for a path, unless backticks say otherwise.
fn selector(key: &str) -> String {
    if key.contains('.') { format!("`{key}`") } else { key.to_owned() }
}

fn step_of(set: &Set) -> Identifier {
    Identifier::of(&format!("set_{}", set.name))
}

fn set_description(fetch: &FetchSecrets) -> Text {
    let names: Vec<_> = fetch.sets.iter().map(|set| set.name.as_str()).collect();
    Text::literal(&format!("Which secrets: {}", names.join(", ")))
}

fn steps(fetch: &FetchSecrets) -> Vec<Step> {
    let names: Vec<_> = fetch.sets.iter().map(|set| set.name.as_str()).collect();
    let known = Step::run("Look up the set", KNOWN_SET)
        .env("SET", Expression::input("set"))
        .env("SETS", names.join(" "));
    let read = fetch.sets.iter().map(|set| {
        let name = Text::literal(&format!("Read the set {} from Vault", set.name));
        vault_step(name, &step_of(set), &set.login, &set.fields).when(Expression::input("set").is(&set.name))
    });
    std::iter::once(known).chain(read).collect()
}

/// Every field of every set, with the steps that may have read it.
fn fields(fetch: &FetchSecrets) -> BTreeMap<Identifier, Vec<(&Set, &Field)>> {
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for set in &fetch.sets {
        for field in &set.fields {
            all.entry(output_of(field)).or_default().push((set, field));
        }
    }
    all
}

fn value(name: &Identifier, read: &[(&Set, &Field)]) -> Text {
    Text::from(Expression::first_of(read.iter().map(|(set, _)| Expression::output(&step_of(set), name))))
}

fn outputs(fetch: &FetchSecrets, composite: bool) -> BTreeMap<String, Output> {
    let describe = |read: &[(&Set, &Field)]| {
        let sets: BTreeSet<_> = read.iter().map(|(set, _)| set.name.as_str()).collect();
        let sets: Vec<_> = sets.into_iter().collect();
        let field =
            read.first().map(|(_, field)| format!("{} of {}", field.key, field.secret)).unwrap_or_default();
        Text::literal(&format!("{field}; empty unless the set is {}", sets.join(" or ")))
    };
    let output = |(name, read): (Identifier, Vec<(&Set, &Field)>)| {
        let value = composite.then(|| value(&name, &read));
        (name.to_string(), Output { description: describe(&read), value })
    };
    fields(fetch).into_iter().map(output).collect()
}

fn seal_step(fetch: &FetchSecrets, id: &Identifier) -> Step {
    let sets: BTreeMap<&str, Vec<String>> = fetch
        .sets
        .iter()
        .map(|set| (set.name.as_str(), set.fields.iter().map(|field| output_of(field).to_string()).collect()))
        .collect();
    // Names to lists of names: there is nothing in it that JSON can't hold.
    let sets = serde_json::to_string(&sets).unwrap_or_default();
    let step = Step::node("Seal", SEAL)
        .id(id)
        .env("SET", Expression::input("set"))
        .env("SETS", sets)
        .env("KEY", Expression::secret(&Identifier::of("FLEET_OUTPUT_KEY")));
    let fields = fields(fetch).into_iter();
    fields.fold(step, |step, (name, read)| step.env(format!("FIELD_{name}"), value(&name, &read)))
}
