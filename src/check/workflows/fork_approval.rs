//! `fork-approval`

use crate::check::findings::Reporter;
use crate::check::{Check, Rule};
use crate::diagnostic::Severity;
use crate::lint::View;

pub static RULE: Rule = Rule {
    code: "fork-approval",
    severity: Severity::Info,
    summary: "pull requests to a public repository run on the fleet",
    explanation: "\
It is found where a repository that the fleet file says is public runs a pull request's workflow on a pool. By default GitHub
asks for an approval only before the first contribution of somebody; whoever has had a typing mistake merged
can start jobs from then on.

Jobs of strangers then use your hardware and your network: to mine coins, or to look around behind your firewall.

Set \"Require approval for all outside collaborators\" in the repository's settings of Actions. fleetc can't see that setting, so
once it is made, silence this with a reason: `rule \"fork-approval\" level=\"off\" reason=\"approval is required for all\"`.

Known from: GitHub's documentation of approvals for runs from forks.
",
    good: r#"
repository "my-org/app" visibility="private"
pool "build" {
    mode "dind"
    runners max=4
}

// file .github/workflows/ci.yml
on: pull_request
jobs:
  test:
    runs-on: build
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    bad: r#"
repository "my-org/app" visibility="public"
runner-group "default" public=#true
pool "forks" forks=#true {
    mode "kubernetes-novolume"
    runners max=4
    job cpu=4 memory="8Gi"
}

// file .github/workflows/ci.yml
on: pull_request
jobs:
  test:
    runs-on: forks
    container: debian:13
    timeout-minutes: 10
    steps:
      - run: make test
"#,
    check: Check::Workflow(check),
};

fn check(view: &View<'_>, out: &mut Reporter<'_, '_>) {
    if !view.is_public() {
        return;
    }
    let runs = view.jobs.iter().find_map(|job| {
        let trigger = job.workflow.trigger(&["pull_request"])?;
        let of_event = view.on_event(job, &trigger.name);
        of_event.pool(|_| true).map(|(pool, target)| (trigger, pool, target.place()))
    });
    let Some((trigger, pool, place)) = runs else { return };
    let found = out
        .found(format!("pull requests of strangers run on pool \"{}\"", pool.name()))
        .label(trigger.name.span, "anybody can open one")
        .label(place, "runs here")
        .effect("unless GitHub is told to ask for approval of each, anybody with one merged change can start jobs")
        .help("require approval for all outside collaborators in the settings of Actions, then silence this with that reason");
    out.report_about(pool, found);
}
