//! `app-at-enterprise`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;
use crate::language::value::GithubScope;

pub static RULE: Rule = Rule {
    code: "app-at-enterprise",
    severity: Severity::Error,
    summary: "a pool registers at an enterprise with a GitHub App",
    explanation: "\
Runners of an enterprise, `https://github.com/enterprises/NAME`, can't be registered by a GitHub App: an App is installed in
organizations and has no permission for an enterprise's runners. It is found where `github` has such an address and an
`app-secret`.

GitHub answers the request for a registration token with 403 or 404. The pool stays unregistered, its listener is never made,
and its jobs queue; the reason stands only in the controller's log.

Use `token-secret` with a classic personal access token that has the scope `manage_runners:enterprise`. Or register
in an organization, where an App works, and share the runner group from there.

Known from: GitHub's documentation, \"Authenticating ARC to the GitHub API\".
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/enterprises/my-enterprise" token-secret="github-token"
}

pool "build" {
    mode "dind"
    runners max=4
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/enterprises/my-enterprise" app-secret="github-app"
}

pool "build" {
    mode "dind"
    runners max=4
}
"#,
    check: Check::Pool(check),
};

fn check(_: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let github = &view.pool.github;
    // With both kinds, `secret-shape` says more.
    let (Some(app), None) = (&github.app_secret, &github.token_secret) else { return };
    let GithubScope::Enterprise(name) = &github.url.scope else { return };
    let found = out
        .found(format!("a GitHub App can't register runners of enterprise \"{name}\""))
        .label(app.span, "an App's credentials")
        .label(github.url.span, "an enterprise")
        .effect("GitHub refuses the registration token: the pool has no listener, and its jobs queue for ever")
        .help("write `token-secret=\"NAME\"`, a Secret with a classic personal access token of scope manage_runners:enterprise, or register in an organization");
    out.report(found);
}
