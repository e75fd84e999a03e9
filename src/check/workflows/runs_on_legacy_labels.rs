//! `runs-on-legacy-labels`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::contract::labels::is_default;
use crate::diagnostic::Severity;
use crate::lint::{Fate, View};

pub static RULE: Rule = Rule {
    code: "runs-on-legacy-labels",
    severity: Severity::Error,
    summary: "a job asks for `self-hosted`, `linux` or `x64`, which scale sets do not carry",
    explanation: "\
Runners that people install by hand carry `self-hosted`, their system and their architecture as labels. Runners of ARC's
scale sets do not: they answer to the scale set's name, and to labels that their pool declares. A job must find all of its
labels on one runner, so `[self-hosted, linux, runner-gpu]` matches nothing although `runner-gpu` would.

GitHub queues the job and cancels it after 24 hours. Often it is the first thing that happens to a team that
moves from runners of its own to ARC.

Write the pool's name alone. If there are still runners installed by hand, say so in the fleet file:
`other-runners \"self-hosted\"`.

Known from: ARC's documentation of `runs-on` (no default labels); threads in which renaming to the set's name cured the queue.
",
    good: r#"
pool "runner-cpu" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: runner-cpu
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
pool "runner-cpu" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: [self-hosted, linux, runner-cpu]
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        for resolved in &job.targets {
            let Fate::Legacy(pools) = &resolved.fate else { continue };
            let target = &resolved.target;
            let legacy: Vec<_> = target.labels.iter().filter(|label| is_default(label)).collect();
            let Some(first) = legacy.first() else { continue };
            let names: Vec<_> = legacy.iter().map(|label| format!("\"{}\"", label.value)).collect();
            let help = match pools.first() {
                Some(pool) => format!("write `runs-on: {}`", pool.pool.name()),
                None => {
                    "write `runs-on:` with the name of a pool; if these are runners installed by hand, write \
                         `other-runners \"self-hosted\"` in the fleet file"
                        .to_owned()
                }
            };
            let found = out
                .found(format!("no pool carries {}", names.join(", ")))
                .label(first.span, format!("job \"{}\" asks for it", job.job.id.value))
                .effect("the job waits in GitHub's queue for 24 hours without a word, and is then cancelled")
                .help(help);
            out.report(found);
        }
    }
}
