//! `labels-ghes`

use super::identity::{labels, labels_span};
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::value::Version;

/// The release that has labels behind a feature flag.
const BEHIND_FLAG: Version = Version::new(3, 18, 0);
/// The release that has them by itself.
const BY_ITSELF: Version = Version::new(3, 21, 0);
/// The flag.
const FLAG: &str = "DistributedTask.AllowRunnerScaleSetCustomLabels";

pub static RULE: Rule = Rule {
    code: "labels-ghes",
    severity: Severity::Error,
    summary: "a pool has labels, and the GitHub Enterprise Server does not take them",
    explanation: "\
A GitHub Enterprise Server takes labels of scale sets since 3.21 by itself, and from 3.18 to 3.20 where the feature
flag `DistributedTask.AllowRunnerScaleSetCustomLabels` is on. Older servers know the name only.

Such a server drops the labels without an error: the scale set is registered and looks healthy, and jobs that
ask for a label queue for ever. It is an error before 3.18, and a warning where the flag decides or where the fleet
does not say the server's release.

Say the release with `server-version` in `github`. Remove the labels and let workflows name the pool, or update the server.
Where the flag is on, silence the rule and say so in its reason.

Known from: the README of actions/scaleset, actions/scaleset issue 98, ARC issue 4579 (a server of release 3.17).
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.example.com/my-org" app-secret="github-app" server-version="3.21"
}

pool "build" {
    mode "dind"
    runners max=4
    labels "docker"
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.example.com/my-org" app-secret="github-app" server-version="3.17"
}

pool "build" {
    mode "dind"
    runners max=4
    labels "docker"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let github = &view.pool.github;
    let known_to_arc = cx.fleet.versions.arc.scale_set_labels;
    if !known_to_arc || !github.url.is_enterprise_server() || labels(view).next().is_none() {
        return;
    }
    let dropped = "the server drops the labels silently: jobs that ask for one queue for ever";
    let found = match &github.server_version {
        Some(version) if version.value >= BY_ITSELF => return,
        Some(version) if version.value >= BEHIND_FLAG => out
            .found(format!("GitHub Enterprise Server {} takes labels only with a feature flag", version.value))
            .severity(Severity::Warning)
            .label(labels_span(view), "taken if the flag is on")
            .label(version.span, "the server")
            .effect(format!("unless {FLAG} is on, {dropped}"))
            .help("let jobs name the pool instead, or turn the flag on and silence this rule with that as its reason"),
        Some(version) => out
            .found(format!("GitHub Enterprise Server {} takes no labels; 3.18 is the first that can", version.value))
            .label(labels_span(view), "never taken")
            .label(version.span, "the server")
            .effect(dropped)
            .help("remove the labels and let jobs name the pool"),
        None => out
            .found(format!("whether {} takes labels depends on its release", github.url.host()))
            .severity(Severity::Warning)
            .label(labels_span(view), "taken from release 3.21 on")
            .label(github.url.span, "of this server the fleet does not say it")
            .effect(format!("before 3.21, or before 3.18 even with its feature flag, {dropped}"))
            .help("add `server-version=\"3.21\"`, or whatever it is, to `github`"),
    };
    out.report(found);
}

#[cfg(test)]
mod tests {
    use crate::check::example;
    use crate::diagnostic::Severity;

    fn severity(version: &str) -> Option<Severity> {
        let fleet = super::RULE.bad.replace(" server-version=\"3.17\"", version);
        let run = example::run(&fleet);
        run.diagnostics.iter().find(|d| d.code == super::RULE.code).map(|d| d.severity)
    }

    #[test]
    fn the_release_decides() {
        assert_eq!(severity(" server-version=\"3.17\""), Some(Severity::Error));
        assert_eq!(severity(" server-version=\"3.18\""), Some(Severity::Warning));
        assert_eq!(severity(" server-version=\"3.21\""), None);
        assert_eq!(severity(""), Some(Severity::Warning));
    }
}
