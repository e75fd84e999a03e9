//! `runs-on-unresolved`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "runs-on-unresolved",
    severity: Severity::Info,
    summary: "which runner a job asks for is decided when the workflow runs",
    explanation: "\
fleetc follows `runs-on` through matrices, inputs with their defaults and options, callers of reusable workflows that it reads
too, variables that the fleet file declares, and what functions make of them. What it can't follow is an output of another job, a
variable that is not declared, or an input that anybody may set to anything. That part is not checked, and this says so.

Nothing is wrong yet. If it ever comes to a name that no pool has, the job waits for 24 hours.

Make it known where it is worth it: `type: choice` with `options` for inputs of people, `variable \"NAME\" \"VALUE\"` in the fleet file
for variables, and all repositories that call a workflow in one run of `fleetc lint`.

A context that GitHub does not offer to `runs-on` (such as `env` or `secrets`) is an error: GitHub refuses the workflow.

Known from: GitHub's table of contexts and where they are available.
",
    good: r#"
variable "GPU_POOL" "runner-gpu"
pool "runner-gpu" {
    mode "dind"
    runners max=2
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: ${{ vars.GPU_POOL }}
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    bad: r#"
pool "runner-gpu" {
    mode "dind"
    runners max=2
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: ${{ vars.GPU_POOL }}
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        let id = &job.job.id.value;
        for open in &job.open {
            let written = view.sources.text(open.span).lines().next().unwrap_or("").trim();
            let found = match &open.forbidden {
                Some(context) => out
                    .found(format!(
                        "`runs-on` of job \"{id}\" uses `{context}`, which GitHub does not offer there"
                    ))
                    .severity(Severity::Error)
                    .label(open.span, "not available")
                    .effect("GitHub refuses the workflow: none of its jobs ever runs")
                    .help("use `inputs`, `matrix`, `vars`, `needs` or `github`"),
                None => out
                    .found(format!("`{written}` decides where job \"{id}\" runs, and is not known before"))
                    .label(open.span, "not checked")
                    .effect(
                        "if it comes to a name that no pool has, the job waits for 24 hours and is cancelled",
                    )
                    .help(help(written)),
            };
            out.report(found);
        }
    }
}

fn help(written: &str) -> String {
    match written.trim_start_matches("${{").trim().split_once("vars.") {
        Some(("", rest)) => {
            let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            format!("declare it in the fleet file: `variable \"{name}\" \"POOL\"`")
        }
        _ => "make it an input of `type: choice`, or write the pool's name".to_owned(),
    }
}
