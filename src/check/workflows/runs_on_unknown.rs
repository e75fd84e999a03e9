//! `runs-on-unknown`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::suggest::nearest;
use crate::lint::{Fate, JobView, View};
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "runs-on-unknown",
    severity: Severity::Error,
    summary: "a job asks for a runner that nobody has",
    explanation: "\
A job goes to a runner whose labels hold all that `runs-on` asks for, in the runner group if it names one. A scale set
answers to its name and to the labels that its pool declares. It is found where nothing in the fleet file answers: no pool, no
machine of GitHub's, and none of `other-runners`.

GitHub accepts such a job and says nothing. It waits in the queue for 24 hours and is then cancelled; the only trace
is a run that seems to be slow.

Write the name of a pool. If the runner belongs to somebody else, such as a larger one of GitHub's, say so in the fleet
file: `other-runners \"ubuntu-latest-16-cores\"`. If the pool has left the fleet, `retired \"OLD\" use=\"NEW\"` tells all
workflows where to go.

Known from: GitHub's documentation of `runs-on` and of the limits of self-hosted runners; threads of people whose jobs never started.
",
    good: r#"
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
pool "runner-gpu" {
    mode "dind"
    runners max=4
}

// file .github/workflows/train.yml
on: push
jobs:
  train:
    runs-on: runner-gpus
    timeout-minutes: 60
    steps:
      - run: make train
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    for job in &view.jobs {
        for resolved in &job.targets {
            let target = &resolved.target;
            let (message, span, help) = match &resolved.fate {
                Fate::UnknownLabel(at) => {
                    let Some(label) = target.labels.get(*at) else { continue };
                    if label.trim().is_empty() {
                        out.report(comes_to_nothing(job, target.span, label.span, out));
                        continue;
                    }
                    let near = nearest(label, view.pools.labels());
                    let help = near.map_or_else(
                        || {
                            format!(
                                "write the name of a pool, or `other-runners \"{}\"` in the fleet file",
                                label.value
                            )
                        },
                        |near| format!("did you mean `{near}`?"),
                    );
                    (format!("no pool answers to \"{}\"", label.value), label.span, help)
                }
                Fate::NoneHasAll => {
                    let labels: Vec<_> =
                        target.labels.iter().map(|label| format!("\"{}\"", label.value)).collect();
                    let help = "name one pool; labels that are added narrow the choice, they don't widen it";
                    (format!("no pool answers to all of {}", labels.join(", ")), target.span, help.to_owned())
                }
                Fate::UnknownGroup(pools) => {
                    let Some(group) = &target.group else { continue };
                    let help = match pools.first() {
                        Some(pool) => format!(
                            "pool \"{}\" is in the group \"{}\": write that, or leave the group out",
                            pool.pool.name(),
                            crate::lint::group_of(*pool)
                        ),
                        None => "write `runs-on:` with the name of a pool, or declare the group's runners: \
                                 `other-runners \"GROUP\"` in the fleet file"
                            .to_owned(),
                    };
                    (format!("no such pool is in the runner group \"{}\"", group.value), group.span, help)
                }
                _ => continue,
            };
            let mut found = out.found(message).label(span, "nothing has it");
            let on_the_line = view.sources.get(target.span.source);
            let line = |at: u32| on_the_line.position(at).line;
            if span.source != target.span.source || line(span.start) != line(target.span.start) {
                found = found.label(target.span, format!("where job \"{}\" asks for it", job.job.id.value));
            }
            let found = found
                .effect("the job waits in GitHub's queue for 24 hours without a word, and is then cancelled")
                .help(help);
            out.report(found);
        }
    }
}

/// An input that is not given, or an entry of a matrix that is not there.
fn comes_to_nothing(job: &JobView<'_>, whole: Span, label: Span, out: &Reporter<'_, '_>) -> Diagnostic {
    let found = out
        .found(format!("`runs-on` of job \"{}\" may come to nothing", job.job.id.value))
        .label(whole, "empty in some runs");
    let found = if label == whole { found } else { found.label(label, "where nothing is given for this") };
    found
        .effect("GitHub ends the run with an error: the job has no runner to ask for")
        .help("give what it comes from a default, or write `|| 'POOL'` behind it")
}
