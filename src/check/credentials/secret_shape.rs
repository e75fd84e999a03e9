//! `secret-shape`

use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "secret-shape",
    severity: Severity::Error,
    summary: "a pool has no credentials, or two kinds of them",
    explanation: "\
A pool registers with the credentials of one Secret: those of a GitHub App (`app-secret`, keys `github_app_id`,
`github_app_installation_id` and `github_app_private_key`) or a personal access token (`token-secret`, key
`github_token`). It is found where `github` names neither or both.

The controller reads the Secret when it registers the pool. Without a name, or with keys of both kinds in it,
that fails and is tried again for ever: no scale set, no listener, no event on the object. Jobs queue, and the reason stands
only in the controller's log.

Name one Secret. It lies in the pool's namespace and has the keys of its kind and no others of these; the installation id is
a number, the App id may be a client id since ARC 0.12. A pool's own `github` may name the other kind than the fleet's: it
then replaces it.

Known from: `appconfig.go` of ARC 0.14.2, ARC issue 4057.
",
    good: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app"
}

pool "build" {
    mode "dind"
    runners max=4
    github "https://github.com/other-org" token-secret="github-token"
}
"#,
    bad: r#"
fleet "example" {
    namespace "arc-runners"
    github "https://github.com/my-org" app-secret="github-app" token-secret="github-token"
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
    let effect = "the controller can't register the pool and says so only in its log: jobs queue for ever";
    let found = match (&github.app_secret, &github.token_secret) {
        (Some(app), Some(token)) => out
            .found(format!("two credentials are named, \"{}\" and \"{}\"", app.value, token.value))
            .label(token.span, "a token")
            .label(app.span, "and a GitHub App")
            .effect("only one of the two is used, and ARC refuses a Secret that holds both")
            .help("keep one of them; a GitHub App has the higher rate limit and no person behind it"),
        // A patch may have named one.
        (None, None) if view.objects.runner_set.spec.github_config_secret.is_empty() => out
            .found("no credentials are named")
            .label(github.span, "neither an App nor a token")
            .effect(effect)
            .help("add `app-secret=\"NAME\"` or `token-secret=\"NAME\"`: a Secret in the pool's namespace"),
        _ => return,
    };
    out.report(found);
}

#[cfg(test)]
mod tests {
    use crate::check::example;

    #[test]
    fn credentials_are_needed() {
        let none = super::RULE.bad.replace(" app-secret=\"github-app\" token-secret=\"github-token\"", "");
        let run = example::run(&none);
        assert_eq!(run.diagnostics.iter().filter(|d| d.code == super::RULE.code).count(), 1);
    }

    #[test]
    fn a_pools_credentials_replace_the_fleets() {
        let run = example::run(super::RULE.good);
        let pool = run.fleet.as_ref().and_then(|fleet| fleet.pools.first());
        assert!(pool.is_some_and(|pool| pool.github.app_secret.is_none()));
    }
}
