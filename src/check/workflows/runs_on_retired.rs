//! `runs-on-retired`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::{Fate, View};

pub static RULE: Rule = Rule {
    code: "runs-on-retired",
    severity: Severity::Error,
    summary: "a job asks for a pool that has left the fleet",
    explanation: "\
`retired \"OLD\" use=\"NEW\"` in the fleet file says that a name was a pool's and is no longer. It is found where
`runs-on` still comes to that name, be it by a matrix, an input or a variable.

Nothing answers to the name any more. GitHub queues the job all the same and cancels it after 24 hours.

Write the name of the successor. Keep the line in the fleet file until no workflow of any branch that is still built
names the old one.

Known from: how GitHub matches `runs-on`; there is nothing at GitHub that remembers a deleted scale set.
",
    good: r#"
retired "gpu-old" use="runner-gpu"
pool "runner-gpu" {
    mode "dind"
    runners max=4
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: runner-gpu
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    bad: r#"
retired "gpu-old" use="runner-gpu"
pool "runner-gpu" {
    mode "dind"
    runners max=4
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: gpu-old
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        for resolved in &job.targets {
            let Fate::Retired(at, retired) = resolved.fate else { continue };
            let Some(label) = resolved.target.labels.get(at) else { continue };
            let why = retired.reason.as_ref().map_or(String::new(), |reason| format!(": {}", reason.value));
            let help = match &retired.successor {
                Some(successor) => format!("write `{}`", successor.value),
                None => "write the name of another pool".to_owned(),
            };
            let found = out
                .found(format!("pool \"{}\" has left the fleet{why}", label.value))
                .label(label.span, format!("job \"{}\" still asks for it", job.job.id.value))
                .label(retired.span, "retired here")
                .effect("the job waits in GitHub's queue for 24 hours without a word, and is then cancelled")
                .help(help);
            out.report(found);
        }
    }
}
