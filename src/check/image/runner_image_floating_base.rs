//! `runner-image-floating-base`

use super::release;
use crate::check::findings::Reporter;
use crate::check::{Check, Context, PoolView, Rule};
use crate::diagnostic::Severity;

pub static RULE: Rule = Rule {
    code: "runner-image-floating-base",
    severity: Severity::Warning,
    summary: "nothing says which release of the runner an image carries",
    explanation: "\
GitHub serves a release of the runner for 30 days after the next one, and a pool whose runner is older
goes silent (see `runner-version-expired`). fleetc can only warn of that if it knows the release.

`:latest` does not say it: nodes that pulled at different times run different releases, and a pull in the
wrong week starts a rollout that no commit shows. An image of your own that was built `FROM
actions-runner:latest` has frozen whatever was current on the day of its build.

Name the release in the tag (`actions-runner:2.336.0`), or beside the image:
`runner \"registry.example.com/ci/runner:cuda-12\" version=\"2.336.0\"`. Build images of your own `FROM` a
numbered release, too.

Known from: ARC issue 4595.
",
    good: r#"
versions {
    runner "registry.example.com/ci/runner:cuda-12" version="2.336.0"
}

pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    bad: r#"
versions {
    runner "ghcr.io/actions/actions-runner:latest"
}

pool "tests" {
    mode "dind"
    runners max=4
    job cpu=4 memory="8Gi" storage="40Gi"
}
"#,
    check: Check::Pool(check),
};

fn check(cx: &Context<'_>, view: PoolView<'_>, out: &mut Reporter<'_, '_>) {
    let Some(runner) = release::of(cx, view).filter(|runner| runner.release.is_none()) else { return };
    let floats = !runner.image.has_digest() && runner.image.tag().is_none_or(|tag| tag == "latest");
    let (problem, help) = if floats {
        (
            format!("{} is whatever release of the runner came out last", runner.image),
            "name a release in the tag",
        )
    } else {
        (
            format!("nothing says which release of the runner is in {}", runner.image),
            "add `version=` with the runner's release beside it",
        )
    };
    let found = out
        .found(problem)
        .label(runner.span, "unknown release")
        .effect(
            "fleetc can't warn before GitHub stops serving it: the pool then goes silent, and its jobs queue",
        )
        .help(help);
    out.report(found);
}
