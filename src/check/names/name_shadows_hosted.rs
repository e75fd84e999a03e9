//! `name-shadows-hosted`

use super::identity::{labels, scale_set_name};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::contract::labels::{is_default, is_hosted};
use crate::diagnostic::Severity;
use crate::syntax::Span;

pub static RULE: Rule = Rule {
    code: "name-shadows-hosted",
    severity: Severity::Warning,
    summary: "a pool's name or label is one of GitHub's own",
    explanation: "\
`ubuntu-latest`, `windows-2025` and the like are machines of GitHub's own; `self-hosted`, `linux` and `x64` are
labels that runners outside of ARC carry by themselves. It is found where a pool has one of these as its name or as
one of its labels.

Which machine a job gets is then decided at GitHub and not in the workflow: jobs meant for GitHub's machines can
land in the cluster, without the tools that those have, or the other way round. Linters such as actionlint
know these words and stay silent. A scale set has none of the labels `self-hosted`, `linux`, `x64` by itself, and a
pool that declares them takes jobs that were meant for other runners of the organization.

Give the pool a name that says whose it is, such as `acme-linux`, and let workflows name that.

Known from: GitHub's list of standard labels, ARC's documentation of `runs-on`, actionlint's list of known labels.
",
    good: r#"
pool "acme-ubuntu" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
pool "ubuntu-latest" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let name = scale_set_name(view);
    let own =
        if name == view.pool.name() { view.pool.span() } else { view.runner_pod_span(view.pool.span()) };
    report("name", name, own, out);
    for (label, span) in labels(view).filter(|(label, _)| !label.eq_ignore_ascii_case(name)) {
        report("label", label, span, out);
    }
}

fn report(what: &str, text: &str, span: Span, out: &mut Reporter<'_, '_>) {
    let lower = text.to_ascii_lowercase();
    let (owner, effect) = if is_hosted(&lower) {
        (
            "a machine of GitHub's own",
            "jobs that want GitHub's machine may land in this pool, and jobs that want this pool may land there",
        )
    } else if is_default(&lower) {
        (
            "a label that other self-hosted runners carry by themselves",
            "jobs that want any self-hosted runner of that kind may land in this pool",
        )
    } else {
        return;
    };
    let found = out
        .found(format!("the pool's {what} \"{text}\" is {owner}"))
        .label(span, "not yours alone")
        .effect(effect)
        .help(format!(
            "write a {what} that says whose it is, such as \"my-org-{}\"",
            lower.replace('.', "-")
        ));
    out.report(found);
}
