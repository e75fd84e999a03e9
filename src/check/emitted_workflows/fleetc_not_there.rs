//! `fleetc-not-there`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::model::workflows::{RunsOn, Source};

pub static RULE: Rule = Rule {
    code: "fleetc-not-there",
    severity: Severity::Warning,
    summary: "a workflow that compiles the fleet runs where fleetc is not",
    explanation: "\
`fleet-check` and `track-versions` run fleetc. Without `fleetc` under `workflows`, it must be on the path of their runner already. It is found
where one of them runs on a machine of GitHub's, which has no fleetc.

The job fails at the step that looks for it: no pull request is checked, and no release is found.

Say where it comes from: `fleetc \"OWNER/fleetc\" sha=\"…\" version=\"v…\"` uses the action at the root of that repository, at that commit;
`fleetc path=\".\"` builds it from source in the fleet's own repository. Or run the workflow in a pool whose image has it: `pool=\"NAME\"`.

Known from: the software that GitHub lists for ubuntu-24.04.
",
    good: r#"
workflows {
    fleetc path="."
    fleet-check
}
"#,
    bad: r#"
workflows {
    fleet-check
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(workflows) = &cx.fleet.workflows else { return };
    if !matches!(workflows.source, Source::Path) || workflows.node.fleetc.is_some() {
        return;
    }
    let track = workflows.track.as_ref().map(|track| ("track-versions", track.runs_on, track.node.span));
    let check = workflows.check.as_ref().map(|check| ("fleet-check", check.runs_on, check.node.span));
    for (word, runs_on, span) in track.into_iter().chain(check) {
        if runs_on != RunsOn::Hosted {
            continue;
        }
        let found = out
            .found(format!("{word} runs on a machine of GitHub's, which has no fleetc"))
            .label(span, "needs it")
            .effect("the job fails at the step that looks for it")
            .help("say where it comes from: `fleetc \"OWNER/fleetc\" sha=\"…\" version=\"v…\"` under `workflows`");
        out.report(found);
    }
}
