//! `labels-dotcom-unreliable`

use super::identity::{labels, labels_span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "labels-dotcom-unreliable",
    severity: Severity::Info,
    summary: "pools at github.com have labels, of which reports differ",
    explanation: "\
Whether github.com routes by the labels of a scale set is told differently by different people. GitHub's maintainers
say that it does and that only the web interface hides the labels; some users saw jobs queue that named
a label; GitHub's own pages still say that a scale set is reached by its name alone. It is said once for a fleet.

A job that names the pool always finds it. A job that names a label may queue until it is cancelled after 24 hours,
and nothing in the cluster shows why.

Before you rely on labels, send one job through each of them. Labels are sent when a scale set is created and
never again, so test with a pool that was made after its labels were written. Where that works, silence the rule with the
date of the test as its reason.

Known from: actions/scaleset issue 75, ARC issue 4425, onedr0p/home-ops pull request 11330.
",
    good: r#"
pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "build" {
    mode "dind"
    runners max=4
    labels "docker"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    if !cx.fleet.versions.arc.scale_set_labels {
        return;
    }
    let mut labelled = cx
        .pools()
        .filter(|view| !view.pool.github.url.is_enterprise_server() && labels(*view).next().is_some());
    let Some(first) = labelled.next() else { return };
    let others = match labelled.count() {
        0 => String::new(),
        1 => " and 1 more pool".to_owned(),
        more => format!(" and {more} more pools"),
    };
    let found = out
        .found(format!(
            "pool \"{}\"{others} can be reached by labels, which does not work for everyone",
            first.pool.name()
        ))
        .label(labels_span(first), "test these with a job each")
        .effect("a job that names the pool always finds it; a job that names a label may queue for ever")
        .help("let jobs name the pool, or test each label with a job and silence this rule");
    out.report(found);
}
