//! `runner-group-missing`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, Rule};
use crate::diagnostic::Severity;
use crate::language::suggest::nearest;
use crate::lint::group_of;

pub static RULE: Rule = Rule {
    code: "runner-group-missing",
    severity: Severity::Error,
    summary: "a pool joins a runner group that the file does not declare, though it declares others",
    explanation: "\
`runner-group \"NAME\"` declares a group as it is set up at GitHub. A fleet file that declares none says nothing of groups; one that declares
some is taken to declare all that its pools join. It is found where a pool joins another one. The group `default` always exists.

ARC looks the group up by its name when it makes the pool's listener. If GitHub has no such group it fails with \"Failed to get
runner group by name\", there is never a listener, and jobs queue for ever.

Correct the name, or declare the group once it exists at GitHub.

Known from: ARC's `createRunnerScaleSet`; actions-runner-controller issue 2215.
",
    good: r#"
runner-group "ml" {
    repositories "my-org/train"
}
pool "runner-gpu" {
    mode "dind"
    runners max=4
    github "https://github.com/my-org" app-secret="github-app" runner-group="ml"
}
"#,
    bad: r#"
runner-group "ml" {
    repositories "my-org/train"
}
pool "runner-gpu" {
    mode "dind"
    runners max=4
    github "https://github.com/my-org" app-secret="github-app" runner-group="lm"
}
"#,
    check: Check::Fleet(check),
};

fn check(cx: &Context<'_>, out: &mut Reporter<'_, '_>) {
    let usage = &cx.fleet.usage;
    if usage.runner_groups.is_empty() {
        return;
    }
    for view in cx.pools() {
        let group = group_of(view);
        if group.eq_ignore_ascii_case("default") || usage.group(group).is_some() {
            continue;
        }
        let near = nearest(group, usage.runner_groups.iter().map(|group| group.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("declare it once it exists at GitHub: `runner-group \"{group}\"`"),
        };
        let own = view.pool.node.github.as_ref().unwrap_or(&cx.fleet.node.github).runner_group.as_ref();
        let span = own.map_or_else(|| view.runner_pod_span(view.pool.span()), |group| group.span);
        let found = out
            .found(format!("there is no runner group \"{group}\" in this file"))
            .label(span, format!("pool \"{}\" joins it", view.pool.name()))
            .effect("if GitHub has no such group, the pool never gets a listener: jobs queue for ever")
            .help(help);
        out.report_about(view.pool, found);
    }
}
