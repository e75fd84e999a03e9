//! `secret-in-build-args`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::{named, variables};
use crate::lint::shell::commands;
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "secret-in-build-args",
    severity: Severity::Warning,
    summary: "a secret goes into the build of an image as an argument",
    explanation: "\
Arguments of a build stay in the image: `docker history` shows them, and so do the provenance that BuildKit attaches and caches in a
registry. It is found where `build-args` of docker/build-push-action, or `--build-arg` of `docker build`, is given a secret.

Whoever can pull the image can read the secret, for as long as the image exists.

Mount it for the one command that needs it: `secrets:` of the action (or `--secret id=token,env=TOKEN`) and in the Dockerfile
`RUN --mount=type=secret,id=token …`.

Known from: Docker's documentation of build secrets. Also known as VW017.
",
    good: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  build:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - id: vault
        uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
      - env:
          TOKEN: ${{ steps.vault.outputs.registry_password }}
        run: docker build --secret id=token,env=TOKEN .
"#
    ),
    bad: with_vault!(
        r#"
// file .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  build:
    runs-on: build
    timeout-minutes: 10
    permissions:
      id-token: write
    steps:
      - id: vault
        uses: my-org/fleet/.github/actions/fetch-secrets@4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b # v1.0.0
        with:
          set: registry
      - env:
          TOKEN: ${{ steps.vault.outputs.registry_password }}
        run: docker build --build-arg TOKEN .
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let mut places: Vec<Span> = Vec::new();
        if let Some(scalar) = step.step.input("build-args").and_then(|input| input.value.scalar()) {
            let found = named(&scalar.text, step.among).into_iter();
            places.extend(found.map(|secret| scalar.place(view.sources, secret.range)));
        }
        if let Some(scalar) = step.step.run.as_ref().and_then(|run| run.scalar()) {
            let variables = variables(step.step, step.among);
            for command in commands(&scalar.text) {
                let words = &command.words;
                for (at, (word, range)) in words.iter().enumerate() {
                    let given = match word.strip_prefix("--build-arg") {
                        Some("") => words.get(at + 1).map(|(next, range)| (*next, range)),
                        Some(rest) => rest.strip_prefix('=').map(|rest| (rest, range)),
                        None => None,
                    };
                    let Some((given, range)) = given else { continue };
                    let secret = |name: &&str| {
                        given == *name
                            || given.contains(&format!("${name}"))
                            || given.contains(&format!("${{{name}}}"))
                    };
                    if variables.iter().any(secret) {
                        places.push(scalar.place(view.sources, range.clone()));
                    }
                }
            }
        }
        for place in places {
            let found = out
                .found("a secret goes into an image as an argument of its build")
                .label(place, "stays in the image")
                .effect("whoever can pull the image can read the secret: `docker history` shows it")
                .help("mount it instead: `--secret id=token,env=TOKEN`, and `RUN --mount=type=secret,id=token` in the Dockerfile");
            out.report(found);
        }
    }
}
