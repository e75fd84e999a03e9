//! `secret-traced`

use super::with_vault;
use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;
use crate::lint::secrets::{named, source, variables};
use crate::lint::shell::{Command, commands};

/// What switches the debug output of all steps on.
const DEBUG: [&str; 2] = ["ACTIONS_STEP_DEBUG", "ACTIONS_RUNNER_DEBUG"];

pub static RULE: Rule = Rule {
    code: "secret-traced",
    severity: Severity::Warning,
    summary: "a job that has secrets prints what it does with them",
    explanation: "\
It is found where a step with a secret in its environment or script traces its commands (`set -x`, `bash -x`), and where debug output is on for all
steps (`ACTIONS_STEP_DEBUG`, as a variable of the fleet file or of the workflow) of a workflow that reads Vault.

The runner masks the secret itself. It does not mask a part of it, the secret with another's quotes around it, or what a command makes of it, and
that is what a trace shows. With debug output vault-action prints the policies and metadata of its login.

Remove the trace, or end it (`set +x`) before the secret is used.

Known from: vault-action's debug output, measured; the runner's masking. Also known as VW016.
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
          PASSWORD: ${{ steps.vault.outputs.registry_password }}
        run: ./login
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
          PASSWORD: ${{ steps.vault.outputs.registry_password }}
        run: |
          set -x
          curl -u "ci:$PASSWORD" https://registry.example.com/v2/
"#
    ),
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for step in view.steps() {
        let Some(scalar) = step.step.run.as_ref().and_then(|run| run.scalar()) else { continue };
        let has = !variables(step.step, step.among).is_empty() || !named(&scalar.text, step.among).is_empty();
        let Some(command) = commands(&scalar.text).into_iter().find(traces).filter(|_| has) else { continue };
        let found = out
            .found("a script that has a secret prints each of its commands")
            .label(scalar.place(view.sources, command.range()), "from here on")
            .effect("parts of the secret, and what commands make of it, stand in the log: only the whole is masked")
            .help("remove it, or write `set +x` before the secret is used");
        out.report(found);
    }
    let Some(reads) = view.steps().into_iter().find(|step| source(step.step).is_some()) else { return };
    let Some(workflow) = view.file.workflow() else { return };
    let on = |text: &str| text.trim().eq_ignore_ascii_case("true");
    let of_file =
        workflow.env.iter().chain(workflow.jobs.iter().flat_map(|job| &job.env)).filter_map(|entry| {
            let is_it = DEBUG.contains(&entry.name()?) && on(entry.value.text()?);
            is_it.then_some(entry.value.span)
        });
    let repository = view.repository.name.as_deref();
    let of_fleet = DEBUG.iter().flat_map(|name| view.fleet.usage.values_of(name, repository));
    let of_fleet =
        of_fleet.filter(|variable| on(variable.value.as_str())).map(|variable| variable.value.span);
    for span in of_file.chain(of_fleet) {
        let found = out
            .found("debug output is on in a workflow that reads Vault")
            .label(span, "for all steps")
            .label(reads.step.uses.as_ref().map_or(reads.step.span, |uses| uses.span), "reads Vault")
            .effect("vault-action prints the policies and metadata of its login into the log")
            .help("switch it on for a single run instead: \"Enable debug logging\" when the run is started again");
        out.report(found);
    }
}

/// `set -x`, `set -eux`, `set -o xtrace`, `bash -x`.
fn traces(command: &Command<'_>) -> bool {
    let words: Vec<_> = command.words.iter().skip(1).map(|(word, _)| *word).collect();
    let short =
        words.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains('x'));
    match command.program() {
        "set" => short || words.contains(&"xtrace") && !words.contains(&"+o"),
        "bash" | "sh" => words.first().is_some_and(|first| first.starts_with('-') && first.contains('x')),
        _ => false,
    }
}
