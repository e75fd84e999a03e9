//! `pool-removal-in-use`

use super::ChangeContext;
use crate::check::findings::Reporter;
use crate::check::names::identity::scale_set_name;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::Use;

pub static RULE: Rule = Rule {
    code: "pool-removal-in-use",
    severity: Severity::Error,
    summary: "a pool leaves the fleet while workflows name it",
    explanation: "\
It is found where a pool leaves the fleet, and a job of the repositories that `fleetc diff --workflows PATH` reads names it in
`runs-on`, by its name or one of its labels, and no pool that stays has all that the job asks for.

GitHub does not refuse such a job. It queues, on every branch that has the old workflow, and is cancelled after 24 hours.

Change the workflows first. Then leave `retired \"OLD\" use=\"NEW\"` behind in the fleet file, so that `fleetc lint` tells the next
one who names it what to write.

Known from: actions/runner issue 831, kunobi-ninja/kache issue 363.
",
    good: r#"
 pool "new" {
     mode "dind"
     runners max=4
 }
-pool "old" {
-    mode "dind"
-    runners max=4
-}

 // file .github/workflows/ci.yml
 on: push
 permissions: {}
 jobs:
   test:
     runs-on: new
     timeout-minutes: 10
     steps:
       - run: make test
"#,
    bad: r#"
 pool "new" {
     mode "dind"
     runners max=4
 }
-pool "old" {
-    mode "dind"
-    runners max=4
-}

 // file .github/workflows/ci.yml
 on: push
 permissions: {}
 jobs:
   test:
     runs-on: old
     timeout-minutes: 10
     steps:
       - run: make test
"#,
    check: Check::Change(check),
};

/// Most jobs that are shown.
const SHOWN: usize = 5;

fn check(cx: &ChangeContext<'_>, out: &mut Reporter<'_, '_>) {
    for view in &cx.pairing.removed {
        let names = names(*view);
        let stays = |one: &Use| {
            cx.after.pools().any(|other| {
                let has = self::names(other);
                one.labels.iter().all(|label| has.iter().any(|name| name.eq_ignore_ascii_case(label)))
            })
        };
        let named = |one: &&Use| {
            let wants = |label: &String| names.iter().any(|name| name.eq_ignore_ascii_case(label));
            !one.labels.is_empty() && one.labels.iter().all(wants)
        };
        let jobs: Vec<_> = cx.uses.iter().filter(named).filter(|one| !stays(one)).collect();
        let Some(first) = jobs.first() else { continue };
        let count =
            if jobs.len() == 1 { "1 job names".to_owned() } else { format!("{} jobs name", jobs.len()) };
        let mut found = out
            .found(format!("pool \"{}\" leaves the fleet, and {count} it", view.pool.name()))
            .label(first.span, "named here");
        for job in jobs.iter().skip(1).take(SHOWN - 1) {
            found = found.label(job.span, "and here");
        }
        let found = found
            .label(view.pool.span(), "the pool as it was")
            .effect("the jobs queue, on every branch, until GitHub cancels them after 24 hours")
            .help(format!(
                "change the workflows first, and leave `retired \"{}\" use=\"…\"` behind",
                scale_set_name(*view)
            ));
        out.report(found);
    }
}

/// What `runs-on` may call the pool.
fn names(view: crate::check::PoolView<'_>) -> Vec<String> {
    let labels = view.objects.runner_set.spec.runner_scale_set_labels.iter().flatten().cloned();
    std::iter::once(scale_set_name(view).to_owned()).chain(labels).collect()
}
