//! `exporter-branches`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use fleet_model::exporter::MOST_BRANCHES;

pub static RULE: Rule = Rule {
    code: "exporter-branches",
    severity: Severity::Warning,
    summary: "more branches ask for series of their own than fleet-exporter gives",
    explanation: "\
fleet-exporter counts runs by branch. The default branch has series of its own, and so have branches that fit `branches`, but no more than 50 of
one repository: those that come later are counted as `other`. It is found where `branches` has more than 50 names, and where one of its patterns
fits every name.

With such a pattern the first 50 branches that anybody pushes take the places, and keep them: `release/2.0` is then `other` because of
fifty branches of one day. Sums stay right, and `github_actions_exporter_label_overflow_total` counts it; alerts on a branch are blind.

Name the branches that live long: `branches \"main\" \"release/*\"`. Pull requests are `pull_request` whatever their branch is called.

Known from: this program.
",
    good: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter {
    organization "my-org"
    branches "main" "release/*"
}
"#,
    bad: r#"
versions {
    fleet-exporter "ghcr.io/my-org/fleet-exporter:0.1.0"
}
exporter {
    organization "my-org"
    branches "main" "*"
}
"#,
    check: Check::Fleet(check),
};

/// A name that nobody gives a branch: what fits it fits everything.
const ANY: &str = "~~~~~~~~~~~~~~~~";

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let Some(branches) = cx.fleet.exporter.as_ref().and_then(|exporter| exporter.branches.as_ref()) else {
        return;
    };
    for pattern in branches.patterns.iter().filter(|pattern| pattern.admits(ANY)) {
        let found = out
            .found(format!("\"{}\" is every branch, and {MOST_BRANCHES} of a repository have series of their own", pattern.value))
            .label(pattern.span, "fits every name")
            .effect("the first that are pushed take the places for good, and a release branch that comes later is counted as `other`")
            .help("name the branches that live long, such as \"main\" \"release/*\"");
        out.report(found);
    }
    let count = branches.patterns.len();
    if let Some(first) = branches.patterns.get(MOST_BRANCHES) {
        let found = out
            .found(format!(
                "{count} branches ask for series of their own, and {MOST_BRANCHES} of a repository have them"
            ))
            .label(first.span, "one too many")
            .effect("a repository that has all of them counts those that come last as `other`")
            .help("name the branches that alerts and dashboards ask for");
        out.report(found);
    }
}
